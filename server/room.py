"""One open order: its replica, its visitors, and what waits to be committed.

Everything that changes the order happens in one synchronous step, so that nothing comes between a check and what it
allowed. What a step did is in memory only; visitors see it when its batch is committed (server.committer).
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

import structlog

from persistence.claim import set_claim
from persistence.order_list import set_words, words_of
from schema.closes import SENTENCES, Close
from schema.messages import RefusedItem
from schema.order import Content, State
from schema.policy import POLICY
from schema.refusals import Refusal
from schema.shown import plain
from schema.status import state_of
from server import envelope
from server.awareness import Presence, decode_awareness, encode_awareness
from server.batch import Batch, Effect, ToldRefusal, Trail
from server.bots.needs import claim_of, products_between, renewed
from server.committer import Committer
from server.gate import Change, Outcome, admit
from server.judge import Author, Bench, Offer, judge
from server.metrics import EDITS, REFUSED_CELLS, STALLED_ORDERS, VISITORS
from server.projection import search_texts
from server.replica import Replica, Standing
from server.screen import Place, screen
from server.state_vector import encode_state_vector
from server.summary import Summary
from server.update import Update
from server.visitor import Visitor

log = structlog.get_logger()

_FOUND_BY: Final = ("client/reference", "supplier/confirmation_number", "/product")
_UNSET: Final = object()

Clock = Callable[[], datetime]
CATCH_UP_BYTES: Final = 1 << 20
"""How much one order may have waiting for a commit before its writers are made to wait."""


class OrderUnavailable(Exception):
    """The order cannot be written at the moment. Nothing is lost; the same can be tried again."""


class Proposal(NamedTuple):
    """What became of cells that an author in this process proposed. `committed`: as for `Room.write`."""

    changes: list[Change]
    refused: dict[Place, Refusal]
    committed: "asyncio.Future[bool]"


class Room:
    """One order in memory. Made by `server.rooms`, which loads the replica."""

    def __init__(
        self,
        order_id: str,
        epoch: str,
        replica: Replica,
        seq: int,
        committer: Committer,
        clock: Clock,
        on_committed: Callable[["Room", Batch], None],
        reload: Callable[["Room"], Any],
    ) -> None:
        self.order_id = order_id
        self.epoch = epoch
        self.replica = replica
        self.visitors: set[Visitor] = set()
        self.stalled_since: datetime | None = None
        self.journal_length = 0
        self.last_used = clock()
        self.state: State = state_of(replica.content)
        self._seq = seq
        self._committer = committer
        self._clock = clock
        self._on_committed = on_committed
        self._reload = reload
        self._batch = Batch(order_id, seq)
        self._in_flight: Batch | None = None
        self._summary = Summary(replica.content)
        self._projected: dict[str, Any] = {}
        self._words: frozenset[str] | None = None
        self._claim = claim_of(replica.content, self.state)
        self._presence: dict[int, Presence] = {}
        self._writable = asyncio.Event()
        self._writable.set()

    @property
    def content(self) -> Content:
        """The order as it stands in memory; it may be ahead of what is committed."""
        return self.replica.content

    @property
    def idle(self) -> bool:
        """Nobody is here and nothing waits to be committed."""
        return not self.visitors and self._in_flight is None and not self._pending

    @property
    def seq(self) -> int:
        """The last committed journal entry."""
        return self._seq

    @property
    def _pending(self) -> bool:
        return self._batch.writes or bool(self._batch.acknowledged) or bool(self._batch.afterwards)

    # People and bots come and go

    def enter(self, visitor: Visitor) -> None:
        """Greet a connection: who it is here, what it may do, and what the server has."""
        self.visitors.add(visitor)
        VISITORS.inc()
        author = visitor.author
        visitor.push(
            envelope.notice(
                {
                    "type": "hello",
                    "user": {"id": author.user_id, "name": author.name},
                    "side": author.side,
                    "role": author.role,
                    "state": self.state,
                    "epoch": self.epoch,
                    "rights": POLICY.column(author.role, self.state),
                }
            )
        )
        if self.stalled_since is not None:
            visitor.push(_availability(visitor, available=False))

        def ask(committed: bool) -> None:
            if committed:
                visitor.push(envelope.step1(self.replica.doc.get_state()))

        self._after_commit(ask)

    def leave(self, visitor: Visitor) -> None:
        """Forget a connection, and tell the others that it has left."""
        if visitor not in self.visitors:
            return
        self.visitors.discard(visitor)
        VISITORS.dec()
        self.last_used = self._clock()
        client = visitor.awareness_client
        if client is not None and client in self._presence:
            gone = self._presence.pop(client)
            self._tell_presence([Presence(client, gone.clock + 1, None)], visitor)

    def answer_sync(self, visitor: Visitor, has: Mapping[int, int]) -> None:
        """Send what a visitor lacks, and from then on everything that changes. `has`: clocks by client.

        What is in memory but not committed is not his yet: the answer leaves when it is.
        """
        visitor.has = has
        known = {client: min(clock, self.replica.clock(client)) for client, clock in has.items()}
        vector = encode_state_vector({client: clock for client, clock in known.items() if clock})
        reply = envelope.step2(self.replica.doc.get_update(vector))

        def send(committed: bool) -> None:
            if not committed:
                self.answer_sync(visitor, has)
                return
            visitor.push(reply)
            visitor.synced = True
            if self._presence:
                visitor.push(encode_awareness(list(self._presence.values())))

        self._after_commit(send)

    def hear_presence(self, visitor: Visitor, payload: bytes) -> None:
        """Take a visitor's own awareness entry, under his true name. Raises Malformed."""
        taken = {other.awareness_client for other in self.visitors if other is not visitor}
        for entry in decode_awareness(payload):
            owner = self.replica.owner(entry.client)
            if entry.client in taken or (owner is not None and owner != visitor.author.user_id):
                continue
            if visitor.awareness_client is None and entry.state is not None:
                visitor.awareness_client = entry.client
            if entry.client != visitor.awareness_client:
                continue
            if entry.state is None:
                self._presence.pop(entry.client, None)
            else:
                entry = entry._replace(state=entry.state | {"user": _identity(visitor.author)})
                self._presence[entry.client] = entry
            self._tell_presence([entry], visitor)

    def _tell_presence(self, entries: list[Presence], source: Visitor | None) -> None:
        message = encode_awareness(entries)
        for visitor in self.visitors:
            if visitor.synced and visitor is not source:
                visitor.push(message)

    def tell_all_presence(self, visitor: Visitor) -> None:
        """Answer a query for everybody who is here."""
        visitor.push(encode_awareness(list(self._presence.values())))

    # Edits and commands

    async def writable(self) -> None:
        """Wait until the order takes edits: while the database does not, what people send stays with them."""
        await self._writable.wait()
        if self._batch.size > CATCH_UP_BYTES:
            await self.settled()

    def edit(
        self, visitor: Visitor, raw: bytes, update: Update, offers: Mapping[str, Offer], *, live: bool
    ) -> None:
        """Judge an update and take it in. `live`: one moment's edit, not the answer to a synchronisation.

        Raises Breach when it broke the protocol.
        """
        self._require_writable()
        author = visitor.author
        screened = screen(update, self.replica, author.user_id)
        has = None if live else visitor.has
        outcome = admit(self.replica, raw, screened, author, self._bench(author, offers), has=has)
        EDITS.inc()
        visitor.received += 1
        self._keep_in_step(outcome)
        self._batch.take(outcome, author, visitor)
        self._batch.acknowledged[visitor] = visitor.received
        for refused in outcome.refused:
            REFUSED_CELLS.labels(refused.refusal.code).inc()
        self._committer.notify(self)

    def _keep_in_step(self, outcome: Outcome) -> None:
        if outcome.structural:
            self._summary.restart()
        for change in outcome.changes:
            self._summary.touch(change.place)

    def _bench(self, author: Author, offers: Mapping[str, Offer]) -> Bench:
        return Bench(self.content, self.state, offers, {}, partial(self._authorship, author))

    def _authorship(self, author: Author) -> dict[str, str]:
        at = self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"user": author.user_id, "name": author.name, "side": author.side, "at": at}

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
        self._require_writable()
        settled = self.replica.settle(None, cells)
        for place, value in cells.items():
            before = self.content.root(place[0]).get(place[1] or "")
            entry = settled.written.get(place) or self.replica.standing(place).entry
            self.replica.stand(place, Standing(entry), value)
            if place[0] != "record" and before != value:
                change = Change(place, before, value, by_server=author is None)
                self._batch.trail.append(Trail(change.address, before, value, author))
        self._summary.restart()
        if settled.update:
            self._batch.updates.append(settled.update)
        self._batch.echo = True
        self._batch.authors.add(author.user_id if author else "")
        self._batch.trail += trail
        self._batch.effects += effects or []
        self._refresh_state()
        self._committer.notify(self)
        return self.settled()

    def propose(
        self, author: Author, cells: Mapping[Place, Any], effects: Callable[[list[Change]], list[Effect]]
    ) -> Proposal:
        """Judge cells that an author in this process proposes, as anybody's, and write those that may stand, in one
        step. `effects`: what else to commit with the changes. Raises OrderUnavailable.
        """
        self._require_writable()
        bench = self._bench(author, {})
        verdicts = {
            place: judge(place[0], place[1] or "", value, author, bench) for place, value in cells.items()
        }
        changes = [
            Change(place, before, value)
            for place, value in cells.items()
            if verdicts[place] is None
            and (before := self.content.root(place[0]).get(place[1] or "")) != value
        ]
        refused = {place: refusal for place, refusal in verdicts.items() if refusal is not None}
        if not changes:
            return Proposal([], refused, self.settled())
        committed = self.write({c.place: c.after for c in changes}, [], author, effects(changes))
        self._show_at_work(author, changes[0].address)
        return Proposal(changes, refused, committed)

    def _show_at_work(self, author: Author, address: str) -> None:
        """Show a bot in the cell that it changed, under the server's client id; it fades when it is not renewed."""
        clock = int(self._clock().timestamp() * 1000)
        here = Presence(self.replica.writer, clock, {"user": _identity(author), "cell": address})

        def tell(committed: bool) -> None:
            if committed:
                self._tell_presence([here], None)

        self._after_commit(tell)

    def settled(self) -> "asyncio.Future[bool]":
        """Done once everything that is in memory now is committed; False when it must be judged again."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def resolve(committed: bool) -> None:
            if not done.done():
                done.set_result(committed)

        self._after_commit(resolve)
        return done

    def _after_commit(self, action: Callable[[bool], None]) -> None:
        if self._batch.writes:
            self._batch.afterwards.append(action)
        elif self._in_flight is not None:
            self._in_flight.afterwards.append(action)
        else:
            action(True)

    def _require_writable(self) -> None:
        if self.stalled_since is not None:
            raise OrderUnavailable(self.order_id)

    def _refresh_state(self) -> None:
        state = state_of(self.content)
        if state == self.state:
            return
        self.state = state

        def tell(committed: bool) -> None:
            for visitor in self.visitors if committed else ():
                rights = POLICY.column(visitor.author.role, self.state)
                visitor.push(envelope.notice({"type": "rights", "state": self.state, "rights": rights}))

        self._batch.afterwards.append(tell)

    # The committer's side

    def take_batch(self) -> Batch:
        """Hand over what gathered, dated and with its projection."""
        batch, self._batch = self._batch, Batch(self.order_id, self._seq)
        batch.seq = self._seq
        batch.at = self._clock()
        if batch.updates:
            batch.projection = self._changed_columns(batch, batch.at)
            self._renew_words(batch)
            self._renew_claim(batch)
        self._in_flight = batch
        return batch

    def _changed_columns(self, batch: Batch, at: datetime) -> dict[str, Any]:
        """The columns that lists read, but for those that stand there already; the time is kept to the second."""
        columns = self._summary.read() | {
            "changed_at": at.replace(microsecond=0),
            "changed_by": self._who(batch),
        }
        changed = {
            name: value for name, value in columns.items() if self._projected.get(name, _UNSET) != value
        }
        self._projected = columns
        return changed

    def _renew_words(self, batch: Batch) -> None:
        """Lists find an order by new words as soon as it has them."""
        if not batch.echo and not any(row.cell.endswith(_FOUND_BY) for row in batch.trail):
            return
        words = words_of(search_texts(self.content))
        if words != self._words:
            self._words = words
            batch.effects.append(lambda session: set_words(session, self.order_id, self.companies, words))

    def _renew_claim(self, batch: Batch) -> None:
        """What the order asks of the stock is kept in the transaction that changes it."""
        before = self._claim
        claim = renewed(before, self.content, self.state, [row.cell for row in batch.trail])
        if claim == before or batch.at is None:
            return
        self._claim, at, supplier_id = claim, batch.at, self.companies[0]
        batch.claimed = products_between(before, claim)
        batch.effects.append(
            lambda session: set_claim(session, self.order_id, supplier_id, before, claim, at)
        )

    @property
    def companies(self) -> tuple[str, str]:
        """The supplier's and the client's ids."""
        supplier, client = (self.content.record[f"parties/{side}"]["id"] for side in ("supplier", "client"))
        return supplier, client

    def _who(self, batch: Batch) -> str:
        names = [row.author.name for row in batch.trail if row.author is not None]
        return names[-1] if names else ""

    def committed(self, batch: Batch) -> None:
        """Show everybody what is durable now, and tell its authors."""
        self._in_flight = None
        self._available()
        update = batch.merged
        if update is not None:
            self._seq = batch.seq + 1
            self.journal_length += 1
            self._broadcast(batch, update)
        for told in batch.refusals:
            self._tell_refusal(told)
        for visitor, through in batch.acknowledged.items():
            self._committer.acknowledger.tell(visitor, through)
        for action in batch.afterwards:
            action(True)
        self._on_committed(self, batch)

    def _broadcast(self, batch: Batch, update: bytes) -> None:
        message = envelope.update(update)
        only = batch.sources[0] if len(batch.updates) == len(batch.sources) == 1 and not batch.echo else None
        for visitor in self.visitors:
            if visitor.synced and visitor is not only:
                visitor.push(message)

    def _tell_refusal(self, told: ToldRefusal) -> None:
        for visitor in self.visitors:
            if visitor.author.user_id == told.author.user_id:
                visitor.push(envelope.notice({"type": "refused", "items": [_item(told, visitor)]}))

    def stalled(self, batch: Batch) -> None:
        """The database does not take the batch; it is tried again. Say so, and take no more."""
        if self.stalled_since is None:
            self.stalled_since = self._clock()
            self._writable.clear()
            STALLED_ORDERS.inc()
            log.error("order read-only", order=self.order_id, updates=len(batch.updates))
            for visitor in self.visitors:
                visitor.push(_availability(visitor, available=False))

    def _available(self) -> None:
        if self.stalled_since is not None:
            self.stalled_since = None
            self._writable.set()
            STALLED_ORDERS.dec()
            for visitor in self.visitors:
                visitor.push(_availability(visitor, available=True))

    async def clashed(self, batch: Batch) -> None:
        """Another process appended first. What is in memory is void: load again, and let the visitors send again."""
        self._in_flight = None
        await self._reload(self)
        for action in batch.afterwards:
            action(False)

    def restart_from(self, replica: Replica, seq: int) -> None:
        """Go on from a freshly loaded replica; who is here synchronises again."""
        for visitor in self.visitors:
            visitor.close(Close.REPLAYED, SENTENCES[Close.REPLAYED])
        self.replica, self._seq = replica, seq
        self._summary = Summary(replica.content)
        self._projected = {}
        void, self._batch = self._batch, Batch(self.order_id, seq)
        self.state = state_of(replica.content)
        self._claim, self._words = claim_of(replica.content, self.state), None
        for action in void.afterwards:
            action(False)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody write for the length of the block."""
        self._writable.clear()
        try:
            yield
        finally:
            if self.stalled_since is None:
                self._writable.set()


def _identity(author: Author) -> dict[str, Any]:
    return {"id": author.user_id, "name": author.name, "side": author.side, "bot": author.role == "bot"}


def _item(told: ToldRefusal, visitor: Visitor) -> RefusedItem:
    refused = told.refused
    refusal = Refusal(refused.refusal.code, refused.refusal.values | ({"by": told.by} if told.by else {}))
    item: RefusedItem = {
        "id": told.id,
        "cell": refused.address,
        "code": refusal.code,
        "message": refusal.sentence(visitor.language),
        "tried": plain(refused.tried),
        "kept": refused.kept,
    }
    if told.by:
        item["by"] = told.by
    return item


def _availability(visitor: Visitor, *, available: bool) -> bytes:
    message = "" if available else Refusal("order_unavailable").sentence(visitor.language)
    return envelope.notice({"type": "availability", "available": available, "message": message})
