"""Whether what is stored is sound: every journal, what lists, searches and bots read of it, every signature, the trail.

What cannot even be read is named like everything else, and the rest is looked at all the same.

for finding in check_orders(db): print(finding)
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from persistence.audit import changes_in_order
from persistence.away import cause_of, is_away
from persistence.claim import Need, kept_claim
from persistence.database import Database
from persistence.journal import DamagedJournal, History, load_history
from persistence.order import Order, order_ids
from persistence.order_word import owes_words, words_kept
from schema.order import Content
from schema.status import state_of
from schema.terms import digest
from server.gate.index import BrokenDocument
from server.gate.replica import Replica
from server.operate.earlier import projected_earlier, words_earlier
from server.operate.kinds import misfits
from server.rooms.derived import companies_of
from server.rooms.needs import claim_of
from server.rooms.projection import project, search_words


def check_database(db: Database) -> Iterator[str]:
    """What the database itself finds wrong; PostgreSQL sees to that alone."""
    if not db.is_sqlite:
        return
    with db.reading() as session:
        for (found,) in session.connection().execute(text("PRAGMA integrity_check")).all():
            if found != "ok":
                yield f"database: {found}"
        for table, row, parent, _ in session.connection().execute(text("PRAGMA foreign_key_check")).all():
            yield f"database: row {row} of {table} points at a missing row of {parent}"
        yield from misfits(session)


def check_orders(db: Database) -> Iterator[str]:
    """What is wrong with the orders, in plain words, an order at a time."""
    with db.reading() as session:
        orders = order_ids(session)
    for order_id in orders:
        with db.reading() as session:
            yield from check_order(session, order_id)


def check_order(session: Session, order_id: str) -> Iterator[str]:
    """What is wrong with one order."""
    faults = _as_far_as_possible(session, _check_order(session, order_id))
    yield from (f"order {order_id}: {fault}" for fault in faults)


def _as_far_as_possible(session: Session, faults: Iterator[str]) -> Iterator[str]:
    """The faults, the last of them that no more can be told. Raises only what a server of databases is at fault for."""
    try:
        yield from faults
    except Exception as error:
        if is_away(error) and session.get_bind().dialect.name != "sqlite":
            raise
        yield f"what is kept of it cannot be read ({cause_of(error)})"


def _check_order(session: Session, order_id: str) -> Iterator[str]:
    order = session.get(Order, order_id)
    if order is None:
        return
    try:
        history = load_history(session, order_id)
        if history.seq < order.seq:  # what it says is half of it, and the server keeps it closed
            yield f"journal entry {history.seq + 1} is missing"
            return
        replica = Replica.load(order.writer, history.updates, history.owners)
    except DamagedJournal as error:
        yield str(error).removeprefix(f"order {order_id}: ")
        return
    except BrokenDocument as error:
        yield f"its journal does not load ({error})"
        return
    content = replica.content
    for faults in (
        _journal_faults(order, history, replica),
        _party_faults(order, content),
        _projection_faults(order, content),
        _word_faults(session, order_id, content),
        _claim_faults(session, order, content),
        _signature_faults(content),
        _trail_faults(session, order_id, content),
    ):
        yield from _as_far_as_possible(session, faults)


def _journal_faults(order: Order, history: History, replica: Replica) -> Iterator[str]:
    if history.seq != order.seq:
        yield f"its journal ends at entry {history.seq} and not at {order.seq}"
    if replica.content.record.get("epoch") != order.epoch:
        yield "its document has another epoch"
    strangers = [client for client in replica.index.clocks if client not in replica.owners]
    if strangers:
        yield f"nobody owns what was written under {', '.join(map(str, strangers))}"


def _party_faults(order: Order, content: Content) -> Iterator[str]:
    kept = (order.supplier_id, order.client_id, order.made_by)
    if kept != (*companies_of(content), content.record.get("made_by")):
        yield "it is kept for other companies than its document names"


def _word_faults(session: Session, order_id: str, content: Content) -> Iterator[str]:
    """Where one of the companies does not find the order by what it shows, or finds it by something else. Of one whose
    words are owed a server will write them."""
    if owes_words(session, order_id):
        return
    expected, kept = search_words(content), words_kept(session, order_id)
    for side, company_id in zip(("supplier", "client"), companies_of(content), strict=True):
        words = kept.pop(company_id, frozenset())
        if words == expected or words == words_earlier(content):
            continue
        if missing := sorted(expected - words):
            yield f"its {side} does not find it by {', '.join(missing)}"
        if stray := sorted(words - expected):
            yield f"its {side} finds it by {', '.join(stray)}, which it does not show"
    if kept:
        yield f"it is found by companies that are not its own: {', '.join(sorted(kept))}"


def _projection_faults(order: Order, content: Content) -> Iterator[str]:
    expected = project(content)
    differs = {name: kept for name in expected if (kept := getattr(order, name)) != expected[name]}
    earlier = projected_earlier(content) if differs else {}
    for name, kept in differs.items():
        if kept != earlier.get(name, expected[name]):
            yield f"lists show {name} {_plain(kept)} and its document says {_plain(expected[name])}"


def _claim_faults(session: Session, order: Order, content: Content) -> Iterator[str]:
    """Where what the order is kept to ask of the stock is not what its document asks."""
    row, needs = kept_claim(session, order.id)
    claim = claim_of(content, state_of(content))
    if claim is None or claim.state == "closed":
        if row is not None or needs:
            yield "it is kept to ask something of the stock, and its document asks nothing"
        return
    if row is None:
        yield "nothing is kept of what it asks of the stock"
        return
    for name in ("state", "round", "number", "valid_until"):
        if getattr(row, name) != getattr(claim, name):
            yield (
                f"its claim says {name} {_plain(getattr(row, name))} and its document {_plain(getattr(claim, name))}"
            )
    if row.supplier_id != order.supplier_id:
        yield "its claim is on another supplier's stock"
    # Who has signed again keeps his first place, which the document no longer tells.
    places = (row.since, claim.signed_at)
    if places.count(None) == 1:
        yield (
            "its claim has no place in the queue, though its client has signed"
            if claim.signed_at
            else "its claim has a place in the queue, though its client has not signed"
        )
    elif row.since and claim.signed_at and row.since > claim.signed_at:
        yield f"its claim has a place in the queue since {row.since}, and its client signed at {claim.signed_at}"
    for line, point in sorted(needs.keys() | claim.needs.keys()):
        kept, asked = needs.get((line, point)), claim.needs.get((line, point))
        if kept != asked:
            at = f"line {line}" + (f", size {point}" if point else "")
            yield f"{at} is kept to ask {_said(kept)} of the stock, and its document asks {_said(asked)}"


def _said(need: Need | None) -> str:
    """A need by those of its values that say something."""
    if need is None:
        return "nothing"
    return ", ".join(f"{name} {value}" for name, value in need._asdict().items() if value)


def _signature_faults(content: Content) -> Iterator[str]:
    agreed: dict[str, Any] = content.record.get("agreed") or {}
    signed = {name: content.record.get(name) or {} for name in ("signatures/client", "signatures/supplier")}
    for name, signature in (signed | {"agreed": agreed}).items():
        if signature and digest(signature["terms"]) != signature["digest"]:
            yield f"{name} does not match the terms that it covers"


def _trail_faults(session: Session, order_id: str, content: Content) -> Iterator[str]:
    """Where the trail does not lead, change by change, to what the document says."""
    last, faults = followed(changes_in_order(session, order_id))
    yield from faults
    for cell, after in last.items():
        stands = value_at(content, cell)
        if after != (stands or None):
            yield f"the trail of {cell} ends with {_plain(after)} and its document says {_plain(stands)}"


def followed(changes: Iterable[tuple[str, str | None, str | None]]) -> tuple[dict[str, Any], list[str]]:
    """To what a trail leads, by cell, and where it does not hold together. Of what is the server's own in a document it
    tells in other words."""
    last: dict[str, Any] = {}
    faults: list[str] = []
    for cell, *values in changes:
        if cell.startswith(("record/", "command/")):
            continue
        try:
            before, after = ((json.loads(value) or None) if value else None for value in values)
        except ValueError:
            faults.append(f"the trail of {cell} holds a change that cannot be read")
            last.pop(cell, None)
            continue
        if last.get(cell, before) != before:
            faults.append(
                f"the trail of {cell} goes on from {_plain(before)} where the change before led to "
                f"{_plain(last[cell])}"
            )
        last[cell] = after
    return last, faults


def _plain(value: object) -> str:
    return "nothing" if value is None or value == "" else repr(value)


def value_at(content: Content, cell: str) -> Any:
    """What a document says where the trail names a cell."""
    root, _, key = cell.partition("/")
    return content.note if cell == "note" else content.root(root).get(key)
