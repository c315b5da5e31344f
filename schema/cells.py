"""The vocabulary of an order: which cells its registers and other roots hold.

`cells.csv` is the only home of the registers' cells; the browser reads the same file. A cell's address is its
root and its key: `client/lines/7f3a/quantity/M`. Its *field* is the address without the line and the point:
`client.lines.quantity`, or `client.lines.quantity.*` where there is a size point or a characteristic.
"""

import csv
import dataclasses
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal, get_args

Register = Literal["client", "supplier"]
REGISTERS: Final[tuple[Register, Register]] = ("client", "supplier")
MAP_ROOTS: Final = frozenset({"client", "supplier", "comments", "record"})
TEXT_ROOTS: Final = frozenset({"note"})

# `number` is the kind of no cell: what a characteristic holds where its product asks for one.
ValueKind = Literal[
    "address",
    "characteristic",
    "contact",
    "date",
    "dimension",
    "flag",
    "money",
    "number",
    "percent",
    "position",
    "price",
    "product",
    "quantity",
    "text",
]

# A line, a point or a comment is named by whoever makes it, with or without a network.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
_POINT = re.compile(r"[^/\x00-\x1f\x7f]{1,40}\Z")


@dataclass(frozen=True, slots=True)
class Field:
    """One row of `cells.csv`: a kind of cell.

    name: as the policy table calls it, `supplier.lines.unit_price`.
    value: which rule of `schema.values` its content follows.
    term: whether a signature covers it (design, section 2).
    noun: what it says, whoever says it: `unit_price`.
    """

    name: str
    register: Register
    value: ValueKind
    term: bool
    noun: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An address, taken apart. `line` and `point` are None where the field has none."""

    root: str
    key: str
    field: Field
    line: str | None = None
    point: str | None = None
    noun: str = dataclasses.field(init=False)
    """What the cell says, whoever says it: `quantity`, `promised_date`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "noun", self.field.noun)

    @property
    def address(self) -> str:
        """`client/lines/a/quantity`."""
        return f"{self.root}/{self.key}"


def noun_of(field_name: str) -> str:
    """The last word of a field's name that is not a star: `client.lines.quantity.*` → `quantity`."""
    words = field_name.split(".")
    return words[-2] if words[-1] == "*" else words[-1]


_REGISTERS: Final[dict[str, Register]] = {register: register for register in REGISTERS}
_KINDS: Final[dict[str, ValueKind]] = {kind: kind for kind in get_args(ValueKind)}


def _read_fields() -> dict[tuple[str, str], Field]:
    text = files("schema").joinpath("cells.csv").read_text(encoding="utf-8")
    fields = {}
    for row in csv.DictReader(text.splitlines()):
        register, path = row["register"], row["path"]
        name = f"{register}.{path.replace('lines/*/', 'lines.').replace('/', '.')}"
        fields[register, path] = Field(
            name, _REGISTERS[register], _KINDS[row["value"]], row["term"] == "yes", noun_of(name)
        )
    return fields


FIELDS: Final[dict[tuple[str, str], Field]] = _read_fields()
"""Fields by register and path pattern, in the order of `cells.csv`."""


@lru_cache(maxsize=65536)
def parse(root: str, key: str) -> Cell | None:
    """The cell at an address of a register, or None when the vocabulary has no such cell."""
    if not key.startswith("lines/"):
        field = FIELDS.get((root, key))
        return Cell(root, key, field) if field else None
    parts = key.split("/")
    if len(parts) not in (3, 4) or not _NAME.match(parts[1]):
        return None
    point = parts[3] if len(parts) == 4 else None
    if point is not None and not _POINT.match(point):
        return None
    pattern = f"lines/*/{parts[2]}" + ("/*" if point is not None else "")
    field = FIELDS.get((root, pattern))
    return Cell(root, key, field, parts[1], point) if field else None


def line_made_at(root: str, key: str | None) -> str | None:
    """The line that a key makes, which is its product's; None for any other key. A point or a characteristic may be
    called `product` too."""
    cell = None if key is None else parse(root, key)
    return cell.line if cell is not None and cell.noun == "product" else None


def line_in(key: str) -> str | None:
    """The line of which a register's key says something, whatever that is; None where it is of the whole order."""
    parts = key.split("/", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "lines" else None


def names_product(root: str, key: str) -> bool:
    """Whether a key holds a product: the line's own, or what is offered in its stead."""
    cell = parse(root, key)
    return cell is not None and cell.field.value == "product"


def is_comment_id(key: str) -> bool:
    """Whether a key of the root `comments` is a well-formed comment id."""
    return bool(_NAME.match(key))


def line_key(line: str, *parts: str) -> str:
    """The key of a line's cell: `line_key("7f3a", "quantity", "M")` → `lines/7f3a/quantity/M`."""
    return "/".join(("lines", line, *parts))
