"""The group commit: one SQL transaction for all that gathered in all orders while the last one ran.

Nothing is broadcast or acknowledged before its transaction is durable. While the database is slow or away, the same
batches are tried again with growing pauses, and their orders say that they cannot be written. A batch that is not
taken though the database is there, or that waits for a row which somebody holds, is tried alone, so that one order can
never stop the others.
"""

import asyncio
import contextlib
from time import monotonic
from typing import Final, Protocol

import structlog

from persistence.away import cause_of, is_away
from persistence.database import Database
from persistence.lock import is_held
from server.gate.panic import panics_as_errors
from server.metrics import COMMIT_FAILURES, COMMIT_SECONDS, COMMITTED_BATCHES, JOURNAL_ENTRIES
from server.rooms.batch import Batch
from server.rooms.batch_writer import write_batches
from server.rooms.commit_delay import CommitDelay

log = structlog.get_logger()

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
SLOW_SECONDS: Final = 2.0
"""How long a commit may take before the orders that wait for it say so."""


class Writer(Protocol):
    """An order with something to commit."""

    def take_batch(self) -> Batch:
        """Hand over what gathered."""

    def committed(self, batch: Batch) -> None:
        """It is durable."""

    async def clashed(self, batch: Batch) -> None:
        """Another process was first, and nothing of it was written."""

    def stalled(self) -> None:
        """The database does not take it; it is tried again."""

    def fail(self) -> None:
        """Something else went wrong: the order is loaded afresh."""


Work = dict[Writer, Batch]


class Committer:
    """The one task that writes what people edit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[Writer, None] = {}
        self._since: dict[Writer, float] = {}
        self._apart: dict[Writer, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._delay = CommitDelay()
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._away = False

    @property
    def alive(self) -> bool:
        """Whether edits are being committed at all."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin to commit. Needs a running loop."""
        self._task = asyncio.create_task(self._run(), name="committer")

    async def stop(self) -> None:
        """Commit what is left, and end."""
        self._stopping.set()
        self._wake.set()
        if self._task is not None:
            await self._task
        await asyncio.gather(*self._apart.values())

    @property
    def waiting_seconds(self) -> float:
        """How long the oldest edit has waited to be committed; 0 when none does."""
        return max((monotonic() - since for since in self._since.values()), default=0.0)

    def notify(self, writer: Writer) -> None:
        """Say that an order has something to commit."""
        self._delay.arrived()
        if writer not in self._waiting:
            self._waiting[writer] = None
            self._since.setdefault(writer, monotonic())
            self._wake.set()
        if self._away:
            writer.stalled()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._delay.wait()
                if not await self._round():
                    return
            if self._stopping.is_set():
                return

    async def _round(self) -> bool:
        """Commit what gathered, however long it takes. False: the database is away, and the server stops."""
        work: Work = {}
        pause = FIRST_PAUSE
        while True:
            self._gather(work)
            error = await self._commit(work)
            if error is None:
                return True
            if is_held(error) or not is_away(error):
                await self._one_by_one(work)
                return True
            self._stall(work)
            if self._stopping.is_set():
                return False
            await self._rest(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _gather(self, work: Work) -> None:
        for writer in [each for each in self._waiting if each not in work]:
            del self._waiting[writer]
            if writer in self._apart:
                continue  # it is asked again when it is back
            try:
                with panics_as_errors():
                    work[writer] = writer.take_batch()
            except Exception as error:
                log.error("order failed", error=cause_of(error))
                self._since.pop(writer, None)
                writer.fail()
        self._delay.taken(visitor for batch in work.values() for visitor in batch.acknowledged)

    async def _commit(self, work: Work) -> Exception | None:
        """One transaction; what the database answered, when it was not taken."""
        batches = [batch for batch in work.values() if batch.writes]
        left = dict(work)
        slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._stall, left)
        try:
            with COMMIT_SECONDS.time(), panics_as_errors():
                clashed = await self._database.write(write_batches, batches) if batches else set()
        except Exception as error:
            COMMIT_FAILURES.inc()
            log.error("commit failed", orders=len(batches), error=cause_of(error))
            return error
        else:
            self._away = False
            await self._deliver_all(left, clashed)
            # Who clashed is loaded again meanwhile; where that is slow, it was taken for a database that is away.
            self._away = False
        finally:
            slow.cancel()
        # Nobody waits until it is counted.
        COMMITTED_BATCHES.inc(len(batches))
        JOURNAL_ENTRIES.inc(sum(1 for batch in batches if batch.updates and batch.order_id not in clashed))
        return None

    async def _deliver_all(self, left: Work, clashed: set[str]) -> None:
        """Tell every order, and take it out of `left`. Those that clashed are loaded again, and the others do not wait
        for that."""
        for writer, batch in sorted(left.items(), key=lambda item: item[1].order_id in clashed):
            await _deliver(writer, batch, clashed=batch.order_id in clashed)
            del left[writer]
            self._since.pop(writer, None)
            if writer in self._waiting:
                self._since[writer] = monotonic()

    async def _one_by_one(self, work: Work) -> None:
        """Find whose batch it is that cannot be written; the others go on."""
        for writer, batch in work.items():
            error = await self._commit({writer: batch})
            if error is not None:
                log.error("order set apart", order=batch.order_id, error=cause_of(error))
                writer.stalled()
                task = asyncio.create_task(self._alone(writer, batch), name=f"commit {batch.order_id}")
                self._apart[writer] = task

    async def _alone(self, writer: Writer, batch: Batch) -> None:
        while not self._stopping.is_set():
            await self._rest(LONGEST_PAUSE)
            if await self._commit({writer: batch}) is None:
                break
        del self._apart[writer]
        self.notify(writer)

    def _stall(self, work: Work) -> None:
        """Whoever waits says so."""
        self._away |= not work.keys() <= self._apart.keys()
        for writer in (*work, *(self._waiting if self._away else ())):
            writer.stalled()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


async def _deliver(writer: Writer, batch: Batch, *, clashed: bool) -> None:
    """Tell an order what became of its batch; what goes wrong there stays there."""
    try:
        with panics_as_errors():
            if clashed:
                await writer.clashed(batch)
            else:
                writer.committed(batch)
    except Exception as error:
        log.error("order failed", order=batch.order_id, error=cause_of(error))
        writer.fail()
