"""What must be looked at to be known: how late the event loop is, how long edits wait, what lies in the outbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from persistence.database import Database
from persistence.outbox import count_by_state
from server.metrics import DATABASE_CONNECTIONS, LOOP_DELAY, OLDEST_UNSAVED, OUTBOX
from server.rooms import Rooms

LOOK_SECONDS: Final = 1.0
OUTBOX_EVERY: Final = 15
"""Looks between two counts of the outbox."""


@asynccontextmanager
async def watching(database: Database, rooms: Rooms) -> AsyncIterator[None]:
    """Keep the gauges up to date for as long as the block lasts."""
    task = asyncio.create_task(_watch(database, rooms), name="gauges")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(database: Database, rooms: Rooms) -> None:
    loop, look = asyncio.get_running_loop(), 0
    while True:
        if look % OUTBOX_EVERY == 0:
            await _count_mails(database)
        look += 1
        asked = loop.time()
        await asyncio.sleep(LOOK_SECONDS)
        LOOP_DELAY.observe(max(0.0, loop.time() - asked - LOOK_SECONDS))
        OLDEST_UNSAVED.set(rooms.committer.waiting_seconds)
        if isinstance(database.engine.pool, QueuePool):
            DATABASE_CONNECTIONS.set(database.engine.pool.checkedout())


async def _count_mails(database: Database) -> None:
    try:
        counts = await database.read(count_by_state)
    except SQLAlchemyError:  # another time
        return
    for state, count in counts.items():
        OUTBOX.labels(state).set(count)
