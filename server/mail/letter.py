"""A mail before it is text or HTML: its parts in reading order, in the reader's language."""

from dataclasses import dataclass
from typing import Literal

from schema.language import Language
from schema.status import Status


@dataclass(frozen=True, slots=True)
class Row:
    """One named value. `before` is None where there is nothing to compare with."""

    label: str
    after: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A product line, or the order as a whole: its title, what befell it, and its rows."""

    title: str
    note: str | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Groups under one heading; `more` says what was left out."""

    heading: str
    groups: tuple[Group, ...]
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail with exactly one link. Every text is plain and on one line."""

    language: Language
    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    action: str
    link: str
    status: Status | None = None
    reason: str | None = None
    sections: tuple[Section, ...] = ()
    turn: str | None = None
    footer: tuple[str, ...] = ()


OrderMailKind = Literal[
    "received",
    "changed",
    "approved",
    "accepted",
    "declined",
    "cancelled",
    "cancellation_asked",
    "cancellation_declined",
    "amendment_opened",
    "amendment_declined",
    "amendment_given_up",
    "proposed",
    "reminder",
]
"""What happened. `approved`: the actor signed what the reader wrote and has not sent; `declined` closes an order that
was never agreed, the other refusals leave it in force; `amendment_given_up`: by who opened it; `proposed`: a bot of the
reader's own company wrote something; `reminder`: an answer is owed."""

Kind = Literal["invitation", "password_reset", "sign_in_link", OrderMailKind]
"""What a mail is about; kept with it in the outbox."""
