"""Rows that somebody else's transaction holds: how long a commit waits for one.

A person with an open console may hold an order's row for hours. Of PostgreSQL: SQLite locks the whole database, and who
waits for that does so in `persistence.database`.
"""

from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from persistence.driver import Driven, connection_of

HELD_MILLISECONDS: Final = 1_500
_HELD: Final = ("55P03", "57014")
"""A lock was not to be had; a statement took longer than it may, where the database gives it less time than that.
https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def wait_no_longer(session: Session) -> None:
    """Let every statement of this transaction give up a row that is held for HELD_MILLISECONDS; what it raises then is
    told by `is_held`."""
    connection = connection_of(session)
    if connection.dialect.name != "sqlite":
        with Driven(connection) as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {HELD_MILLISECONDS}")


def is_held(error: BaseException) -> bool:
    """Whether a transaction failed because of a row that another one holds, while the database is well."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _HELD
