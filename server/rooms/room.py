"""One open order and who is at it: what they send is taken in, and what becomes of it they are told.

What was done to the order is in memory only (server.rooms.working_copy); visitors see it when its batch is committed
(server.rooms.committer).
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from persistence.clock import Clock
from persistence.journal import Entries, JournalEnd
from schema.closes import Close
from schema.order import Content, State
from server.availability import Availability, OrderUnavailable
from server.gate.author import Author
from server.gate.bulk import Bulk
from server.gate.judge import Offer
from server.gate.place import Place
from server.gate.replica import Replica
from server.metrics import EDITS, VISITORS
from server.rooms import notices
from server.rooms.attendance import Attendance
from server.rooms.awareness import Presence
from server.rooms.batch import Batch, Effect, Trail
from server.rooms.committer import Committer
from server.rooms.delivery import news_of
from server.rooms.derived import companies_of
from server.rooms.looks import Looks
from server.rooms.reading import Reading
from server.rooms.visitor import Visitor
from server.rooms.working_copy import WorkingCopy
from server.yjs import envelope
from server.yjs.state_vector import encode_state_vector
from server.yjs.update import Update


class Keeper(Protocol):
    """What a room asks of `server.rooms.rooms`, which loads it and puts it away."""

    async def committed_replica(self, order_id: str) -> tuple[Replica, int]:
        """The order as it is stored, and its last journal entry. Raises OrderUnavailable."""

    async def reload(self, room: "Room") -> None:
        """Let the room go on from what is stored. Raises OrderUnavailable."""

    def abandon(self, room: "Room") -> None:
        """Take the room out of use; the next visitor loads the order again."""

    def hear(self, room: "Room", batch: Batch) -> None:
        """A batch was committed."""

    def show(self, order_id: str, entry: Presence | None) -> None:
        """Somebody at the order has come, moved or left; None: somebody came who asks who is there."""


class Room:
    """One open order. Made by `server.rooms.rooms`, which loads the replica. copy: the order as it stands in memory."""

    def __init__(
        self,
        order_id: str,
        epoch: str,
        replica: Replica,
        journal: JournalEnd,
        committer: Committer,
        clock: Clock,
        keeper: Keeper,
    ) -> None:
        self.order_id = order_id
        self.epoch = epoch
        self.copy = WorkingCopy(order_id, replica, journal, clock)
        self.visitors: set[Visitor] = set()
        self.availability = Availability(order_id, clock, self._tell_availability)
        self.attendance = Attendance(self.visitors, partial(keeper.show, order_id))
        self.last_used = clock()
        self._pending = self.copy.pending
        self._looks = Looks(self.copy, self.availability, partial(keeper.committed_replica, order_id))
        self._committer = committer
        self._clock = clock
        self._keeper = keeper

    # The order in memory

    @property
    def replica(self) -> Replica:
        """The document, and what is known of its entries."""
        return self.copy.replica

    @property
    def content(self) -> Content:
        """The order as it stands in memory; it may be ahead of what is committed."""
        return self.copy.content

    @property
    def state(self) -> State:
        """The state it is in, in memory."""
        return self.copy.state

    @property
    def companies(self) -> tuple[str, str]:
        """The supplier's and the client's ids."""
        return companies_of(self.content)

    @property
    def seq(self) -> int:
        """The last committed journal entry."""
        return self.copy.journal.seq

    @property
    def at_rest(self) -> bool:
        """What is in memory is what is committed."""
        return self._pending.empty

    @property
    def idle(self) -> bool:
        """Nobody is here and nothing waits to be committed."""
        return not self.visitors and self.at_rest

    @property
    def stalled_since(self) -> datetime | None:
        """When the database ceased to take the order's edits; None while it does."""
        return self.availability.stalled_since

    # People and bots come and go

    def enter(self, visitor: Visitor) -> None:
        """Greet a connection: who it is here, what it may do, and what the server has."""
        self.visitors.add(visitor)
        VISITORS.inc()
        visitor.push(notices.hello(visitor.author, self.state, self.epoch))
        if self.stalled_since is not None:
            visitor.push(notices.availability(visitor.language, available=False))

        def ask(replica: Replica, _seq: int) -> Callable[[], None]:
            question = envelope.step1(replica.state_vector())
            return lambda: visitor.push(question)

        self._looks.look(ask)

    def leave(self, visitor: Visitor) -> None:
        """Forget a connection, and tell the others that it has left."""
        if visitor not in self.visitors:
            return
        self.visitors.discard(visitor)
        VISITORS.dec()
        self.last_used = self._clock()
        self.attendance.leave(visitor)

    def is_behind(self, visitor: Visitor, has: Mapping[int, int]) -> bool:
        """Whether a visitor says that he has of others what the order in memory has not. `has`: clocks by client.

        What others write reaches him through the server alone, once it is committed. So either another process has
        committed it, or the database was put back since, or he lies. Client ids that nobody owns may be his own.
        """
        clocks, own = self.replica.state(), (None, visitor.author.user_id)
        ahead = (client for client, clock in has.items() if clock > clocks.get(client, 0))
        return any(self.replica.owner(client) not in own for client in ahead)

    def answer_sync(self, visitor: Visitor, has: Mapping[int, int]) -> None:
        """Send what a visitor lacks, and from then on everything that changes. `has`: clocks by client."""
        visitor.has = has

        def answer(replica: Replica, _seq: int) -> Callable[[], None]:
            clocks = replica.state() if has else {}
            known = {client: min(clock, clocks.get(client, 0)) for client, clock in has.items()}
            vector = encode_state_vector({client: clock for client, clock in known.items() if clock})
            reply = envelope.step2(replica.since(vector))

            def send() -> None:
                visitor.push(reply)
                visitor.synced = True
                self.attendance.greet(visitor)

            return send

        self._looks.look(answer)

    # Reading

    async def durable(self) -> Reading:
        """The order as it is committed, no older than when this is asked if the database takes edits. Raises
        OrderUnavailable when it is given up meanwhile."""
        return await self._looks.durable()

    # Edits and commands

    @property
    def takes_at_once(self) -> bool:
        """Whether an edit can be taken without waiting for what is ahead of it."""
        return self.availability.takes_edits and not self._pending.full

    async def writable(self) -> None:
        """Wait until the order takes edits: while the database does not, what people send stays with them."""
        await self.availability.wait()
        if self._pending.full:
            await self.settled()

    def edit(
        self, visitor: Visitor, raw: bytes, update: Update, offers: Mapping[str, Offer], *, live: bool
    ) -> None:
        """Judge an update and take it in. `live`: one moment's edit, not the answer to a synchronisation.

        Raises Breach when it broke the protocol.
        """
        self.availability.require()
        self.copy.edit(visitor, raw, update, offers, live=live)
        self._acknowledge(visitor)

    def edit_piece(
        self, visitor: Visitor, piece: Update, bulk: Bulk, offers: Mapping[str, Offer], *, live: bool
    ) -> None:
        """The same for the next piece of a large update, which is acknowledged with its last one."""
        self.availability.require()
        self.copy.edit_piece(visitor, piece, bulk, offers, live=live)
        if bulk.complete:
            self._acknowledge(visitor)
        else:
            self._committer.notify(self)

    def _acknowledge(self, visitor: Visitor) -> None:
        visitor.received += 1
        self._pending.gathering.acknowledge(visitor)
        self._committer.notify(self)

    def write(
        self,
        cells: Mapping[Place, Any],
        trail: list[Trail],
        author: Author | None,
        effects: list[Effect] | None = None,
    ) -> "asyncio.Future[bool]":
        """Write cells in the server's own name, in one step; done when they are committed.

        False when another process was first: the caller looks at the order again and decides anew. Raises
        OrderUnavailable.
        """
        self.availability.require()
        before = self.state
        self.copy.write(cells, trail, author, effects or [])
        if self.state != before:
            told = self._pending.gathering.afterwards
            told.append(lambda committed: self._tell_rights() if committed else None)
        self._committer.notify(self)
        return self.settled()

    def settle_words(self) -> "asyncio.Future[bool]":
        """Write the words by which lists find the order; done when they are committed. False when another process was
        first. Raises OrderUnavailable."""
        self.availability.require()
        self.copy.settle_words()
        self._committer.notify(self)
        return self.settled()

    def show_at_work(self, author: Author, address: str) -> None:
        """Show an author of this process in a cell that he has just written, once that is committed, under the server's
        client id; it fades when it is not renewed."""
        clock = int(self._clock().timestamp() * 1000)
        writer = self.replica.writer

        def tell(committed: bool) -> None:
            if committed:
                self.attendance.show(author, writer, clock, address)

        self._pending.afterwards(tell)

    def settled(self) -> "asyncio.Future[bool]":
        """Done once everything that is in memory now is committed; False when it must be judged again."""
        return self._pending.settled()

    def _tell_rights(self) -> None:
        for visitor in self.visitors:
            visitor.push(notices.rights(visitor.author, self.state))

    # The committer's side

    def take_batch(self) -> Batch:
        """Hand over what gathered, dated and with its projection."""
        batch = self.copy.take_batch()
        self._looks.join(batch)
        return batch

    def committed(self, batch: Batch) -> None:
        """Show everybody what is durable now, and tell its authors."""
        self.copy.committed(batch)
        self.availability.recover()
        with contextlib.ExitStack() as told:  # whoever waits is told, whatever goes wrong with another
            for _, tell in reversed(batch.looks):
                told.callback(tell)
            for action in reversed(batch.afterwards):
                told.callback(action, True)
            for visitor, messages in news_of(batch, self.visitors).items():
                visitor.push(*messages)
        self._looks.look_again()
        self._keeper.hear(self, batch)
        EDITS.inc(batch.edits)
        self.copy.rest(batch)

    def stalled(self) -> None:
        """The database does not take the order's edits; it is tried again. Say so, and take no more."""
        if self.availability.stall():
            self._looks.read_back()

    def _tell_availability(self, available: bool) -> None:
        for visitor in self.visitors:
            visitor.push(notices.availability(visitor.language, available=available))

    async def clashed(self, _batch: Batch) -> None:
        """Another process appended first: what is in memory is void, and is judged again on what is stored."""
        try:
            await self._keeper.reload(self)
        except OrderUnavailable:
            self.fail()

    def restart_from(self, replica: Replica, journal: JournalEnd) -> None:
        """Go on from what is stored. Whose edits are void now sends them again; everybody else is shown the rest."""
        void, missing = self.copy.restart_from(replica, journal)
        for visitor in {each for batch in void for each in (*batch.acknowledged, *batch.sources)}:
            visitor.close(Close.REPLAYED)
        self._show(missing)
        self.availability.recover()
        self._tell_rights()
        self._disown(void)
        self._looks.look_again()

    def catch_up(self, entries: Entries) -> bool:
        """Take in and show what another process committed. False when the order must be loaded again instead."""
        before = self.state
        if not self.copy.catch_up(entries):
            return False
        for update in entries.updates:
            self._show(update)
        if self.state != before:
            self._tell_rights()
        return True

    def _show(self, update: bytes) -> None:
        told = envelope.update(update)
        for visitor in self.visitors:
            if visitor.synced:
                visitor.push(told)

    def _disown(self, void: list[Batch]) -> None:
        self._looks.leave(void)
        for action in [each for batch in void for each in batch.afterwards]:
            action(False)

    def fail(self) -> None:
        """Something went wrong that cannot be mended here: the order is loaded afresh for whoever comes back."""
        self._keeper.abandon(self)

    def end(self) -> None:
        """Close for good, without what is not committed; who is here comes back and sends it again."""
        for visitor in self.visitors:
            visitor.close(Close.UNAVAILABLE)
        self.availability.end()
        self._disown(self._pending.drop(self.seq))
        self._looks.end()
