"""The open orders of this process: loaded when somebody comes, put away when nobody has been there for a while."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import structlog
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlmodel import Session, select

from persistence.alias import aliases_of
from persistence.away import cause_of, is_away
from persistence.clock import Clock
from persistence.columns import new_id
from persistence.database import Database
from persistence.journal import (
    DamagedJournal,
    Entries,
    History,
    entries_after,
    is_another,
    load_history,
)
from persistence.order import Last, Order, epochs_of, last_entries
from persistence.refusal import aliases_of_before
from schema.closes import Close
from server.availability import OrderUnavailable
from server.gate.index import BrokenDocument
from server.gate.panic import panics_as_errors
from server.gate.replica import Replica
from server.gate.writer import another_writer
from server.metrics import OPEN_ORDERS
from server.rooms.awareness import Presence
from server.rooms.batch import Batch
from server.rooms.committer import Committer
from server.rooms.housekeeping import Housekeeping
from server.rooms.room import Room
from server.rooms.turns import Turns

log = structlog.get_logger()

DRAIN_SECONDS: Final = 5.0
LOOKS_UNTIL_READ: Final = 30
"""At damaged orders, until one of them is read again though it has its old epoch: about a minute."""

Listener = Callable[[Room, Batch], None]
Watcher = Callable[[str, Presence | None], None]
_Loaded = tuple[Order, History, list[tuple[str, str, str, bool]]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """An order that is not as it should be. read_only: its edits wait for the database; damaged: it does not load."""

    order_id: str
    state: Literal["read_only", "damaged"]
    since: datetime


class Rooms:
    """Every order in memory, by id. `listeners` hear of each committed batch, `watchers` of who is at which order."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._rooms: dict[str, asyncio.Task[Room]] = {}
        self._damaged: dict[str, datetime] = {}
        self._damaged_in: dict[str, str] = {}
        """In which epoch an order was found damaged once more."""
        self._looks = 0
        self._rebuilding: set[asyncio.Task[None]] = set()
        self.committer = Committer(database)
        self.housekeeping = Housekeeping(self, database, clock)
        self.turns = Turns(new_id())
        self.listeners: list[Listener] = [self.turns.hear]
        self.watchers: list[Watcher] = []

    def start(self) -> None:
        """Begin to commit and to tidy up. Needs a running loop."""
        self.committer.start()
        self.housekeeping.start()

    async def say_goodbye(self, seconds: float) -> None:
        """Commit what there is, then send everybody away, over some time: they will all come back at once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await asyncio.gather(*(room.settled() for room in self.loaded()))
        visitors = [visitor for room in self.loaded() for visitor in room.visitors]
        random.shuffle(visitors)
        for visitor in visitors:
            visitor.close(Close.TRY_AGAIN)
            await asyncio.sleep(seconds / len(visitors))

    async def stop(self) -> None:
        """Commit everything and put every order away."""
        await self.housekeeping.stop()
        await self.committer.stop()
        for room in self.loaded():
            await self.housekeeping.put_away(room)

    def troubles(self) -> list[Trouble]:
        """The orders that an operator must know of."""
        stalled = [(room.order_id, room.stalled_since) for room in self.loaded()]
        return [
            *(Trouble(order_id, "damaged", since) for order_id, since in self._damaged.items()),
            *(Trouble(order_id, "read_only", since) for order_id, since in stalled if since is not None),
        ]

    def loaded(self) -> list[Room]:
        """The orders in memory now."""
        rooms = map(_loaded, self._rooms.values())
        return [room for room in rooms if room is not None]

    def find(self, order_id: str) -> Room | None:
        """The order's room, if it is in memory."""
        task = self._rooms.get(order_id)
        return None if task is None else _loaded(task)

    async def open(self, order_id: str, at_least: int = 0) -> Room:
        """The order's room; people who come at the same time share one load.

        at_least: a journal entry known to be committed; a room that another process left behind is brought up to it, or
        loaded again.
        Raises OrderUnavailable when what is stored is damaged: the order stays closed rather than show half of it.
        """
        room = self.find(order_id)
        if room is not None and not room.visitors:
            await self._require_stored(room)
        task = self._rooms.get(order_id)
        if task is None:
            task = asyncio.create_task(self._load(order_id), name=f"load {order_id}")
            self._rooms[order_id] = task
            task.add_done_callback(lambda done: self._forget_failure(order_id, done))
        room = await asyncio.shield(task)
        room.last_used = self._clock()
        if room.seq < at_least and room.stalled_since is None:
            await room.settled()
            await self.hear_of(order_id, at_least)
            if self.find(order_id) is not room:
                return await self.open(order_id, at_least)  # it was brought back out of a backup meanwhile
        return room

    async def _require_stored(self, room: Room) -> None:
        """Put a room that `watch` passes over out of use, where the database was put back since it was loaded."""
        had = room.seq
        try:
            (last,) = await self._database.read(last_entries, [room.order_id])
        except (SQLAlchemyError, ValueError) as error:  # the second: the order is not there any more
            raise OrderUnavailable(room.order_id) from error
        if _is_put_back(room, last, had):
            self.put_back(room)

    def _forget_failure(self, order_id: str, task: asyncio.Task[Room]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._rooms.pop(order_id, None)
        OPEN_ORDERS.set(len(self._rooms))

    async def _load(self, order_id: str) -> Room:
        order, replica, history = await self._read(order_id, Replica.to_read)
        return Room(order_id, order.epoch, replica, history.end, self.committer, self._clock, self)

    async def _read(
        self, order_id: str, load: Callable[..., Replica] = Replica.load, writer: int | None = None
    ) -> tuple[Order, Replica, History]:
        try:
            order, history, aliases = await self._database.read(_load_all, order_id)
            replica = load(writer or another_writer(order.writer), history.updates, history.owners)
        except (DamagedJournal, BrokenDocument, DatabaseError) as error:
            if not is_away(error):
                log.error("order damaged", order=order_id, detail=cause_of(error))
                self._damaged.setdefault(order_id, self._clock())
            raise OrderUnavailable(order_id) from error
        self._damaged.pop(order_id, None)
        replica.remember_aliases(aliases)
        return order, replica, history

    async def _read_again(self, room: Room) -> tuple[Order, Replica, History]:
        """What is stored of an order that has not left the memory, and goes on under the same client id."""
        return await self._read(room.order_id, writer=room.replica.writer)

    async def committed_replica(self, order_id: str) -> tuple[Replica, int]:
        """The order as it is stored, and its last journal entry. Raises OrderUnavailable."""
        _, replica, history = await self._read(order_id)
        return replica, history.seq

    async def reload(self, room: Room) -> None:
        """Let an order go on from what another process was first to store; what was only in memory is void. Raises
        OrderUnavailable."""
        self.turns.lost(room)
        with room.availability.held():
            order, replica, history = await self._read_again(room)
            self._restart(room, order, replica, history)

    def distrust(self, room: Room) -> None:
        """Load an order again whose document in memory cannot be trusted; nobody writes until that is done."""
        room.availability.hold()
        task = asyncio.create_task(self._rebuild(room), name=f"rebuild {room.order_id}")
        self._rebuilding.add(task)
        task.add_done_callback(self._rebuilding.discard)

    async def _rebuild(self, room: Room) -> None:
        try:
            self._restart(room, *await self._read_at_rest(room))
        except Exception as error:  # it must not go on with what cannot be trusted
            log.warning("order not rebuilt", order=room.order_id, error=type(error).__name__)
            self.abandon(room)
        finally:
            room.availability.let_go()

    async def _read_at_rest(self, room: Room) -> tuple[Order, Replica, History]:
        """What is stored of an order once all is in it: an edit that had been let in before it was held, and only
        waited for its products, is committed meanwhile."""
        while True:
            while not room.at_rest:
                await room.settled()
            seq = room.seq
            stored = await self._read_again(room)
            if room.at_rest and room.seq == seq:
                return stored

    async def watch(self) -> None:
        """Find out what other processes have committed to the orders that somebody here is looking at, and whether the
        database was put back."""
        watched = {room.order_id: room.seq for room in self.loaded() if room.visitors}
        for last in await self._database.read(last_entries, list(watched)):
            room = self.find(last.order_id)
            if room is not None and _is_put_back(room, last, watched[last.order_id]):
                self.put_back(room)
            else:
                await self._hear_of_apart(last)

    async def look_at_damaged(self) -> None:
        """Find out which of the damaged orders were brought back, in a new epoch; by and by also which are mended."""
        epochs = await self._database.read(epochs_of, list(self._damaged)) if self._damaged else {}
        self._damaged_in = {order_id: self._damaged_in.get(order_id, "") for order_id in self._damaged}
        self._looks += 1
        turn, is_now = divmod(self._looks, LOOKS_UNTIL_READ)
        if not is_now and self._damaged:
            self._damaged_in[list(self._damaged)[turn % len(self._damaged)]] = ""
        for order_id, known in list(self._damaged_in.items()):
            if order_id not in epochs:
                self._damaged.pop(order_id, None)
            elif epochs[order_id] != known:
                self._damaged_in[order_id] = epochs[order_id]
                with contextlib.suppress(OrderUnavailable):
                    await self._read(order_id, Replica.to_read)

    async def _hear_of_apart(self, last: Last) -> None:
        """The same as `hear_of`, but what goes wrong with one order keeps nobody from the others."""
        try:
            with panics_as_errors():
                await self.hear_of(last.order_id, last.seq)
        except Exception as error:
            if is_away(error) or is_away(error.__cause__ or error):
                raise
            log.error("order not followed", order=last.order_id, error=cause_of(error))

    async def hear_of(self, order_id: str, seq: int) -> None:
        """Another process may have committed up to journal entry `seq`: show it. Raises OrderUnavailable.

        An order that is being written here needs nothing: its own commit finds out.
        """
        room = self.find(order_id)
        if room is None or room.seq >= seq or not room.at_rest:
            return
        with room.availability.held():
            epoch, entries = await self._database.read(
                _entries, order_id, room.seq, room.copy.journal.checksum
            )
            if not room.at_rest or room.seq >= max(seq, entries.seq):
                return  # where a snapshot covers what was committed, there are no entries
            if entries.put_back:
                self.put_back(room)
                return
            if epoch == room.epoch and entries.plain and room.catch_up(entries):
                return
            order, replica, history = await self._read_again(room)
            if room.at_rest and room.seq < history.seq:
                self._restart(room, order, replica, history)

    def _restart(self, room: Room, order: Order, replica: Replica, history: History) -> None:
        if order.epoch != room.epoch:
            self.abandon(room)
        elif history.seq < room.seq or is_another(
            history.checksums.get(room.seq), room.copy.journal.checksum
        ):
            self.put_back(room)
        else:
            room.restart_from(replica, history.end)

    def put_back(self, room: Room) -> None:
        """What was committed to this order is not in the database any more: whoever looks at it comes back, and who has
        what is lost is told (`server.sockets.order_socket`)."""
        log.error("order put back", order=room.order_id, seq=room.seq)
        self.abandon(room)

    async def catch_up(self, room: Room) -> None:
        """Let a room know at least what any process has committed by now. Raises OrderUnavailable, SQLAlchemyError."""
        for order_id, seq, _ in await self._database.read(last_entries, [room.order_id]):
            if room.seq < seq:
                await self.open(order_id, seq)
            if room.seq < seq:
                raise OrderUnavailable(order_id)

    def abandon(self, room: Room) -> None:
        """Take a room out of use; the next visitor loads the order again."""
        if room in self.loaded():
            self.forget(room.order_id)
        room.end()

    def forget(self, order_id: str) -> None:
        """Let an order go out of memory."""
        self._rooms.pop(order_id, None)
        OPEN_ORDERS.set(len(self._rooms))

    def hear(self, room: Room, batch: Batch) -> None:
        """A batch was committed: tell the listeners."""
        for listener in self.listeners:
            listener(room, batch)

    def show(self, order_id: str, entry: Presence | None) -> None:
        """Somebody at an order has come, moved or left; None: somebody came who asks who is there."""
        for watcher in self.watchers:
            watcher(order_id, entry)


def _loaded(task: asyncio.Task[Room]) -> Room | None:
    """What a load gave; None while it lasts, and when it failed."""
    done = task.done() and not task.cancelled() and task.exception() is None
    return task.result() if done else None


def _load_all(session: Session, order_id: str) -> _Loaded:
    order = session.get(Order, order_id)
    if order is None:
        raise OrderUnavailable(order_id)
    history = load_history(session, order_id)
    if history.seq < order.seq:
        raise DamagedJournal(f"order {order_id}: journal entry {history.seq + 1} is missing")
    return order, history, [*aliases_of(session, order_id), *aliases_of_before(session, order_id)]


def _is_put_back(room: Room, last: Last, had: int) -> bool:
    """Whether the database has less than a room `had` before it was asked, or something else."""
    same = room.at_rest and room.seq == last.seq and is_another(last.checksum, room.copy.journal.checksum)
    return same or (room.at_rest and last.seq < had)


def _entries(session: Session, order_id: str, seq: int, known: int | None) -> tuple[str, Entries]:
    epoch = session.exec(select(Order.epoch).where(Order.id == order_id)).one()
    return epoch, entries_after(session, order_id, seq, known)
