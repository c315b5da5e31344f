"""An order as it stands in memory: what is committed of it, and what was done to it since.

Everything that changes it happens in one synchronous step, so that nothing comes between a check and what it allowed.
Nobody is told anything from here: who is to see it, and when, is the room's (server.rooms.room).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from persistence.clock import Clock
from persistence.journal import Entries, JournalEnd, checksum
from schema.order import Content, State
from schema.status import state_of
from server.gate.author import Author
from server.gate.bulk import Bulk
from server.gate.gate import admit
from server.gate.judge import Bench, Offer
from server.gate.mark import mark
from server.gate.outcome import Change
from server.gate.place import Place
from server.gate.replica import Replica
from server.gate.screen import screen, screen_clients
from server.gate.writer import SERVER
from server.metrics import REFUSED_CELLS
from server.rooms.batch import Batch, Effect, Trail
from server.rooms.derived import Derived
from server.rooms.echoes import Echoes
from server.rooms.folding import Folding
from server.rooms.following import NotPlain, follow
from server.rooms.pending import Pending
from server.rooms.tried import Tried
from server.rooms.visitor import Visitor
from server.yjs.state_vector import encode_state_vector
from server.yjs.update import Update


class WorkingCopy:
    """Of one order. journal: what of it is committed; pending: what is not yet."""

    def __init__(self, order_id: str, replica: Replica, journal: JournalEnd, clock: Clock) -> None:
        self.order_id = order_id
        self.replica = replica
        self.state: State = state_of(replica.content)
        self.journal = journal
        self.pending = Pending(order_id, journal.seq)
        self._clock = clock
        self._shown: Mapping[int, int] = replica.state()
        self._derived = Derived(order_id, replica.content, self.state)
        self._echoes = Echoes()
        self._tried = Tried()
        self._folding = Folding()
        self._is_edited = False
        self._uses_looked_at = self._uses_glanced_at = 0

    @property
    def content(self) -> Content:
        """What it says; it may be ahead of what is committed."""
        return self.replica.content

    # What is done to it

    def edit(
        self, visitor: Visitor, raw: bytes, update: Update, offers: Mapping[str, Offer], *, live: bool
    ) -> None:
        """Judge an update and take it in. Raises Breach when it broke the protocol."""
        # Who comes for the first time has nothing to say, and who repeats what he was told nothing new.
        if update.structs or (update.deletions and not (live and self._echoes.holds(update.deletions))):
            self._judge(visitor, raw, update, offers, None, live=live)
            self._is_edited = True

    def edit_piece(
        self, visitor: Visitor, piece: Update, bulk: Bulk, offers: Mapping[str, Offer], *, live: bool
    ) -> None:
        """The same for the next piece of a large update."""
        if bulk.begins:
            screen_clients(bulk.clients, self.replica.index, visitor.author.user_id)
        self._judge(visitor, b"", piece, offers, bulk, live=live)

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
        bench.kept_size = self.replica.facts_size
        outcome = admit(self.replica, raw, screened, author, bench, has=has, bulk=bulk)
        self._derived.edited(outcome)
        self._tried.told(outcome, author)
        self.pending.gathering.take(outcome, author, visitor)
        if outcome.update is not None:
            self._echoes.told(outcome.update, refused=bool(outcome.refused))
        for refused in outcome.refused:
            REFUSED_CELLS.labels(refused.refusal.code).inc()

    def write(
        self, cells: Mapping[Place, Any], trail: list[Trail], author: Author | None, effects: list[Effect]
    ) -> None:
        """Write cells in the server's own name, for an author or for none."""
        update, before = self.replica.write(cells)
        changes = [
            Change(place, value, cells[place], by_server=author is None)
            for place, value in before.items()
            if place[0] != "record"
        ]
        self._derived.written(before)
        self._echoes.told(update)
        self._is_edited = True
        batch = self.pending.gathering
        batch.write(update, changes, author, recorded=any(root == "record" for root, _ in cells))
        batch.trail += trail
        batch.effects += effects
        self.state = state_of(self.content)

    def settle_words(self) -> None:
        """Let the next batch write the words by which lists find it."""
        _ = self.content  # of what is folded there are none
        self.pending.gathering.settles_words = True

    # What becomes of it in the journal

    def take_batch(self) -> Batch:
        """What gathered, dated and with its projection, on its way to the journal."""
        batch = self.pending.send_off(self.journal.seq)
        batch.at, batch.follows = self._clock(), self.journal.checksum
        if batch.updates:
            self._derived.put_into(batch, batch.at, self.state)
        self._derived.put_words_into(batch)
        batch.shows = self.replica.state()
        if not self.replica.is_bound and self.replica.writer in batch.shows:
            self.replica.is_bound = True
            batch.bound.append((self.replica.writer, SERVER))
        return batch

    def committed(self, batch: Batch) -> None:
        """What was on its way is in the journal."""
        self.pending.in_flight = None
        if batch.merged is not None:
            since = self.journal.since_snapshot + 1
            self.journal, self._shown = JournalEnd(batch.end, checksum(batch.merged), since), batch.shows

    def rest(self, batch: Batch) -> None:
        """Do what nobody waits for, once it is shown what was committed."""
        if batch.merged is not None:
            self.replica.integrate_merged(batch.merged, batch.updates)

    def catch_up(self, entries: Entries) -> bool:
        """Take in what another process committed. False when the order must be loaded again instead."""
        try:
            places = [place for update in entries.updates for place in follow(self.replica, update)]
        except NotPlain:
            return False
        self.replica.owners.update(entries.owners)
        since = self.journal.since_snapshot + len(entries.updates)
        self.journal, self._shown = JournalEnd(entries.seq, entries.last, since), self.replica.state()
        self.state = state_of(self.content)
        self._is_edited = True
        self._derived.overtaken(places, self.state)
        for update in entries.updates:
            self._echoes.told(update)
        return True

    def restart_from(self, replica: Replica, journal: JournalEnd) -> tuple[list[Batch], bytes]:
        """Go on from what is stored: what was done since and is void now, and what whoever was shown all that was
        committed here lacks."""
        void, missing = self.pending.drop(journal.seq), replica.since(encode_state_vector(self._shown))
        self._tried.void(void)
        self.replica, self.journal, self._shown = replica, journal, replica.state()
        self.state = state_of(replica.content)
        self._derived = Derived(self.order_id, replica.content, self.state)
        return void, missing

    def shortened(self, seq: int) -> None:
        """A snapshot covers the journal up to and with entry `seq`; it may have gone on meanwhile."""
        self.journal = replace(self.journal, since_snapshot=self.journal.seq - seq)

    # What it takes in memory

    def fold_if_unused(self) -> bool:
        """Let go of the document when nobody has needed it for a while; asked every LOOK_SECONDS (see `folding`).
        Whether it was folded."""
        used, self._uses_looked_at = self._is_used_since(self._uses_looked_at), self.replica.uses
        edited, self._is_edited = self._is_edited, False
        is_due = self._folding.is_due(used=used, cells=self.replica.size, edited=edited)
        return is_due and self._fold()

    def fold_if_passing(self) -> bool:
        """The same of an order that was only opened or filled; asked every GLANCE_SECONDS, in a crowd."""
        used, self._uses_glanced_at = self._is_used_since(self._uses_glanced_at), self.replica.uses
        is_needed = used or self._is_edited or self.replica.is_folded
        return not is_needed and self._folding.is_passing and self._fold()

    def _is_used_since(self, uses: int) -> bool:
        return self.replica.uses != uses or not self.pending.empty

    def _fold(self) -> bool:
        self.replica.fold()
        self._derived.forget()
        self._folding.folded()
        self._uses_looked_at = self.replica.uses  # folding is no use of it
        return True
