"""Millions of rows for a measurement, written in a few minutes: past SQLAlchemy, without foreign keys looked up, and
with the indexes made at the end.

    with bulk(database, Order) as write:
        write(Order, ("id", "seq"), rows)
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from persistence.database import Database
from persistence.driver import Driven
from persistence.rows import table_of

AT_ONCE: Final = 100_000
Row = tuple[Any, ...]
Write = Callable[[type[SQLModel], tuple[str, ...], Iterable[Row]], None]

_HURRIED: Final = {
    "sqlite": ("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -500000"),
    "postgresql": ("SET session_replication_role = replica", "SET maintenance_work_mem = '1GB'"),
}
_INDEXES: Final = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table AND indexname LIKE 'ix%'",
}


@contextmanager
def bulk(database: Database, *models: type[SQLModel]) -> Iterator[Write]:
    """Within the block rows are written; after it they are found by every index, and the database knows its tables.

    They come in fastest in the order of their primary key, whose index stays.
    """
    tables = [str(model.__tablename__) for model in models]
    connection = database.engine.connect()
    _run(connection, _HURRIED[connection.dialect.name])
    indexes = [index for table in tables for index in _indexes(connection, table)]
    _run(connection, [f'DROP INDEX "{name}"' for name, _ in indexes])

    def write(model: type[SQLModel], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        _write(connection, model, columns, iter(rows))

    yield write
    _run(connection, [made for _, made in indexes])
    connection.invalidate()  # nobody else is to have one so hurried
    connection.close()
    _take_stock(database, tables)


def _indexes(connection: Connection, table: str) -> list[tuple[str, str]]:
    """`(name, the statement that makes it)` of a table's indexes, as the migrations made them."""
    found = connection.execute(text(_INDEXES[connection.dialect.name]), {"table": table}).all()
    return [(name, made) for name, made in found]


def _run(connection: Connection, statements: Iterable[str]) -> None:
    connection.rollback()
    with Driven(connection) as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.connection.commit()


def _write(
    connection: Connection, model: type[SQLModel], columns: tuple[str, ...], rows: Iterator[Row]
) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    table = f'"{model.__tablename__}" ({names})'
    bind = _binding(connection, model, columns)
    while some := [bind(row) for row in islice(rows, AT_ONCE)]:
        with Driven(connection) as cursor:
            if connection.dialect.name == "sqlite":
                cursor.execute("BEGIN")
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", some)  # noqa: S608
            else:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
        connection.connection.commit()


def _binding(connection: Connection, model: type[SQLModel], columns: tuple[str, ...]) -> Callable[[Row], Row]:
    """What makes of a row's values what the driver takes."""
    table = table_of(model)
    kinds = (table.c[name].type.dialect_impl(connection.dialect) for name in columns)
    processors = [kind.bind_processor(connection.dialect) for kind in kinds]
    if not any(processors):
        return lambda row: row
    return lambda row: tuple(
        value if bound is None else bound(value) for value, bound in zip(row, processors, strict=True)
    )


def _take_stock(database: Database, tables: Iterable[str]) -> None:
    """What PostgreSQL does by itself within a minute on a real machine."""
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.execute(text(f'VACUUM ANALYZE "{table}"'))
