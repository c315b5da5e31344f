"""The product's own command with a trap in it: `TRAP="after the commit:3" python -m tests.durability.trapped serve …`.

The process kills itself, as `kill -9` would, when it comes to the named point for the n-th time. `HASTE=1` puts orders
away soon, cuts their journals often and has little patience with slow readers. `POWER=0` takes the machine's power away
instead, there and at SIGUSR1: whatever the disk was not told to keep is gone, or with `POWER=7` some of it, as chance
will. What is left lies in the folder's `left` when the process has ended.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any, Final

import persistence.journal
import server.operate.serving
import server.rooms.committer
import server.rooms.housekeeping
import server.rooms.rooms
import server.rooms.visitor
import server.sockets.direct
import server.yjs.envelope
from server.cli import main
from tests.durability.power import Disk

Patch = tuple[Any, str, bool]
POINTS: Final[dict[str, Patch]] = {
    "before the transaction": (server.rooms.committer.Committer, "_commit", False),
    "inside the transaction": (server.rooms.committer, "write_batches", True),
    "after the commit": (server.rooms.committer, "_deliver", False),
    "before the acknowledgement": (server.yjs.envelope, "saved", False),
    "while sending": (server.sockets.direct.Line, "send_now", True),
    "before a snapshot": (server.rooms.housekeeping, "cut", False),
    "before a truncation": (persistence.journal, "delete", False),
    "inside a truncation": (server.rooms.housekeeping, "cut", True),
    "while loading": (server.rooms.rooms, "load_history", True),
}
"""Where a server may be killed: whose function, which, and whether after it rather than before."""


LEFT: Final = "left"


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _power(seed: int) -> Callable[[], None]:
    """What takes the power away."""
    disk = Disk(Path(sys.argv[sys.argv.index("--data") + 1])).__enter__()

    def cut() -> None:
        disk.cut(disk.folder / LEFT, Random(seed) if seed else None)
        _kill()

    signal.signal(signal.SIGUSR1, lambda *_: cut())
    return cut


class _Trap:
    """Ends the process when it is sprung for the n-th time."""

    def __init__(self, count: int, end: Callable[[], None]) -> None:
        self._left = count
        self._end = end

    def spring(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._end()


def _set(point: str, count: int, end: Callable[[], None]) -> None:
    owner, name, after = POINTS[point]
    trap, original = _Trap(count, end), getattr(owner, name)
    is_async = getattr(original, "__code__", None) is not None and original.__code__.co_flags & 0x80
    wrap = _around_async if is_async else _around
    setattr(owner, name, wrap(original, trap, after))


def _around(original: Callable[..., Any], trap: _Trap, after: bool) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not after:
            trap.spring()
        result = original(*args, **kwargs)
        if after:
            trap.spring()
        return result

    return wrapped


def _around_async(original: Callable[..., Awaitable[Any]], trap: _Trap, after: bool) -> Callable[..., Any]:
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not after:
            trap.spring()
        result = await original(*args, **kwargs)
        if after:
            trap.spring()
        return result

    return wrapped


def _hurry() -> None:
    for module, name, value in (
        (server.rooms.housekeeping, "IDLE_SECONDS", 0.05),
        (server.rooms.housekeeping, "SWEEP_SECONDS", 0.05),
        (server.rooms.housekeeping, "WATCH_SECONDS", 0.1),
        (server.rooms.housekeeping, "CUT_AFTER", 5),
        (server.operate.serving, "ENDING_SECONDS", 0.2),
        (server.rooms.visitor, "UNSENT_LIMIT", 300_000),
    ):
        if not hasattr(module, name):
            raise AttributeError(name)
        setattr(module, name, value)


if __name__ == "__main__":
    power = os.environ.get("POWER")
    end = _power(int(power)) if power else _kill
    if trap := os.environ.get("TRAP"):
        point, _, count = trap.partition(":")
        _set(point, int(count), end)
    if os.environ.get("HASTE"):
        _hurry()
    sys.exit(main())
