"""What may befall a database, for as long as a block lasts."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, event

from tests.server.orders.house import House


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Another process holds the database and writes."""
    with closing(sqlite3.connect(house.services.settings.database_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@contextmanager
def full(house: House) -> Iterator[None]:
    """There is no room for another page."""
    is_full = [True]

    def begin(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() if is_full else 1 << 30
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(house.services.db.engine, "begin", begin)
    try:
        yield
    finally:
        is_full.clear()
