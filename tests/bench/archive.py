"""A supplier with any number of orders, as lists read them: rows without documents, written in bulk.

Old orders are closed or agreed, and a few hundred are under way. A client's name finds a hundredth of them, a word of a
product half, a word of long ago the oldest hundredth, a number one.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from persistence.company import add_company
from persistence.database import Database
from persistence.order import Order
from persistence.order_word import OrderWord
from tests.bench.bulk import bulk

CLIENTS: Final = 100
UNDER_WAY: Final = 400
FIRST: Final = datetime(2016, 1, 4, 8, tzinfo=UTC)
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
# What is the same for every order.
CONSTANT: Final = {
    "made_by": "client",
    "seq": 1,
    "lines": 12,
    "total": "1234.50",
    "currency": "CAD",
    "backorder": False,
    "changed_by": "Anna",
}
COLUMNS: Final = (
    *("id", "supplier_id", "client_id", "epoch", "writer", "created_at", "number"),
    *("supplier_status", "client_status", "turn", "reference", "changed_at", *CONSTANT),
)


def fill(database: Database, orders: int) -> str:
    """Write the orders into an empty, migrated database; the supplier's id."""
    draw = random.Random(orders)
    with database.writing() as session:
        supplier = add_company(session, name="Ébénisterie Boréale", supplies=True).id
        clients = [add_company(session, name=f"Client{letters(n)}", buys=True).id for n in range(CLIENTS)]
    # Ids that grow are written much faster; pages read by them in no other way than by random ones.
    ids = [f"{number:08x}{draw.getrandbits(96):024x}" for number in range(orders)]
    with bulk(database, Order, OrderWord) as write:
        write(Order, COLUMNS, (_order(ids, n, supplier, clients, draw) for n in range(orders)))
        write(OrderWord, ("company_id", "word", "order_id"), _found(ids, supplier, clients))
    return supplier


def letters(number: int) -> str:
    """A number written in letters, so that it makes a word: 0 → aa."""
    return ALPHABET[number // 26 % 26] + ALPHABET[number % 26]


def _order(
    ids: Sequence[str], number: int, supplier_id: str, clients: Sequence[str], draw: random.Random
) -> tuple[Any, ...]:
    under_way = number >= len(ids) - UNDER_WAY
    mine = draw.choice(("waiting", "changed", "draft", "amending")) if under_way else ""
    status = mine or ("closed" if draw.random() < 0.8 else "agreed")
    at = FIRST + timedelta(minutes=number)
    return (
        *(ids[number], supplier_id, clients[number % CLIENTS], ids[number], number + 1, at),
        f"2026-{number:07d}",
        # A client's drafts, of which the supplier sees nothing.
        "hidden" if status == "draft" and number % 2 else status,
        status,
        ("supplier", "client")[number % 2] if under_way else None,
        *(f"BT-{number}", at, *CONSTANT.values()),
    )


def _found(ids: Sequence[str], supplier_id: str, clients: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """`(company, word, order)`, sorted."""
    numbers_of = {client: range(at, len(ids), CLIENTS) for at, client in enumerate(clients)}
    for company_id in sorted((supplier_id, *clients)):
        numbers = numbers_of.get(company_id, range(len(ids)))
        yield from ((company_id, word, ids[number]) for word, number in _words(numbers, len(ids)))


def _words(numbers: range, orders: int) -> Iterator[tuple[str, int]]:
    """The words by which orders are found, sorted, each with its orders' numbers."""

    def shared(word: str, having: range) -> Iterator[tuple[str, int]]:
        return ((word, number) for number in having)

    def every(start: int, step: int) -> range:
        """Those of the numbers that, divided by `step`, leave `start`; each company's are one in CLIENTS, or all."""
        if numbers.step == 1:
            return range(start, orders, step)
        return numbers if numbers.start % step == start else range(0)

    yield from ((f"{number:07d}", number) for number in numbers)
    yield from shared("2026", numbers)
    yield from ((f"2026-{number:07d}", number) for number in numbers)
    yield from shared("antan", range(numbers.start, orders // 100, numbers.step))
    yield from shared("boreale", numbers)
    yield from shared("bt", numbers)
    yield from ((f"bt-{number}", number) for number in sorted(numbers, key=str))
    for client in range(CLIENTS):
        yield from shared(f"client{letters(client)}", every(client, CLIENTS))
    yield from shared("porte", every(0, 2))
    yield from shared("tiroir", every(1, 2))
