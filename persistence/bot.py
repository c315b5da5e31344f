"""Bots of a supplier's company: how they are set, what they decided, and what they still have to tell.

A decision is one line of one order. It is written in the transaction that journals what it wrote, so neither exists
without the other. A person may undo it, and it stays undone.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.audit import Audit
from persistence.columns import UtcTime, counted_key
from persistence.order import Order
from persistence.parts import in_parts
from persistence.rows import insert_rows, update_rows


class BotSettings(SQLModel, table=True):
    """How a company's bots work; a company without a row has none at work.

    mode: `off`, `propose` or `send_within_tolerance`.
    tolerance_percent: of a line's quantity short at most, a decimal string; tolerance_days: late at most. dry_run:
    decide, write nothing. reminder_days: after how long a waiting order is brought to mind, None for never.
    """

    __tablename__ = "bot_settings"

    supplier_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    mode: str = "off"
    tolerance_percent: str = "0"
    tolerance_days: int = 0
    dry_run: bool = False
    reminder_days: int | None = None
    paused: bool = False

    @property
    def works(self) -> bool:
        """Whether the stock bot has anything to do here."""
        return self.mode != "off" and not self.paused


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


class BotNotice(SQLModel, table=True):
    """An order in which a bot wrote and people are still to be told, at `due_at`; `last_at`: when they were last."""

    __tablename__ = "bot_notice"
    __table_args__ = (Index("ix_bot_notice_due", "due_at"),)

    order_id: str = Field(primary_key=True, foreign_key="order.id", max_length=32)
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    last_at: datetime | None = Field(default=None, sa_type=UtcTime)


def settings_of(session: Session, supplier_id: str) -> BotSettings:
    """A company's settings, or those of a company that has set nothing."""
    return session.get(BotSettings, supplier_id) or BotSettings(supplier_id=supplier_id)


def change_settings(session: Session, supplier_id: str, values: dict[str, Any]) -> BotSettings:
    """Set the columns named in `values`."""
    row = session.get(BotSettings, supplier_id) or _first_settings(session, supplier_id)
    row.sqlmodel_update(values)
    session.add(row)
    session.flush()
    return row


def _first_settings(session: Session, supplier_id: str) -> BotSettings:
    with suppress(IntegrityError), session.begin_nested():  # another server may make them at the same time
        session.add(BotSettings(supplier_id=supplier_id))
    return session.get_one(BotSettings, supplier_id, populate_existing=True)


def companies_at_work(session: Session) -> list[str]:
    """The companies whose stock bot works."""
    query = select(BotSettings.supplier_id).where(
        BotSettings.mode != "off", col(BotSettings.paused).is_(False)
    )
    return list(session.exec(query))


def companies_that_remind(session: Session) -> list[tuple[str, int]]:
    """The companies that want waiting orders brought to mind, and after how many days."""
    query = select(BotSettings.supplier_id, BotSettings.reminder_days).where(
        col(BotSettings.reminder_days).is_not(None), col(BotSettings.paused).is_(False)
    )
    return [(supplier_id, days) for supplier_id, days in session.exec(query) if days]


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


def owe_notice(
    session: Session, order_id: str, supplier_id: str, at: datetime, gather: timedelta, quiet: timedelta
) -> None:
    """People are to be told of an order after `gather`, and at least `quiet` after they were told last."""
    asked = select(BotNotice.due_at, BotNotice.last_at).where(BotNotice.order_id == order_id)
    known = session.exec(asked).first()
    if known is None:
        insert_rows(
            session, BotNotice, ("order_id", "supplier_id", "due_at"), [(order_id, supplier_id, at + gather)]
        )
        return
    due_at, last_at = known
    if due_at is None:
        due_at = max(at + gather, last_at + quiet) if last_at else at + gather
        update_rows(session, BotNotice, ("due_at",), ("order_id",), [(due_at, order_id)])


def due_notices(session: Session, at: datetime, limit: int = 50) -> list[BotNotice]:
    """What people are to be told by now, longest due first."""
    query = select(BotNotice).where(col(BotNotice.due_at) <= at)
    return list(session.exec(query.order_by(col(BotNotice.due_at)).limit(limit)))


def take_notice(session: Session, notice: BotNotice, at: datetime) -> bool:
    """Take it upon oneself to tell. False when another process did."""
    statement = (
        update(BotNotice)
        .where(col(BotNotice.order_id) == notice.order_id, col(BotNotice.due_at) == notice.due_at)
        .values(due_at=None, last_at=at)
    )
    return bool(session.connection().execute(statement).rowcount)
