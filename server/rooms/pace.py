"""How fast work may go that can wait: nearly at once while nobody edits, in small pieces far apart while people do.

    for part in parts:
        began = perf_counter()
        await write(part)
        await services.pace.rest(perf_counter() - began)

A process has one core for Python and, on SQLite, one writer: whatever takes either in the moment in which somebody's
edit comes makes it wait. So bulk work is cut into pieces of a few milliseconds, and the rests between them decide how
many edits meet one at all.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

from server.rooms.batch import Batch
from server.rooms.room import Room

RECENTLY: Final = 2.0
"""For so long after an edit people are at work."""
ALONE: Final = 0.25
BESIDE_PEOPLE: Final = 6.0
"""How many times as long as a piece took the rest after it is."""
SHORTEST: Final = 0.001
LONGEST: Final = 0.25
"""A piece that took long because the machine is busy must not put off the next for ever."""


class Pace:
    """Whether people edit in this process, and how long to rest accordingly."""

    def __init__(
        self,
        seconds: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._seconds = seconds
        self._sleep = sleep
        self._edited = -RECENTLY

    def hear(self, _room: Room, batch: Batch) -> None:
        """An order's batch was committed; what bots wrote is no edit."""
        if batch.edits:
            self._edited = self._seconds()

    @property
    def people_edit(self) -> bool:
        """Whether somebody has edited a moment ago."""
        return self._seconds() - self._edited < RECENTLY

    async def rest(self, worked: float) -> None:
        """Leave the process to others after a piece of work that took `worked` seconds."""
        times = BESIDE_PEOPLE if self.people_edit else ALONE
        await self._sleep(min(LONGEST, max(SHORTEST, times * worked)))
