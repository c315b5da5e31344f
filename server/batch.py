"""What gathered in one order while the last commit ran: everything that will be committed, shown and told together."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pycrdt import merge_updates
from sqlmodel import Session

from persistence.audit import last_author, record_changes, to_json
from persistence.journal import append, bind_clients, entry
from persistence.order import advance
from persistence.refusal import keep_refusals
from schema.shown import plain
from server.gate import Change, Outcome, Refused
from server.judge import Author
from server.structs import Id
from server.visitor import Visitor

Effect = Callable[[Session], None]
"""Something else to write in the same transaction: a mail, a counter."""


@dataclass(frozen=True, slots=True)
class Trail:
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


@dataclass(slots=True)
class Batch:
    """One order's work for the next commit. `seq`: the journal entry it follows."""

    order_id: str
    seq: int
    updates: list[bytes] = field(default_factory=list)
    trail: list[Trail] = field(default_factory=list)
    refusals: list[ToldRefusal] = field(default_factory=list)
    bound: list[tuple[int, str]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    authors: set[str] = field(default_factory=set)
    sources: list[Visitor] = field(default_factory=list)
    echo: bool = False
    acknowledged: dict[Visitor, int] = field(default_factory=dict)
    afterwards: list[Callable[[bool], None]] = field(default_factory=list)
    """Called once the batch is committed (True), or must be judged again (False)."""
    projection: dict[str, Any] = field(default_factory=dict)
    claimed: frozenset[str] = frozenset()
    """The products of which the order now asks more, less or otherwise."""
    at: datetime | None = None

    @property
    def writes(self) -> bool:
        """Whether there is anything to put into the database."""
        return bool(self.updates or self.trail or self.refusals or self.bound or self.effects)

    @property
    def size(self) -> int:
        """Bytes of updates that wait."""
        return sum(map(len, self.updates))

    def take(self, outcome: Outcome, author: Author, visitor: Visitor) -> None:
        """Add what became of one update."""
        if outcome.update is not None:
            self.updates.append(outcome.update)
            self.sources.append(visitor)
            self.authors.add(author.user_id)
            self.echo |= outcome.echo
        self.trail += [_trail(change, author) for change in outcome.changes]
        self.refusals += [
            ToldRefusal(uuid.uuid4().hex, refused, author, visitor) for refused in outcome.refused
        ]
        self.bound += [(client, author.user_id) for client in outcome.bound]

    def merged(self) -> bytes | None:
        """One update that holds all of them."""
        if not self.updates:
            return None
        return self.updates[0] if len(self.updates) == 1 else merge_updates(*self.updates)


def _trail(change: Change, author: Author) -> Trail:
    return Trail(change.address, change.before, change.after, None if change.by_server else author)


def write_batch(session: Session, batch: Batch) -> bool:
    """Commit one order's batch. False, and nothing written, when another process has appended to its journal."""
    update, at = batch.merged(), batch.at
    if at is None:
        raise ValueError("a batch is dated before it is written")
    seq = batch.seq
    if update is not None:
        if not advance(session, batch.order_id, seq, batch.projection):
            return False
        seq += 1
        author = next(iter(batch.authors)) if len(batch.authors) == 1 else None
        append(session, [entry(batch.order_id, seq, update, author, at)])
    bind_clients(session, batch.order_id, batch.bound)
    _write_refusals(session, batch, seq, at)
    record_changes(session, [_trail_row(batch.order_id, seq, row, at) for row in batch.trail])
    for effect in batch.effects:
        effect(session)
    return True


def _trail_row(order_id: str, seq: int, row: Trail, at: datetime) -> dict[str, Any]:
    author = row.author
    return {
        "order_id": order_id,
        "seq": seq,
        "cell": row.cell,
        "before": to_json(row.before),
        "after": to_json(row.after),
        "user_id": author.user_id if author else None,
        "name": author.name if author else "",
        "side": author.side if author else None,
        "role": author.role if author else "server",
        "rule": author.rule if author else None,
        "reason": row.reason,
        "at": at,
    }


def _write_refusals(session: Session, batch: Batch, seq: int, at: datetime) -> None:
    for told in batch.refusals:
        if told.refused.refusal.code == "overtaken":
            told.by = last_author(session, batch.order_id, told.refused.address) or "—"
    keep_refusals(session, [_refusal_row(batch.order_id, seq, told, at) for told in batch.refusals])


def _refusal_row(order_id: str, seq: int, told: ToldRefusal, at: datetime) -> dict[str, Any]:
    refused = told.refused
    return {
        "id": told.id,
        "order_id": order_id,
        "seq": seq,
        "user_id": told.author.user_id,
        "cell": refused.address,
        "code": refused.refusal.code,
        "values": to_json(refused.refusal.values) or "{}",
        "tried": to_json(plain(refused.tried)),
        "kept": to_json(refused.kept),
        "by": told.by,
        "over": _id_text(refused.over),
        "entry": _id_text(refused.entry),
        "mend": _id_text(refused.mend),
        "dismissed": False,
        "at": at,
    }


def _id_text(entry: Id | None) -> str | None:
    return f"{entry[0]}:{entry[1]}" if entry else None
