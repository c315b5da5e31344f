"""Going by the database's clock, as the other servers do.

A machine whose clock is wrong, as after a sleep, would send a mail that another has in hand, or refuse a good link.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from persistence.away import cause_of
from persistence.clock import TOLERATED, go_by, ours_lags
from persistence.database import Database
from server.tasks import end

LOOK_SECONDS: Final = 10.0

log = structlog.get_logger()


@asynccontextmanager
async def going_by(database: Database) -> AsyncIterator[None]:
    """Go by a database's clock, from now on and for as long as the block lasts."""
    if database.is_sqlite:
        yield
        return
    lag = await _look(database, timedelta())
    task = asyncio.create_task(_look_again(database, lag), name="clock")
    try:
        yield
    finally:
        await end(task)
        go_by(timedelta())


async def _look_again(database: Database, lag: timedelta) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            lag = await _look(database, lag)
        except (SQLAlchemyError, OSError) as error:
            log.warning("clock not compared", error=cause_of(error))


async def _look(database: Database, before: timedelta) -> timedelta:
    lag = await database.read(ours_lags)
    go_by(lag)
    if abs(lag - before) >= TOLERATED:
        log.warning("clock differs from the database's", seconds=round(-lag.total_seconds(), 1))
    return lag
