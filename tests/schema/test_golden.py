"""The examples that Python and TypeScript must both fulfil."""

from dataclasses import asdict

import pytest

from schema.colour import changed_cells, effective_cell
from schema.status import state_of, status_for, turn_of
from schema.taxes import taxes_in
from schema.terms import canonical_json, digest_of, terms_of
from schema.totals import totals_of
from schema.values import canonical, check
from tests.schema.golden import Example, content_of, examples, order_of


@pytest.mark.parametrize("example", examples("status"))
def test_status(example: Example) -> None:
    content = order_of(example)
    assert example["expected"] == {
        "state": state_of(content),
        "client": status_for(content, "client"),
        "supplier": status_for(content, "supplier"),
    }


@pytest.mark.parametrize("example", examples("turn"))
def test_turn(example: Example) -> None:
    assert turn_of(order_of(example)) == example["expected"]


@pytest.mark.parametrize("example", examples("colour"))
def test_colour(example: Example) -> None:
    changed = changed_cells(order_of(example), example["reader"])
    cells = {address: [change.before, change.after] for address, change in changed.cells.items()}
    assert {"cells": cells, "lines": changed.lines} == example["expected"]


@pytest.mark.parametrize("example", examples("effective"))
def test_effective(example: Example) -> None:
    cell = effective_cell(
        order_of(example), example["reader"], example["line"], example["noun"], example["point"]
    )
    before = asdict(cell.changed_from) if cell.changed_from else None
    assert {**asdict(cell.now), "differs": cell.differs, "before": before} == example["expected"]


@pytest.mark.parametrize("example", examples("totals"))
def test_totals(example: Example) -> None:
    totals = totals_of(content_of(example["content"]))
    assert example["expected"] == {
        "lines": {line: str(amount) for line, amount in totals.lines.items()},
        "freight": str(totals.freight),
        "subtotal": str(totals.subtotal),
        "taxes": [[tax.code, str(tax.rate), str(tax.amount)] for tax in totals.taxes],
        "total": str(totals.total),
    }


@pytest.mark.parametrize("example", examples("taxes"))
def test_taxes(example: Example) -> None:
    taxes = taxes_in(example["region"], example["day"])
    assert [[tax.code, str(tax.rate)] for tax in taxes] == example["expected"]


@pytest.mark.parametrize("example", examples("digest"))
def test_digest(example: Example) -> None:
    content = content_of(example["content"])
    assert canonical_json(terms_of(content)) == example["canonical"]
    assert digest_of(content) == example["expected"]


@pytest.mark.parametrize("example", examples("values"))
def test_values(example: Example) -> None:
    assert check(example["kind"], example["value"]) == example["expected"]
    if example["expected"] is None:
        assert canonical(example["kind"], example["value"]) == example["canonical"]
