"""A supplier with any number of orders, as lists read them: rows without documents, written in bulk.

Old orders are closed or agreed, and a few hundred are under way. A client's name finds a hundredth of them, a word of a
product half, a word of long ago the oldest hundredth, a number one.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Session

from persistence.company import add_company
from persistence.database import Database
from persistence.order import Order
from persistence.order_list import OrderWord
from persistence.tables import METADATA

CLIENTS: Final = 100
UNDER_WAY: Final = 400
AT_ONCE: Final = 20_000
FIRST: Final = datetime(2016, 1, 4, 8, tzinfo=UTC)
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"


def fill(database: Database, orders: int) -> str:
    """Write the orders into an empty, migrated database; the supplier's id."""
    draw = random.Random(orders)
    with database.writing() as session:
        supplier = add_company(session, name="Ébénisterie Boréale", supplies=True)
        clients = [add_company(session, name=f"Client{letters(n)}", buys=True).id for n in range(CLIENTS)]
    # Ids that grow are written much faster; pages read by them in no other way than by random ones.
    every = ((f"{number:08x}{draw.getrandbits(96):024x}", number) for number in range(orders))
    while some := list(islice(every, AT_ONCE)):
        with database.writing() as session:
            _write(session, Order, [_order(i, n, orders, supplier.id, clients, draw) for i, n in some])
            _write(session, OrderWord, list(_words(some, orders, supplier.id, clients)))
    _take_stock(database)
    return supplier.id


def letters(number: int) -> str:
    """A number written in letters, so that it makes a word: 0 → aa."""
    return ALPHABET[number // 26 % 26] + ALPHABET[number % 26]


def _order(
    order_id: str, number: int, orders: int, supplier_id: str, clients: Sequence[str], draw: random.Random
) -> dict[str, Any]:
    under_way = number >= orders - UNDER_WAY
    mine = draw.choice(("waiting", "changed", "draft", "amending")) if under_way else ""
    status = mine or ("closed" if draw.random() < 0.8 else "agreed")
    at = FIRST + timedelta(minutes=number)
    return {
        "id": order_id,
        "supplier_id": supplier_id,
        "client_id": clients[number % CLIENTS],
        "made_by": "client",
        "epoch": order_id,
        "writer": number + 1,
        "seq": 1,
        "created_at": at,
        "number": f"2026-{number:07d}",
        # A client's drafts, of which the supplier sees nothing.
        "supplier_status": "hidden" if status == "draft" and number % 2 else status,
        "client_status": status,
        "turn": ("supplier", "client")[number % 2] if under_way else None,
        "reference": f"BT-{number}",
        "lines": 12,
        "total": "1234.50",
        "currency": "CAD",
        "backorder": False,
        "changed_at": at,
        "changed_by": "Anna",
    }


def _words(
    some: Sequence[tuple[str, int]], orders: int, supplier_id: str, clients: Sequence[str]
) -> Iterator[dict[str, str]]:
    for order_id, number in some:
        words = [f"2026-{number:07d}", "2026", f"{number:07d}", f"bt-{number}", "bt", "boreale"]
        words += [f"client{letters(number % CLIENTS)}", ("porte", "tiroir")[number % 2]]
        words += ["antan"] if number < orders // 100 else []
        for company_id in (supplier_id, clients[number % CLIENTS]):
            yield from (
                {"company_id": company_id, "word": word, "order_id": order_id} for word in sorted(set(words))
            )


def _write(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    session.connection().execute(model.__table__.insert(), rows)


def _take_stock(database: Database) -> None:
    """What a database does by itself within a minute on a real machine."""
    if database.is_sqlite:
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in METADATA.sorted_tables:
            connection.execute(text(f'VACUUM ANALYZE "{table.name}"'))
