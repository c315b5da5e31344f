from datetime import UTC, datetime

import pytest

from persistence.outbox import Message
from schema.language import Language
from server.mail import compose_invitation, compose_password_reset, compose_sign_in_link
from server.mail.account import Relation

LINK = "https://commande.example/invitation/s3cret"
CHRISTMAS = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)


def invitation(relation: Relation, language: Language, **more: str) -> Message:
    names = {"name": "Anna Roy", "inviter_name": "Sophie Gagnon", "inviter_company": "Ébénisterie Boréale"}
    return compose_invitation(
        relation,
        to="anna@laurier.example",
        language=language,
        link=LINK,
        expires_at=CHRISTMAS,
        **(names | more),
    )


@pytest.mark.parametrize(
    ("relation", "language", "subject", "opening"),
    [
        (
            "client",
            "fr",
            "Ébénisterie Boréale vous invite à faire vos commandes en ligne",
            "Sophie Gagnon (Ébénisterie Boréale) vous invite à préparer et à suivre vos commandes en ligne.",
        ),
        (
            "client",
            "en",
            "Ébénisterie Boréale invites you to order online",
            "Sophie Gagnon (Ébénisterie Boréale) invites you to prepare and follow your orders online.",
        ),
        (
            "supplier",
            "fr",
            "Ébénisterie Boréale vous invite à recevoir ses commandes en ligne",
            "Sophie Gagnon (Ébénisterie Boréale) vous invite à recevoir et à confirmer ses commandes en ligne.",
        ),
        (
            "supplier",
            "en",
            "Ébénisterie Boréale invites you to receive its orders online",
            "Sophie Gagnon (Ébénisterie Boréale) invites you to receive and confirm its orders online.",
        ),
        (
            "member",
            "fr",
            "Ébénisterie Boréale vous invite à rejoindre son équipe",
            "Sophie Gagnon (Ébénisterie Boréale) vous invite à travailler avec son équipe aux commandes",
        ),
        (
            "member",
            "en",
            "Ébénisterie Boréale invites you to join its team",
            "Sophie Gagnon (Ébénisterie Boréale) invites you to work with the team on the company’s orders.",
        ),
    ],
)
def test_an_invitation_says_who_invites_and_to_what(
    relation: Relation, language: Language, subject: str, opening: str
) -> None:
    message = invitation(relation, language)
    assert message.subject == subject
    assert f"\n\n{opening}" in message.text
    assert (message.to, message.kind, message.order_id) == ("anna@laurier.example", "invitation", None)


def test_an_invitation_says_until_when_and_for_whom() -> None:
    french, english = (invitation("client", language).text for language in ("fr", "en"))
    assert "Le lien est valable jusqu’au 24 décembre 2026." in french
    assert "L’invitation est destinée à anna@laurier.example." in french
    assert "The link is valid until December 24, 2026." in english
    assert "The invitation is meant for anna@laurier.example." in english


def test_a_reset_and_a_sign_in_say_what_was_asked_and_what_to_do_otherwise() -> None:
    reset = compose_password_reset(to="anna@laurier.example", name="Anna Roy", language="fr", link=LINK)
    assert (reset.subject, reset.kind) == ("Choisissez un nouveau mot de passe", "password_reset")
    assert "Vous avez demandé à changer votre mot de passe." in reset.text
    assert "votre mot de passe reste le même." in reset.text
    entry = compose_sign_in_link(
        to="anna@laurier.example", name="", language="en", link=LINK, expires_at=CHRISTMAS
    )
    assert (entry.subject, entry.kind) == ("Your sign-in link", "sign_in_link")
    assert entry.text.startswith("Hello,\n\nHere is the link you asked for to sign in. It works once.")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_account_mail_has_one_link_in_each_part(language: Language) -> None:
    mails = [
        *(invitation(relation, language) for relation in ("client", "supplier", "member")),
        compose_password_reset(to="a@b.example", name="Anna", language=language, link=LINK),
        compose_sign_in_link(
            to="a@b.example", name="Anna", language=language, link=LINK, expires_at=CHRISTMAS
        ),
    ]
    for mail in mails:
        assert (mail.text.count("http"), mail.text.count(LINK)) == (1, 1)
        assert (mail.html.count("href="), mail.html.count(LINK)) == (1, 1)


def test_an_inviter_s_name_carries_no_address_to_click_on() -> None:
    message = invitation("client", "fr", inviter_company="Gagnez! HTTPS://www.rival.example\nvite")
    assert message.subject.startswith("Gagnez! rival.example vite vous invite")
    assert "www." not in message.text + message.html
