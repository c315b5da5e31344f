"""Many rows in a few statements, as the driver takes them.

The trail of a busy server is thousands of rows a second: making each of them a statement's parameters costs SQLAlchemy
more than writing it costs the database. So the statement is put together once for a table and its columns, and the rows
are plain tuples. Values pass through their columns' types all the same.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Dialect, Table
from sqlmodel import Session, SQLModel

from persistence.driver import Driven, connection_of

MOST_AT_ONCE: Final = 64
"""Rows in one statement: for each statement the thread lets go of Python's lock, and must get it back."""

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]
_UNSET: Final = object()


def table_of(model: type[SQLModel]) -> Table:
    """The table that a model declares."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def insert_rows(
    session: Session,
    model: type[SQLModel],
    columns: tuple[str, ...],
    rows: Sequence[Row],
    *,
    anew: bool = False,
) -> None:
    """Insert rows whose values stand in the order of `columns`. anew: but for those whose keys are there already.
    Raises what the database refuses."""
    if rows:
        table = table_of(model)
        connection = connection_of(session)
        dialect = connection.dialect
        bound = _bound(table, columns, dialect, rows)
        with Driven(connection) as cursor:
            for start, count in _portions(len(bound)):
                values = tuple(chain.from_iterable(bound[start : start + count]))
                cursor.execute(_insertion(table, columns, dialect, count, anew), values)


def update_rows(
    session: Session,
    model: type[SQLModel],
    columns: tuple[str, ...],
    keys: tuple[str, ...],
    rows: Sequence[Row],
    *,
    unless: str = "",
) -> int:
    """Set `columns` in the rows that `keys` name; each of `rows` holds their values, then those of the keys. How many
    there were. unless: a query; a row for which it finds anything stays as it is. Its values come last."""
    if not rows:
        return 0
    table = table_of(model)
    connection = connection_of(session)
    dialect = connection.dialect
    values = _bound(table, columns + keys, dialect, rows)
    with Driven(connection) as cursor:
        cursor.executemany(_updating(table, columns, keys, dialect, unless), values)
        return cursor.rowcount


def delete_rows(session: Session, model: type[SQLModel], keys: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Delete the rows that the values of `keys` name."""
    if rows:
        table = table_of(model)
        connection = connection_of(session)
        dialect = connection.dialect
        with Driven(connection) as cursor:
            cursor.executemany(_deletion(table, keys, dialect), _bound(table, keys, dialect, rows))


def rows_of(
    session: Session, model: type[SQLModel], columns: tuple[str, ...], key: str, value: Any
) -> Sequence[Row]:
    """These columns of every row whose `key` has a value, as the driver gives them: texts and whole numbers are as they
    are, all else is not made again of what is kept."""
    table = table_of(model)
    connection = connection_of(session)
    with Driven(connection) as cursor:
        cursor.execute(_selection(table, columns, key, connection.dialect), (value,))
        return cursor.fetchall()


def mark(dialect: Dialect) -> str:
    """What stands for a value in a statement of the driver's own."""
    return "?" if dialect.paramstyle == "qmark" else "%s"


def _portions(count: int) -> Iterator[tuple[int, int]]:
    """`(start, how many)`: what one statement inserts. Powers of two, so that there are few statements to remember."""
    start = 0
    while start < count:
        size = min(MOST_AT_ONCE, 1 << (count - start).bit_length() - 1)
        yield start, size
        start += size


@lru_cache(maxsize=256)
def _insertion(table: Table, columns: tuple[str, ...], dialect: Dialect, count: int, anew: bool) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    values = f"({', '.join([mark(dialect)] * len(columns))})"
    rows = ", ".join([values] * count)
    unless = " ON CONFLICT DO NOTHING" if anew else ""
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES {rows}{unless}"  # noqa: S608  # names of our own tables


@lru_cache(maxsize=256)
def _updating(
    table: Table, columns: tuple[str, ...], keys: tuple[str, ...], dialect: Dialect, unless: str
) -> str:
    quote = dialect.identifier_preparer.quote
    settings, wanted = _equal(columns, dialect), _equal(keys, dialect)
    if unless:
        wanted.append(f"NOT EXISTS ({unless})")
    return f"UPDATE {quote(table.name)} SET {', '.join(settings)} WHERE {' AND '.join(wanted)}"  # noqa: S608  # as above


def _equal(columns: tuple[str, ...], dialect: Dialect) -> list[str]:
    quote, value = dialect.identifier_preparer.quote, mark(dialect)
    return [f"{quote(name)} = {value}" for name in columns]


@lru_cache(maxsize=64)
def _deletion(table: Table, keys: tuple[str, ...], dialect: Dialect) -> str:
    quote, wanted = dialect.identifier_preparer.quote, " AND ".join(_equal(keys, dialect))
    return f"DELETE FROM {quote(table.name)} WHERE {wanted}"  # noqa: S608  # as above


@lru_cache(maxsize=64)
def _selection(table: Table, columns: tuple[str, ...], key: str, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    return f"SELECT {names} FROM {quote(table.name)} WHERE {quote(key)} = {mark(dialect)}"  # noqa: S608  # as above


def _bound(
    table: Table, columns: tuple[str, ...], dialect: Dialect, rows: Sequence[Row]
) -> Sequence[Sequence[Any]]:
    """The rows with every value as the driver takes it."""
    conversions = _conversions(table, columns, dialect)
    if not conversions:
        return rows
    bound = [list(row) for row in rows]
    for at, convert in conversions:
        given: Any = _UNSET
        for row in bound:
            if row[at] is not given:  # rows of one moment share it
                given = row[at]
                made = convert(given)
            row[at] = made
    return bound


@lru_cache(maxsize=320)
def _conversions(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[int, _Convert], ...]:
    """Which values must be converted, by their place in a row, and how."""
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    return tuple((at, convert) for at, convert in enumerate(processors) if convert is not None)
