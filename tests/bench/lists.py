"""The list of orders of a supplier with a thousand, a hundred thousand and a million orders, on both databases.

    python -m tests.bench lists              # some ten minutes, mostly for writing a million orders twice

Every filter, searches of each kind, and the first, the middle and the last page. A page is read whole, as the interface
does: when it stopped short it is one page, and how many it takes to come to rows is told.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from persistence.database import Database
from persistence.order_list import Found, RowKey, Wanted, count_orders, list_orders
from tests.bench.archive import FIRST, fill
from tests.bench.figures import milliseconds, spread, table
from tests.postgres import cluster

SIZES: Final = (1_000, 100_000, 1_000_000)
TIMES: Final = 15


@dataclass(frozen=True)
class Asked:
    """One thing that a reader asks of his list."""

    name: str
    wanted: Wanted


def asked(supplier_id: str, orders: int) -> Iterator[Asked]:
    """Everything that is measured."""
    everything = Wanted(supplier_id, "supplier")
    middle = RowKey(FIRST + timedelta(minutes=orders // 2), "")
    last = RowKey(FIRST + timedelta(minutes=60), "")
    filters = {"all": everything, "my turn": replace(everything, mine=True)}
    for status in ("draft", "waiting", "changed", "agreed", "amending", "closed"):
        filters[status] = replace(everything, status=status)
    filters["closed and my turn (none)"] = replace(everything, status="closed", mine=True)
    for name, wanted in filters.items():
        yield Asked(name, wanted)
    for name in ("all", "agreed", "closed"):
        yield Asked(f"{name}, middle page", replace(filters[name], after=middle))
        yield Asked(f"{name}, last page", replace(filters[name], after=last))
    for name, words in (
        ("a number", f"2026-{orders // 3:07d}"),
        ("a word that is not there", "zzz"),
        ("one letter", "p"),
        ("a client's name", "clientbc"),
        ("a word in half of them", "porte"),
        ("a word of long ago", "antan"),
        ("two words, one rare", f"porte bt-{orders // 3 // 2 * 2}"),
        ("two common words, never together", "porte tiroir"),
    ):
        wanted = replace(everything, query=words)
        yield Asked(f"search: {name}", wanted)
        if name in ("a client's name", "a word in half of them"):
            yield Asked(f"search: {name}, middle page", replace(wanted, after=middle))
            yield Asked(f"search: {name}, last page", replace(wanted, after=last))
    yield Asked("closed, search: a client's name", replace(filters["closed"], query="clientbc"))
    yield Asked("draft, search: a word in half of them", replace(filters["draft"], query="porte"))


def measure(database: Database, orders: int) -> dict[str, list[float]]:
    """How many milliseconds each page takes."""
    supplier_id = fill(database, orders)
    taken = {}
    for each in asked(supplier_id, orders):
        taken[each.name] = milliseconds(_reads(database, each.wanted), TIMES)
    taken["the counts of all tabs"] = milliseconds(_counts(database, supplier_id), TIMES)
    return taken


def _reads(database: Database, wanted: Wanted) -> Callable[[], Found]:
    def read() -> Found:
        with database.reading() as session:
            return list_orders(session, wanted)

    return read


def _counts(database: Database, supplier_id: str) -> Callable[[], object]:
    def read() -> object:
        with database.reading() as session:
            return count_orders(session, supplier_id, "supplier")

    return read


def main() -> None:
    """Measure on both databases."""
    for engine in ("SQLite", "PostgreSQL"):
        by_size = {size: _measured(engine, size) for size in SIZES}
        heads = ["page of 50 orders, ms", *(f"{size:,} orders" for size in SIZES)]
        rows = [[name, *(spread(by_size[size][name]) for size in SIZES)] for name in by_size[SIZES[0]]]
        table(f"The list of orders on {engine}", heads, rows)


def _measured(engine: str, size: int) -> dict[str, list[float]]:
    folder = Path(tempfile.mkdtemp(prefix="bench-lists-"))
    url = f"sqlite:///{folder / 'orders.sqlite3'}" if engine == "SQLite" else cluster().database()
    database = Database(url)
    try:
        database.migrate()
        return measure(database, size)
    finally:
        database.close()
        shutil.rmtree(folder)
        if engine != "SQLite":
            cluster().drop(url)
