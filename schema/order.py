"""What an order's document holds, as plain Python."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from schema.cells import REGISTERS, Register, line_in, line_made_at

Side = Register
"""The company a person or a bot acts for: `client` or `supplier`."""

Role = Literal["client", "supplier", "bot", "server", "viewer"]
"""A column of the policy table: what someone is in an order (design, section 3)."""

State = Literal["draft", "open", "agreed", "amending", "closed"]
"""Where an order stands for the policy table."""


@dataclass(slots=True)
class Content:
    """The roots of an order's document: key → value, and the note's text.

    Keys and values are those of the document: `client["lines/7f3a/quantity"] == "12"`.
    """

    client: dict[str, Any] = field(default_factory=dict)
    supplier: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def root(self, name: str) -> dict[str, Any]:
        """The map root called `name`. Raises KeyError for any other name."""
        match name:
            case "client":
                return self.client
            case "supplier":
                return self.supplier
            case "record":
                return self.record
            case "comments":
                return self.comments
        raise KeyError(name)


def other(side: Side) -> Side:
    """The company across the table."""
    return "supplier" if side == "client" else "client"


def lines_of(content: Content) -> list[str]:
    """The ids of the lines, by position, then by id; a line is where either register names a product."""
    # Only what ends like a product is taken apart: an order has ten other cells for each.
    named = {
        line
        for root in REGISTERS
        for key, product in content.root(root).items()
        if product is not None and key.endswith("/product") and (line := line_made_at(root, key)) is not None
    }
    return sorted(named, key=lambda line: (_position(content, line), line))


def _position(content: Content, line: str) -> str:
    key = f"lines/{line}/position"
    return content.client.get(key) or content.supplier.get(key) or "zzz"


def effective(content: Content, key: str) -> Any:
    """What stands for a key: the supplier's where he has given one, else the client's; None for neither."""
    given = content.supplier.get(key)
    return given if given is not None else content.client.get(key)


def product_of(content: Content, line: str) -> str | None:
    """The catalogue id of a line's product."""
    value: str | None = effective(content, f"lines/{line}/product")
    return value


def facts_of(content: Content, line: str) -> Mapping[str, Any] | None:
    """The product's facts that the server copied when the line appeared."""
    facts: Mapping[str, Any] | None = content.record.get(f"products/{line}")
    return facts


def substitute_facts_of(content: Content, line: str) -> Mapping[str, Any] | None:
    """The facts of the substitute that the supplier offers on a line; None where he offers none."""
    if not content.supplier.get(f"lines/{line}/substitute"):
        return None
    facts: Mapping[str, Any] | None = content.record.get(f"substitutes/{line}")
    return facts


def delivered_facts_of(content: Content, line: str) -> Mapping[str, Any] | None:
    """The facts of what a line delivers: of the substitute offered on it, else of the product that was asked."""
    return substitute_facts_of(content, line) or facts_of(content, line)


def lines_emptied(content: Content, lines: Collection[str]) -> dict[tuple[str, str | None], Any]:
    """What is written where some lines go: what was said of them is emptied, and the server's facts of them."""
    cells: dict[tuple[str, str | None], Any] = dict.fromkeys(cells_of_lines(content, lines))
    return cells | {
        ("record", f"{kind}/{line}"): None for line in lines for kind in ("products", "substitutes")
    }


def cells_of_lines(content: Content, lines: Collection[str]) -> list[tuple[str, str]]:
    """Root and key of everything an order holds about some lines, their products last."""
    cells = [(root, key) for root in REGISTERS for key in content.root(root) if line_in(key) in lines]
    return sorted(cells, key=lambda cell: line_made_at(*cell) is not None)
