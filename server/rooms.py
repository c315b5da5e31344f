"""The open orders of this process: loaded when somebody comes, put away when nobody has been there for a while."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from sqlmodel import Session

from persistence.database import Database
from persistence.journal import DamagedJournal, History, cut, load_history
from persistence.order import Order
from persistence.refusal import mended_entries
from server.batch import Batch
from server.committer import Committer
from server.metrics import OPEN_ORDERS
from server.replica import BrokenDocument, Replica
from server.room import Clock, OrderUnavailable, Room

log = structlog.get_logger()

IDLE_SECONDS: Final = 60.0
SWEEP_SECONDS: Final = 15.0
CUT_AFTER: Final = 500
"""Journal entries after which an order is put away with a snapshot."""

Listener = Callable[[Room, Batch], None]
_Loaded = tuple[Order, History, list[tuple[str, str | None, str | None, str]]]


class Rooms:
    """Every order in memory, by id. `listeners` hear of each committed batch."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._rooms: dict[str, asyncio.Task[Room]] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self.committer = Committer(database)
        self.listeners: list[Listener] = []

    def start(self) -> None:
        """Begin to commit and to tidy up. Needs a running loop."""
        self.committer.start()
        self._sweeper = asyncio.create_task(self._sweep_forever(), name="rooms")

    async def stop(self) -> None:
        """Commit everything and put every order away."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self.committer.stop()
        for room in self.loaded():
            await self._put_away(room)

    def loaded(self) -> list[Room]:
        """The orders in memory now."""
        return [
            task.result()
            for task in self._rooms.values()
            if task.done() and not task.cancelled() and task.exception() is None
        ]

    async def open(self, order_id: str, at_least: int = 0) -> Room:
        """The order's room; people who come at the same time share one load.

        at_least: a journal entry known to be committed; a room that another process left behind is loaded again.
        Raises OrderUnavailable when what is stored is damaged: the order stays closed rather than show half of it.
        """
        task = self._rooms.get(order_id)
        if task is None:
            task = asyncio.create_task(self._load(order_id), name=f"load {order_id}")
            self._rooms[order_id] = task
            task.add_done_callback(lambda done: self._forget_failure(order_id, done))
        room = await asyncio.shield(task)
        room.last_used = self._clock()
        if room.seq < at_least and await room.settled() and room.seq < at_least:
            await self.reload(room)
        return room

    def _forget_failure(self, order_id: str, task: asyncio.Task[Room]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._rooms.pop(order_id, None)
        OPEN_ORDERS.set(len(self._rooms))

    async def _load(self, order_id: str) -> Room:
        order, replica, history = await self._read(order_id)
        room = Room(
            order_id,
            order.epoch,
            replica,
            history.seq,
            self.committer,
            self._clock,
            self._committed,
            self.reload,
        )
        room.journal_length = history.since_snapshot
        return room

    async def _read(self, order_id: str) -> tuple[Order, Replica, History]:
        try:
            order, history, mends = await self._database.read(_load_all, order_id)
            replica = Replica.load(order.writer, history.updates, history.owners)
        except (DamagedJournal, BrokenDocument) as error:
            log.error("order damaged", order=order_id, detail=str(error))
            raise OrderUnavailable(order_id) from error
        replica.remember_mends(mends)
        return order, replica, history

    async def reload(self, room: Room) -> None:
        """Load an order again from what is committed; what was only in memory is void and is sent again."""
        with room.held():
            _, replica, history = await self._read(room.order_id)
            room.restart_from(replica, history.seq)

    def _committed(self, room: Room, batch: Batch) -> None:
        for listener in self.listeners:
            listener(room, batch)

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()

    async def sweep(self) -> None:
        """Put away every order that nobody has used for a while."""
        now = self._clock()
        for room in self.loaded():
            if room.idle and (now - room.last_used).total_seconds() >= IDLE_SECONDS:
                await self._put_away(room)

    async def _put_away(self, room: Room) -> None:
        if room.journal_length >= CUT_AFTER:
            await self._cut(room)
        if room.idle:  # somebody may have come in the meantime
            self._rooms.pop(room.order_id, None)
            OPEN_ORDERS.set(len(self._rooms))

    async def _cut(self, room: Room) -> None:
        update, state, seq = room.replica.doc.get_update(), room.replica.doc.get_state(), room.seq
        again = Replica.load(room.replica.writer, [update], {})
        if again.doc.get_state() != state or again.content != room.replica.content:
            log.error("snapshot differs from its order", order=room.order_id)
            return
        await self._database.write(cut, room.order_id, seq, update, self._clock())
        room.journal_length = 0


def _load_all(session: Session, order_id: str) -> _Loaded:
    order = session.get(Order, order_id)
    if order is None:
        raise OrderUnavailable(order_id)
    return order, load_history(session, order_id), mended_entries(session, order_id)
