"""A thread of its own for work that is done one piece after the other.

    lane = Lane("writer")
    row = await lane.run(work)      # runs work() in the thread; what it raises is raised here
    lane.close()

SQLite takes one writer at a time, so that more threads than one would only wait for each other; and handing work to one
thread that waits for nothing else costs a third of what a pool costs, in each of a thousand commits a second.
"""

import asyncio
import contextlib
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

R = TypeVar("R")
_Piece = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Lane:
    """One thread, started with the first piece of work."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pieces: SimpleQueue[_Piece | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._starting = Lock()

    async def run(self, work: Callable[[], R]) -> R:
        """Run `work` after everything that was asked for before. Who stops waiting does not stop it."""
        self._start()
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._pieces.put((work, done))
        return await done

    def close(self, seconds: float | None = None) -> None:
        """Finish what was asked for, and end the thread; wait no longer than `seconds` for it."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._pieces.put(None)
            thread.join(seconds)

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = Thread(target=self._work, name=self._name, daemon=True)
                    self._thread.start()

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            _do(*piece)
            del piece  # what it holds is not kept until the next one comes


def _do(work: Callable[[], Any], done: "asyncio.Future[Any]") -> None:
    result, error = None, None
    try:
        result = work()
    except BaseException as raised:  # whatever it is, it belongs to who waits
        error = raised
    with contextlib.suppress(RuntimeError):  # the loop of who waited is closed
        done.get_loop().call_soon_threadsafe(_tell, done, result, error)


def _tell(done: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if done.done():  # nobody waits any more
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
