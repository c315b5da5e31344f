"""Mails about accounts: invitations, a new password, a sign-in link."""

from datetime import datetime, timedelta
from typing import Literal

from persistence.outbox import Message
from schema.language import Language
from server.mail.compose import greeting_to, message_of, plain
from server.mail.formats import day
from server.mail.letter import Letter
from server.mail.words import say

Relation = Literal["client", "supplier", "member"]
"""What the invited person will be to the company that invites."""


def compose_invitation(
    relation: Relation,
    *,
    to: str,
    name: str,
    language: Language,
    inviter_name: str,
    inviter_company: str,
    link: str,
    expires_at: datetime,
    company_id: str | None = None,
) -> Message:
    """An invitation to join as a client, as a supplier or in the team of `inviter_company`."""
    company = plain(inviter_company)
    inviter = f"{plain(inviter_name)} ({company})" if inviter_name.strip() else company
    letter = Letter(
        language=language,
        subject=say(language, f"invitation_{relation}_subject", company=company),
        greeting=greeting_to(name, language),
        paragraphs=(say(language, f"invitation_{relation}", inviter=inviter),),
        action=say(language, "invitation_action"),
        link=link,
        footer=(_validity(expires_at, language), say(language, "invitation_footer", email=plain(to))),
    )
    return message_of(letter, "invitation", to=to, company_id=company_id)


def compose_password_reset(*, to: str, name: str, language: Language, link: str) -> Message:
    """The link under which a person chooses a new password."""
    return message_of(_link_letter("reset", name, language, link), "password_reset", to=to)


def compose_sign_in_link(
    *, to: str, name: str, language: Language, link: str, expires_at: datetime
) -> Message:
    """The link that signs a person in without a password."""
    letter = _link_letter("sign_in", name, language, link, _validity(expires_at, language))
    return message_of(letter, "sign_in_link", to=to)


def _link_letter(key: str, name: str, language: Language, link: str, *footer: str) -> Letter:
    return Letter(
        language=language,
        subject=say(language, f"{key}_subject"),
        greeting=greeting_to(name, language),
        paragraphs=(say(language, key),),
        action=say(language, f"{key}_action"),
        link=link,
        footer=(*footer, say(language, f"{key}_footer")),
    )


def _validity(expires_at: datetime, language: Language) -> str:
    """Until the day before in UTC: where the reader is, it may not yet be the day on which the link ends."""
    last = (expires_at - timedelta(days=1)).date()
    return say(language, "valid_until", day=day(last.isoformat(), language))
