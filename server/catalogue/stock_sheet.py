"""A stock list as a spreadsheet writes it: CSV in, levels and faults by line out. Pure.

Columns, in any order: `code` and `on_hand` (required), `size`, `variant` (`wood=oak`), `arrivals`
(`6 2027-01-03 | 10 2027-02-01`). Read as `server.catalogue.spreadsheet` does. A blank `on_hand` follows it no more;
without the column `arrivals` those that are known stay.
"""

from typing import Final, NamedTuple

from persistence.stock import UNSAID, Arrivals, Unsaid
from schema.refusals import REFUSALS
from server.catalogue.spreadsheet import RowFault, plain_number, read_table
from server.catalogue.stock_rules import Wanted
from server.sentences import declare

COLUMNS: Final = ("code", "size", "variant", "on_hand", "arrivals")
MOST_BYTES: Final = 4 << 20
FIELDS: Final = {"point": "size"}
"""What the file calls the fields of a level."""

declare({"control_character": REFUSALS["control_character"]})
declare(
    {
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
    table = read_table(data, COLUMNS, ("code", "on_hand"))
    header, sheet = table.header, StockSheet({}, table.faults)
    comma = table.decimal_comma
    for line, cells in table.lines:
        if len(cells) > len(header):
            sheet.faults.append(RowFault(line, "", "too_many_cells"))
            continue
        fields = dict.fromkeys(COLUMNS, "") | {
            name: cell.strip() for name, cell in zip(header, cells, strict=False)
        }
        fields["on_hand"] = plain_number(fields["on_hand"], decimal_comma=comma)
        if strange := next((name for name, cell in fields.items() if not cell.isprintable()), None):
            sheet.faults.append(RowFault(line, strange, "control_character"))
            continue
        arrivals: Arrivals | Unsaid | None = UNSAID
        if "arrivals" in header:
            arrivals = _arrivals(fields["arrivals"].replace(",", ".") if comma else fields["arrivals"])
        if arrivals is None:
            sheet.faults.append(RowFault(line, "arrivals", "not_arrivals"))
            continue
        on_hand = fields["on_hand"] or None
        sheet.rows[line] = Wanted(None, fields["code"], fields["size"], fields["variant"], on_hand, arrivals)
    return sheet


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
