"""What the version before kept of an order, which lists and searches show until it changes next."""

from typing import Any

import pytest

from schema.order import Content
from server.operate.earlier import projected_earlier, words_earlier
from server.rooms.projection import project, search_words

DOOR = {"code": "P-100", "name_fr": "Porte", "name_en": "Door", "unit": "each", "tax_class": "standard"}
QUEBEC = {"id": "l", "name": "Laurier", "region": "QC", "country": "CA"}


def order(address: Any = None) -> Content:
    """A door for 100 dollars."""
    delivered = {"delivery_address": address} if address else {}
    return Content(
        {"lines/a/product": "door", "lines/a/quantity": "1", **delivered},
        {"lines/a/unit_price": "100"},
        {
            "made_by": "client",
            "made_at": "2026-11-23T14:02:11Z",
            "currency": "CAD",
            "parties/client": QUEBEC,
            "parties/supplier": QUEBEC | {"id": "b", "name": "Boréale"},
            "products/a": DOOR,
        },
    )


@pytest.mark.parametrize(
    ("address", "earlier", "now"),
    [
        (None, "114.98", "114.98"),
        ({"city": "Rimouski"}, "114.98", "114.98"),
        ({"region": "QC"}, "114.98", "114.98"),
        ({"region": "Québec"}, "100.00", "114.98"),
        ({"region": "NB", "country": "NL"}, "115.00", "100.00"),
        ({"country": "FR"}, "114.98", "100.00"),
    ],
)
def test_a_province_bore_its_taxes_only_by_two_letters_and_whatever_the_country(
    address: Any, earlier: str, now: str
) -> None:
    content = order(address)
    assert (projected_earlier(content)["total"], project(content)["total"]) == (earlier, now)


def test_an_order_was_not_found_by_what_is_offered_instead() -> None:
    content = order()
    content.supplier["lines/a/substitute"] = "book"
    content.record["substitutes/a"] = DOOR | {"code": "L-7"}
    assert search_words(content) - words_earlier(content) == {"l-7", "l", "7"}
    assert words_earlier(content) >= {"p-100", "porte", "laurier"}
