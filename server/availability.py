"""Whether an order takes edits: not while the database does not, and not while it is loaded again."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog

from persistence.clock import Clock
from server.metrics import STALLED_ORDERS

log = structlog.get_logger()


class OrderUnavailable(Exception):
    """The order cannot be written at the moment. Nothing is lost; the same can be tried again."""


class Availability:
    """Of one order. `tell` tells everybody who is there. stalled_since: when the database ceased to take its edits;
    None while it does."""

    def __init__(self, order_id: str, clock: Clock, tell: Callable[[bool], None]) -> None:
        self.stalled_since: datetime | None = None
        self._order_id = order_id
        self._clock = clock
        self._tell = tell
        self._writable = asyncio.Event()
        self._writable.set()
        self._holds = 0
        self._ended = False

    @property
    def takes_edits(self) -> bool:
        """Whether an edit can be taken at once."""
        return self._writable.is_set()

    async def wait(self) -> None:
        """Wait until edits are taken, or never will be."""
        await self._writable.wait()

    def require(self) -> None:
        """Raises OrderUnavailable when what is written now would not be committed."""
        if self.stalled_since is not None or self._ended:
            raise OrderUnavailable(self._order_id)

    def stall(self) -> bool:
        """The database does not take the order's edits. Whether that is new."""
        if self.stalled_since is not None or self._ended:
            return False
        self.stalled_since = self._clock()
        self._writable.clear()
        STALLED_ORDERS.inc()
        log.error("order read-only", order=self._order_id)
        self._tell(False)
        return True

    def recover(self) -> None:
        """It does."""
        if self.stalled_since is not None:
            self.stalled_since = None
            self._release()
            STALLED_ORDERS.dec()
            self._tell(True)

    def end(self) -> None:
        """It is over: nobody waits any longer, and nothing is taken any more."""
        self._ended = True
        self.recover()
        self._writable.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody write for the length of the block."""
        self.hold()
        try:
            yield
        finally:
            self.let_go()

    def hold(self) -> None:
        """Let nobody write until it is let go."""
        self._writable.clear()
        self._holds += 1

    def let_go(self) -> None:
        """Undo one `hold`."""
        self._holds -= 1
        self._release()

    def _release(self) -> None:
        if self._ended or (self._holds == 0 and self.stalled_since is None):
            self._writable.set()
