"""When an order is read that may be ahead of what is committed: nobody sees an edit that could still be lost.

What is in memory is read when it is exactly what a batch will commit, and told when it has. While the database does not
take it, what was committed last is read instead.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from schema.status import state_of
from server.availability import Availability, OrderUnavailable
from server.gate.replica import Replica
from server.rooms.batch import Batch
from server.rooms.reading import Look, Reading, copy_of
from server.rooms.working_copy import WorkingCopy

ReadBack = Callable[[], Awaitable[tuple[Replica, int]]]
"""The order as it is stored, and its last journal entry. Raises OrderUnavailable."""


class Looks:
    """Of one order: `copy` as it stands in memory, and what `read_back` finds stored."""

    def __init__(self, copy: WorkingCopy, availability: Availability, read_back: ReadBack) -> None:
        self._copy = copy
        self._availability = availability
        self._committed = read_back
        self._waiting: list[Look] = []
        self._readings: set[asyncio.Future[Reading]] = set()
        self._reading: asyncio.Task[None] | None = None

    async def durable(self) -> Reading:
        """The order as it is committed, no older than when this is asked if the database takes edits. Raises
        OrderUnavailable when it is given up before that is known."""
        found: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        self._readings.add(found)
        found.add_done_callback(self._readings.discard)

        def read(replica: Replica, seq: int) -> Callable[[], None]:
            reading = Reading(copy_of(replica.content), state_of(replica.content), seq)
            return lambda: None if found.done() else found.set_result(reading)

        self.look(read)
        return await found

    def look(self, look: Look) -> None:
        """Read what is in memory now, and tell it when it is committed; or what was committed last."""
        pending = self._copy.pending
        if self._availability.stalled_since is not None:
            self._waiting.append(look)
            self.read_back()
        elif pending.gathering.writes:
            self._waiting.append(look)  # until the batch is taken, more may come into it
        elif pending.in_flight is not None:
            self._go_with(pending.in_flight, look)
        else:
            look(self._copy.replica, self._copy.journal.seq)()

    def join(self, batch: Batch) -> None:
        """Let those that wait read what a batch, taken just now, will commit."""
        for look in self._take():
            self._go_with(batch, look)

    def _go_with(self, batch: Batch, look: Look) -> None:
        batch.looks.append((look, look(self._copy.replica, batch.end)))

    def read_back(self) -> None:
        """The database does not take what is in memory: answer whoever waits from what is stored."""
        batch = self._copy.pending.in_flight
        if batch is not None:
            self.leave([batch])
            batch.looks.clear()
        if self._waiting and self._reading is None:
            self._reading = asyncio.create_task(self._read_back(), name=f"read back {self._copy.order_id}")

    def leave(self, batches: Iterable[Batch]) -> None:
        """Let those wait again that were to be told with these batches."""
        for batch in batches:
            self._waiting += [look for look, _ in batch.looks]

    def look_again(self) -> None:
        """Ask again for those that wait."""
        for look in self._take():
            self.look(look)

    def end(self) -> None:
        """The order is given up, and what is in memory void: nobody reads it any more."""
        self._waiting.clear()
        for found in self._readings:
            if not found.done():
                found.set_exception(OrderUnavailable(self._copy.order_id))

    async def _read_back(self) -> None:
        try:
            replica, seq = await self._committed()
        except OrderUnavailable:
            return  # they wait until the database is back
        finally:
            self._reading = None
        for look in self._take():
            if self._availability.stalled_since is not None:
                look(replica, seq)()
            else:
                self.look(look)

    def _take(self) -> list[Look]:
        looks, self._waiting = self._waiting, []
        return looks
