"""Which cells are coloured for a reader: those that differ from what his company last signed.

The browser colours. This is its rule a second time, so that neither can be wrong alone: both are held to the same
golden examples, and to each other by random orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from schema.cells import REGISTERS, Register, line_key, parse
from schema.order import Content, Side, effective, product_of
from schema.terms import Change, Terms, changes_between, says_nothing, signed_terms, terms_of
from schema.values import canonical

LineChange = Literal["removed", "withdrawn", "rejected", "added", "restored", "product", "changed"]
"""What happened to a line since the reader signed, in one word."""

_PRODUCT_CELLS: Final = ("product", "substitute")


@dataclass(frozen=True, slots=True)
class ChangedCells:
    """What is coloured: cells by address (`client/lines/7f3a/quantity`, `products/7f3a`), and their lines."""

    cells: dict[str, Change]
    lines: dict[str, LineChange]


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """What was asked and offered at one moment; `value` is what stands: the offer where there is one."""

    asked: Any
    offered: Any
    value: Any


@dataclass(frozen=True, slots=True)
class EffectiveCell:
    """One cell as the sheet shows it.

    now: as the registers have it; differs: the two companies say different things; changed_from: what the
    reader's company last signed, canonical, None where nothing differs or it has never signed.
    """

    now: EffectiveValue
    differs: bool
    changed_from: EffectiveValue | None


def last_signed(content: Content, reader: Side) -> Terms | None:
    """The terms that a company last signed; None when it has never signed."""
    signature = content.record.get(f"signatures/{reader}")
    return signed_terms(signature) if signature else None


def changed_cells(content: Content, reader: Side) -> ChangedCells:
    """Everything that is coloured for a reader."""
    before = last_signed(content, reader)
    if before is None:
        return ChangedCells({}, {})
    after = terms_of(content)
    changes = changes_between(before, after)
    lines = {line for change in changes if (line := _line_of(change))}
    return ChangedCells(
        {change.address: change for change in changes},
        {line: _line_change(line, before, after) for line in sorted(lines)},
    )


def _line_of(change: Change) -> str | None:
    if change.root in ("products", "substitutes"):
        return change.key
    cell = parse(change.root, change.key)
    return cell.line if cell else None


def _line_change(line: str, before: Terms, after: Terms) -> LineChange:
    if not _is_line(line, after):
        return "removed"
    if _is_raised(line, "client", "withdrawn", after) and not _is_raised(line, "client", "withdrawn", before):
        return "withdrawn"
    if _is_raised(line, "supplier", "rejected", after) and not _is_raised(
        line, "supplier", "rejected", before
    ):
        return "rejected"
    if not _is_line(line, before):
        return "added"
    if _is_dropped(line, before) and not _is_dropped(line, after):
        return "restored"
    return "product" if _has_other_product(line, before, after) else "changed"


def _is_line(line: str, terms: Terms) -> bool:
    return any(line_key(line, "product") in terms[side] for side in REGISTERS)


def _is_raised(line: str, side: Register, flag: str, terms: Terms) -> bool:
    return bool(terms[side].get(line_key(line, flag)) == "true")


def _is_dropped(line: str, terms: Terms) -> bool:
    return _is_raised(line, "client", "withdrawn", terms) or _is_raised(line, "supplier", "rejected", terms)


def _has_other_product(line: str, before: Terms, after: Terms) -> bool:
    keys = [line_key(line, noun) for noun in _PRODUCT_CELLS]
    return any(before[side].get(key) != after[side].get(key) for side in REGISTERS for key in keys) or any(
        before.get(root, {}).get(line) != after.get(root, {}).get(line)
        for root in ("products", "substitutes")
    )


def effective_cell(
    content: Content, reader: Side, line: str | None, noun: str, point: str | None = None
) -> EffectiveCell:
    """One cell as the sheet shows it to a reader: `noun` of a line (None: of the order), of a point where it
    has any.

    It is coloured when either register's part of it differs from what the reader signed, so that a red order
    always has a red cell.
    """
    parts = (noun,) if point is None else (noun, point)
    key = noun if line is None else line_key(line, *parts)
    asked, offered = content.client.get(key), content.supplier.get(key)
    covered = line is None or product_of(content, line) is not None
    plain = {
        "client": _canonical("client", key, asked) if covered else None,
        "supplier": _canonical("supplier", key, offered) if covered else None,
    }
    both = plain["client"] is not None and plain["supplier"] is not None
    return EffectiveCell(
        EffectiveValue(asked, offered, effective(content, key)),
        both and plain["client"] != plain["supplier"],
        _changed_from(last_signed(content, reader), key, plain),
    )


def _canonical(root: Register, key: str, value: Any) -> Any:
    cell = parse(root, key)
    return canonical(cell.field.value, value) if cell and not says_nothing(value) else None


def _changed_from(signed: Terms | None, key: str, plain: Mapping[str, Any]) -> EffectiveValue | None:
    if signed is None:
        return None
    asked, offered = signed["client"].get(key), signed["supplier"].get(key)
    before = {"client": asked, "supplier": offered}
    if not any(_is_term(root, key) and before[root] != plain[root] for root in REGISTERS):
        return None
    return EffectiveValue(asked, offered, asked if offered is None else offered)


def _is_term(root: Register, key: str) -> bool:
    cell = parse(root, key)
    return cell is not None and cell.field.term
