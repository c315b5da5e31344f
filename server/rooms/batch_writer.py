"""Writing what gathered in many orders, in one transaction: as few statements as there are tables."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlmodel import Session

from persistence.alias import Aliased, keep_aliases
from persistence.audit import Recorded, last_authors, record_changes, to_json, type_on
from persistence.journal import Appended, append, bind_clients, entry
from persistence.lock import wait_no_longer
from persistence.order import Move, advance
from persistence.order_word import owe_words
from persistence.refusal import Refused, keep_refusals
from persistence.signal import in_payloads, is_heard, tell
from schema.shown import plain
from server.gate.outcome import Alias
from server.gate.place import address_of
from server.rooms.batch import NOTE_CELL, Batch, ToldRefusal

COMMITS: Final = "commits"
"""Where other servers hear which orders were moved on, and to which journal entry."""


def write_batches(session: Session, batches: list[Batch]) -> set[str]:
    """Write every batch. The ids of the orders whose journal another process has moved on; nothing of these is
    written."""
    wait_no_longer(session)  # all orders wait for one that somebody holds
    moves = [
        Move(batch.order_id, batch.seq, batch.projection, batch.follows) for batch in batches if batch.updates
    ]
    clashed = advance(session, moves) if moves else set()
    taken = [batch for batch in batches if batch.order_id not in clashed]
    append(session, [_entry(batch, batch.merged) for batch in taken if batch.merged is not None])
    bind_clients(session, [(batch.order_id, *binding) for batch in taken for binding in batch.bound])
    for batch in taken:
        _name_overtakers(session, batch)
    keep_refusals(session, [_refused(batch, told) for batch in taken for told in batch.refusals])
    keep_aliases(session, [_aliased(batch, alias) for batch in taken for alias in batch.aliases])
    record_changes(session, [row for batch in taken for row in _new_rows(session, batch)])
    if owing := [batch for batch in taken if batch.owes_words]:
        owe_words(session, [batch.order_id for batch in owing], _at(owing[0]))
    for batch in taken:
        for effect in batch.effects:
            effect(session)
    if is_heard(session):
        entries = {batch.order_id: batch.end for batch in taken if batch.updates}
        tell(session, COMMITS, in_payloads(entries, {}, "orders"))
    return clashed


def _at(batch: Batch) -> datetime:
    if batch.at is None:
        raise ValueError("a batch is dated before it is written")
    return batch.at


def _entry(batch: Batch, update: bytes) -> Appended:
    author = next(iter(batch.authors)) if len(batch.authors) == 1 else None
    return entry(batch.order_id, batch.seq + 1, update, author, _at(batch))


def _new_rows(session: Session, batch: Batch) -> list[Recorded]:
    """What the trail gets of a batch, but for what goes into a change that it has already."""
    rows = list(_recorded(batch))
    for at, row in enumerate(rows):
        if row.cell == NOTE_CELL and type_on(session, row):
            return [*rows[:at], *rows[at + 1 :]]
        if row.cell == NOTE_CELL or row.cell.startswith("command/"):
            break
    return rows


def _recorded(batch: Batch) -> Iterator[Recorded]:
    order_id, seq, at = batch.order_id, batch.end, _at(batch)
    for row in batch.trail:
        step = (order_id, seq, row.cell, to_json(row.before), to_json(row.after), at)
        author = row.author
        if author is None:
            yield Recorded(*step, reason=row.reason)
        else:
            who = (author.user_id, author.name, author.side, author.role, author.rule)
            yield Recorded(*step, *who, row.reason)


def _name_overtakers(session: Session, batch: Batch) -> None:
    """Say who wrote what was kept: somebody in this batch, which the trail does not tell yet, or before it. "": the
    server itself, as it sets a list price."""
    overtaken = [told for told in batch.refusals if told.refused.refusal.code == "overtaken"]
    for told in overtaken:
        told.by = _writer_in(batch, told)
    if before := [told for told in overtaken if told.by is None]:
        names = last_authors(session, batch.order_id, {told.refused.address for told in before})
        for told in before:
            told.by = names.get(told.refused.address, "—")


def _writer_in(batch: Batch, told: ToldRefusal) -> str | None:
    """The name of who wrote in this batch what was kept; None where it stood before."""
    writes = (row for row in reversed(batch.trail) if row.cell == told.refused.address)
    row = next((row for row in writes if row.after == told.refused.kept), None)
    return None if row is None else row.author.name if row.author else ""


def _refused(batch: Batch, told: ToldRefusal) -> Refused:
    refused = told.refused
    return Refused(
        id=told.id,
        order_id=batch.order_id,
        seq=batch.end,
        user_id=told.author.user_id,
        cell=refused.address,
        code=refused.refusal.code,
        values=to_json(refused.refusal.values) or "{}",
        tried=to_json(plain(refused.tried)),
        kept=to_json(refused.kept),
        by=told.by,
        at=_at(batch),
    )


def _aliased(batch: Batch, alias: Alias) -> Aliased:
    entry, stands = (f"{client}:{clock}" for client, clock in (alias.entry, alias.stands))
    return Aliased(batch.order_id, batch.end, address_of(alias.place), entry, stands, alias.restated)
