"""What a failed transaction means: whether the database is away, or what it was asked is at fault; and why, for a log.

except Exception as error:
    if is_away(error): ...            # the same may be tried again
    log.error("commit failed", error=cause_of(error))
"""

from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY: Final = (OperationalError, InterfaceError, PoolTimeout, OSError)
"""The database is locked, full, gone, or takes no more connections."""

_NOT_NOW: Final = "25"
"""PostgreSQL's class of a transaction that cannot be what was asked: it ended while its server was frozen or cut off,
or the database takes nothing but questions, as a stand-by does. The driver counts these among the database's own
faults. https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_READ_ONLY: Final = "25006"


def takes_no_writes(error: BaseException) -> bool:
    """Whether the database takes nothing but questions, as a stand-by does."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _READ_ONLY


def is_away(error: BaseException) -> bool:
    """Whether nobody's data is at fault: the same can be tried again."""
    if isinstance(error, AWAY):
        return True
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or state.startswith(_NOT_NOW))


def cause_of(error: BaseException) -> str:
    """The kind of an error and what the database said, on one line. What it says further may hold values of rows."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(said).__name__}: {str(said).strip().partition(chr(10))[0]}"[:300]
