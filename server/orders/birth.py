"""A newborn order: its document, as the server makes it, and the rows that it begins with."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from persistence.audit import Recorded, record_changes
from persistence.journal import append, bind_clients, entry
from persistence.order import Order
from persistence.order_word import set_words
from schema.moment import moment
from schema.order import Side
from server.gate.author import Author
from server.gate.place import Place
from server.gate.replica import Replica
from server.gate.writer import SERVER, new_writer
from server.rooms.projection import project, search_words

SCHEMA: str = "1"
"""The number of the document's form. A client that needs another one is refused."""


@dataclass(frozen=True, slots=True)
class Party:
    """One company as a new order needs it. `facts`: strings for the record, `id` and `name` among them."""

    facts: dict[str, str]
    contact: dict[str, str] | None = None
    address: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new order starts with."""

    supplier: Party
    client: Party
    made_by: Side
    currency: str
    payment_terms: str | None = None
    cells: dict[Place, Any] = field(default_factory=dict)


def first_cells(beginning: Beginning, epoch: str, at: datetime) -> dict[Place, Any]:
    """Every cell of a newborn order."""
    cells: dict[Place, Any] = {
        ("record", "schema"): SCHEMA,
        ("record", "epoch"): epoch,
        ("record", "made_by"): beginning.made_by,
        ("record", "made_at"): moment(at),
        ("record", "currency"): beginning.currency,
        ("record", "parties/client"): beginning.client.facts,
        ("record", "parties/supplier"): beginning.supplier.facts,
        ("client", "contact"): beginning.client.contact,
        ("client", "delivery_address"): beginning.client.address,
        ("supplier", "contact"): beginning.supplier.contact,
        ("supplier", "payment_terms"): beginning.payment_terms or None,
    }
    return {place: value for place, value in (cells | beginning.cells).items() if value}


def build(cells: dict[Place, Any], writer: int) -> tuple[Replica, bytes]:
    """A document with these cells, written by the server, and its first update."""
    replica = Replica(writer)
    update, _ = replica.write(cells)
    return replica, update


def give_birth(
    session: Session, beginning: Beginning, author: Author, at: datetime, order_id: str | None
) -> str:
    """Write a new order with its first journal entry; its id. Raises IntegrityError when `order_id` is taken."""
    order_id, epoch, writer = order_id or uuid.uuid4().hex, uuid.uuid4().hex, new_writer()
    replica, update = build(first_cells(beginning, epoch, at), writer)
    session.add(
        Order(
            id=order_id,
            supplier_id=beginning.supplier.facts["id"],
            client_id=beginning.client.facts["id"],
            made_by=beginning.made_by,
            epoch=epoch,
            writer=writer,
            seq=1,
            created_at=at,
            changed_at=at,
            changed_by=author.name,
            **project(replica.content),
        )
    )
    session.flush()
    append(session, [entry(order_id, 1, update, SERVER, at)])
    bind_clients(session, [(order_id, writer, SERVER)])
    companies = (beginning.supplier.facts["id"], beginning.client.facts["id"])
    set_words(session, order_id, companies, search_words(replica.content))
    who = (author.user_id, author.name, author.side, author.role)
    record_changes(session, [Recorded(order_id, 1, "command/create", None, None, at, *who)])
    return order_id
