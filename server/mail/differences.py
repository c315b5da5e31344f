"""What changed in an order, cell by cell and line by line, in the words of the reader.

What stands is what counts: a quantity is shown as the effective one, before → after. Only where that stays
the same while a company changed its own side is that side's quantity shown, under its own name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from schema.cells import FIELDS, Cell, parse
from schema.language import Language
from schema.order import Content, facts_of, lines_of
from schema.terms import Change, Terms, changes_between, terms_of
from server.mail import formats
from server.mail.amounts import content_of
from server.mail.description import line_title
from server.mail.labels import LABELS, OTHERS, QUANTITY, pick
from server.mail.letter import Group, Row
from server.mail.telling import name_in, named, product_title, value_text
from server.mail.words import say

_RANK: Final = {field.name: rank for rank, field in enumerate(FIELDS.values())}
_FLAG_NOTES: Final = {
    "client.lines.withdrawn": "line_withdrawn",
    "supplier.lines.rejected": "line_rejected",
}
_ORDER: Final = ""  # the group of what belongs to no line


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is needed to put a cell into words. stood: the order as it was by the terms before."""

    before: Terms
    stood: Content
    after: Terms
    content: Content
    language: Language


def difference_groups(before: Terms, content: Content, language: Language) -> list[Group]:
    """What differs from `before` to the terms that stand: the order as a whole, then its lines in order."""
    reading = _Reading(before, content_of(before, content), terms_of(content), content, language)
    places = {line: at for at, line in enumerate((_ORDER, *lines_of(content)))}
    by_line = sorted(changes_between(before, reading.after), key=lambda change: _place(change, places))
    groups = (_group(reading, line, list(changes)) for line, changes in groupby(by_line, key=_line))
    return [group for group in groups if group.note or group.rows]


def limited(groups: Iterable[Group], limit: int) -> tuple[tuple[Group, ...], int]:
    """The first groups, `limit` rows in all, and how many rows were left out; a bare note counts as one."""
    kept: list[Group] = []
    left, dropped = limit, 0
    for group in groups:
        size = len(group.rows) or 1
        if left > 0:
            kept.append(Group(group.title, group.note, group.rows[:left]))
        dropped += max(0, size - max(0, left))
        left -= size
    return tuple(kept), dropped


def _line(change: Change) -> str:
    if change.root in ("products", "substitutes"):
        return change.key
    cell = parse(change.root, change.key)
    return (cell.line if cell else None) or _ORDER


def _place(change: Change, places: Mapping[str, int]) -> tuple[int, str, int, str]:
    line = _line(change)
    cell = parse(change.root, change.key)
    return places.get(line, len(places)), line, _RANK[cell.field.name] if cell else -1, change.key


def _group(reading: _Reading, line: str, changes: list[Change]) -> Group:
    if line == _ORDER:
        return Group(say(reading.language, "whole_order"), None, _rows(reading, changes))
    gone = facts_of(reading.content, line) is None
    facts = reading.before.get("products", {}).get(line)
    title = (
        product_title(facts, reading.language)
        if gone
        else line_title(reading.content, line, reading.language)
    )
    note, rows = _note(reading, line, changes), _rows(reading, changes)
    return Group(title, note, (*rows, *_reason(reading, line)))


def _note(reading: _Reading, line: str, changes: list[Change]) -> str | None:
    for change in changes:
        cell = parse(change.root, change.key)
        if cell and cell.field.name in _FLAG_NOTES and "true" in (change.before, change.after):
            lifted = change.before == "true"
            return say(reading.language, "line_restored" if lifted else _FLAG_NOTES[cell.field.name])
    return say(reading.language, "line_added") if _is_new(reading, line) else None


def _is_new(reading: _Reading, line: str) -> bool:
    key = f"lines/{line}/product"
    return all(key not in reading.before.get(root, {}) for root in ("client", "supplier"))


def _reason(reading: _Reading, line: str) -> tuple[Row, ...]:
    reason = reading.content.supplier.get(f"lines/{line}/reason")
    if not reason:
        return ()
    label = pick(LABELS["supplier.lines.reason"], reading.language)
    return (Row(label, formats.one_line(str(reason))),)


def _rows(reading: _Reading, changes: list[Change]) -> tuple[Row, ...]:
    quantities = {change.key for change in changes if _is_quantity(change)}
    rows = []
    for change in changes:
        if not _is_quantity(change):
            rows.append(_row(reading, change))
        elif change.key in quantities:  # the two registers' rows for one quantity are told once
            quantities.remove(change.key)
            rows.append(_quantity_row(reading, change, changes))
    return tuple(row for row in rows if row)


def _is_quantity(change: Change) -> bool:
    cell = parse(change.root, change.key)
    return cell is not None and cell.noun == "quantity"


def _quantity_row(reading: _Reading, change: Change, changes: list[Change]) -> Row | None:
    before, after = _standing(reading.before, change.key), _standing(reading.after, change.key)
    cell = parse(change.root, change.key)
    if cell is None or before == after:
        asked = next((c for c in changes if c.key == change.key and c.root == "client"), change)
        return _beside_offer(reading, asked, _row(reading, asked))
    label = pick(QUANTITY[cell.point is not None], reading.language).format(point=cell.point)
    return _compared(reading, cell, label, before, after)


def _beside_offer(reading: _Reading, asked: Change, row: Row | None) -> Row | None:
    """What is asked anew, with the offer that stands all the same: who signs agrees to that."""
    cell = parse(asked.root, asked.key)
    if row is None or cell is None or asked.root != "client":
        return row
    offered = value_text(reading.content, cell, _standing(reading.after, asked.key), reading.language)
    return replace(row, after=say(reading.language, "offer_stands", asked=row.after, offered=offered))


def _standing(terms: Terms, key: str) -> Any:
    given = terms["supplier"].get(key)
    return given if given is not None else terms["client"].get(key)


def _row(reading: _Reading, change: Change) -> Row | None:
    cell = parse(change.root, change.key)
    if cell is None:
        return _other_row(reading, change)
    if cell.noun == "product" or cell.field.name in _FLAG_NOTES:
        return None  # said by the group's title or note
    label = pick(LABELS[cell.field.name], reading.language).format(point=_point(reading, cell))
    if cell.noun == "substitute":
        return Row(label, *_substitutes(reading, cell, change))
    return _compared(reading, cell, label, change.before, change.after)


def _compared(reading: _Reading, cell: Cell, label: str, before: Any, after: Any) -> Row:
    # Signed terms keep the unit that was counted in, and not what the options were called.
    stood = reading.stood if cell.field.value == "quantity" else reading.content
    old = value_text(stood, cell, before, reading.language)
    new = value_text(reading.content, cell, after, reading.language)
    is_new = cell.line is not None and _is_new(reading, cell.line)
    return Row(label, new, None if is_new else old)


def _other_row(reading: _Reading, change: Change) -> Row | None:
    language = reading.language
    if change.root == "currency":
        return Row(pick(OTHERS["currency"], language), str(change.after), str(change.before))
    if change.root == "substitutes":
        return None  # said by the cell that names the substitute
    if change.root == "products":
        if change.before is None or change.after is None:
            return None
        old, new = product_title(change.before, language), product_title(change.after, language)
        return Row(pick(OTHERS["product"], language), new, old)
    old, new = (formats.one_line((party or {}).get("name", "")) for party in (change.before, change.after))
    return Row(pick(OTHERS[change.address], language), new, old) if old != new else None


def _point(reading: _Reading, cell: Cell) -> str:
    point = cell.point or ""
    about = named(reading.content, cell, cell.noun)
    return formats.one_line(name_in(about, reading.language) or point)


def _substitutes(reading: _Reading, cell: Cell, change: Change) -> tuple[str, str]:
    old, new = (
        product_title(terms.get("substitutes", {}).get(cell.line), reading.language)
        if named
        else formats.NOTHING
        for terms, named in ((reading.before, change.before), (reading.after, change.after))
    )
    return new, old
