"""A page of orders costs the same among many orders as among few, and following the pages shows each order once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import select

from persistence import order_list
from persistence.database import Database
from persistence.order import Order
from persistence.order_list import Wanted, count_orders, list_orders
from persistence.order_word import WORDS_LIMIT, OrderWord, words_of
from tests.bench.archive import fill
from tests.bench.lists import asked
from tests.databases import url_of

FEW, MANY = 1_000, 6_000
LIMIT = 20
STEPS = 12_000
"""Enough for every page; to look at MANY orders once takes three for each at the very least."""


@pytest.fixture(autouse=True)
def _small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds as small beside these numbers as the real ones are beside a million."""
    for name, value in {"LOOKED_AT": 200, "RARE": 100, "AT_ONCE": 50, "COUNTED": 100}.items():
        monkeypatch.setattr(order_list, name, value)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(url_of(tmp_path))
    database.migrate()
    yield database
    database.close()


@pytest.mark.sqlite
def test_no_page_and_no_count_looks_at_all_orders(tmp_path: Path) -> None:
    steps = _steps(tmp_path, MANY)
    assert len(steps) == 30
    assert {name: count for name, count in steps.items() if count > STEPS} == {}


def _steps(folder: Path, orders: int) -> dict[str, int]:
    """How many steps the database takes for each page."""
    database = Database(url_of(folder))
    database.migrate()
    supplier_id = fill(database, orders)
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    def watch(connection: DBAPIConnection, *_: object) -> None:
        connection.set_progress_handler(count, 1)

    event.listen(database.engine, "checkout", watch)
    taken = {}
    for each in asked(supplier_id, orders):
        steps[0] = 0
        with database.reading() as session:
            list_orders(session, replace(each.wanted, limit=LIMIT))
        taken[each.name] = steps[0]
    steps[0] = 0
    with database.reading() as session:
        count_orders(session, supplier_id, "supplier")
    taken["counts"] = steps[0]
    database.close()
    return taken


def test_following_the_pages_shows_what_is_wanted_once_and_in_order(database: Database) -> None:
    orders = FEW
    supplier_id = fill(database, orders)
    fits = _reader_of_everything(database)
    for each in asked(supplier_id, orders):
        wanted = replace(each.wanted, limit=LIMIT, after=None)
        assert _followed(database, wanted) == fits(wanted), each.name


def _followed(database: Database, wanted: Wanted) -> list[str]:
    shown: list[str] = []
    while True:
        with database.reading() as session:
            found = list_orders(session, wanted)
        rows = found.rows[: wanted.limit]
        shown += [row.order.id for row in rows]
        if len(found.rows) > wanted.limit:
            wanted = replace(wanted, after=order_list.RowKey(rows[-1].order.changed_at, rows[-1].order.id))
        elif found.stopped is not None:
            wanted = replace(wanted, after=found.stopped)
        else:
            return shown


def _reader_of_everything(database: Database) -> Callable[[Wanted], list[str]]:
    """The same answers, found by looking at everything."""
    with database.reading() as session:
        orders = sorted(session.exec(select(Order)), key=lambda one: (one.changed_at, one.id), reverse=True)
        words: dict[str, set[str]] = {}
        for row in session.exec(select(OrderWord)):
            words.setdefault(row.order_id, set()).add(row.word)

    def fits(order: Order, wanted: Wanted) -> bool:
        if order.supplier_id != wanted.company_id or order.supplier_status == "hidden":
            return False
        if wanted.status not in (None, order.supplier_status) or (wanted.mine and order.turn != "supplier"):
            return False
        return all(any(one.startswith(word) for one in words[order.id]) for word in words_of([wanted.query]))

    return lambda wanted: [order.id for order in orders if fits(order, wanted)]


def test_an_order_of_many_products_is_found_by_its_own_words_first() -> None:
    products = [f"a{number}" for number in range(WORDS_LIMIT)]
    words = words_of(["BT-2231", "Zéphyr"], products)
    assert len(words) == WORDS_LIMIT
    assert {"bt-2231", "bt", "2231", "zephyr"} <= words
    assert words == words_of(["Zéphyr", "BT-2231"], reversed(products)), "whatever their order"


def test_what_is_counted_stops_at_a_bound(database: Database) -> None:
    supplier_id = fill(database, FEW)
    with database.reading() as session:
        counts = count_orders(session, supplier_id, "supplier")
    assert counts["closed"] == 100
    assert 0 < counts["draft"] < 100
