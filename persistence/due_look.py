"""Looks that a supplier's stock bot owes, so that none is lost with the server that was to take it.

    owe_looks(session, boreale.id, {door.id}, at)     # in the transaction of what causes it
    looks_due(session, at)                            # what nobody took in time: any server may
    take_looks(session, ids)                          # once the look is done

The server that caused a look takes it at once; the others wait for GRACE, in which that one is at it. A row is only
ever added and removed, so that two servers never wait for each other over one; taking a look twice does no harm.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Index, bindparam, insert, literal, update
from sqlalchemy import select as sql_select
from sqlmodel import Field, Session, SQLModel, col, delete, select

from persistence.bot_settings import BotSettings
from persistence.columns import UtcTime, counted_key
from persistence.parts import in_parts
from persistence.rows import table_of

GRACE: Final = timedelta(seconds=20)
"""For so long a look is left to the server that caused it."""
AT_ONCE: Final = 1_000


class DueLook(SQLModel, table=True):
    """A product at which a supplier's stock bot has to look again; others than its causer may from `due_at` on."""

    __tablename__ = "due_look"
    __table_args__ = (
        Index("ix_due_look_due", "due_at"),
        Index("ix_due_look_product", "supplier_id", "product_id"),
    )

    id: int | None = Field(default=None, sa_column=counted_key())
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    product_id: str = Field(max_length=64)
    due_at: datetime = Field(sa_type=UtcTime)


_TABLE = table_of(DueLook)
_AT_WORK = sql_select(literal(1)).where(
    col(BotSettings.supplier_id) == bindparam("supplier"),
    col(BotSettings.mode) != "off",
    col(BotSettings.paused).is_(False),
)
_OWE = insert(_TABLE).from_select(
    ["supplier_id", "product_id", "due_at"],
    sql_select(
        bindparam("supplier", type_=_TABLE.c.supplier_id.type),
        bindparam("product", type_=_TABLE.c.product_id.type),
        bindparam("due", type_=_TABLE.c.due_at.type),
    ).where(_AT_WORK.exists()),
)


def owe_looks(session: Session, supplier_id: str, product_ids: Iterable[str], at: datetime) -> None:
    """Note that the supplier's bot has to look at these products; nothing where it does not work."""
    products = sorted(set(product_ids))
    if products:
        session.connection().execute(
            _OWE, [{"supplier": supplier_id, "product": id_, "due": at + GRACE} for id_ in products]
        )


def hasten_looks(session: Session, supplier_id: str, at: datetime) -> None:
    """Let any server take a supplier's looks: who caused them has no bot."""
    session.connection().execute(
        update(DueLook).where(col(DueLook.supplier_id) == supplier_id).values(due_at=at)
    )


def looks_due(session: Session, at: datetime) -> list[tuple[str, str]]:
    """Suppliers and products at which nobody looked in time, longest due first."""
    query = select(DueLook.supplier_id, DueLook.product_id).where(col(DueLook.due_at) <= at)
    return list(session.exec(query.order_by(col(DueLook.due_at)).limit(AT_ONCE)))


def looks_at(session: Session, supplier_id: str, product_ids: Iterable[str]) -> list[int]:
    """The looks that looking at these products now would take."""
    return [
        id_
        for ids in in_parts(sorted(set(product_ids)))
        for id_ in session.exec(
            select(DueLook.id).where(
                col(DueLook.supplier_id) == supplier_id, col(DueLook.product_id).in_(ids)
            )
        )
        if id_ is not None
    ]


def take_looks(session: Session, ids: Collection[int]) -> None:
    """Forget looks that are done."""
    for part in in_parts(sorted(ids)):
        session.connection().execute(delete(DueLook).where(col(DueLook.id).in_(part)))
