"""What an order's document holds."""

import pytest

from schema.order import (
    Content,
    delivered_facts_of,
    effective,
    facts_of,
    lines_of,
    other,
    product_of,
    substitute_facts_of,
)


def test_lines_come_by_position_and_then_by_id() -> None:
    content = Content(
        client={
            "lines/b/product": "p",
            "lines/b/position": "a",
            "lines/c/product": "p",
            "lines/c/position": "Z",
            "lines/d/product": "p",
            "lines/d/position": "a",
            "lines/n/product": "p",
        },
        supplier={"lines/s/product": "p", "lines/s/position": "5", "lines/d/product": "p"},
    )
    assert lines_of(content) == ["s", "c", "b", "d", "n"]


def test_a_line_is_where_a_register_names_a_product() -> None:
    content = Content(
        client={
            "lines/x/quantity": "3",
            "lines/x/characteristics/product": "p",
            "lines//product": "p",
            "product": "p",
        }
    )
    assert lines_of(content) == []


def test_the_clients_position_counts_before_the_suppliers() -> None:
    content = Content(
        client={
            "lines/a/product": "p",
            "lines/a/position": "m",
            "lines/b/product": "p",
            "lines/b/position": "n",
        },
        supplier={"lines/a/position": "z"},
    )
    assert lines_of(content) == ["a", "b"]


def test_an_offer_stands_over_what_is_asked() -> None:
    content = Content(client={"x": "1", "y": "2"}, supplier={"x": "0"})
    assert [effective(content, key) for key in ("x", "y", "z")] == ["0", "2", None]


def test_a_line_has_a_product_with_facts_and_perhaps_a_substitute_with_facts() -> None:
    content = Content(
        client={"lines/a/product": "p"},
        record={"products/a": {"code": "P"}, "substitutes/a": {"code": "Q"}},
    )
    assert product_of(content, "a") == "p"
    assert facts_of(content, "a") == {"code": "P"}
    assert substitute_facts_of(content, "a") is None
    assert delivered_facts_of(content, "a") == {"code": "P"}
    content.supplier["lines/a/substitute"] = "q"
    assert substitute_facts_of(content, "a") == {"code": "Q"}
    assert delivered_facts_of(content, "a") == {"code": "Q"}


def test_the_roots_have_names() -> None:
    content = Content()
    for name in ("client", "supplier", "record", "comments"):
        assert content.root(name) is getattr(content, name)
    with pytest.raises(KeyError):
        content.root("note")


def test_across_the_table() -> None:
    assert other("client") == "supplier"
    assert other("supplier") == "client"
