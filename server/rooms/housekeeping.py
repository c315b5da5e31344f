"""What is done now and then about the orders in memory: put away or folded what nobody uses, shorten long journals."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from time import perf_counter
from typing import Final, Protocol

import anyio.to_thread
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from persistence.alias import forget_aliases
from persistence.away import cause_of
from persistence.clock import Clock
from persistence.database import Database
from persistence.journal import cut
from persistence.order import Last
from server.availability import OrderUnavailable
from server.gate.panic import panics_as_errors
from server.gate.replica import Replica
from server.memory import give_back
from server.rooms.folding import CROWD_CELLS, GLANCE_SECONDS, LOOK_SECONDS, PIECE_SECONDS
from server.rooms.room import Room
from server.tasks import end

log = structlog.get_logger()

IDLE_SECONDS: Final = 60.0
SWEEP_SECONDS: Final = 15.0
WATCH_SECONDS: Final = 1.0
DAMAGED_SECONDS: Final = 2.0
"""Between two looks at whether a damaged order was brought back."""
GIVE_BACK_SECONDS: Final = 5.0
CUT_AFTER: Final = 500
"""Journal entries after which an order is put away with a snapshot."""
CUT_OPEN_AFTER: Final = 5_000
"""Journal entries after which an order gets a snapshot while people are at it."""


class Kept(Protocol):
    """What is looked after: the orders of `server.rooms.rooms`."""

    def loaded(self) -> list[Room]:
        """The orders in memory now."""

    def forget(self, order_id: str) -> None:
        """Let an order go out of memory."""

    def put_back(self, room: Room) -> None:
        """What was committed to an order is not in the database any more."""

    async def watch(self) -> None:
        """Find out what other processes have committed."""

    async def look_at_damaged(self) -> None:
        """Find out which of the damaged orders were brought back."""


class Housekeeping:
    """The chores of one process."""

    def __init__(self, rooms: Kept, database: Database, clock: Clock) -> None:
        self._rooms = rooms
        self._database = database
        self._clock = clock
        self._chores: list[asyncio.Task[None]] = []
        self._folded = False
        self._gave_back = datetime.min.replace(tzinfo=UTC)

    def start(self) -> None:
        """Begin. Needs a running loop."""
        self._chores = [
            asyncio.create_task(_every(SWEEP_SECONDS, self.sweep), name="sweep"),
            asyncio.create_task(_every(WATCH_SECONDS, self._rooms.watch), name="watch"),
            asyncio.create_task(_every(DAMAGED_SECONDS, self._rooms.look_at_damaged), name="damaged"),
            asyncio.create_task(_every(LOOK_SECONDS, self.fold), name="fold"),
            asyncio.create_task(_every(GLANCE_SECONDS, self.relieve), name="relieve"),
        ]

    async def stop(self) -> None:
        """End, whatever is being done."""
        await end(*self._chores)

    async def sweep(self) -> None:
        """Put away every order that nobody has used for a while, and shorten the journals of those in long use."""
        now = self._clock()
        for room in self._rooms.loaded():
            with _apart(room):
                if room.idle and (now - room.last_used).total_seconds() >= IDLE_SECONDS:
                    await self.put_away(room)
                elif room.at_rest and room.copy.journal.since_snapshot >= CUT_OPEN_AFTER:
                    await self.cut(room)

    async def fold(self) -> None:
        """Let the orders that are only looked at take little memory, and now and then give it back."""
        await self._fold(lambda room: room.copy.fold_if_unused())
        now = self._clock()
        if self._folded and (now - self._gave_back).total_seconds() >= GIVE_BACK_SECONDS:
            self._folded, self._gave_back = False, now
            await anyio.to_thread.run_sync(give_back)

    async def relieve(self) -> None:
        """Let a crowd of orders that many have just opened take little memory at once."""
        if sum(room.replica.size for room in self._rooms.loaded()) > CROWD_CELLS:
            await self._fold(lambda room: room.copy.fold_if_passing())

    async def _fold(self, fold: Callable[[Room], bool]) -> None:
        began = perf_counter()
        for room in self._rooms.loaded():
            with _apart(room):
                self._folded |= fold(room)
            if perf_counter() - began > PIECE_SECONDS:
                await asyncio.sleep(0)
                began = perf_counter()

    async def put_away(self, room: Room) -> None:
        """Let an order go out of memory that nobody uses."""
        used = room.last_used
        if room.at_rest and room.copy.journal.since_snapshot >= CUT_AFTER:
            await self.cut(room)
        # Nobody has come in the meantime, nor has it gone.
        if room in self._rooms.loaded() and room.idle and room.last_used == used:
            self._rooms.forget(room.order_id)

    async def cut(self, room: Room) -> None:
        """Put a snapshot in place of an order's journal, once it was read back and found the same."""
        replica, last = room.replica, Last(room.order_id, room.seq, room.copy.journal.checksum)
        update = replica.since()
        again = Replica.to_read(replica.writer, [update], {})
        if again.state() != replica.state() or again.content != replica.content:
            log.error("snapshot differs from its order", order=room.order_id)
            return
        try:
            standing = replica.aliased()
            is_cut = await self._database.write(_shorten, last, update, self._clock(), standing)
        except SQLAlchemyError as error:  # another time; the journal is whole
            log.error("snapshot not written", order=room.order_id, error=cause_of(error))
        else:
            if is_cut:
                room.copy.shortened(last.seq)
            elif room in self._rooms.loaded():
                self._rooms.put_back(room)


def _shorten(
    session: Session, last: Last, update: bytes, at: datetime, aliased: list[tuple[str, str]]
) -> bool:
    """Put a snapshot in place of the journal up to and with an entry. False: the database was put back."""
    if not cut(session, last.order_id, last.seq, update, at, last.checksum):
        return False
    forget_aliases(session, last.order_id, last.seq, aliased)
    return True


@contextlib.contextmanager
def _apart(room: Room) -> Iterator[None]:
    """What goes wrong with one order keeps the housekeeping from no other."""
    try:
        with panics_as_errors():
            yield
    except Exception as error:
        log.error("order not looked after", order=room.order_id, error=cause_of(error))


async def _every(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            with panics_as_errors():
                await chore()
        except (SQLAlchemyError, OrderUnavailable) as error:  # another time
            log.warning("chore failed", error=cause_of(error))
        except Exception as error:
            log.error("chore failed", error=cause_of(error))
