"""The summary that is kept cell by cell says what the projection derives from the whole document."""

import random
from typing import Any

import pytest

from schema.order import Content
from schema.terms import canonical_json, digest, terms_of
from server.rooms.projection import project
from server.rooms.summary import Summary

FACTS = {"code": "P-1", "name_fr": "Porte", "name_en": "Door", "unit": "each", "tax_class": "standard"}
CHOICES: dict[str, list[Any]] = {
    "client/reference": ["BT-1", "BT-2", None],
    "client/requested_date": ["2026-12-01", "2026-12-24", None],
    "client/delivery_address": [{"region": "ON", "city": "Ottawa"}, {"region": "QC"}, None],
    "client/lines/a/quantity": ["1", "2.0", "2", None],
    "client/lines/b/quantity/S": ["4", "0", None],
    "client/lines/b/quantity/M": ["6", None],
    "client/lines/a/withdrawn": [True, False, None],
    "supplier/freight": ["12.50", None],
    "supplier/promised_date": ["2026-12-20", None],
    "supplier/lines/a/quantity": ["1", None],
    "supplier/lines/a/unit_price": ["41.50", "41.5", "40"],
    "supplier/lines/a/promised_date": ["2026-12-12", "2027-01-05", None],
    "supplier/lines/b/backorder_quantity/S": ["2", "0.00", None],
    "supplier/lines/b/rejected": [True, None],
    "supplier/lines/a/rejected": [True, None],
    "supplier/lines/b/discount": ["10", None],
    "supplier/lines/a/reason": ["rupture", None],
}


def order() -> Content:
    content = Content(record={"made_by": "client", "made_at": "2026-11-01T12:00:00Z", "currency": "CAD"})
    for line in ("a", "b"):
        content.client[f"lines/{line}/product"] = "p"
        content.record[f"products/{line}"] = FACTS
    content.record["parties/client"] = {"id": "c", "name": "Laurier", "region": "QC"}
    return content


def sign(content: Content, side: str, count: int) -> None:
    text = canonical_json(terms_of(content))
    content.record[f"signatures/{side}"] = {"digest": digest(text), "terms": text, "count": count}


@pytest.mark.parametrize("seed", range(30))
def test_every_step_says_what_the_whole_document_says(seed: int) -> None:
    dice, content = random.Random(seed), order()
    summary = Summary(content)
    for step in range(120):
        if dice.random() < 0.06:
            side = dice.choice(["client", "supplier"])
            sign(content, side, step + 1)
            summary.touch(("record", f"signatures/{side}"))
        address = dice.choice(list(CHOICES))
        root, _, key = address.partition("/")
        value = dice.choice(CHOICES[address])
        if value is None:
            content.root(root).pop(key, None)
        else:
            content.root(root)[key] = value
        summary.touch((root, key))
        assert summary.read() == project(content), f"seed {seed}, step {step}: {address} = {value!r}"


def test_a_cell_of_an_unknown_line_changes_nothing_that_lists_show() -> None:
    content = order()
    summary = Summary(content)
    before = summary.read()
    content.client["lines/zzz/quantity"] = "5"
    summary.touch(("client", "lines/zzz/quantity"))
    assert summary.read() == before == project(content)


@pytest.mark.parametrize("flag", ["client/lines/a/withdrawn", "supplier/lines/a/rejected"])
def test_nothing_is_late_or_owed_of_a_line_that_is_dropped(flag: str) -> None:
    content = order()
    content.supplier["lines/a/promised_date"] = "2027-05-05"
    content.supplier["lines/a/backorder_quantity"] = "3"
    content.supplier["lines/b/promised_date"] = "2026-01-01"
    content.supplier["lines/b/backorder_quantity"] = "0"
    assert (project(content)["promised_date"], project(content)["backorder"]) == ("2027-05-05", True)
    root, _, key = flag.partition("/")
    content.root(root)[key] = True
    assert (project(content)["promised_date"], project(content)["backorder"]) == ("2026-01-01", False)


def test_who_is_asked_to_cancel_owes_an_answer() -> None:
    content = order()
    sign(content, "client", 1)
    sign(content, "supplier", 2)
    content.record["agreed"] = content.record["signatures/client"]
    summary = Summary(content)
    assert summary.read()["turn"] is None
    content.record["cancelling/client"] = {"name": "Anna"}
    summary.touch(("record", "cancelling/client"))
    assert summary.read()["turn"] == project(content)["turn"] == "supplier"
