"""What bots decided: a decision is one line of one order.

It is written in the transaction that journals what it wrote, so neither exists without the other. A person may undo it,
and it stays undone.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.audit import Audit
from persistence.columns import UtcTime, counted_key
from persistence.parts import in_parts
from persistence.rows import insert_rows


class BotDecision(SQLModel, table=True):
    """What a bot decided about one line.

    cells: `[{cell, before, after}]`. event: the change of stock it answers. state: `written` or `would_write` (dry
    run). round: the number of the client's signature that it answers. last: it has now corrected a cell so often that
    it leaves it to people. once: keeps a decision that writes nothing from being kept twice.
    """

    __tablename__ = "bot_decision"
    __table_args__ = (Index("ix_bot_decision_order", "order_id", "number"),)

    number: int | None = Field(default=None, sa_column=counted_key())
    id: str = Field(unique=True, max_length=32)
    order_id: str = Field(foreign_key="order.id", max_length=32)
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    line: str
    cells: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    rule: str
    event: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: str
    reason_fr: str
    reason_en: str
    round: int = 0
    last: bool = False
    once: str | None = Field(default=None, unique=True)
    at: datetime = Field(sa_type=UtcTime)
    undone_by: str | None = None
    undone_name: str | None = None
    undone_at: datetime | None = Field(default=None, sa_type=UtcTime)


def keep_decision(session: Session, row: dict[str, Any]) -> None:
    """Add a decision; keys are the columns of BotDecision."""
    insert_rows(session, BotDecision, tuple(row), [tuple(row.values())])


def keep_once(session: Session, row: dict[str, Any]) -> bool:
    """Add a decision that writes nothing, once; False when it is kept already."""
    if session.exec(select(BotDecision.id).where(BotDecision.once == row["once"])).first():
        return False
    try:
        with session.begin_nested():
            keep_decision(session, row)
    except IntegrityError:  # another process came to the same decision meanwhile
        return False
    return True


def decisions_of(session: Session, order_ids: Iterable[str]) -> list[BotDecision]:
    """The decisions about some orders, oldest first."""
    return [
        row
        for ids in in_parts(sorted(set(order_ids)))
        for row in session.exec(
            select(BotDecision)
            .where(col(BotDecision.order_id).in_(ids))
            .order_by(col(BotDecision.order_id), col(BotDecision.number))
        )
    ]


def last_writers(session: Session, order_ids: Iterable[str]) -> dict[tuple[str, str], str | None]:
    """Who last wrote each cell of the supplier's lines, by order and address, as the trail says; None: the server."""
    found: dict[tuple[str, str], str | None] = {}
    for ids in in_parts(sorted(set(order_ids))):
        newest = (
            select(func.max(Audit.id))
            .where(col(Audit.order_id).in_(ids), col(Audit.cell).like("supplier/lines/%"))
            .group_by(col(Audit.order_id), col(Audit.cell))
        )
        rows = session.exec(
            select(Audit.order_id, Audit.cell, Audit.user_id).where(col(Audit.id).in_(newest))
        )
        found |= {(order_id, cell): user_id for order_id, cell, user_id in rows}
    return found


def decisions_page(session: Session, order_id: str, after: int | None, limit: int) -> list[BotDecision]:
    """An order's decisions, newest first, one more than `limit` when there are more."""
    query = select(BotDecision).where(BotDecision.order_id == order_id)
    if after is not None:
        query = query.where(col(BotDecision.number) < after)
    return list(session.exec(query.order_by(col(BotDecision.number).desc()).limit(limit + 1)))


def decision_by_id(session: Session, order_id: str, decision_id: str) -> BotDecision | None:
    """One decision of an order, or None."""
    query = select(BotDecision).where(BotDecision.order_id == order_id, BotDecision.id == decision_id)
    return session.exec(query).first()


def mark_undone(session: Session, decision_id: str, user_id: str, name: str, at: datetime) -> bool:
    """Note who undid a decision. False when somebody had."""
    statement = (
        update(BotDecision)
        .where(col(BotDecision.id) == decision_id, col(BotDecision.undone_at).is_(None))
        .values(undone_by=user_id, undone_name=name, undone_at=at)
    )
    return bool(session.connection().execute(statement).rowcount)
