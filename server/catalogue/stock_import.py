"""Bring a supplier's stock in from a spreadsheet: for the command line and for the API.

sheet = parse_stock(data)                                       # pure
report = import_stock(session, supplier_id, sheet, at)          # in one transaction
report = import_stock(session, supplier_id, sheet, at, dry_run=True)
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from persistence.due_look import owe_looks
from persistence.stock import NOT_FOLLOWED, Level, kept_after, set_levels, standing_levels
from server.catalogue.spreadsheet import RowFault
from server.catalogue.stock_sheet import FIELDS, StockSheet, parse_stock
from server.catalogue.stock_writing import check_rows

SHOWN: Final = 200
"""How many changes a report names."""

__all__ = ["StockChange", "StockReport", "import_stock", "parse_stock"]


@dataclass(frozen=True, slots=True)
class StockChange:
    """One line of the file that changes something. before, after: on hand; None where it is not followed."""

    line: int
    code: str
    point: str
    variant: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class StockReport:
    """What an import did, or would do. rows: sound ones; changed: those that differ from what was known.

    products: whose bots are to look again. faults: the lines that were left out, and why.
    """

    rows: int
    changed: int
    changes: list[StockChange]
    products: list[str]
    faults: list[RowFault]


def import_stock(
    session: Session, supplier_id: str, sheet: StockSheet, at: datetime, *, dry_run: bool = False
) -> StockReport:
    """Keep the sound lines of a file; a dry run only says what it would do."""
    levels, wrong = check_rows(session, supplier_id, sheet.rows)
    changes = _changes(session, supplier_id, sheet, levels)
    products = [] if dry_run else set_levels(session, supplier_id, list(levels.values()), at).products
    owe_looks(session, supplier_id, products, at)
    faults = [RowFault(fault.row, FIELDS.get(fault.field, fault.field), fault.code) for fault in wrong]
    return StockReport(
        rows=len(levels),
        changed=len(changes),
        changes=changes[:SHOWN],
        products=products,
        faults=sorted([*sheet.faults, *faults], key=lambda fault: fault.line),
    )


def _changes(
    session: Session, supplier_id: str, sheet: StockSheet, levels: dict[int, Level]
) -> list[StockChange]:
    standing = standing_levels(session, supplier_id, {one.product_id for one in levels.values()})
    changes = []
    for line, level in levels.items():
        before = standing.get(level.key, NOT_FOLLOWED)
        after = kept_after(level, before)
        if before != after:
            code = sheet.rows[line].code or ""
            changes.append(StockChange(line, code, level.point, level.variant, before.on_hand, after.on_hand))
    return changes
