"""A table as a spreadsheet writes it: CSV in; header, lines and what is wrong with the header out. Pure.

Comma, semicolon or tab, UTF-8 or the Windows encoding of western Europe: what spreadsheets save. With semicolons or
tabs, numbers may have a decimal comma.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.sentences import declare

MOST_ROWS: Final = 20_000
_THOUSANDS: Final = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
"""The blank between thousands, of any width: spreadsheets save a number as it is shown."""

declare(
    {
        "unknown_column": ("Cette colonne n’est pas connue.", "This column is not known."),
        "column_twice": ("Cette colonne est là deux fois.", "This column is there twice."),
        "no_code_column": ("Il manque la colonne « code ».", "The column “code” is missing."),
        "no_on_hand_column": ("Il manque la colonne « on_hand ».", "The column “on_hand” is missing."),
        "too_many_rows": ("Le fichier a plus de 20 000 lignes.", "The file has more than 20,000 rows."),
        "too_many_cells": (
            "Cette ligne a plus de cases que d’en-têtes.",
            "This row has more cells than there are columns.",
        ),
        "not_readable": ("Ce fichier n’est pas un tableau CSV.", "This file is not a CSV table."),
    }
)


@dataclass(frozen=True, slots=True)
class RowFault:
    """What to correct: the file's line, the column, and a code that has a sentence."""

    line: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read. lines: the number and the cells of each that is not blank; none where `faults` are."""

    header: list[str]
    lines: list[tuple[int, list[str]]]
    decimal_comma: bool
    faults: list[RowFault]


def read_table(data: bytes, columns: Sequence[str], required: Sequence[str]) -> Table:
    """Read a CSV file whose first line names some of `columns`, in any order, and all that are `required`."""
    text = _text(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    decimal_comma = delimiter != ","
    if "\0" in first:  # a workbook as its program keeps it, or UTF-16
        return Table([], [], decimal_comma, [RowFault(1, "", "not_readable")])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error:
        return Table([], [], decimal_comma, [RowFault(reader.line_num, "", "not_readable")])
    header = [name.strip().lower() for name in lines[0][1]] if lines else []
    faults = _header_faults(header, columns, required)
    if len(lines) - 1 > MOST_ROWS:
        faults.append(RowFault(MOST_ROWS + 2, "", "too_many_rows"))
    filled = [] if faults else [line for line in lines[1:] if any(cell.strip() for cell in line[1])]
    return Table(header, filled, decimal_comma, faults)


def plain_number(cell: str, *, decimal_comma: bool) -> str:
    """A number as programs write it, where a spreadsheet wrote `1 234,50`; anything else as it is."""
    joined = _THOUSANDS.sub("", cell)
    return joined.replace(",", ".") if decimal_comma else joined


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _header_faults(header: list[str], columns: Sequence[str], required: Sequence[str]) -> list[RowFault]:
    faults = [RowFault(1, name, "unknown_column") for name in header if name not in columns]
    faults += [RowFault(1, name, "column_twice") for name in columns if header.count(name) > 1]
    return faults + [RowFault(1, name, f"no_{name}_column") for name in required if name not in header]
