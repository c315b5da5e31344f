"""What lists, searches and the stock keep of an order, worked out anew from its document, where that alone is wrong.

if repaired(db, order_id): ...
"""

from datetime import datetime

from sqlalchemy import delete, text
from sqlmodel import Session, col

from persistence.claim import LineNeed, kept_claim, set_claim
from persistence.clock import now
from persistence.database import Database
from persistence.due_look import owe_looks
from persistence.journal import DamagedJournal, load_history
from persistence.order import Order, stands_at
from persistence.order_word import settle_words
from schema.order import Content
from schema.status import state_of
from server.gate.index import BrokenDocument
from server.gate.replica import Replica
from server.operate.check import check_order
from server.rooms.derived import companies_of
from server.rooms.needs import claim_of
from server.rooms.projection import project, search_words


class _NotThatAlone(Exception):
    """Something else is wrong, too: what is kept beside the document stays as it is, as a trace of it."""


def repaired(db: Database, order_id: str) -> bool:
    """Whether an order is sound, now that what is derived of its document is written anew. Nothing is changed where
    something else is wrong with it, or where somebody was at work on it just now."""
    try:
        with db.writing() as session:
            if not db.is_sqlite:  # it hears nothing while a large order is read back
                session.connection().execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            _derive(session, order_id, now())
            session.flush()
            session.expire_all()
            if list(check_order(session, order_id)):
                raise _NotThatAlone
    except (_NotThatAlone, DamagedJournal, BrokenDocument):
        return False
    return True


def _derive(session: Session, order_id: str, at: datetime) -> None:
    order = session.get_one(Order, order_id)
    if not stands_at(session, order_id, order.seq):
        raise _NotThatAlone
    history = load_history(session, order_id)
    content = Replica.load(order.writer, history.updates, history.owners).content
    order.sqlmodel_update(project(content))
    session.add(order)
    session.flush()
    settle_words(session, order_id, order.seq, companies_of(content), search_words(content))
    _derive_claim(session, order_id, content, at)


def _derive_claim(session: Session, order_id: str, content: Content, at: datetime) -> None:
    """What it asks of the stock. Its place in the queue stays where it can be right, else it is that of its client's
    last signature."""
    supplier_id, claim = companies_of(content)[0], claim_of(content, state_of(content))
    row, needs = kept_claim(session, order_id)
    signed_at = claim.signed_at if claim is not None else None
    if row is not None:
        place = row.since
        is_possible = place is not None and signed_at is not None and place <= signed_at
        if row.supplier_id != supplier_id or not is_possible:
            session.delete(row)
            session.flush()
    session.connection().execute(delete(LineNeed).where(col(LineNeed.order_id) == order_id))
    set_claim(session, order_id, supplier_id, None, claim, at)
    asked = {need.product_id for each in (needs, claim.needs if claim else {}) for need in each.values()}
    owe_looks(session, supplier_id, asked, at)
