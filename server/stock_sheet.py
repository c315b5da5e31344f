"""A stock list as a spreadsheet writes it: CSV in, levels and faults by line out. Pure.

Columns, in any order: `code` and `on_hand` (required), `size`, `variant` (`wood=oak`), `arrivals`
(`6 2027-01-03 | 10 2027-02-01`). Comma or semicolon, as `server.product_sheet`. A blank `on_hand` follows it no more;
without the column `arrivals` those that are known stay.
"""

import csv
import io
from typing import Final, NamedTuple

from persistence.stock import UNSAID, Arrivals, Unsaid
from schema.refusals import REFUSALS
from server.product_sheet import RowFault
from server.sentences import declare
from server.stock_rules import Wanted

COLUMNS: Final = ("code", "size", "variant", "on_hand", "arrivals")
MOST_ROWS: Final = 20_000
MOST_BYTES: Final = 4 << 20
FIELDS: Final = {"product": "code", "point": "size"}
"""What the file calls the fields of a level."""

declare({"control_character": REFUSALS["control_character"]})
declare(
    {
        "no_on_hand_column": ("Il manque la colonne « on_hand ».", "The column “on_hand” is missing."),
        "not_arrivals": (
            "Écrivez une quantité et une date : 6 2027-01-03 | 10 2027-02-01.",
            "Write a quantity and a date: 6 2027-01-03 | 10 2027-02-01.",
        ),
    }
)


class StockSheet(NamedTuple):
    """A file that was read: the levels by line, and the faults of the other lines."""

    rows: dict[int, Wanted]
    faults: list[RowFault]


def parse_stock(data: bytes) -> StockSheet:
    """Read a CSV file. A faulty line is left out and told; a faulty header leaves out everything."""
    text = _text(data)
    first = text.partition("\n")[0]
    semicolons = first.count(";") > first.count(",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if semicolons else ",", strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error:
        return StockSheet({}, [RowFault(reader.line_num, "", "not_readable")])
    header = [name.strip().lower() for name in lines[0][1]] if lines else []
    if faults := _header_faults(header, len(lines)):
        return StockSheet({}, faults)
    return _rows(header, lines[1:], decimal_comma=semicolons)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _header_faults(header: list[str], lines: int) -> list[RowFault]:
    faults = [RowFault(1, name, "unknown_column") for name in header if name not in COLUMNS]
    faults += [RowFault(1, name, "column_twice") for name in COLUMNS if header.count(name) > 1]
    for name in ("code", "on_hand"):
        if name not in header:
            faults.append(RowFault(1, name, f"no_{name}_column"))
    if lines - 1 > MOST_ROWS:
        faults.append(RowFault(MOST_ROWS + 2, "", "too_many_rows"))
    return faults


def _rows(header: list[str], lines: list[tuple[int, list[str]]], *, decimal_comma: bool) -> StockSheet:
    sheet = StockSheet({}, [])
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            sheet.faults.append(RowFault(line, "", "too_many_cells"))
            continue
        fields = dict.fromkeys(COLUMNS, "") | {
            name: cell.strip() for name, cell in zip(header, cells, strict=False)
        }
        if strange := next((name for name, cell in fields.items() if not cell.isprintable()), None):
            sheet.faults.append(RowFault(line, strange, "control_character"))
            continue
        number = _decimal_point if decimal_comma else str
        arrivals: Arrivals | Unsaid | None = UNSAID
        if "arrivals" in header:
            arrivals = _arrivals(number(fields["arrivals"]))
        if arrivals is None:
            sheet.faults.append(RowFault(line, "arrivals", "not_arrivals"))
            continue
        on_hand = number(fields["on_hand"]) or None
        sheet.rows[line] = Wanted(None, fields["code"], fields["size"], fields["variant"], on_hand, arrivals)
    return sheet


def _decimal_point(text: str) -> str:
    return text.replace(",", ".")


def _arrivals(text: str) -> tuple[tuple[str, str], ...] | None:
    """`6 2027-01-03 | 10 2027-02-01`; None when it is not that."""
    arrivals = []
    for part in text.split("|"):
        words = part.split()
        if not words and not text.strip():
            return ()
        if len(words) != 2:
            return None
        arrivals.append((words[0], words[1]))
    return tuple(arrivals)
