"""A supplier's stock, from a CSV file. The stock bot of a running server takes it up within seconds."""

from argparse import Namespace
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

import server.api.table  # noqa: F401 -- where the sentences of every fault are declared
from persistence.clock import now
from persistence.database import Database
from persistence.due_look import hasten_looks
from server.catalogue.spreadsheet import RowFault
from server.catalogue.stock_import import import_stock, parse_stock
from server.catalogue.stock_sheet import StockSheet
from server.operate.command import say
from server.operate.counting import counted
from server.operate.failure import Failure
from server.operate.people import find_company
from server.operate.progress import shown
from server.operate.storage import opened
from server.sentences import sentence
from server.settings import Settings

AT_ONCE: Final = 500
"""Rows in one transaction: people's edits go between them."""


def run_stock(settings: Settings, given: Namespace) -> int:
    """Set stock levels."""
    with opened(settings) as db:
        return 1 if import_levels(db, given.file, given.company, say) else 0


def import_levels(db: Database, file: Path, company_name: str, say: Callable[[str], None]) -> list[RowFault]:
    """Set stock levels; every faulty row is told and left out, and returned. Raises Failure."""
    try:
        sheet = parse_stock(file.read_bytes())
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error
    with db.reading() as session:
        company = find_company(session, company_name)
    if company is None or not company.supplies:
        raise Failure(f"There is no supplier {company_name}.")
    parts = _parts(sheet)
    faults, kept, changed = list(sheet.faults), 0, 0
    for part in shown(parts, len(sheet.rows), [len(each.rows) for each in parts]):
        with db.writing() as session:
            report = import_stock(session, company.id, part, now())
            hasten_looks(session, company.id, now())
        faults += report.faults
        kept, changed = kept + report.rows, changed + report.changed
    for fault in sorted(faults, key=lambda one: one.line):
        where = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
        say(f"{where}: {sentence(fault.code, 'en')}")
    say(f"{counted(kept, 'row')} read, {changed:,} changed, {len(faults):,} to correct.")
    return faults


def _parts(sheet: StockSheet) -> list[StockSheet]:
    rows = iter(sheet.rows.items())
    parts = []
    while some := dict(islice(rows, AT_ONCE)):
        parts.append(StockSheet(some, []))
    return parts
