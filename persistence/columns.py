"""Column types and values that every table shares: ids, UTC times."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator


def new_id() -> str:
    """Return a new primary key: 32 lower-case hexadecimal digits."""
    return uuid4().hex


def counted_key() -> Column[int]:
    """A primary key that the database counts up; on SQLite only an INTEGER is."""
    return Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def by_bytes(length: int) -> String:
    """A text column that is compared byte by byte, also where the database sorts by the rules of a language."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """An instant, always timezone-aware and in UTC.

    SQLite keeps no zone and gives naive times back; a naive time is refused on the way in, so that a
    local time can never be kept by accident.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn `value` into UTC; raise ValueError when it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be kept.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        if value is None:
            return None
        time: datetime = value
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
