"""One open order: its replica, its visitors, and what waits to be committed.

Everything that changes the order happens in one synchronous step, so that nothing comes between a check and what it
allowed. What a step did is in memory only; visitors see it when its batch is committed (server.committer).
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from persistence.journal import Entries, JournalEnd, checksum
from schema.closes import Close
from schema.order import Content, State
from schema.status import state_of
from server import envelope, notices
from server.attendance import Attendance
from server.availability import Availability, OrderUnavailable
from server.awareness import Presence
from server.batch import Batch, Effect, Trail
from server.bulk import Bulk
from server.committer import Committer
from server.delivery import news_of
from server.derived import Derived, companies_of
from server.echoes import Echoes
from server.folding import Folding
from server.following import NotPlain, follow
from server.gate import admit
from server.judge import Author, Bench, Offer
from server.looks import Looks
from server.mark import mark
from server.metrics import EDITS, REFUSED_CELLS, VISITORS
from server.outcome import Change
from server.pending import Pending
from server.reading import Look, Reading, copy_of
from server.replica import Replica
from server.screen import Place, screen, screen_clients
from server.state_vector import encode_state_vector
from server.update import Update
from server.visitor import Visitor
from server.writer import SERVER

Clock = Callable[[], datetime]


class Keeper(Protocol):
    """What a room asks of `server.rooms`, which loads it and puts it away."""

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
    """One order in memory. Made by `server.rooms`, which loads the replica. journal: what of it is committed."""

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
        self.replica = replica
        self.visitors: set[Visitor] = set()
        self.availability = Availability(order_id, clock, self._tell_availability)
        self.journal = journal
        self.last_used = clock()
        self.state: State = state_of(replica.content)
        self._committer = committer
        self._clock = clock
        self._keeper = keeper
        self._pending = Pending(order_id, journal.seq)
        self._shown: Mapping[int, int] = replica.state()
        self._looks = Looks(order_id, partial(keeper.committed_replica, order_id), self._answer)
        self._derived = Derived(order_id, replica.content, self.state)
        self.attendance = Attendance(self.visitors, partial(keeper.show, order_id))
        self._folding = Folding()
        self._echoes = Echoes()
        self._seq_looked_at = journal.seq

    @property
    def content(self) -> Content:
        """The order as it stands in memory; it may be ahead of what is committed."""
        return self.replica.content

    @property
    def idle(self) -> bool:
        """Nobody is here and nothing waits to be committed."""
        return not self.visitors and self.at_rest

    @property
    def at_rest(self) -> bool:
        """What is in memory is what is committed."""
        return self._pending.empty

    def fold_if_unused(self, *, crowded: bool) -> bool:
        """Fold the order in memory when nobody has needed its document for a while; asked every now and then
        (`server.folding`). Whether it was folded."""
        used, edited = self.replica.used or not self.at_rest, self.seq != self._seq_looked_at
        self.replica.used, self._seq_looked_at = False, self.seq
        if not self._folding.is_due(used=used, cells=self.replica.size, edited=edited, crowded=crowded):
            return False
        self.replica.fold()
        self._derived.forget()
        return True

    @property
    def stalled_since(self) -> datetime | None:
        """When the database ceased to take the order's edits; None while it does."""
        return self.availability.stalled_since

    @property
    def seq(self) -> int:
        """The last committed journal entry."""
        return self.journal.seq

    def shortened(self, seq: int) -> None:
        """A snapshot covers the journal up to and with entry `seq`; it may have gone on meanwhile."""
        self.journal = replace(self.journal, since_snapshot=self.seq - seq)

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

        self.look(ask)

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

        self.look(answer)

    # Reading

    async def durable(self) -> Reading:
        """The order as it is committed, no older than when this is asked if the database takes edits."""
        found: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()

        def read(replica: Replica, seq: int) -> Callable[[], None]:
            reading = Reading(copy_of(replica.content), state_of(replica.content), seq)
            return lambda: None if found.done() else found.set_result(reading)

        self.look(read)
        return await found

    def look(self, look: Look) -> None:
        """Read what is in memory now, and tell it when it is committed: nobody sees an edit that could still be lost.

        While the database does not take what is in memory, what was committed last is read instead.
        """
        if self.stalled_since is not None:
            self._looks.add([look])
            self._look_back()
        elif self._pending.gathering.writes:
            self._looks.add([look])  # until the batch is taken, more may come into it
        elif (batch := self._pending.in_flight) is not None:
            batch.looks.append((look, look(self.replica, batch.end)))
        else:
            look(self.replica, self.seq)()

    def _look_back(self) -> None:
        batch = self._pending.in_flight
        if batch is not None:
            self._looks.add(look for look, _ in batch.looks)
            batch.looks.clear()
        self._looks.read_back()

    def _answer(self, look: Look, replica: Replica, seq: int) -> None:
        """Who is answered from what is stored is shown the batch when it is committed."""
        if self.stalled_since is not None:
            look(replica, seq)()
        else:
            self.look(look)

    def _look_again(self) -> None:
        for look in self._looks.take():
            self.look(look)

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
        # Who comes for the first time has nothing to say, and who repeats what he was told nothing new.
        if update.structs or (update.deletions and not (live and self._echoes.holds(raw))):
            self._judge(visitor, raw, update, offers, None, live=live)
        self._acknowledge(visitor)

    def edit_piece(
        self, visitor: Visitor, piece: Update, bulk: Bulk, offers: Mapping[str, Offer], *, live: bool
    ) -> None:
        """The same for the next piece of a large update, which is acknowledged with its last one."""
        self.availability.require()
        if bulk.begins:
            screen_clients(bulk.clients, self.replica.index)
        self._judge(visitor, b"", piece, offers, bulk, live=live)
        if bulk.complete:
            self._acknowledge(visitor)
        else:
            self._committer.notify(self)

    def _acknowledge(self, visitor: Visitor) -> None:
        visitor.received += 1
        self._pending.gathering.acknowledge(visitor)
        self._committer.notify(self)

    def _judge(
        self,
        visitor: Visitor,
        raw: bytes,
        update: Update,
        offers: Mapping[str, Offer],
        bulk: Bulk | None,
        *,
        live: bool,
    ) -> None:
        author = visitor.author
        screened = screen(update, self.replica.index, author.user_id)
        has = None if live else visitor.has
        bench = Bench(self.content, self.state, offers, {}, lambda: mark(author, self._clock()))
        outcome = admit(self.replica, raw, screened, author, bench, has=has, bulk=bulk)
        self._derived.edited(outcome)
        self._pending.gathering.take(outcome, author, visitor)
        for refused in outcome.refused:
            REFUSED_CELLS.labels(refused.refusal.code).inc()

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
        update, before = self.replica.write(cells)
        changes = [
            Change(place, value, cells[place], by_server=author is None)
            for place, value in before.items()
            if place[0] != "record"
        ]
        self._derived.written(before)
        batch = self._pending.gathering
        batch.write(update, changes, author, recorded=any(root == "record" for root, _ in cells))
        batch.trail += trail
        batch.effects += effects or []
        self._refresh_state()
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

    def _refresh_state(self) -> None:
        state = state_of(self.content)
        if state != self.state:
            self.state = state
            told = self._pending.gathering.afterwards
            told.append(lambda committed: self._tell_rights() if committed else None)

    def _tell_rights(self) -> None:
        for visitor in self.visitors:
            visitor.push(notices.rights(visitor.author, self.state))

    # The committer's side

    def take_batch(self) -> Batch:
        """Hand over what gathered, dated and with its projection."""
        batch = self._pending.send_off(self.seq)
        batch.at, batch.follows = self._clock(), self.journal.checksum
        if batch.updates:
            self._derived.put_into(batch, batch.at, self.state)
        batch.shows = self.replica.state()
        if not self.replica.is_bound and self.replica.writer in batch.shows:
            self.replica.is_bound = True
            batch.bound.append((self.replica.writer, SERVER))
        batch.looks = [(look, look(self.replica, batch.end)) for look in self._looks.take()]
        return batch

    @property
    def companies(self) -> tuple[str, str]:
        """The supplier's and the client's ids."""
        return companies_of(self.content)

    def committed(self, batch: Batch) -> None:
        """Show everybody what is durable now, and tell its authors."""
        self._pending.in_flight = None
        self.availability.recover()
        if batch.merged is not None:
            since = self.journal.since_snapshot + 1
            self.journal, self._shown = JournalEnd(batch.end, checksum(batch.merged), since), batch.shows
            self._echoes.told(batch.merged)
        with contextlib.ExitStack() as told:  # whoever waits is told, whatever goes wrong with another
            for _, tell in reversed(batch.looks):
                told.callback(tell)
            for action in reversed(batch.afterwards):
                told.callback(action, True)
            for visitor, messages in news_of(batch, self.visitors).items():
                visitor.push(*messages)
        self._look_again()
        self._keeper.hear(self, batch)
        EDITS.inc(batch.edits)

    def stalled(self) -> None:
        """The database does not take the order's edits; it is tried again. Say so, and take no more."""
        if self.availability.stall():
            self._look_back()

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
        void = self._pending.drop(journal.seq)
        for visitor in {each for batch in void for each in (*batch.acknowledged, *batch.sources)}:
            visitor.close(Close.REPLAYED)
        missing = envelope.update(replica.since(encode_state_vector(self._shown)))
        for visitor in self.visitors:
            if visitor.synced:
                visitor.push(missing)
        self.replica, self.journal, self._shown = replica, journal, replica.state()
        self.state = state_of(replica.content)
        self._derived = Derived(self.order_id, replica.content, self.state)
        self.availability.recover()
        self._tell_rights()
        self._disown(void)
        self._look_again()

    def catch_up(self, entries: Entries) -> bool:
        """Take in and show what another process committed. False when the order must be loaded again instead."""
        try:
            places = [place for update in entries.updates for place in follow(self.replica, update)]
        except NotPlain:
            return False
        self.replica.owners.update(entries.owners)
        since = self.journal.since_snapshot + len(entries.updates)
        self.journal, self._shown = JournalEnd(entries.seq, entries.last, since), self.replica.state()
        state = state_of(self.content)
        self._derived.overtaken(places, state)
        for update in entries.updates:
            self._echoes.told(update)
            told = envelope.update(update)
            for visitor in self.visitors:
                if visitor.synced:
                    visitor.push(told)
        if state != self.state:
            self.state = state
            self._tell_rights()
        return True

    def _disown(self, void: list[Batch]) -> None:
        for batch in void:
            self._looks.add(look for look, _ in batch.looks)
            for action in batch.afterwards:
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
