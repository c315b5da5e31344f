"""The changes of suppliers' stocks, numbered: what a bot's decision refers to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import JSON, Index, delete, func
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime, counted_key


class StockEvent(SQLModel, table=True):
    """One change of a supplier's stock: which products, when. Its number is what a bot's decision refers to."""

    __tablename__ = "stock_event"
    __table_args__ = (Index("ix_stock_event_supplier", "supplier_id", "id"),)

    id: int | None = Field(default=None, sa_column=counted_key())
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    products: list[str] = Field(default_factory=list, sa_type=JSON)
    at: datetime = Field(sa_type=UtcTime)


def last_event(session: Session, supplier_id: str) -> int:
    """The number of the last change of a supplier's stock; 0 when there was none."""
    query = select(func.max(StockEvent.id)).where(col(StockEvent.supplier_id) == supplier_id)
    return session.exec(query).one() or 0


def stocks_changed_since(session: Session, supplier_ids: Collection[str], since: datetime) -> list[str]:
    """Those of some suppliers whose stock has changed since a time."""
    last = select(func.max(StockEvent.id)).where(col(StockEvent.supplier_id).in_(supplier_ids))
    last = last.group_by(col(StockEvent.supplier_id))
    query = select(StockEvent.supplier_id).where(col(StockEvent.id).in_(last), col(StockEvent.at) >= since)
    return list(session.exec(query))


def forget_events(session: Session, before: datetime) -> int:
    """Remove old changes, but the last of each supplier; how many."""
    kept = select(func.max(StockEvent.id)).group_by(col(StockEvent.supplier_id))
    statement = delete(StockEvent).where(col(StockEvent.at) < before, col(StockEvent.id).not_in(kept))
    return session.connection().execute(statement).rowcount
