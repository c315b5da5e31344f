"""Moving an installation from the embedded database to PostgreSQL, with the server stopped.

for line in move(settings, "postgresql://orders@db/orders"): print(line)
"""

import zlib
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Integer, LargeBinary, Result, Table, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import select as select_rows

from persistence.order import Order
from persistence.tables import METADATA
from server.operate.check import check_database, check_orders
from server.operate.counting import counted
from server.operate.failure import Failure
from server.operate.storage import POSTGRESQL, opened, require_sqlite
from server.settings import Settings

ROWS_AT_ONCE: Final = 1_000
LARGE_AT_ONCE: Final = 16
"""Rows of a table with bytes: pictures, whole documents. No table is ever in memory as a whole."""
_SOURCE: Final = "Only the database of the data folder can be moved."


def move(settings: Settings, to: str) -> Iterator[str]:
    """Copy everything into an empty PostgreSQL database and read it back; what to tell meanwhile. Raises Failure.

    The data folder is left as it is. All is copied in one transaction: whatever interrupts it leaves the database empty
    or whole, and the same command again finishes it.
    """
    require_sqlite(settings, _SOURCE)
    target_settings = settings.model_copy(update={"database_url": _postgresql(to)})
    # Alone, or what people go on writing stays behind.
    with opened(settings, alone=True) as source, opened(target_settings) as target:
        yield "Reading what is there…"
        faults = [*check_database(source), *check_orders(source)]
        if faults:
            raise Failure("The data is not sound, and is not moved:\n" + "\n".join(faults))
        # Nobody writes to the source while this transaction lasts.
        with source.writing() as reading, target.writing() as writing:
            # It hears nothing while a large table of the source is read, and must not take that for a server's death.
            writing.connection().execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            if _is_empty(writing.connection()):
                for table in METADATA.sorted_tables:
                    yield _copy(reading.connection(), writing.connection(), table)
                yield "Reading back what was copied…"
                if differing := _differing(reading.connection(), writing.connection()):
                    raise Failure(f"What was read back of {differing} differs. Nothing was moved.")
            elif _differing(reading.connection(), writing.connection()):
                raise Failure(
                    "The database that --to names holds something else already; it must be an empty one. "
                    "Drop it and make it again, or name another."
                )
            else:
                yield "Everything was copied before; it is read back once more."
        yield "Loading every order…"
        faults = list(check_orders(target))
        if faults:
            raise Failure("What was read back is not sound:\n" + "\n".join(faults))
        with target.reading() as session:
            orders = len(session.exec(select_rows(Order.id)).all())
    yield (
        f"Moved and read back: {counted(orders, 'order')}. "
        "Set SHARED_ORDER_DATABASE_URL before you start the server. "
        "The nightly backup is pg_dump's from now on: `backup` knows SQLite alone."
    )


def _postgresql(to: str) -> str:
    try:
        name = make_url(to).drivername
    except (ArgumentError, ValueError):  # the second is of a port
        name = ""
    if name not in POSTGRESQL:
        raise Failure("--to is no address of a PostgreSQL database, such as postgresql://user@host/database.")
    return to


def _is_empty(target: Connection) -> bool:
    return not any(
        target.execute(select(func.count()).select_from(table)).scalar_one()
        for table in METADATA.sorted_tables
    )


def _copy(source: Connection, target: Connection, table: Table) -> str:
    count = 0
    for rows in _streamed(source, table).mappings().partitions():
        target.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    _go_on_counting(target, table)
    return f"{table.name}: {counted(count, 'row')}"


def _go_on_counting(target: Connection, table: Table) -> None:
    """The numbers that PostgreSQL gives itself follow those that were brought."""
    column = table.autoincrement_column
    if column is None or not isinstance(column.type, Integer):
        return
    statement = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
    last = target.execute(select(func.max(column))).scalar_one()
    if last is not None:
        target.execute(statement, {"table": f'"{table.name}"', "column": column.name, "last": last})


def _differing(source: Connection, target: Connection) -> str | None:
    """The first table that holds something else."""
    tables = METADATA.sorted_tables
    return next(
        (each.name for each in tables if _fingerprint(source, each) != _fingerprint(target, each)), None
    )


def _fingerprint(connection: Connection, table: Table) -> tuple[int, int]:
    """How many rows there are, and the sum of their checksums, in whatever order they come."""
    count = total = 0
    for row in _streamed(connection, table):
        count += 1
        total += zlib.crc32(repr(tuple(map(_plain, row))).encode())
    return count, total


def _streamed(connection: Connection, table: Table) -> Result[Any]:
    """Every row, a few at a time."""
    is_large = any(isinstance(column.type, LargeBinary) for column in table.columns)
    at_once = LARGE_AT_ONCE if is_large else ROWS_AT_ONCE
    return connection.execute(select(table).execution_options(yield_per=at_once))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
