"""Mails about an order: received, changed, accepted, declined, cancelled, reopened."""

from dataclasses import dataclass
from typing import Final

from persistence.outbox import Message
from schema.language import Language
from schema.order import Content, Side, other
from schema.status import status_for, turn_of
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


def compose_order_mail(
    kind: OrderMailKind,
    reader: Reader,
    *,
    before: Terms | None,
    content: Content,
    order_id: str,
    order_number: str,
    reader_side: Side,
    actor_name: str,
    actor_company: str,
    link: str,
    reason: str | None = None,
    company_id: str | None = None,
    deduplication_key: str | None = None,
) -> Message:
    """The mail that tells a reader what the other company did with an order.

    before: the terms that the reader knows, as last signed by his company, else as last sent to it; None when
    he has seen none: then the lines are listed instead of the changes. content: the order as it stands after
    the act. company_id: of the actor.
    """
    language = reader.language
    names = {
        "company": plain(actor_company),
        "actor": _actor(actor_name, actor_company),
        "number": order_number,
    }
    key = _key(kind, content)
    turn = turn_of(content)
    letter = Letter(
        language=language,
        subject=say(language, f"{key}_subject", **names),
        greeting=greeting_to(reader.name, language),
        paragraphs=(say(language, key, **names),),
        action=say(language, "answer_order" if turn == reader_side else "see_order", number=order_number),
        link=link,
        status=status_for(content, reader_side),
        reason=_cut(reason),
        sections=_sections(kind, before, content, language),
        turn=_turn(turn, kind, content, reader_side, language),
        footer=() if reader.has_password else (say(language, "personal_link"),),
    )
    return message_of(
        letter,
        kind,
        to=reader.email,
        order_id=order_id,
        company_id=company_id,
        deduplication_key=deduplication_key,
    )


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
