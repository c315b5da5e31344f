"""Orders: who they are between, where their journal stands, and the projection that lists read.

The projection columns are derived from the document and written in the transaction that journals the edit; nothing
reads them back into a document.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, Session, SQLModel, col, select, update

from persistence.columns import UtcTime
from schema.order import Side


class Order(SQLModel, table=True):
    """One order between a supplier and a client.

    seq: the last journal entry. epoch: changes when the document is rebuilt. writer: the Yjs client id under which
    the server writes. `supplier_status`/`client_status`: the reader's colour, or "hidden" for the other's draft.
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


class NumberCounter(SQLModel, table=True):
    """The last order number that a supplier gave out in a year."""

    __tablename__ = "number_counter"

    supplier_id: str = Field(primary_key=True, foreign_key="company.id")
    year: int = Field(primary_key=True)
    last: int


def next_number(session: Session, supplier_id: str, year: int) -> str:
    """The supplier's next order number, `2026-0147`. Numbers are given once; a failed command may leave a hole."""
    counter = session.get(NumberCounter, (supplier_id, year), with_for_update=True)
    if counter is None:
        counter = NumberCounter(supplier_id=supplier_id, year=year, last=0)
    counter.last += 1
    session.add(counter)
    return f"{year}-{counter.last:04d}"


def find_order(session: Session, order_id: str, company_id: str) -> tuple[Order, Side] | None:
    """The order and the company's side in it. None when absent, not this company's, or the other's draft."""
    order = session.get(Order, order_id)
    if order is None:
        return None
    side = order.side_of(company_id)
    if side is None or getattr(order, f"{side}_status") == "hidden":
        return None
    return order, side


def advance(session: Session, order_id: str, seq: int, projection: dict[str, Any]) -> bool:
    """Move an order from journal entry `seq` to `seq + 1` with its projection.

    False when another process has appended first: the order must be reloaded and the edits judged again.
    """
    statement = (
        update(Order)
        .where(col(Order.id) == order_id, col(Order.seq) == seq)
        .values(seq=seq + 1, **projection)
        .execution_options(synchronize_session=False)
    )
    return bool(session.connection().execute(statement).rowcount)


def orders_of(session: Session, company_id: str) -> list[str]:
    """The ids of all orders that a company takes part in."""
    statement = select(Order.id).where(
        (col(Order.supplier_id) == company_id) | (col(Order.client_id) == company_id)
    )
    return list(session.exec(statement))
