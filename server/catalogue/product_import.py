"""Bring a supplier's catalogue in from a spreadsheet: add what is new, change what has a known code."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlmodel import Session

from persistence.product import add_product, change_product, product_by_code
from server.catalogue.product_rules import ProductFile, as_file, faults
from server.catalogue.product_sheet import Row, read_sheet
from server.catalogue.spreadsheet import RowFault
from server.sentences import known as known_code

_CODES: Final = {
    "literal_error": "not_in_list",
    "less_than_equal": "out_of_range",
    "string_too_long": "cell_too_long",
    "too_long": "cell_too_long",
    "missing": "column_missing",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. `faults`: the rows that were left as they were, and why."""

    added: int
    changed: int
    faults: list[RowFault]


def import_products(session: Session, supplier_id: str, data: bytes) -> Report:
    """Add or change the products of a CSV file; a blank cell leaves a known product's field as it is.

    Good rows are kept even when others are faulty, and the same file may be brought in again.
    """
    sheet = read_sheet(data)
    done, wrong = Counter[str](), list(sheet.faults)
    for row in sheet.rows:
        outcome = _keep(session, supplier_id, row)
        if isinstance(outcome, list):
            wrong += outcome
        else:
            done[outcome] += 1
    return Report(done["added"], done["changed"], sorted(wrong, key=lambda fault: fault.line))


def _keep(session: Session, supplier_id: str, row: Row) -> Literal["added", "changed"] | list[RowFault]:
    """All that is wrong with the row, where it is not kept."""
    if any(fault.column == "" for fault in row.faults):
        return row.faults  # its cells may be under the wrong names
    known = product_by_code(session, supplier_id, row.fields["code"])
    file = _file({**(as_file(known) if known else {}), **row.fields})
    wrong = file if isinstance(file, list) else [(fault.field, fault.code) for fault in faults(file)]
    if isinstance(file, list) or wrong or row.faults:
        told = {fault.column for fault in row.faults}
        return row.faults + [RowFault(row.line, field, code) for field, code in wrong if field not in told]
    if known is None:
        add_product(session, supplier_id, file.model_dump())
        return "added"
    change_product(session, known, file.model_dump())
    return "changed"


def _file(fields: dict[str, Any]) -> ProductFile | list[tuple[str, str]]:
    try:
        return ProductFile.model_validate(fields)
    except ValidationError as error:
        return [(_path(fault), _code(fault["type"])) for fault in error.errors()]


def _path(fault: ErrorDetails) -> str:
    return ".".join(str(part) for part in fault["loc"])


def _code(kind: str) -> str:
    return _CODES.get(kind) or (kind if known_code(kind) else "wrong_form")
