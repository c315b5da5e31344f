"""A catalogue as a spreadsheet writes it: CSV in, rows of product fields and faults by line out. Pure.

The first line names columns (COLUMNS, in any order; `code` is required). Comma or semicolon, UTF-8 or the
Windows encoding of western Europe: what spreadsheets save. With semicolons, numbers may have a decimal comma.
Sizes are separated by `|`.
"""

import csv
import io
from dataclasses import dataclass
from typing import Any, Final

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
MOST_ROWS: Final = 20_000
_NUMBERS: Final = frozenset({"price", "minimum", "multiple"})
_FLAGS: Final = dict.fromkeys(("yes", "oui", "true", "1"), True) | dict.fromkeys(
    ("no", "non", "false", "0"), False
)

declare(
    {
        "unknown_column": ("Cette colonne n’est pas connue.", "This column is not known."),
        "column_twice": ("Cette colonne est là deux fois.", "This column is there twice."),
        "no_code_column": ("Il manque la colonne « code ».", "The column “code” is missing."),
        "too_many_rows": ("Le fichier a plus de 20 000 lignes.", "The file has more than 20,000 rows."),
        "too_many_cells": (
            "Cette ligne a plus de cases que d’en-têtes.",
            "This row has more cells than there are columns.",
        ),
        "code_twice": (
            "Ce code est déjà plus haut dans le fichier.",
            "This code is already higher up in the file.",
        ),
        "not_a_whole_number": ("Écrivez un nombre entier.", "Write a whole number."),
        "not_yes_or_no": ("Écrivez oui ou non.", "Write yes or no."),
        "not_readable": ("Ce fichier n’est pas un tableau CSV.", "This file is not a CSV table."),
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
class RowFault:
    """What to correct: the file's line, the column, and a code that has a sentence."""

    line: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """One product: only the columns that the file has, as `server.product_rules.ProductFile` takes them."""

    line: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: the rows to keep, and the faults of the others."""

    rows: list[Row]
    faults: list[RowFault]


def read_sheet(data: bytes) -> Sheet:
    """Read a CSV file. A faulty row is left out and told; a faulty header leaves out everything."""
    text = _text(data)
    comma = text.partition("\n")[0].count(";") <= text.partition("\n")[0].count(",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if comma else ";", strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error:
        return Sheet([], [RowFault(reader.line_num, "", "not_readable")])
    header = [name.strip().lower() for name in lines[0][1]] if lines else []
    if faults := _header_faults(header, len(lines)):
        return Sheet([], faults)
    return _rows(header, lines[1:], decimal_comma=not comma)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _header_faults(header: list[str], lines: int) -> list[RowFault]:
    faults = [RowFault(1, name, "unknown_column") for name in header if name not in COLUMNS]
    faults += [RowFault(1, name, "column_twice") for name in COLUMNS if header.count(name) > 1]
    if "code" not in header:
        faults.append(RowFault(1, "code", "no_code_column"))
    if lines - 1 > MOST_ROWS:
        faults.append(RowFault(MOST_ROWS + 2, "", "too_many_rows"))
    return faults


def _rows(header: list[str], lines: list[tuple[int, list[str]]], *, decimal_comma: bool) -> Sheet:
    sheet, codes = Sheet([], []), set[str]()
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        row, faults = _row(line, header, cells, decimal_comma)
        code = row.fields["code"].casefold()
        if code and code in codes:
            faults.append(RowFault(line, "code", "code_twice"))
        codes.add(code)
        sheet.faults.extend(faults)
        if not faults:
            sheet.rows.append(row)
    return sheet


def _row(line: int, header: list[str], cells: list[str], decimal_comma: bool) -> tuple[Row, list[RowFault]]:
    row, faults = Row(line, {"code": ""}), []
    if len(cells) > len(header):
        faults.append(RowFault(line, "", "too_many_cells"))
    for name, cell in zip(header, cells, strict=False):
        text = cell.strip()
        if decimal_comma and name in _NUMBERS:
            text = text.replace(",", ".")
        value, code = _value(name, text)
        if code:
            faults.append(RowFault(line, name, code))
        if text or name in ("code", "name_fr", "price", "unit"):
            row.fields[name] = value
    return row, faults


def _value(name: str, text: str) -> tuple[Any, str | None]:
    """A cell as its field takes it, and what is wrong with it."""
    if name == "decimals" and text:
        return (int(text), None) if text.isascii() and text.isdigit() else (text, "not_a_whole_number")
    if name == "hidden" and text:
        return (_FLAGS[text.lower()], None) if text.lower() in _FLAGS else (text, "not_yes_or_no")
    if name == "points":
        return [point.strip() for point in text.split("|")], None
    return text, None
