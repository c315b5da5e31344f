"""A supplier's catalogue, from a CSV file."""

from collections.abc import Callable
from pathlib import Path

import server.api.table  # noqa: F401 -- where the sentences of every fault are declared
from persistence.database import Database
from server.catalogue.product_import import Report, import_products
from server.operate.counting import counted
from server.operate.failure import Failure
from server.operate.people import find_company
from server.sentences import sentence


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
