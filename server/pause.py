"""Waiting that ends when there is nothing more to wait for, and tasks that end of themselves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Final

from server.tasks import end

STOP_SECONDS: Final = 5.0


async def pause(seconds: float, stopping: asyncio.Event) -> bool:
    """Wait so long, or until it is time to stop; whether it is."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def ended(task: "asyncio.Task[Any]") -> None:
    """Let a task that was told to stop finish, so that no thread of it uses the database once that is closed.

    One that waits for a database that does not answer is cancelled in the end.
    """
    await asyncio.wait({task}, timeout=STOP_SECONDS)
    await end(task)


@contextlib.asynccontextmanager
async def until_told(
    run: Callable[[asyncio.Event], Coroutine[Any, Any, None]], name: str
) -> AsyncIterator[None]:
    """Let something run beside the block, and finish once it is over; `run` is given what tells it to."""
    stopping = asyncio.Event()
    task = asyncio.create_task(run(stopping), name=name)
    try:
        yield
    finally:
        stopping.set()
        await ended(task)
