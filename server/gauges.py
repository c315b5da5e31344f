"""What must be looked at to be known: how late the event loop is, how long edits wait, what lies in the outbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from persistence.database import Database
from persistence.outbox import count_by_state
from server.metrics import DATABASE_CONNECTIONS, LOOP_DELAY, OLDEST_UNSAVED, OUTBOX
from server.rooms.rooms import Rooms
from server.tasks import end

LOOK_SECONDS: Final = 1.0
OUTBOX_SECONDS: Final = 15.0
"""Between two counts of the outbox."""


@asynccontextmanager
async def watching(database: Database, rooms: Rooms) -> AsyncIterator[None]:
    """Keep the gauges up to date for as long as the block lasts."""
    # Whatever asks the database is a task of its own: how long edits wait must be known just when it does not answer.
    tasks = [
        asyncio.create_task(_watch(database, rooms), name="gauges"),
        asyncio.create_task(_count_mails(database), name="gauge of mails"),
    ]
    try:
        yield
    finally:
        await end(*tasks)


async def _watch(database: Database, rooms: Rooms) -> None:
    loop = asyncio.get_running_loop()
    while True:
        asked = loop.time()
        await asyncio.sleep(LOOK_SECONDS)
        LOOP_DELAY.observe(max(0.0, loop.time() - asked - LOOK_SECONDS))
        OLDEST_UNSAVED.set(rooms.committer.waiting_seconds)
        if isinstance(database.engine.pool, QueuePool):
            DATABASE_CONNECTIONS.set(database.engine.pool.checkedout())


async def _count_mails(database: Database) -> None:
    while True:
        with suppress(SQLAlchemyError):  # another time
            for state, count in (await database.read(count_by_state)).items():
                OUTBOX.labels(state).set(count)
        await asyncio.sleep(OUTBOX_SECONDS)
