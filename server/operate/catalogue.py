"""A supplier's catalogue, from a CSV file."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import server.api.table  # noqa: F401 -- where the sentences of every fault are declared
from persistence.database import Database
from server.catalogue.product_import import Report, import_products
from server.operate.command import say
from server.operate.counting import counted
from server.operate.failure import Failure
from server.operate.people import find_company
from server.operate.storage import opened
from server.sentences import sentence
from server.settings import Settings


def run_products(settings: Settings, given: Namespace) -> int:
    """Add and change products."""
    with opened(settings) as db:
        return 1 if import_catalogue(db, given.file, given.company, say).faults else 0


def import_catalogue(db: Database, file: Path, company_name: str, say: Callable[[str], None]) -> Report:
    """Add and change products; every faulty row is told and left out. Raises Failure."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error
    say(f"Reading {file}, {counted(data.count(10), 'line')}…")
    with db.writing() as session:
        company = find_company(session, company_name)
        if company is None or not company.supplies:
            raise Failure(f"There is no supplier {company_name}.")
        report = import_products(session, company.id, data)
    for fault in report.faults:
        where = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
        say(f"{where}: {sentence(fault.code, 'en')}")
    say(f"{report.added} added, {report.changed} changed, {len(report.faults)} to correct.")
    return report
