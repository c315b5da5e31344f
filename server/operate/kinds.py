"""Whether SQLite holds in its columns what they are for: it takes text for a number, and nothing for bytes, unasked.

with db.reading() as session:
    for finding in misfits(session): print(finding)
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Table,
    and_,
    case,
    column,
    func,
    not_,
    select,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from persistence.away import cause_of
from persistence.columns import UtcTime
from persistence.tables import METADATA

MOST: Final = 100
"""Rows of one table that are named, as many as SQLite itself names."""

_FOUND: Final = {"null": "nothing", "blob": "bytes", "integer": "a number", "real": "a fraction"}


class _Kind(NamedTuple):
    """What belongs in a column. `stored`: SQLite's word for how it is kept. `fits`: whether such a value will do."""

    name: str
    stored: str
    fits: Any = None


_TEXT: Final = _Kind("text", "text")
_KINDS: Final[tuple[tuple[type[TypeEngine[Any]], _Kind], ...]] = (
    (
        UtcTime,
        _Kind(
            "a time",
            "text",
            lambda value: and_(value.op("GLOB")("????-??-?? ??:??:??*"), func.datetime(value).is_not(None)),
        ),
    ),
    (JSON, _Kind("JSON", "text", func.json_valid)),
    (LargeBinary, _Kind("bytes", "blob")),
    (Boolean, _Kind("yes or no", "integer", lambda value: value.in_((0, 1)))),
    (Integer, _Kind("a number", "integer")),
)


def misfits(session: Session) -> Iterator[str]:
    """Every row, up to MOST of a table, with a value of another kind than its column's."""
    for table in METADATA.sorted_tables:
        try:
            yield from _misfits_of(session, table)
        except DatabaseError as error:
            yield f"database: {table.name} cannot be read through: {cause_of(error)}"


def _misfits_of(session: Session, table: Table) -> Iterator[str]:
    wrong = [
        (each, case((_fits(each), None), else_=func.typeof(column(each.name)))) for each in table.columns
    ]
    keys = [each.name for each in table.primary_key]
    columns: list[ColumnElement[Any]] = [
        *(column(name) for name in keys),
        *(found.label(f"in_{each.name}") for each, found in wrong),
    ]
    query = (
        select(*columns)
        .select_from(table)
        .where(not_(and_(*(_fits(each) for each in table.columns))))
        .limit(MOST)
    )
    for row in session.connection().execute(query):
        place = ", ".join(f"{name} {value}" for name, value in zip(keys, row, strict=False))
        for (each, _), found in zip(wrong, row[len(keys) :], strict=True):
            if found is not None:
                yield (
                    f"database: {table.name} ({place}) holds {_FOUND.get(found, found)} as {each.name}, "
                    f"where {_kind(each).name} should be"
                )


def _kind(of: Column[Any]) -> _Kind:
    return next((kind for kept_as, kind in _KINDS if isinstance(of.type, kept_as)), _TEXT)


def _fits(of: Column[Any]) -> ColumnElement[bool]:
    """Whether a row's value does, however it is kept."""
    kind = _kind(of)
    value: ColumnElement[Any] = column(of.name)
    whens: list[Any] = [(func.typeof(value) == kind.stored, 1 if kind.fits is None else kind.fits(value))]
    if of.nullable:
        whens.append((value.is_(None), 1))
    return case(*whens, else_=0) == 1
