"""What all mails share: names made harmless, the greeting, and a letter as a message for the outbox."""

import re
from typing import Final

from persistence.outbox import Message
from schema.language import Language
from server.mail.formats import one_line
from server.mail.html import render_html
from server.mail.letter import Kind, Letter
from server.mail.text import render_text
from server.mail.words import say

NAME_LIMIT: Final = 100
_ADDRESS_START: Final = re.compile(r"(?i)\b(https?:/*|www\.)")


def plain(text: str) -> str:
    """A name on one line, at most NAME_LIMIT signs, without what mail clients would turn into a link.

    Names are other people's input: a line break would end a header, and an address would be clicked on.
    """
    line = one_line(_ADDRESS_START.sub("", text))
    return line if len(line) <= NAME_LIMIT else line[: NAME_LIMIT - 1] + "…"


def greeting_to(name: str, language: Language) -> str:
    """`Bonjour Anna Roy,`; without a name, `Bonjour,`."""
    called = plain(name)
    return say(language, "greeting", name=called) if called else say(language, "greeting_unnamed")


def message_of(
    letter: Letter,
    kind: Kind,
    *,
    to: str,
    order_id: str | None = None,
    company_id: str | None = None,
    deduplication_key: str | None = None,
) -> Message:
    """The letter with its text and HTML, ready for `persistence.outbox.queue`."""
    return Message(
        to=to,
        language=letter.language,
        subject=letter.subject,
        text=render_text(letter),
        html=render_html(letter),
        kind=kind,
        order_id=order_id,
        company_id=company_id,
        deduplication_key=deduplication_key,
    )
