"""What orders ask of the stock: derived from each document, written in the transaction that journals its change.

So what an agreed order holds is reserved in the very transaction that agrees it, and nothing is ever added up from
the journal. `since` alone is kept from before: who was first signed by his client is served first, however often he
signs again.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import Index, Select, bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Field, Session, SQLModel, col, delete, select

from persistence.columns import UtcTime
from persistence.order import Order
from persistence.parts import in_parts
from persistence.rows import insert_rows
from persistence.stock import StockLevel, serving, take_from_stock
from persistence.stock_event import StockEvent


class Need(NamedTuple):
    """What one line (one size of it) asks of the stock. Quantities are decimal strings, dates `YYYY-MM-DD`.

    choices: the line's answers to choices, `finish=matte;wood=oak`. asked: the client's quantity; offered, later,
    later_date: the supplier's quantity, back-order and its date; due: when the client wants it. held, held_later,
    held_date: the same of the agreed terms. fixed: a person has decided otherwise (a substitute).
    """

    product_id: str
    choices: str
    asked: str | None
    offered: str | None
    later: str | None
    later_date: str | None
    due: str | None
    held: str | None = None
    held_later: str | None = None
    held_date: str | None = None
    fixed: bool = False


LinePoint = tuple[str, str]
"""Line and size point."""


class Claim(NamedTuple):
    """All that one order asks. state: of the policy table; signed_at: when its client signed last, if he has.

    round: the number of that signature; 0 when there is none.
    valid_until: the day until which an offer that the supplier signed stands.
    """

    state: str
    signed_at: datetime | None
    round: int
    number: str | None
    valid_until: str | None
    delivered: bool
    needs: dict[LinePoint, Need]


class OrderClaim(SQLModel, table=True):
    """An order in force. `since`: when its client first signed; `round`: the number of his last signature."""

    __tablename__ = "order_claim"
    __table_args__ = (Index("ix_order_claim_valid", "state", "valid_until"),)

    order_id: str = Field(primary_key=True, foreign_key="order.id", max_length=32)
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    state: str
    since: datetime | None = Field(default=None, sa_type=UtcTime)
    round: int = 0
    number: str | None = None
    valid_until: str | None = None


class LineNeed(SQLModel, table=True):
    """One `Need`, by its place."""

    __tablename__ = "line_need"
    __table_args__ = (Index("ix_line_need_product", "supplier_id", "product_id"),)

    order_id: str = Field(primary_key=True, foreign_key="order.id", max_length=32)
    line: str = Field(primary_key=True, max_length=40)
    point: str = Field(default="", primary_key=True, max_length=40)
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    product_id: str = Field(max_length=64)
    choices: str = ""
    asked: str | None = None
    offered: str | None = None
    later: str | None = None
    later_date: str | None = None
    due: str | None = None
    held: str | None = None
    held_later: str | None = None
    held_date: str | None = None
    fixed: bool = False


class Claimant(NamedTuple):
    """A need with its order: all that ask for one product share its stock."""

    order_id: str
    seq: int
    state: str
    since: datetime | None
    round: int
    number: str | None
    line: str
    point: str
    need: Need


_FORGET: Final = delete(LineNeed).where(
    col(LineNeed.order_id) == bindparam("order"),
    col(LineNeed.line) == bindparam("at_line"),
    col(LineNeed.point) == bindparam("at_point"),
)


def set_claim(
    session: Session, order_id: str, supplier_id: str, before: Claim | None, claim: Claim | None, at: datetime
) -> None:
    """Keep what an order asks now. before: what was kept of it last, None when nothing was.

    A delivered order takes what it held from the shelves; that of a closed or drafted one is forgotten.
    """
    if claim is None or claim.state == "closed":
        if claim is not None and claim.delivered and before is not None:
            _deliver(session, supplier_id, before, at)
        for table in (LineNeed, OrderClaim):
            session.connection().execute(delete(table).where(col(table.order_id) == order_id))
        return
    if before is None or _order_facts(before) != _order_facts(claim):
        _keep_order(session, order_id, supplier_id, claim)
    old = before.needs if before is not None else {}
    gone = [place for place in old if place not in claim.needs]
    fresh = {
        place: need
        for place, need in claim.needs.items()
        if (kept := old.get(place)) is not need and kept != need
    }
    _forget(session, order_id, [*gone, *(place for place in fresh if place in old)])
    rows = [(order_id, supplier_id, *place, *need) for place, need in fresh.items()]
    insert_rows(session, LineNeed, ("order_id", "supplier_id", "line", "point", *Need._fields), rows)


def _order_facts(claim: Claim) -> tuple[object, ...]:
    return claim.state, claim.number, claim.valid_until, claim.round, claim.signed_at


def _keep_order(session: Session, order_id: str, supplier_id: str, claim: Claim) -> None:
    row = session.get(OrderClaim, order_id)
    if row is None:
        row = OrderClaim(order_id=order_id, supplier_id=supplier_id, state=claim.state)
    row.state, row.number, row.valid_until = claim.state, claim.number, claim.valid_until
    row.since, row.round = row.since or claim.signed_at, claim.round
    session.add(row)
    session.flush()


def _forget(session: Session, order_id: str, places: list[LinePoint]) -> None:
    if places:
        rows = [{"order": order_id, "at_line": line, "at_point": point} for line, point in places]
        session.connection().execute(_FORGET, rows)


def _deliver(session: Session, supplier_id: str, before: Claim, at: datetime) -> None:
    taken = set()
    for (_, point), need in before.needs.items():
        quantity = Decimal(need.held or 0) + Decimal(need.held_later or 0)
        variant = serving(variants_of(session, need.product_id, point), need.choices)
        if variant is not None:
            take_from_stock(session, (need.product_id, point, variant), quantity, at)
            taken.add(need.product_id)
    if taken:
        session.add(StockEvent(supplier_id=supplier_id, products=sorted(taken), at=at))


def variants_of(session: Session, product_id: str, point: str) -> list[str]:
    """The variants of a product's size of which the stock is followed."""
    query = select(StockLevel.variant).where(
        col(StockLevel.product_id) == product_id, col(StockLevel.point) == point
    )
    return list(session.exec(query))


def kept_claim(session: Session, order_id: str) -> tuple[OrderClaim | None, dict[LinePoint, Need]]:
    """What is kept of an order: its row, and its needs by their place."""
    rows = session.exec(select(LineNeed).where(col(LineNeed.order_id) == order_id))
    return session.get(OrderClaim, order_id), {(row.line, row.point): _need_of(row) for row in rows}


def _need_of(row: LineNeed) -> Need:
    return Need(**{name: getattr(row, name) for name in Need._fields})


def claimants(session: Session, supplier_id: str, product_ids: Iterable[str]) -> list[Claimant]:
    """Who shares the stock of some products, in the order of ids."""
    found: list[Claimant] = []
    for ids in in_parts(sorted(set(product_ids))):
        query = (
            select(LineNeed, OrderClaim, Order.seq)
            .join(OrderClaim, col(OrderClaim.order_id) == col(LineNeed.order_id))
            .join(Order, col(Order.id) == col(LineNeed.order_id))
            .where(col(LineNeed.supplier_id) == supplier_id, col(LineNeed.product_id).in_(ids))
            .order_by(col(LineNeed.order_id), col(LineNeed.line), col(LineNeed.point))
        )
        for row, claim, seq in session.exec(query):
            found.append(
                Claimant(
                    row.order_id,
                    seq,
                    claim.state,
                    claim.since,
                    claim.round,
                    claim.number,
                    row.line,
                    row.point,
                    _need_of(row),
                )
            )
    return found


def wanted_products(session: Session, supplier_id: str, product_ids: Iterable[str]) -> set[str]:
    """Those of a supplier's products of which some order asks or holds anything."""
    return {
        product_id
        for ids in in_parts(sorted(set(product_ids)))
        for product_id in session.exec(
            select(LineNeed.product_id)
            .where(col(LineNeed.supplier_id) == supplier_id, col(LineNeed.product_id).in_(ids))
            .distinct()
        )
    }


def products_asked(supplier_id: str) -> Select[Any]:
    """A query of the supplier's products of which some order asks any."""
    return sql_select(col(LineNeed.product_id)).where(
        col(LineNeed.supplier_id) == supplier_id, col(LineNeed.asked).is_not(None)
    )


def expired_offers(session: Session, day: str, limit: int = 200) -> list[str]:
    """The open orders whose offer stood until before a day."""
    query = select(OrderClaim.order_id).where(OrderClaim.state == "open", col(OrderClaim.valid_until) < day)
    return list(session.exec(query.limit(limit)))
