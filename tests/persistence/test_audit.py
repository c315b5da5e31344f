"""Who last changed a cell, as the trail tells it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from persistence.audit import FIRST_SEARCHED, SEARCHED, Recorded, last_authors, record_changes
from persistence.database import Database
from tests.bench.prepare import prepare
from tests.databases import url_of

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PRICE, DATE = "supplier/lines/l1/unit_price", "supplier/lines/l1/promised_date"


class Trail:
    """Of an order in a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(url_of(folder))
        self.order, self.other = prepare(folder, 2, url_of(folder)).orders

    def write(self, *changes: tuple[str, str], order: str = "") -> None:
        rows = [Recorded(order or self.order, 1, cell, None, '"1"', AT, name=name) for cell, name in changes]
        with self.database.writing() as session:
            record_changes(session, rows)

    def authors(self, *cells: str) -> dict[str, str]:
        with self.database.reading() as session:
            return last_authors(session, self.order, cells)


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    trail = Trail(tmp_path)
    yield trail
    trail.database.close()


def test_the_last_of_several_is_named_for_each_cell(trail: Trail) -> None:
    trail.write((PRICE, "Marc"), (DATE, "Sophie"), (PRICE, "Anna"))
    assert trail.authors(PRICE, DATE) == {PRICE: "Anna", DATE: "Sophie"}


def test_another_order_and_a_cell_that_nobody_changed_name_nobody(trail: Trail) -> None:
    trail.write((PRICE, "Marc"), order=trail.other)
    assert trail.authors(PRICE) == {}


def test_he_is_found_behind_many_changes_of_other_cells_but_not_behind_any_number(trail: Trail) -> None:
    trail.write((PRICE, "Marc"))
    trail.write(*[(DATE, "Sophie")] * FIRST_SEARCHED)
    assert trail.authors(PRICE, DATE) == {PRICE: "Marc", DATE: "Sophie"}
    trail.write(*[(DATE, "Sophie")] * SEARCHED)
    assert trail.authors(PRICE, DATE) == {DATE: "Sophie"}
