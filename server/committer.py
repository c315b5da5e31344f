"""The group commit: one SQL transaction for all that gathered in all orders while the last one ran.

Nothing is broadcast or acknowledged before its transaction is durable. When the database does not take it, the same
batches are tried again with growing pauses; meanwhile their orders say that they cannot be written.
"""

import asyncio
from typing import Final, Protocol

import structlog

from persistence.database import Database
from server.acknowledger import Acknowledger
from server.batch import Batch
from server.batch_writer import write_batches
from server.metrics import COMMIT_FAILURES, COMMIT_SECONDS, COMMITTED_BATCHES

log = structlog.get_logger()

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0


class Writer(Protocol):
    """An order with something to commit."""

    def take_batch(self) -> Batch: ...

    def committed(self, batch: Batch) -> None: ...

    async def clashed(self, batch: Batch) -> None: ...

    def stalled(self, batch: Batch) -> None: ...


class Committer:
    """The one task that writes what people edit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.acknowledger = Acknowledger()
        self._waiting: dict[Writer, None] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to commit. Needs a running loop."""
        self._task = asyncio.create_task(self._run(), name="committer")

    async def stop(self) -> None:
        """Commit what is left, and end."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    def notify(self, writer: Writer) -> None:
        """Say that an order has something to commit."""
        self._waiting[writer] = None
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                writers, self._waiting = list(self._waiting), {}
                await self._commit([(writer, writer.take_batch()) for writer in writers])
            if self._stopping:
                return

    async def _commit(self, work: list[tuple[Writer, Batch]]) -> None:
        pause = FIRST_PAUSE
        batches = [batch for _, batch in work if batch.writes]
        while True:
            try:
                with COMMIT_SECONDS.time():
                    clashed = await self._database.write(write_batches, batches) if batches else set()
                break
            except Exception as error:  # disk full, database locked or gone: nothing is lost, nothing shown
                COMMIT_FAILURES.inc()
                log.error("commit failed", orders=len(batches), error=type(error).__name__)
                for writer, batch in work:
                    writer.stalled(batch)
                if self._stopping:
                    return
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        COMMITTED_BATCHES.inc(len(batches))
        for writer, batch in work:
            if batch.order_id in clashed:
                await writer.clashed(batch)
            else:
                writer.committed(batch)
