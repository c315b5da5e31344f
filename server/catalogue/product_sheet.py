"""A catalogue as a spreadsheet writes it: CSV in, rows of product fields and faults by line out. Pure.

The first line names columns (COLUMNS, in any order; `code` is required), as `server.catalogue.spreadsheet` reads them.
Sizes are separated by `|`.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from persistence.product import code_key
from server.catalogue.spreadsheet import RowFault, plain_number, read_table
from server.sentences import declare

COLUMNS: Final = (
    "code",
    "name_fr",
    "name_en",
    "description_fr",
    "description_en",
    "unit",
    "decimals",
    "price",
    "minimum",
    "multiple",
    "tax_class",
    "hidden",
    "sizing",
    "points",
)
_DIGITS: Final = 9
_NUMBERS: Final = frozenset({"price", "minimum", "multiple"})
_FLAGS: Final = dict.fromkeys(("yes", "oui", "true", "1"), True) | dict.fromkeys(
    ("no", "non", "false", "0"), False
)

declare(
    {
        "code_twice": (
            "Ce code est déjà plus haut dans le fichier.",
            "This code is already higher up in the file.",
        ),
        "not_a_whole_number": ("Écrivez un nombre entier.", "Write a whole number."),
        "not_yes_or_no": ("Écrivez oui ou non.", "Write yes or no."),
        "not_in_list": (
            "Cette valeur n’est pas dans la liste permise.",
            "This value is not one of those allowed.",
        ),
        "cell_too_long": ("Cette valeur est trop longue.", "This value is too long."),
        "column_missing": (
            "Cette colonne manque pour un nouveau produit.",
            "A new product needs this column.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One product: only the columns that the file has, as `server.catalogue.product_rules.ProductFile` takes them.
    `faults`: what is wrong with its cells as such."""

    line: int
    fields: dict[str, Any]
    faults: list[RowFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its rows, and what is wrong with the whole of it."""

    rows: list[Row]
    faults: list[RowFault]


def read_sheet(data: bytes) -> Sheet:
    """Read a CSV file. A faulty header leaves out everything."""
    table = read_table(data, COLUMNS, ("code",))
    sheet, codes = Sheet([], table.faults), set[str]()
    for line, cells in table.lines:
        row = _row(line, table.header, cells, table.decimal_comma)
        code = code_key(row.fields["code"])
        if code and code in codes:
            row.faults.append(RowFault(line, "code", "code_twice"))
        codes.add(code)
        sheet.rows.append(row)
    return sheet


def _row(line: int, header: list[str], cells: list[str], decimal_comma: bool) -> Row:
    row = Row(line, {"code": ""})
    if len(cells) > len(header):
        row.faults.append(RowFault(line, "", "too_many_cells"))
    for name, cell in zip(header, cells, strict=False):
        text = cell.strip()
        if name in _NUMBERS:
            text = plain_number(text, decimal_comma=decimal_comma)
        value, code = _value(name, text)
        if code:
            row.faults.append(RowFault(line, name, code))
        if text or name in ("code", "name_fr", "price", "unit"):
            row.fields[name] = value
    return row


def _value(name: str, text: str) -> tuple[Any, str | None]:
    """A cell as its field takes it, and what is wrong with it."""
    if name == "decimals" and text:
        # Python reads no number of thousands of digits; one of two is too many here, and told as such.
        is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
        return (int(text), None) if is_number else (text, "not_a_whole_number")
    if name == "hidden" and text:
        return (_FLAGS[text.lower()], None) if text.lower() in _FLAGS else (text, "not_yes_or_no")
    if name == "points":
        return [point.strip() for point in text.split("|")], None
    return text, None
