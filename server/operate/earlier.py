"""What the version before worked out otherwise of an order, which lists and searches keep until it changes next.

`check` takes both for right. Goes with the version after.
"""

from typing import Any, Final

from persistence.order_word import words_of
from schema.cells import line_key
from schema.order import Content, effective, facts_of, lines_of
from schema.status import state_of
from schema.taxes import taxes_in
from schema.totals import taxing_places, totals_of
from server.rooms.projection import search_texts

_NAMES: Final = ("code", "name_fr", "name_en")


def projected_earlier(content: Content) -> dict[str, Any]:
    """By column. What is due of dropped lines was counted, and nothings that are owed; it was nobody's turn where one
    is asked to cancel; and a province bore its taxes only where it was written as in the table of taxes."""
    dates = [effective(content, line_key(line, "promised_date")) for line in lines_of(content)]
    known = [date for date in (*dates, content.supplier.get("promised_date")) if date]
    earlier: dict[str, Any] = {
        "backorder": any("/backorder_quantity" in key for key in content.supplier),
        "promised_date": max(known, default=None),
        "total": str(totals_of(_taxed_by_word(content)).total),
    }
    return earlier | ({"turn": None} if state_of(content) == "agreed" else {})


def words_earlier(content: Content) -> frozenset[str]:
    """The words by which it was found: neither by the jobs of its lines nor by what is offered in a product's stead."""
    whole, _ = search_texts(content)
    facts = [facts_of(content, line) or {} for line in lines_of(content)]
    return words_of([*whole, *(each[name] for each in facts for name in _NAMES if each.get(name))])


def _taxed_by_word(content: Content) -> Content:
    """The order delivered to where the first region that is given led to: a place of that name, or one without tax."""
    region = next((str(place["region"]) for place in taxing_places(content) if place.get("region")), "")
    taxed = bool(taxes_in(region, str(content.record.get("made_at", ""))[:10]))
    address = {"region": region} if taxed else {"country": "—"}
    return Content({**content.client, "delivery_address": address}, content.supplier, content.record)
