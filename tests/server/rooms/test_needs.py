"""What an order asks of the stock, read from its content."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persistence.claim import Need
from schema.order import Content
from schema.terms import canonical_json, terms_of
from server.rooms.needs import claim_of, products_between, renewed

SIGNED = {"at": "2026-11-23T14:02:11Z", "count": "1", "digest": "", "terms": ""}
PLAIN = {"code": "P-100", "name_fr": "Porte", "unit": "each", "sizing": "none", "points": []}
WOOD = {"key": "wood", "kind": "choice", "options": [{"key": "oak"}]}
SHIRT = {"code": "C-200", "name_fr": "Chemise", "unit": "each", "sizing": "scale", "points": ["S", "M"]}


def sheet() -> Content:
    """Ten doors of oak and three shirts, sent by the client."""
    return Content(
        client={
            "lines/a/product": "door",
            "lines/a/quantity": "10.0",
            "lines/a/characteristics/wood": "oak",
            "lines/s/product": "shirt",
            "lines/s/quantity/S": "3",
            "requested_date": "2026-12-20",
        },
        record={
            "products/a": PLAIN | {"characteristics": [WOOD]},
            "products/s": SHIRT,
            "signatures/client": SIGNED,
            "number": "2026-0001",
        },
    )


def agreed(content: Content) -> Content:
    content.record["agreed"] = {"terms": canonical_json(terms_of(content))}
    return content


def door(content: Content, state: Any) -> Need:
    claim = claim_of(content, state)
    assert claim is not None
    return claim.needs["a", ""]


def test_an_open_order_asks_what_its_client_wants() -> None:
    need = door(sheet(), "open")
    assert (need.asked, need.offered, need.due, need.choices, need.held) == (
        "10",
        None,
        "2026-12-20",
        "wood=oak",
        None,
    )
    claim = claim_of(sheet(), "open")
    assert claim is not None
    assert claim.needs["s", "S"].asked == "3"
    assert ("s", "M") not in claim.needs


def test_a_draft_asks_nothing_and_a_closed_order_no_more() -> None:
    assert claim_of(sheet(), "draft") is None
    closed = claim_of(sheet(), "closed")
    assert closed is not None
    assert closed.needs == {}


def test_an_agreed_order_holds_what_was_agreed_back_orders_included() -> None:
    content = sheet()
    content.supplier |= {
        "lines/a/quantity": "4",
        "lines/a/backorder_quantity": "6",
        "lines/a/backorder_date": "2027-01-03",
    }
    need = door(agreed(content), "agreed")
    assert (need.asked, need.held, need.held_later, need.held_date) == (None, "4", "6", "2027-01-03")


def test_an_amended_order_holds_the_agreed_revision_and_asks_anew() -> None:
    content = agreed(sheet())
    content.client["lines/a/quantity"] = "12"
    need = door(content, "amending")
    assert (need.asked, need.held) == ("12", "10")
    content.client["lines/a/withdrawn"] = True
    need = door(content, "amending")
    assert (need.asked, need.held) == (None, "10"), "the agreed revision stays in force"


@pytest.mark.parametrize(
    ("root", "key", "value"),
    [
        ("supplier", "lines/a/substitute", "spare"),
        ("client", "lines/a/characteristics/wood", "ash"),
    ],
)
def test_what_was_agreed_stays_where_it_is_until_something_else_is(root: str, key: str, value: str) -> None:
    """G8: else an edit that nobody signed would free what another order then takes."""
    content = agreed(sheet())
    before = door(content, "amending")
    content.root(root)[key] = value
    after = door(content, "amending")
    assert (after.product_id, after.choices, after.held) == (before.product_id, before.choices, "10")
    assert after.asked is None
    need = door(agreed(content), "agreed")
    assert (need.product_id, need.choices) != (before.product_id, before.choices)


def test_a_withdrawn_or_rejected_line_asks_nothing() -> None:
    for root, key in (("client", "lines/a/withdrawn"), ("supplier", "lines/a/rejected")):
        content = sheet()
        content.root(root)[key] = True
        claim = claim_of(content, "open")
        assert claim is not None
        assert ("a", "") not in claim.needs


def test_a_substitute_is_what_is_asked_and_a_persons_to_decide() -> None:
    content = sheet()
    content.supplier["lines/a/substitute"] = "spare"
    need = door(content, "open")
    assert (need.product_id, need.fixed) == ("spare", True)


CELLS: list[tuple[str, str, list[Any]]] = [
    ("client", "lines/a/quantity", ["1", "2.0", None]),
    ("client", "lines/a/withdrawn", [True, False]),
    ("client", "lines/a/requested_date", ["2026-12-01", None]),
    ("client", "lines/a/characteristics/wood", ["oak", None]),
    ("client", "lines/s/quantity/M", ["4", None]),
    ("client", "requested_date", ["2026-12-31", None]),
    ("client", "reference", ["BT-1"]),
    ("supplier", "lines/a/quantity", ["3", None]),
    ("supplier", "lines/a/backorder_quantity", ["5", None]),
    ("supplier", "lines/a/backorder_date", ["2027-01-03", None]),
    ("supplier", "lines/a/substitute", ["spare", None]),
    ("supplier", "lines/a/unit_price", ["9.50"]),
    ("supplier", "lines/s/rejected", [True, False]),
    ("supplier", "lines/s/quantity/S", ["0", None]),
]
EDITS = st.lists(
    st.sampled_from(CELLS).flatmap(lambda cell: st.tuples(st.just(cell[:2]), st.sampled_from(cell[2]))),
    max_size=8,
)


@given(st.lists(EDITS, max_size=4), st.sampled_from(["open", "amending"]))
def test_what_is_kept_in_step_is_what_would_be_read_anew(batches: list[Any], state: Any) -> None:
    content = agreed(sheet())
    claim = claim_of(content, state)
    for edits in batches:
        for (root, key), value in edits:
            if value is None:
                content.root(root).pop(key, None)
            else:
                content.root(root)[key] = value
        before = claim
        claim = renewed(claim, content, state, [f"{root}/{key}" for (root, key), _ in edits])
        assert claim == claim_of(content, state)
        assert bool(products_between(before, claim)) is (
            before is None or claim is None or before.needs != claim.needs
        )
