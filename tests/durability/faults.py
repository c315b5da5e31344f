"""What may befall a database, for as long as a block lasts."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from unittest.mock import patch

from sqlmodel import Session

from persistence.driver import Driven, connection_of
from persistence.kept import Kept
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
def full(_house: House) -> Iterator[None]:
    """There is no room for another page."""
    write = Kept.write

    def write_without_room(kept: Kept, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        def within(session: Session) -> Any:
            with Driven(connection_of(session)) as cursor:
                cursor.execute("PRAGMA page_count")
                ((pages,),) = cursor.fetchall()
                cursor.execute(f"PRAGMA max_page_count = {pages}")
            return function(session, *args, **kwargs)

        return write(kept, within)

    with patch.object(Kept, "write", write_without_room):
        yield
