"""Whether one cell may be changed to one value: first the policy table, then the rules of the value.

Pure: everything a rule needs is handed in. The answer is a `Refusal`, or None when the change may stand.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from schema.cells import Cell, is_comment_id, parse
from schema.order import Content, Role, State, facts_of, substitute_facts_of
from schema.policy import POLICY
from schema.refusals import Refusal
from schema.values import check, dimension_in, places_of
from server.gate.author import Author

LINES_LIMIT: Final = 5_000
LARGE_FACTS: Final = 4_096
"""Characters, as JSON, of the facts of a product with many choices; other facts are bounded by the number of lines."""
FACTS_LIMIT: Final = 16 << 20
"""Characters of facts in an order past which it takes no more large ones. A line of few bytes brings in all of its
product's, and takes ten times as much memory."""
COMMENTS_LIMIT: Final = 2_000
# Texts are measured in characters of Python, that is in code points.
COMMENT_TEXT_LIMIT: Final = 4_000
ANCHOR_LIMIT: Final = 200
NOTE_LIMIT: Final = 20_000


@dataclass(frozen=True)
class Offer:
    """A product of the supplier's catalogue, as it is now: the facts an order copies, and the list price."""

    facts: Mapping[str, Any]
    price: str

    @cached_property
    def size(self) -> int:
        """How large its facts are, in characters of JSON."""
        return _size(self.facts)


@dataclass(slots=True)
class Bench:
    """What the judge has before him: the order as it stands, its state, and the products an update names."""

    content: Content
    state: State
    catalogue: Mapping[str, Offer] = field(default_factory=dict)
    staged: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Facts of lines that appear in the update under judgement, by line."""
    authorship: Callable[[], dict[str, str]] = dict
    """What the record says of a comment's author: user, name, side, at."""
    offered: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    """Facts of substitutes that the update under judgement offers, by line; None where it takes one back."""
    kept_size: Callable[[], int] | None = None
    """How large the facts are that the order keeps, where that is known already."""
    brought_size: int = 0
    """How large those are that the update brings, as far as they are large."""

    def facts(self, line: str) -> Mapping[str, Any] | None:
        """The facts of a line's product; None when there is no such line."""
        return self.staged.get(line) or facts_of(self.content, line)

    def counted_facts(self, line: str) -> Mapping[str, Any] | None:
        """The facts of what a line delivers, by which its quantities are counted."""
        offered = self.offered[line] if line in self.offered else substitute_facts_of(self.content, line)
        return offered or self.facts(line)

    def offer(self, line: str, product: str | None) -> None:
        """Let a line be judged from now on with this substitute, or without one."""
        offer = self.catalogue.get(product) if product else None
        self.offered[line] = offer.facts if offer else None

    def makes_room(self, offer: Offer) -> bool:
        """Whether the order may keep the facts of this product too; if so, they are counted."""
        if offer.size <= LARGE_FACTS:
            return True
        kept = facts_size(self.content) if self.kept_size is None else self.kept_size()
        if kept + self.brought_size + offer.size > FACTS_LIMIT:
            return False
        self.brought_size += offer.size
        return True


def facts_size(content: Content) -> int:
    """How large all facts are that an order keeps, in characters of JSON."""
    kept = ((key.partition("/")[0], value) for key, value in content.record.items())
    return sum(_size(value) for kind, value in kept if kind in ("products", "substitutes"))


def _size(facts: Mapping[str, Any]) -> int:
    return len(json.dumps(facts, ensure_ascii=False))


def judge(root: str, key: str, value: Any, author: Author, bench: Bench) -> Refusal | None:
    """Judge writing `value` (None: emptying) at a key of a map root."""
    if root == "record":
        return Refusal("server_only")
    if root == "comments":
        return _judge_comment(key, value, author, bench)
    cell = parse(root, key)
    if cell is None:
        return Refusal("unknown_cell")
    if not POLICY.may_write(cell.field.name, author.role, bench.state):
        return _why_not(cell.field.name, cell.field.register, author, bench.state)
    if cell.line is not None and cell.noun == "product":
        return _judge_product(cell, value, bench)
    return _judge_value(cell, value, author, bench)


def kept_from_role(author: Author, may: Callable[[Role], bool]) -> str | None:
    """The code for who may not do what others of his company may. `may`: whether a role may.

    What people could do now, a program need not try again.
    """
    if author.role == "viewer":
        return "read_only_member"
    return "people_only" if author.role == "bot" and may(author.side) else None


def _why_not(field: str, register: str, author: Author, state: State) -> Refusal:
    """The reason behind a "read" of the policy table, in the words that help its reader most: what may never be done
    comes before what may be done at another time."""
    if code := kept_from_role(author, lambda role: POLICY.may_write(field, role, state)):
        return Refusal(code)
    if state == "closed":
        return Refusal("closed")
    if author.side != register:
        return Refusal("not_yours")
    return Refusal("agreed") if state == "agreed" else Refusal("not_in_this_state")


def judge_note(length: int, author: Author, state: State) -> Refusal | None:
    """Judge an edit of the note that would leave it `length` characters long."""
    if not POLICY.may_write("note", author.role, state):
        return _why_not("note", author.side, author, state)
    return Refusal("note_too_long") if length > NOTE_LIMIT else None


def _judge_comment(key: str, value: Any, author: Author, bench: Bench) -> Refusal | None:
    if not POLICY.may_write("comments", author.role, bench.state):
        return _why_not("comments", author.side, author, bench.state)
    if value is None or key in bench.content.comments:
        return Refusal("add_only")
    if len(bench.content.comments) >= COMMENTS_LIMIT:
        return Refusal("too_many_comments")
    if not is_comment_id(key):
        return Refusal("unknown_cell")
    if not isinstance(value, dict) or not set(value) <= {"text", "anchor"}:
        return Refusal("wrong_type")
    text, anchor = value.get("text"), value.get("anchor", "")
    if not isinstance(text, str) or not text.strip() or not isinstance(anchor, str):
        return Refusal("wrong_type")
    return Refusal("too_long") if len(text) > COMMENT_TEXT_LIMIT or len(anchor) > ANCHOR_LIMIT else None


def _judge_product(cell: Cell, value: Any, bench: Bench) -> Refusal | None:
    line = cell.line or ""
    stands = bench.content.root(cell.root).get(cell.key)
    if value is None:
        bench.staged.pop(line, None)
        return None if bench.state == "draft" else Refusal("fixed")
    if fault := check(cell.field.value, value):
        return Refusal(fault)
    if stands is not None:
        return None if stands == value else Refusal("fixed")
    if bench.facts(line) is not None:
        return Refusal("fixed")  # the other register has this line
    if value not in bench.catalogue:
        return Refusal("unknown_product")
    if _is_full(bench):
        return Refusal("too_many_lines", {"limit": LINES_LIMIT})
    if not bench.makes_room(bench.catalogue[value]):
        return Refusal("too_many_choices")
    bench.staged[line] = bench.catalogue[value].facts
    return None


def _is_full(bench: Bench) -> bool:
    """Whether the order has as many lines as it may, with those of the update."""
    record, room = bench.content.record, LINES_LIMIT - len(bench.staged)
    # Counted only where it may matter, or each new line would look at all others.
    return len(record) >= room and sum(1 for key in record if key.startswith("products/")) >= room


def _judge_value(cell: Cell, value: Any, author: Author, bench: Bench) -> Refusal | None:
    facts = bench.facts(cell.line) if cell.line is not None else None
    if cell.line is not None and facts is None:
        return Refusal("unknown_line")
    if value is None:
        return None
    if fault := check(cell.field.value, value):
        return Refusal(fault)
    if facts is None:
        return None
    match cell.noun:
        case "quantity" | "backorder_quantity":
            return _judge_quantity(cell, value, author, facts, bench.counted_facts(cell.line or "") or facts)
        case "characteristics":
            return _judge_characteristic(cell.point or "", value, facts)
        case "dimensions":
            return _judge_dimension(cell.point or "", value, facts)
        case "substitute":
            return _judge_substitute(value, bench)
    return None


def _judge_substitute(product: str, bench: Bench) -> Refusal | None:
    offer = bench.catalogue.get(product)
    if offer is None:
        return Refusal("unknown_product")
    return None if bench.makes_room(offer) else Refusal("too_many_choices")


def _judge_quantity(
    cell: Cell, value: str, author: Author, facts: Mapping[str, Any], counted: Mapping[str, Any]
) -> Refusal | None:
    """facts: of the product that was asked, which names the sizes. counted: of the one that is delivered."""
    scale = facts.get("sizing") == "scale"
    if cell.point is None and scale:
        return Refusal("sizes_only")
    if cell.point is not None and not scale:
        return Refusal("no_sizes")
    if cell.point is not None and cell.point not in facts.get("points", ()):
        return Refusal("unknown_point")
    if "." in value and places_of(value) > int(counted.get("decimals") or 0):
        return Refusal("too_many_decimals")
    # The supplier may waive his own minimum and multiple; nobody may in his name, who fills both registers of a draft.
    if cell.noun == "quantity" and author.side == "client":
        return _judge_steps(Decimal(value), counted)
    return None


def _judge_steps(quantity: Decimal, facts: Mapping[str, Any]) -> Refusal | None:
    minimum, multiple = facts.get("minimum"), facts.get("multiple")
    if quantity and minimum and quantity < Decimal(minimum):
        return Refusal("below_minimum", {"minimum": minimum})
    if multiple and Decimal(multiple) and quantity % Decimal(multiple):
        return Refusal("not_a_multiple", {"multiple": multiple})
    return None


def _judge_characteristic(key: str, value: str, facts: Mapping[str, Any]) -> Refusal | None:
    known = {item["key"]: item for item in facts.get("characteristics", ())}
    characteristic = known.get(key)
    if characteristic is None:
        return Refusal("unknown_characteristic")
    if characteristic["kind"] == "number":
        fault = check("number", value)
        return Refusal(fault) if fault else None
    options = {option["key"] for option in characteristic.get("options", ())}
    if characteristic["kind"] == "choice" and value not in options:
        return Refusal("unknown_option")
    return None


def _judge_dimension(key: str, value: str, facts: Mapping[str, Any]) -> Refusal | None:
    known = {item["key"]: item for item in facts.get("dimensions", ())}
    dimension = known.get(key)
    if dimension is None or facts.get("sizing") != "dimensions":
        return Refusal("unknown_dimension")
    unit = facts.get("dimension_unit") or "in"
    measure = dimension_in(value, unit)
    minimum, maximum = dimension.get("minimum"), dimension.get("maximum")
    low = dimension_in(minimum, unit) if minimum else None
    high = dimension_in(maximum, unit) if maximum else None
    if measure is None or not measure or (low and measure < low) or (high and measure > high):
        return Refusal("dimension_out_of_range", {"minimum": minimum or "0", "maximum": maximum or "∞"})
    return None
