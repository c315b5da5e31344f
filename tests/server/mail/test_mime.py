from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from persistence.outbox import Claim, Message
from server.mail.mime import UnsendableMail, mime_of
from tests.server.mail.sheet import ORDER_ID
from tests.server.mail.test_order import changed_and_sent

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FROM = "Commande partagée <commande@boreale.example>"


def claim_of(message: Message, attempt: int = 1) -> Claim:
    return Claim("ab" * 16, attempt, message, NOON)


def received(claim: Claim) -> EmailMessage:
    parsed = message_from_bytes(mime_of(claim, FROM).as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_mail_carries_the_headers_it_should_and_no_other() -> None:
    letter = received(claim_of(changed_and_sent("fr")))
    assert {name.lower(): str(value) for name, value in letter.items() if name != "Content-Type"} == {
        "from": FROM,
        "to": "anna@laurier.example",
        "subject": "Ébénisterie Boréale a modifié la commande 2026-0147",
        "date": "Mon, 23 Nov 2026 12:00:00 +0000",
        "message-id": f"<{'ab' * 16}@boreale.example>",
        "in-reply-to": f"<order.{ORDER_ID}@boreale.example>",
        "references": f"<order.{ORDER_ID}@boreale.example>",
        "auto-submitted": "auto-generated",
        "x-auto-response-suppress": "All",
        "content-language": "fr",
        "mime-version": "1.0",
    }


def test_both_parts_arrive_as_they_were_composed_text_first() -> None:
    message = changed_and_sent("fr")
    text, html = received(claim_of(message)).iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().splitlines() == message.text.splitlines()
    assert html.get_content().splitlines() == message.html.splitlines()


def test_a_second_attempt_is_the_same_mail() -> None:
    first, second = (received(claim_of(changed_and_sent("fr"), attempt)) for attempt in (1, 2))
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_a_mail_about_no_order_starts_no_conversation() -> None:
    letter = received(claim_of(replace(changed_and_sent("fr"), order_id=None)))
    assert letter["References"] is None


@pytest.mark.parametrize(
    "address",
    ["", "anna", "anna@", "@laurier.example", "anna@x\r\nBcc: eve@rival.example", "a@b.example, c@d.example"],
)
def test_what_is_no_single_address_is_never_sent_to(address: str) -> None:
    with pytest.raises(UnsendableMail):
        mime_of(claim_of(replace(changed_and_sent("fr"), to=address)), FROM)
