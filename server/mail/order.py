"""Mails about an order: received, changed, accepted, declined, cancelled, reopened."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from persistence.outbox import Message
from schema.language import Language
from schema.order import Content, Side, other
from schema.status import Status, status_for, turn_of
from schema.terms import Terms
from server.mail.amounts import line_groups, total_rows
from server.mail.compose import greeting_to, message_of, plain
from server.mail.conditions import condition_rows
from server.mail.differences import difference_groups, limited
from server.mail.formats import one_line
from server.mail.letter import Group, Letter, OrderMailKind, Section
from server.mail.words import say

CHANGES_LIMIT: Final = 40
REASON_LIMIT: Final = 500
_WITH_AMOUNTS: Final = ("received", "changed", "approved", "accepted", "proposed")
_WITH_CHANGES: Final = ("changed", "approved", "proposed")
# A proposal says itself what to do, whoever is to answer what was sent before it.
_WITH_TURN: Final = ("received", "changed", "approved", "reminder")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who receives an order's mail."""

    name: str
    email: str
    language: Language
    has_password: bool = True


@dataclass
class OrderMail:
    """What all readers of one company are told of what the other did with an order.

    before: the terms that the readers know, as last signed by their company, else as last sent to it; None when they
    have seen none: then the lines are listed instead of the changes. content: the order as it stands after the act; it
    is not changed any more. company_id: of the actor.
    """

    kind: OrderMailKind
    before: Terms | None
    content: Content
    order_id: str
    order_number: str
    reader_side: Side
    actor_name: str
    actor_company: str
    reason: str | None = None
    company_id: str | None = None
    _sections: dict[Language, tuple[Section, ...]] = field(default_factory=dict)

    def prepare(self, languages: Iterable[Language]) -> None:
        """Work out ahead what takes long on a large order: some 40 µs a line in each language."""
        _ = self._turn, self._status
        for language in languages:
            self._sections_in(language)

    def to(self, reader: Reader, link: str, deduplication_key: str | None = None) -> Message:
        """The mail to one of them."""
        language = reader.language
        names = {
            "company": plain(self.actor_company),
            "actor": _actor(self.actor_name, self.actor_company),
            "number": self.order_number,
        }
        key = _key(self.kind, self.content)
        action = "answer_order" if self._turn == self.reader_side else "see_order"
        letter = Letter(
            language=language,
            subject=say(language, f"{key}_subject", **names),
            greeting=greeting_to(reader.name, language),
            paragraphs=(say(language, key, **names),),
            action=say(language, action, number=self.order_number),
            link=link,
            status=self._status,
            reason=_cut(self.reason),
            sections=self._sections_in(language),
            turn=_turn(self._turn, self.kind, self.content, self.reader_side, language),
            footer=() if reader.has_password else (say(language, "personal_link"),),
        )
        return message_of(
            letter,
            self.kind,
            to=reader.email,
            order_id=self.order_id,
            company_id=self.company_id,
            deduplication_key=deduplication_key,
        )

    @cached_property
    def _turn(self) -> Side | None:
        return turn_of(self.content)

    @cached_property
    def _status(self) -> Status:
        return status_for(self.content, self.reader_side)

    def _sections_in(self, language: Language) -> tuple[Section, ...]:
        if language not in self._sections:
            self._sections[language] = _sections(self.kind, self.before, self.content, language)
        return self._sections[language]


def _actor(name: str, company: str) -> str:
    return f"{plain(name)} ({plain(company)})" if name.strip() else plain(company)


def _key(kind: OrderMailKind, content: Content) -> str:
    return f"received_from_{content.record.get('made_by', 'client')}" if kind == "received" else kind


def _cut(reason: str | None) -> str | None:
    line = one_line(reason or "")
    return (line if len(line) <= REASON_LIMIT else line[: REASON_LIMIT - 1] + "…") or None


def _sections(
    kind: OrderMailKind, before: Terms | None, content: Content, language: Language
) -> tuple[Section, ...]:
    if kind not in _WITH_AMOUNTS:
        return ()
    sections = []
    if kind in _WITH_CHANGES and before is not None:
        heading = "approved_heading" if kind == "approved" else "changes_heading"
        sections.append(_changes(before, content, heading, language))
    elif kind != "accepted":
        sections.append(_lines(content, language))
    compared = before if kind in _WITH_CHANGES else None
    amounts = Group("", None, total_rows(compared, content, language))
    sections.append(Section(say(language, "totals_heading"), (amounts,)))
    return tuple(section for section in sections if section.groups)


def _changes(before: Terms, content: Content, heading: str, language: Language) -> Section:
    groups, left_out = limited(difference_groups(before, content, language), CHANGES_LIMIT)
    return Section(say(language, heading), groups, _more("changes", left_out, language))


def _lines(content: Content, language: Language) -> Section:
    whole = Group(say(language, "whole_order"), None, condition_rows(content, language))
    groups = line_groups(content, language)
    more = _more("lines", len(groups) - CHANGES_LIMIT, language)
    shown = (*([whole] if whole.rows else []), *groups[:CHANGES_LIMIT])
    return Section(say(language, "lines_heading"), shown, more)


def _more(noun: str, count: int, language: Language) -> str | None:
    if count <= 0:
        return None
    return say(language, f"more_{noun}_one" if count == 1 else f"more_{noun}", count=count)


def _turn(
    turn: Side | None, kind: OrderMailKind, content: Content, reader_side: Side, language: Language
) -> str | None:
    if turn is None or kind not in _WITH_TURN:
        return None
    if turn == reader_side:
        return say(language, "turn_yours_approved" if kind == "approved" else "turn_yours")
    company = (content.record.get(f"parties/{other(reader_side)}") or {}).get("name", "")
    return say(language, "turn_theirs", company=plain(company))
