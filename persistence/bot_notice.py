"""What bots still have to tell people of."""

from datetime import datetime, timedelta

from sqlalchemy import Index, update
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime
from persistence.rows import insert_rows, update_rows


class BotNotice(SQLModel, table=True):
    """An order in which a bot wrote and people are still to be told, at `due_at`; `last_at`: when they were last."""

    __tablename__ = "bot_notice"
    __table_args__ = (Index("ix_bot_notice_due", "due_at"),)

    order_id: str = Field(primary_key=True, foreign_key="order.id", max_length=32)
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    last_at: datetime | None = Field(default=None, sa_type=UtcTime)


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
    return _change(session, notice, {"due_at": None, "last_at": at})


def postpone_notice(session: Session, notice: BotNotice, until: datetime) -> bool:
    """Nobody could be told; it is due again at `until`. False when another process told them."""
    return _change(session, notice, {"due_at": until})


def _change(session: Session, notice: BotNotice, values: dict[str, datetime | None]) -> bool:
    statement = (
        update(BotNotice)
        .where(col(BotNotice.order_id) == notice.order_id, col(BotNotice.due_at) == notice.due_at)
        .values(**values)
    )
    return bool(session.connection().execute(statement).rowcount)
