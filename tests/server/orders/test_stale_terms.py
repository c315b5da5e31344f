"""Whoever names terms that stand no longer is told which cells differ, by undoing what has changed since."""

from typing import Any

import pytest

from schema.order import Content, Side
from schema.terms import canonical_json, digest_of, terms_of
from server.orders.stale_terms import differences


def signed(content: Content, side: Side, count: int) -> str:
    """Let a company sign the terms that stand; their digest."""
    digest, text = digest_of(content), canonical_json(terms_of(content))
    content.record[f"signatures/{side}"] = {"digest": digest, "terms": text, "count": count}
    return digest


def an_order() -> Content:
    return Content(
        client={"lines/a/product": "p", "lines/a/quantity": "12"},
        supplier={"lines/a/unit_price": "41.50"},
        record={"products/a": {"code": "P-100", "name_fr": "Porte"}},
    )


def offer_instead(content: Content) -> None:
    content.supplier["lines/a/substitute"] = "x"
    content.record["substitutes/a"] = {"code": "X", "name_fr": "Pin"}


def test_differences_are_found_by_undoing_the_trail() -> None:
    content = an_order()
    seen = signed(content, "client", 1)
    content.supplier["lines/a/quantity"] = "8"
    content.supplier["lines/a/reason"] = "rupture"
    content.supplier["lines/a/unit_price"] = "45"
    trail: list[tuple[str, Any]] = [
        ("supplier/lines/a/unit_price", "41.50"),
        ("command/send", None),
        ("supplier/lines/a/reason", "promotion"),
        ("supplier/lines/a/quantity", None),
    ]
    assert differences(content, trail, seen) == ["supplier/lines/a/quantity", "supplier/lines/a/unit_price"]


def test_terms_that_never_stood_differ_in_nothing_that_can_be_named() -> None:
    content = an_order()
    content.supplier["lines/a/quantity"] = "8"
    assert differences(content, [("supplier/lines/a/quantity", None)], "0" * 64) == []


def test_differences_are_found_where_something_is_offered_instead() -> None:
    content = an_order()
    seen = signed(content, "client", 1)
    offer_instead(content)
    found = differences(content, [("supplier/lines/a/substitute", None)], seen)
    assert found == ["supplier/lines/a/substitute", "substitutes/a"]


def test_what_was_offered_instead_is_known_from_the_last_signature_once_it_is_taken_back() -> None:
    content = an_order()
    signed(content, "client", 1)
    offer_instead(content)
    seen = signed(content, "supplier", 2)
    del content.supplier["lines/a/substitute"], content.record["substitutes/a"]
    found = differences(content, [("supplier/lines/a/substitute", "x")], seen)
    assert found == ["supplier/lines/a/substitute", "substitutes/a"]


def test_a_line_that_came_after_what_was_seen_is_a_difference_of_its_own() -> None:
    content = an_order()
    seen = signed(content, "client", 1)
    content.client["lines/b/product"] = "q"
    content.record["products/b"] = {"code": "P-200", "name_fr": "Volet"}
    found = differences(content, [("client/lines/b/product", None)], seen)
    assert found == ["client/lines/b/product", "products/b"]


@pytest.mark.parametrize(
    ("key", "silent", "said"),
    [("lines/a/withdrawn", False, True), ("lines/a/characteristics/finish", "", "mat")],
    ids=["taken down", "emptied"],
)
def test_what_said_nothing_is_undone_to_nothing_as_terms_have_it(key: str, silent: Any, said: Any) -> None:
    content = an_order()
    content.client[key] = silent
    seen = signed(content, "client", 1)
    content.client[key] = said
    assert differences(content, [(f"client/{key}", silent)], seen) == [f"client/{key}"]
