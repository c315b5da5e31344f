"""What gathered in one order while the last commit ran: everything that will be committed, shown and told together."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from pycrdt import merge_updates
from sqlmodel import Session

from server.gate.author import BOT_ID, Author
from server.gate.outcome import Alias, Change, Outcome, Refused
from server.gate.place import NOTE, address_of
from server.rooms.reading import Look
from server.rooms.visitor import Visitor

NOTE_CELL: Final = address_of(NOTE)

Effect = Callable[[Session], None]
"""Something else to write in the same transaction: a mail, a counter."""


class Trail(NamedTuple):
    """One row of the trail to be: what changed, by whom, and why."""

    cell: str
    before: Any
    after: Any
    author: Author | None
    reason: str | None = None


@dataclass(slots=True)
class ToldRefusal:
    """A refusal on its way to its author. `by` is looked up in the trail when the batch is written."""

    id: str
    refused: Refused
    author: Author
    visitor: Visitor | None
    by: str | None = None


@dataclass
class Batch:
    """One order's work for the next commit. `seq`: the journal entry it follows; `follows`: the checksum of that one,
    where it is known."""

    order_id: str
    seq: int
    updates: list[bytes] = field(default_factory=list)
    trail: list[Trail] = field(default_factory=list)
    refusals: list[ToldRefusal] = field(default_factory=list)
    bound: list[tuple[int, str]] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    authors: set[str] = field(default_factory=set)
    sources: list[Visitor] = field(default_factory=list)
    echo: bool = False
    recorded: bool = False
    """Whether the server wrote in the root that is its own."""
    settles_words: bool = False
    """Whether the words by which lists find the order are to be written, whatever changed."""
    owes_words: bool = False
    """Whether they are to be written later."""
    acknowledged: dict[Visitor, int] = field(default_factory=dict)
    afterwards: list[Callable[[bool], None]] = field(default_factory=list)
    """Called once the batch is committed (True), or must be judged again (False)."""
    looks: list[tuple[Look, Callable[[], None]]] = field(default_factory=list)
    """Who reads the order as it is once the batch is committed, and how he is told."""
    shows: Mapping[int, int] = field(default_factory=dict)
    """The clocks of the document once the batch is committed."""
    projection: dict[str, Any] = field(default_factory=dict)
    claimed: frozenset[str] = frozenset()
    """The products of which the order now asks more, less or otherwise."""
    at: datetime | None = None
    follows: int | None = None
    edits: int = 0
    """Messages that carried an update."""
    size: int = 0
    """Bytes of the updates that authors sent."""
    _typed: int | None = None
    """Where in the trail the note was changed last."""

    @property
    def writes(self) -> bool:
        """Whether there is anything to put into the database."""
        return bool(
            self.updates or self.trail or self.refusals or self.bound or self.effects or self.settles_words
        )

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do about it at all."""
        return not (self.writes or self.acknowledged or self.afterwards)

    @property
    def wakes_bot(self) -> bool:
        """Whether the stock bot has to look again; at what it wrote itself it need not."""
        return bool(self.claimed) and self.authors != {BOT_ID}

    @property
    def end(self) -> int:
        """The journal entry at which the order stands once the batch is committed."""
        return self.seq + 1 if self.updates else self.seq

    @property
    def known_to(self) -> Visitor | None:
        """Who has all of it, having sent all of it."""
        return self.sources[0] if len(self.updates) == len(self.sources) == 1 and not self.echo else None

    def take(self, outcome: Outcome, author: Author, visitor: Visitor) -> None:
        """Add what became of one update."""
        if outcome.update is not None:
            self.updates.append(outcome.update)
            self.size += len(outcome.update)
            self.sources.append(visitor)
            self.authors.add(author.user_id)
            self.echo |= outcome.echo
        for change in outcome.changes:
            self._follow(_trail(change, author))
        for refused in outcome.refused:
            self.refusals.append(ToldRefusal(uuid.uuid4().hex, refused, author, visitor))
        for client in outcome.bound:
            self.bound.append((client, author.user_id))
        self.aliases += outcome.aliases

    def write(
        self, update: bytes, changes: Iterable[Change], author: Author | None, *, recorded: bool
    ) -> None:
        """Add what the server wrote in one step, for an author or in its own name. `recorded`: also in the root that is
        its own."""
        if update:
            self.updates.append(update)
        self.echo = True
        self.recorded |= recorded
        self.authors.add(author.user_id if author else "")
        self.trail += [_trail(change, author) for change in changes]

    def _follow(self, row: Trail) -> None:
        """Add to the trail. What one person types into the note meanwhile is one change: each holds the note twice."""
        if row.cell == NOTE_CELL:
            typed = self._typed
            if typed is not None and self.trail[typed].author == row.author:
                self.trail[typed] = row._replace(before=self.trail[typed].before)
                return
            self._typed = len(self.trail)
        self.trail.append(row)

    def acknowledge(self, visitor: Visitor) -> None:
        """Tell a visitor, once it is committed, that everything was saved up to what he has sent by now."""
        self.acknowledged[visitor] = visitor.received
        self.edits += 1

    @cached_property
    def merged(self) -> bytes | None:
        """One update that holds all of them; asked for once nothing more comes in."""
        if not self.updates:
            return None
        return self.updates[0] if len(self.updates) == 1 else merge_updates(*self.updates)


def _trail(change: Change, author: Author | None) -> Trail:
    return Trail(change.address, change.before, change.after, None if change.by_server else author)
