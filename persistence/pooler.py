"""Whether something between this server and PostgreSQL gives one connection of the database to several in turn.

    with db.engine.connect() as one, db.engine.connect() as other:
        if pools_transactions(one, other): ...

A pooler that does so at each transaction (PgBouncer's `pool_mode = transaction`) loses what a session holds: that a
server listens to the others, that it migrates alone, and for how long it may hold a row. Nothing of that would be told.
"""

from typing import Final

from sqlalchemy import Connection

LOOKS: Final = 5
"""A busy pool may give two connections to two clients by chance."""


def pools_transactions(one: Connection, other: Connection) -> bool:
    """Whether two connections are served by one process of the database, or one of them by two in turn."""
    for _ in range(LOOKS):
        before = _process_of(one)
        one.rollback()
        beside = _process_of(other)  # in a transaction that goes on
        again = _process_of(one)
        one.rollback()
        other.rollback()
        if beside == before or again != before:
            return True
    return False


def _process_of(connection: Connection) -> int:
    found: int = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return found
