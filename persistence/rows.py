"""Writing many rows in one statement, as the driver takes them.

The trail of a busy server is thousands of rows a second: making each of them a statement's parameters costs SQLAlchemy
more than writing it costs the database. So the statement is put together once for a table and its columns, and the rows
are plain tuples. Values pass through their columns' types all the same.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Dialect, Table
from sqlmodel import Session, SQLModel

from persistence.driver import driven

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]
_UNSET: Final = object()


def insert_rows(
    session: Session, model: type[SQLModel], columns: tuple[str, ...], rows: Sequence[Row]
) -> None:
    """Insert rows whose values stand in the order of `columns`. Raises what the database refuses."""
    if rows:
        table: Table = model.__table__  # type: ignore[attr-defined]
        dialect = session.connection().dialect
        with driven(session.connection()) as cursor:
            cursor.executemany(_insertion(table, columns, dialect), _bound(table, columns, dialect, rows))


def update_rows(
    session: Session, model: type[SQLModel], columns: tuple[str, ...], key: str, rows: Sequence[Row]
) -> None:
    """Set `columns` in the rows that `key` names; each of `rows` holds their values, then that of the key."""
    if rows:
        table: Table = model.__table__  # type: ignore[attr-defined]
        dialect = session.connection().dialect
        values = _bound(table, (*columns, key), dialect, rows)
        with driven(session.connection()) as cursor:
            cursor.executemany(_updating(table, columns, key, dialect), values)


def mark(dialect: Dialect) -> str:
    """What stands for a value in a statement of the driver's own."""
    return "?" if dialect.paramstyle == "qmark" else "%s"


@lru_cache(maxsize=64)
def _insertion(table: Table, columns: tuple[str, ...], dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    values = ", ".join([mark(dialect)] * len(columns))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({values})"  # noqa: S608  # names of our own tables


@lru_cache(maxsize=256)
def _updating(table: Table, columns: tuple[str, ...], key: str, dialect: Dialect) -> str:
    quote, value = dialect.identifier_preparer.quote, mark(dialect)
    settings = ", ".join(f"{quote(name)} = {value}" for name in columns)
    return f"UPDATE {quote(table.name)} SET {settings} WHERE {quote(key)} = {value}"  # noqa: S608  # as above


def _bound(table: Table, columns: tuple[str, ...], dialect: Dialect, rows: Sequence[Row]) -> Sequence[Row]:
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
    return [tuple(row) for row in bound]


@lru_cache(maxsize=320)
def _conversions(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> tuple[tuple[int, _Convert], ...]:
    """Which values must be converted, by their place in a row, and how."""
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    return tuple((at, convert) for at, convert in enumerate(processors) if convert is not None)
