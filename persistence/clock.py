"""The present, the same for all servers of one database: who has a mail in hand, and until when, is told by times.

    now()                                # the present instant, in UTC
    go_by(ours_lags(session))            # from now on by the database's clock

A clock that differs by less than TOLERATED is left alone. On SQLite there is one server, and one clock.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

Clock = Callable[[], datetime]
"""What tells the present instant, in UTC: `now`, or a test's own."""

TOLERATED: Final = timedelta(seconds=1)


class _Difference:
    ahead = timedelta()


def now() -> datetime:
    """Return the present instant, in UTC."""
    return _ours() + _Difference.ahead


def ours_lags(session: Session) -> timedelta:
    """How far this machine's clock is behind the database's; negative where it is ahead. Of what is possible, the
    least: a machine that stood still while it asked knows no better."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return timedelta()
    connection.execute(text("SELECT 1"))  # what a connection needs to begin is not measured
    before = _ours()
    theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    after = _ours()
    return max(theirs - after, min(theirs - before, timedelta()))


def go_by(lag: timedelta) -> None:
    """Let `now` make up for a difference, unless it is tolerated."""
    _Difference.ahead = lag if abs(lag) >= TOLERATED else timedelta()


def _ours() -> datetime:
    return datetime.now(UTC)
