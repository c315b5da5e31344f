"""Moving what was prepared for a company that nobody had joined to the company its member turned out to belong to.

Runs inside the transaction that accepts the invitation. Each order gets one more journal entry, in which the server
names the other party; a server that has the order in memory finds out by its journal and loads it again. What was
signed stays signed: the company keeps the name and the region under which it was, and signatures take its new id.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from persistence.audit import Recorded, record_changes, to_json
from persistence.clock import Clock
from persistence.company import company_by_id
from persistence.journal import append, bind_clients, entry, load_history
from persistence.order import Move, Order, advance
from persistence.order_word import set_words
from persistence.relation import adopt as adopt_relations
from schema.cells import REGISTERS
from schema.order import Side
from schema.terms import PARTY_FACTS, canonical_json, digest, signed_terms
from server.gate.place import Place
from server.gate.replica import Replica
from server.gate.writer import SERVER, another_writer
from server.orders.beginning import party_facts
from server.rooms.projection import project, search_words


def adopter(clock: Clock) -> Callable[[Session, str, str], list[str]]:
    """The function that accounts call: `(session, from company, to company)` → the ids of the orders that moved."""

    def adopt(session: Session, from_id: str, to_id: str) -> list[str]:
        adopt_relations(session, from_id, to_id)
        statement = select(Order).where(
            or_(col(Order.client_id) == from_id, col(Order.supplier_id) == from_id)
        )
        return [_move(session, order, from_id, to_id, clock()) for order in session.exec(statement).all()]

    return adopt


def _move(session: Session, order: Order, from_id: str, to_id: str, at: datetime) -> str:
    side: Side = "client" if order.client_id == from_id else "supplier"
    company = company_by_id(session, to_id)
    if company is None:
        raise ValueError(f"there is no company {to_id}")
    history = load_history(session, order.id)
    replica = Replica.load(another_writer(order.writer), history.updates, history.owners)
    record = replica.content.record
    before, after = record[f"parties/{side}"], party_facts(company)
    signed = _signed_anew(record, side, to_id)
    if signed:
        own = {name: value for name, value in after.items() if name not in PARTY_FACTS}
        after = own | {name: before[name] for name in PARTY_FACTS if name in before} | {"id": to_id}
    cells = {("record", f"parties/{side}"): after} | signed
    update, _ = replica.write(cells)
    projection = project(replica.content) | {f"{side}_id": to_id, "changed_at": at}
    if advance(session, [Move(order.id, history.seq, projection, history.end.checksum)]):
        raise RuntimeError(f"order {order.id} moved on meanwhile")
    seq = history.seq + 1
    append(session, [entry(order.id, seq, update, SERVER, at)])
    bind_clients(session, [(order.id, replica.writer, SERVER)])
    companies = (to_id, order.supplier_id if side == "client" else order.client_id)
    set_words(session, order.id, companies, search_words(replica.content))
    names = to_json(before.get("name")), to_json(after.get("name"))
    record_changes(session, [Recorded(order.id, seq, f"record/parties/{side}", *names, at)])
    return order.id


def _signed_anew(record: Mapping[str, Any], side: Side, company_id: str) -> dict[Place, Any]:
    """The signatures and the agreed revision of an order, with another id for one company."""
    cells: dict[Place, Any] = {}
    digests: dict[str, str] = {}
    for key in ("signatures/client", "signatures/supplier", "agreed"):
        if (covered := record.get(key)) is None:
            continue
        terms = signed_terms(covered)
        terms["parties"][side]["id"] = company_id
        text = canonical_json(terms)
        digests[covered["digest"]] = digest(text)
        cells["record", key] = covered | {"terms": text, "digest": digests[covered["digest"]]}
    if agreed := cells.get(("record", "agreed")):
        for signer in REGISTERS:
            agreed[signer] = agreed[signer] | {"digest": digests[agreed[signer]["digest"]]}
    return cells
