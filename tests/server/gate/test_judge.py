"""The judge's rules of values, each by name; who may write at all is tried cell by cell in orders/."""

from typing import Any

import pytest

from schema.cells import FIELDS, REGISTERS
from schema.order import Content
from schema.policy import POLICY, STATES
from schema.refusals import REFUSALS, Refusal
from server.gate.author import Author
from server.gate.judge import (
    ANCHOR_LIMIT,
    COMMENT_TEXT_LIMIT,
    COMMENTS_LIMIT,
    LINES_LIMIT,
    NOTE_LIMIT,
    Bench,
    Offer,
    judge,
    judge_note,
)

ANNA = Author("u-anna", "Anna", "client", "client")
SOPHIE = Author("u-sophie", "Sophie", "supplier", "supplier")

DOOR: dict[str, Any] = {"code": "P", "sizing": "none", "decimals": 0, "minimum": "4", "multiple": "2"}
CLOTH: dict[str, Any] = {"code": "T", "sizing": "none", "decimals": 2}
SHIRT: dict[str, Any] = {"code": "C", "sizing": "scale", "points": ["S", "M"], "decimals": 0}
PANEL: dict[str, Any] = {
    "code": "D",
    "sizing": "dimensions",
    "dimension_unit": "in",
    "dimensions": [{"key": "width", "minimum": "5 1/2", "maximum": "48"}, {"key": "depth"}],
    "characteristics": [
        {"key": "wood", "kind": "choice", "options": [{"key": "oak"}]},
        {"key": "weight", "kind": "number"},
        {"key": "engraving", "kind": "text"},
    ],
}
CATALOGUE = {"door": Offer(DOOR, "41.50"), "shirt": Offer(SHIRT, "12")}


def bench(state: Any = "open") -> Bench:
    content = Content()
    for line, facts in {"door": DOOR, "cloth": CLOTH, "shirt": SHIRT, "panel": PANEL}.items():
        content.client[f"lines/{line}/product"] = line
        content.record[f"products/{line}"] = facts
    content.comments["c1"] = {"text": "Bonjour"}
    return Bench(content, state, CATALOGUE)


def code(address: str, value: Any, author: Author = ANNA, state: Any = "open") -> str | None:
    root, _, key = address.partition("/")
    refusal = judge(root, key, value, author, bench(state))
    assert refusal is None or (refusal.sentence("fr") and refusal.sentence("en"))
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("address", "value", "expected"),
    [
        ("client/lines/door/quantity", "4", None),
        ("client/lines/door/quantity", "0", None),
        ("client/lines/door/quantity", None, None),
        ("client/lines/door/quantity", "2", "below_minimum"),
        ("client/lines/door/quantity", "5", "not_a_multiple"),
        ("client/lines/door/quantity", "4.5", "too_many_decimals"),
        ("client/lines/door/quantity", "4.0", None),
        ("client/lines/door/quantity", 4, "wrong_type"),
        ("client/lines/door/quantity", float("nan"), "wrong_type"),
        ("client/lines/door/quantity", "NaN", "not_a_decimal"),
        ("client/lines/door/quantity", "-4", "negative"),
        ("client/lines/door/quantity", "1e3", "not_a_decimal"),
        ("client/lines/door/quantity", "٤", "not_a_decimal"),
        ("client/lines/door/quantity/S", "4", "no_sizes"),
        ("client/lines/cloth/quantity", "2.25", None),
        ("client/lines/cloth/quantity", "2.255", "too_many_decimals"),
        ("client/lines/shirt/quantity/S", "3", None),
        ("client/lines/shirt/quantity/XL", "3", "unknown_point"),
        ("client/lines/shirt/quantity", "3", "sizes_only"),
        ("client/lines/nowhere/quantity", "3", "unknown_line"),
        ("client/lines/panel/dimensions/width", "34 1/2", None),
        ("client/lines/panel/dimensions/width", "876 mm", None),
        ("client/lines/panel/dimensions/width", "5", "dimension_out_of_range"),
        ("client/lines/panel/dimensions/width", "1220 mm", "dimension_out_of_range"),
        ("client/lines/panel/dimensions/width", "3 5/4", "not_a_dimension"),
        ("client/lines/panel/dimensions/depth", "300", None),
        ("client/lines/panel/dimensions/height", "3", "unknown_dimension"),
        ("client/lines/door/dimensions/width", "3", "unknown_dimension"),
        ("client/lines/panel/characteristics/wood", "oak", None),
        ("client/lines/panel/characteristics/wood", "plastic", "unknown_option"),
        ("client/lines/panel/characteristics/weight", "2.5", None),
        ("client/lines/panel/characteristics/weight", "lourd", "not_a_decimal"),
        ("client/lines/panel/characteristics/engraving", "Pour Anna ❤", None),
        ("client/lines/panel/characteristics/colour", "red", "unknown_characteristic"),
        ("client/lines/new/product", "door", None),
        ("client/lines/new/product", "stranger", "unknown_product"),
        ("client/lines/new/product", 7, "wrong_type"),
        ("client/lines/door/product", "door", None),
        ("client/lines/door/product", "shirt", "fixed"),
        ("client/lines/door/product", None, "fixed"),
        ("client/lines/door/withdrawn", True, None),
        ("client/lines/door/withdrawn", "true", "wrong_type"),
        ("client/reference", "BT-2231", None),
        ("client/reference", "x" * 501, "too_long"),
        ("client/reference", "a\x00b", "control_character"),
        ("client/delivery_address", {"street": "120, rue du Port", "city": "Rimouski"}, None),
        ("client/delivery_address", "120, rue du Port", "wrong_type"),
        ("client/delivery_address", {"street": {"deep": "er"}}, "wrong_type"),
        ("client/requested_date", "2026-12-05", None),
        ("client/requested_date", "2026-02-30", "not_a_date"),
        ("client/requested_date", "05/12/2026", "not_a_date"),
        ("client/requested_date", "1926-12-05", "out_of_range"),
        ("client/colour", "red", "unknown_cell"),
        ("client/lines/door", "x", "unknown_cell"),
        ("client/lines//quantity", "1", "unknown_cell"),
        ("supplier/lines/door/unit_price", "1", "not_yours"),
        ("record/number", "2026-9999", "server_only"),
        ("comments/c2", {"text": "Merci", "anchor": "lines/door"}, None),
        ("comments/c2", {"text": "   "}, "wrong_type"),
        ("comments/c2", {"text": 7}, "wrong_type"),
        ("comments/c2", "", "wrong_type"),
        ("comments/c2", None, "add_only"),
        ("comments/c2", {"text": "x", "author": "Sophie"}, "wrong_type"),
        ("comments/c2", {"text": "x" * COMMENT_TEXT_LIMIT, "anchor": "x" * ANCHOR_LIMIT}, None),
        ("comments/c2", {"text": "x" * (COMMENT_TEXT_LIMIT + 1)}, "too_long"),
        ("comments/c2", {"text": "x", "anchor": "x" * (ANCHOR_LIMIT + 1)}, "too_long"),
        ("comments/c2", {"text": "x", "anchor": 7}, "wrong_type"),
        ("comments/c1", {"text": "Autre chose"}, "add_only"),
        ("comments/c1", None, "add_only"),
        ("comments/with space", {"text": "x"}, "unknown_cell"),
    ],
)
def test_what_the_client_writes(address: str, value: Any, expected: str | None) -> None:
    assert code(address, value) == expected


@pytest.mark.parametrize(
    ("address", "value", "expected"),
    [
        ("supplier/lines/door/quantity", "1", None),
        ("supplier/lines/door/unit_price", "41.1234", None),
        ("supplier/lines/door/unit_price", "41.12345", "too_many_decimals"),
        ("supplier/lines/door/discount", "100.5", "out_of_range"),
        ("supplier/lines/shirt/backorder_quantity/M", "2", None),
        ("supplier/lines/shirt/backorder_quantity/XL", "2", "unknown_point"),
        ("supplier/lines/door/substitute", "shirt", None),
        ("supplier/lines/door/substitute", "stranger", "unknown_product"),
        ("supplier/lines/door/product", "door", "fixed"),
        ("supplier/freight", "12.505", "too_many_decimals"),
        ("client/lines/door/quantity", "6", "not_yours"),
    ],
)
def test_what_the_supplier_writes(address: str, value: Any, expected: str | None) -> None:
    assert code(address, value, SOPHIE) == expected


@pytest.mark.parametrize(
    ("line", "offered", "author", "quantity", "expected"),
    [
        ("door", CLOTH, SOPHIE, "2.25", None),
        ("door", CLOTH, SOPHIE, "2.255", "too_many_decimals"),
        ("door", CLOTH, ANNA, "2", None),
        ("cloth", DOOR, SOPHIE, "2.25", "too_many_decimals"),
        ("cloth", DOOR, ANNA, "5", "not_a_multiple"),
    ],
)
def test_a_quantity_is_counted_as_what_is_delivered_is(
    line: str, offered: dict[str, Any], author: Author, quantity: str, expected: str | None
) -> None:
    before, root = bench(), author.side
    before.content.supplier[f"lines/{line}/substitute"] = "other"
    before.content.record[f"substitutes/{line}"] = offered
    refusal = judge(root, f"lines/{line}/quantity", quantity, author, before)
    assert (refusal.code if refusal else None) == expected


def test_the_supplier_who_prepares_a_draft_waives_his_own_minimum() -> None:
    assert code("client/lines/door/quantity", "1", SOPHIE, "draft") is None


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [("1", "below_minimum"), ("5", "not_a_multiple"), ("0", None), ("6", None), (None, None)],
)
def test_the_client_who_prepares_a_draft_waives_nothing_in_the_supplier_s_name(
    quantity: str | None, expected: str | None
) -> None:
    """What stands is the supplier's quantity, and he is shown no colour before he has signed once."""
    assert code("supplier/lines/door/quantity", quantity, ANNA, "draft") == expected


@pytest.mark.parametrize("product", ["shirt", None])
def test_the_client_who_prepares_a_draft_offers_no_substitute(product: str | None) -> None:
    """It would come at the price of what it replaces, and be counted without the minimum of that."""
    before = bench("draft")
    before.content.supplier["lines/door/substitute"] = "cloth"
    refusal = judge("supplier", "lines/door/substitute", product, ANNA, before)
    assert refusal == Refusal("not_yours")


def test_what_is_said_of_a_new_line_is_judged_by_the_product_that_came_with_it() -> None:
    both = bench()
    assert judge("client", "lines/new/product", "shirt", ANNA, both) is None
    assert judge("client", "lines/new/quantity/M", "3", ANNA, both) is None
    assert judge("client", "lines/new/quantity/XL", "3", ANNA, both) == Refusal("unknown_point")


def test_a_line_goes_with_its_product_in_a_draft() -> None:
    assert code("client/lines/door/product", None, ANNA, "draft") is None


@pytest.mark.parametrize(
    ("key", "value", "minimum", "maximum"),
    [("width", "5", "5 1/2", "48"), ("width", "49", "5 1/2", "48"), ("depth", "0", "0", "∞")],
)
def test_a_measure_out_of_range_is_told_its_range(key: str, value: str, minimum: str, maximum: str) -> None:
    range_ = {"minimum": minimum, "maximum": maximum}
    refusal = judge("client", f"lines/panel/dimensions/{key}", value, ANNA, bench())
    assert refusal == Refusal("dimension_out_of_range", range_)


def test_an_order_takes_comments_up_to_their_limit() -> None:
    full = bench()
    full.content.comments = {f"c{number}": {"text": "x"} for number in range(COMMENTS_LIMIT - 1)}
    assert judge("comments", "last", {"text": "x"}, ANNA, full) is None
    full.content.comments["last"] = {"text": "x"}
    assert judge("comments", "more", {"text": "x"}, ANNA, full) == Refusal("too_many_comments")


@pytest.mark.parametrize("at_once", [1, 10])
def test_an_order_takes_lines_up_to_their_limit(at_once: int) -> None:
    """Those of one update too; what the record holds beside products is no line."""
    full = bench("draft")
    for line in range(LINES_LIMIT - len(full.content.record) - at_once):
        full.content.record[f"products/l{line}"] = DOOR
    full.content.record |= {f"substitutes/l{line}": DOOR for line in range(at_once)} | {"currency": "CAD"}
    new = [judge("client", f"lines/n{line}/product", "door", ANNA, full) for line in range(at_once + 1)]
    assert new[:-1] == [None] * at_once
    assert new[-1] == Refusal("too_many_lines", {"limit": LINES_LIMIT})


@pytest.mark.parametrize("kept", ["products", "substitutes"])
def test_an_order_takes_large_products_up_to_their_limit_and_small_ones_beyond(kept: str) -> None:
    """Those of one update too, whether they are asked for or offered instead."""
    large = Offer(DOOR | {"characteristics": [{"key": "x" * (1 << 20)}]}, "1")
    full = bench("draft")
    full.catalogue = {"large": large, "door": CATALOGUE["door"]}
    full.content.record |= {f"{kept}/l{line}": large.facts for line in range(13)}
    wishes = [
        judge("client", "lines/n1/product", "large", ANNA, full),
        judge("supplier", "lines/door/substitute", "large", SOPHIE, full),
        judge("client", "lines/n2/product", "large", ANNA, full),
        judge("supplier", "lines/shirt/substitute", "large", SOPHIE, full),
        judge("client", "lines/n3/product", "door", ANNA, full),
        judge("supplier", "lines/panel/substitute", "door", SOPHIE, full),
    ]
    assert wishes == [None, None, Refusal("too_many_choices"), Refusal("too_many_choices"), None, None]


@pytest.mark.parametrize(
    ("author", "state", "address", "expected"),
    [
        (ANNA, "agreed", "client/lines/door/quantity", "agreed"),
        (ANNA, "closed", "client/lines/door/quantity", "closed"),
        (ANNA, "draft", "supplier/lines/door/unit_price", "not_yours"),
        (Author("p", "Paul", "client", "viewer"), "open", "client/reference", "read_only_member"),
        (
            Author("b", "Bot", "supplier", "bot"),
            "open",
            "supplier/lines/door/unit_price",
            "people_only",
        ),
        (Author("b", "Bot", "supplier", "bot"), "closed", "supplier/lines/door/unit_price", "closed"),
        (Author("p", "Paul", "client", "viewer"), "open", "comments/c2", "read_only_member"),
    ],
)
def test_a_refusal_says_which_right_is_missing(
    author: Author, state: Any, address: str, expected: str
) -> None:
    assert code(address, "4", author, state) == expected


def test_the_note_is_bounded_and_locked_once_agreed() -> None:
    assert judge_note(NOTE_LIMIT, ANNA, "open") is None
    too_long, locked = judge_note(NOTE_LIMIT + 1, ANNA, "open"), judge_note(1, ANNA, "agreed")
    assert too_long is not None
    assert locked is not None
    assert (too_long.code, locked.code) == ("note_too_long", "agreed")


def test_a_program_is_told_that_the_note_is_for_people() -> None:
    assert judge_note(1, Author("b", "Bot", "supplier", "bot"), "open") == Refusal("people_only")


def test_in_a_draft_only_what_one_may_never_write_is_the_other_company_s() -> None:
    """Its maker fills both registers; so whatever is kept from him there is the other's in every state."""
    for side in REGISTERS:
        for field in FIELDS.values():
            if field.register != side and not POLICY.may_write(field.name, side, "draft"):
                assert not any(POLICY.may_write(field.name, side, state) for state in STATES), field.name


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    for french, english in REFUSALS.values():
        assert french.strip().endswith((".", "?"))
        assert english.strip().endswith((".", "?"))
