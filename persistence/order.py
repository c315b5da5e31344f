"""Orders: who they are between, where their journal stands, and the projection that lists read.

The projection columns are derived from the document and written in the transaction that journals the edit; nothing
reads them back into a document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, ColumnElement, Dialect, Index
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime
from persistence.driver import Driven, connection_of
from persistence.journal import Journal, is_another
from persistence.parts import in_parts
from persistence.rows import mark, update_rows
from schema.order import Side

_ANOTHER: Final = (
    'SELECT 1 FROM journal WHERE order_id = "order".id AND journal.seq = "order".seq AND checksum <> {}'
)
"""Of an order that was put back and went on otherwise; of a checksum that is not known it finds nothing."""


class Order(SQLModel, table=True):
    """One order between a supplier and a client.

    seq: the last journal entry. epoch: changes when the document is rebuilt. writer: the Yjs client id under which
    the server wrote first; all its others begin alike (`server.gate.writer`). `supplier_status`/`client_status`: the
    reader's colour, or "hidden" for the other's draft.
    """

    __tablename__ = "order"
    __table_args__ = (
        Index("ix_order_supplier_changed", "supplier_id", "changed_at", "id"),
        Index("ix_order_client_changed", "client_id", "changed_at", "id"),
        Index("ix_order_supplier_status", "supplier_id", "supplier_status", "changed_at", "id"),
        Index("ix_order_client_status", "client_id", "client_status", "changed_at", "id"),
        Index("ix_order_supplier_turn", "supplier_id", "turn", "changed_at", "id"),
        Index("ix_order_client_turn", "client_id", "turn", "changed_at", "id"),
    )

    id: str = Field(primary_key=True)
    supplier_id: str = Field(foreign_key="company.id")
    client_id: str = Field(foreign_key="company.id")
    made_by: str
    epoch: str
    writer: int = Field(sa_column=Column(BigInteger, nullable=False))
    seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))

    number: str | None = None
    supplier_status: str = "hidden"
    client_status: str = "hidden"
    turn: str | None = None
    reference: str | None = None
    lines: int = 0
    total: str = "0.00"
    currency: str = "CAD"
    promised_date: str | None = None
    requested_date: str | None = None
    backorder: bool = False
    changed_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    changed_by: str = ""

    def side_of(self, company_id: str) -> Side | None:
        """Which side a company has in this order, or None when it has none."""
        if company_id == self.supplier_id:
            return "supplier"
        return "client" if company_id == self.client_id else None


def find_order(session: Session, order_id: str, company_id: str) -> tuple[Order, Side] | None:
    """The order and the company's side in it. None when absent, not this company's, or the other's draft."""
    order = session.get(Order, order_id)
    if order is None:
        return None
    side = order.side_of(company_id)
    if side is None or getattr(order, f"{side}_status") == "hidden":
        return None
    return order, side


@dataclass(frozen=True, slots=True)
class Move:
    """An order's step from journal entry `seq` to the next. `projection`: the columns that changed with it. follows:
    the checksum of that entry, where it is known."""

    order_id: str
    seq: int
    projection: dict[str, Any]
    follows: int | None = None


def advance(session: Session, moves: Sequence[Move]) -> set[str]:
    """Move orders to their next journal entries, all or each as far as it goes.

    The ids of those that another process has moved on first, or that were put back and moved on otherwise, are
    returned, and those orders left as they are: they must be loaded again and their edits judged again.
    """
    if len(moves) == 1:  # as most are; what one update did need not be asked before
        return set() if _move_on(session, moves) else {moves[0].order_id}
    standing = _standing(session, sorted(move.order_id for move in moves))
    clashed = {move.order_id for move in moves if not _stands(standing.get(move.order_id), move)}
    _move_on(session, [move for move in moves if move.order_id not in clashed])
    return clashed


def _stands(last: tuple[int, int | None] | None, move: Move) -> bool:
    return last is not None and last[0] == move.seq and not is_another(last[1], move.follows)


def _move_on(session: Session, moves: Sequence[Move]) -> int:
    """Move those that stand where it is said. How many they were."""
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for move in moves:
        # Only what changed is written: an index that holds none of these columns is not touched.
        columns = tuple(sorted(move.projection))
        values = (*(move.projection[name] for name in columns), move.seq + 1, move.order_id, move.seq)
        by_columns.setdefault(columns, []).append((*values, move.follows))
    unless = _ANOTHER.format(mark(connection_of(session).dialect))
    return sum(
        update_rows(session, Order, (*columns, "seq"), ("id", "seq"), rows, unless=unless)
        for columns, rows in by_columns.items()
    )


def _standing(session: Session, ids: list[str]) -> dict[str, tuple[int, int | None]]:
    """At which journal entries orders stand, and the checksums of these, by their ids; locked in one order everywhere,
    so that two processes never wait for each other."""
    connection = connection_of(session)
    with Driven(connection) as cursor:
        cursor.execute(_standing_statement(len(ids), connection.dialect), tuple(ids))
        return {order_id: (seq, checksum) for order_id, seq, checksum in cursor.fetchall()}


def stands_at(session: Session, order_id: str, seq: int) -> bool:
    """Whether an order stands at a journal entry; nobody else moves it on before the transaction ends."""
    standing = _standing(session, [order_id]).get(order_id)
    return standing is not None and standing[0] == seq


@lru_cache(maxsize=1024)
def _standing_statement(count: int, dialect: Dialect) -> str:
    marks = ", ".join([mark(dialect)] * count)
    lock = "" if dialect.name == "sqlite" else ' FOR NO KEY UPDATE OF "order"'
    last = 'LEFT JOIN journal ON journal.order_id = "order".id AND journal.seq = "order".seq'
    return (
        f'SELECT "order".id, "order".seq, journal.checksum FROM "order" {last} '  # noqa: S608  # nothing but marks
        f'WHERE "order".id IN ({marks}) ORDER BY "order".id{lock}'
    )


class Last(NamedTuple):
    """The last journal entry of an order. checksum: None where a snapshot covers it."""

    order_id: str
    seq: int
    checksum: int | None


def last_entries(session: Session, order_ids: Sequence[str]) -> list[Last]:
    """Where the journals of orders stand."""
    found: list[Last] = []
    entry = (col(Journal.order_id) == col(Order.id)) & (col(Journal.seq) == col(Order.seq))
    query = select(Order.id, Order.seq, Journal.checksum).join(Journal, entry, isouter=True)
    for ids in in_parts(order_ids):
        found += (Last(*row) for row in session.exec(query.where(col(Order.id).in_(ids))))
    return found


def epochs_of(session: Session, order_ids: Sequence[str]) -> dict[str, str]:
    """In which epochs orders are; one that is gone is left out."""
    query = select(Order.id, Order.epoch)
    return {
        order_id: epoch
        for ids in in_parts(order_ids)
        for order_id, epoch in session.exec(query.where(col(Order.id).in_(ids)))
    }


def companies_of(session: Session, order_id: str) -> tuple[str, str]:
    """The supplier's and the client's ids; empty for an order that is gone."""
    statement = select(Order.supplier_id, Order.client_id).where(Order.id == order_id)
    return session.exec(statement).first() or ("", "")


def order_ids(session: Session) -> list[str]:
    """Every order there is."""
    return list(session.exec(select(Order.id).order_by(Order.id)))


def _among(company_ids: Sequence[str]) -> ColumnElement[bool]:
    return col(Order.supplier_id).in_(company_ids) | col(Order.client_id).in_(company_ids)


def changed_since(
    session: Session, company_ids: Sequence[str], since: datetime, limit: int = 500
) -> list[str]:
    """The orders of some companies that have changed since a time, newest first."""
    statement = select(Order.id).where(_among(company_ids), col(Order.changed_at) >= since)
    return list(session.exec(statement.order_by(col(Order.changed_at).desc()).limit(limit)))


def changed_by_nobody(session: Session, company_ids: Sequence[str], since: datetime) -> set[tuple[str, int]]:
    """The orders of some companies, with their last journal entry, of which what has changed since a time is nobody's
    edit, as when one was brought back."""
    changed = col(Order.changed_at) >= since, Order.changed_by == ""
    return set(session.exec(select(Order.id, Order.seq).where(_among(company_ids), *changed)))


def waiting_orders(
    session: Session, supplier_id: str, before: datetime, after: str = "", limit: int = 100
) -> list[Order]:
    """The supplier's orders in which an answer is owed and nothing has changed since `before`.

    By id, from the one that follows `after`.
    """
    query = select(Order).where(
        col(Order.supplier_id) == supplier_id,
        col(Order.turn).is_not(None),
        col(Order.supplier_status).not_in(("draft", "hidden")),
        col(Order.client_status).not_in(("draft", "hidden")),
        col(Order.changed_at) <= before,
        col(Order.id) > after,
    )
    return list(session.exec(query.order_by(col(Order.id)).limit(limit)))
