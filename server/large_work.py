"""What is worked out of whole large orders, beside the loop: one piece at a time, and of each person one in line.

The loop needs Python's lock for everybody's edits, and the more threads want it, the longer it waits: one person who
asked forty times at once for an order of thousands of lines held up all others for half a minute.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

import anyio.to_thread

T = TypeVar("T")


class LargeWork:
    """The one place in a process where large orders are worked through."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._own = WeakValueDictionary[str, asyncio.Lock]()

    async def do(self, user_id: str, work: Callable[[], T]) -> T:
        """Do it for somebody, after what he asked for before, and after one piece of each other who waits."""
        own = self._own.setdefault(user_id, asyncio.Lock())
        async with own, self._turn:
            return await anyio.to_thread.run_sync(work)
