"""Giving an order a new document with the same values, once its history was taken back to an earlier state.

A browser that still holds the lost changes must not merge them into a restored order: they may carry the server's own
words, and signatures that no longer are. The new document has another epoch and another writer, and shares nothing
with the old one; whoever comes with the old epoch is told to keep what he has and start again.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session

from persistence.alias import forget_aliases
from persistence.journal import History, bind_clients, load_history, replace_history
from persistence.order import Order
from schema.cells import MAP_ROOTS
from schema.order import Content
from server.gate.place import Place
from server.gate.replica import Replica
from server.gate.writer import SERVER, another_writer


def renew(session: Session, order: Order, at: datetime) -> None:
    """Put a new document in place of an order's history. Raises DamagedJournal, BrokenDocument."""
    history = load_history(session, order.id)
    renew_from(session, order, history, history.seq, at)


def renew_from(session: Session, order: Order, history: History, seq: int, at: datetime) -> Content:
    """Put a new document with the values of a history in place of whatever is kept of an order, which stands at journal
    entry `seq` then; return these values. Raises BrokenDocument."""
    old = Replica.load(order.writer, history.updates, history.owners).content
    epoch, writer = uuid.uuid4().hex, another_writer(order.writer)
    cells: dict[Place, Any] = {
        (root, key): value for root in sorted(MAP_ROOTS) for key, value in old.root(root).items()
    }
    cells["record", "epoch"] = epoch
    update = Replica(writer).settle(None, cells, old.note).update
    replace_history(session, order.id, seq, update, at)
    bind_clients(session, [(order.id, writer, SERVER)])
    forget_aliases(session, order.id, seq)
    order.epoch, order.writer, order.seq = epoch, writer, seq
    session.add(order)
    return old
