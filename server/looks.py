"""Who reads an order and must wait: until what is in memory is committed, or is read back from what was."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from server.availability import OrderUnavailable
from server.reading import Look
from server.replica import Replica

ReadBack = Callable[[], Awaitable[tuple[Replica, int]]]
"""The order as it is stored, and its last journal entry. Raises OrderUnavailable."""


class Looks:
    """Of one order. `answer` is given a look, and what was read back for it."""

    def __init__(
        self, order_id: str, read_back: ReadBack, answer: Callable[[Look, Replica, int], None]
    ) -> None:
        self._order_id = order_id
        self._committed = read_back
        self._answer = answer
        self._waiting: list[Look] = []
        self._reading: asyncio.Task[None] | None = None

    def add(self, looks: Iterable[Look]) -> None:
        """Let these wait."""
        self._waiting += looks

    def take(self) -> list[Look]:
        """Those that wait, which do so no longer."""
        looks, self._waiting = self._waiting, []
        return looks

    def read_back(self) -> None:
        """Answer whoever waits from what is stored."""
        if self._waiting and self._reading is None:
            self._reading = asyncio.create_task(self._read_back(), name=f"read back {self._order_id}")

    async def _read_back(self) -> None:
        try:
            replica, seq = await self._committed()
        except OrderUnavailable:
            return  # they wait until the database is back
        finally:
            self._reading = None
        for look in self.take():
            self._answer(look, replica, seq)
