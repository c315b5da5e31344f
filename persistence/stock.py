"""Stock: how much of each product a supplier has, by size point and by variant, and what is expected when.

    set_levels(session, boreale.id, [Level(door.id, "", "", "4", (("6", "2027-01-03"),))], at)
    levels_of(session, boreale.id, {door.id})

`on_hand` is all that is on the shelves, promised or not: what agreed orders hold is kept beside the orders
(`persistence.claim`), in the transaction that agrees them, and is taken off when stock is shared out. A product, size
or variant without a row is not followed: no bot has a word on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, and_, bindparam, delete, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime
from persistence.page import LIKE_ESCAPE, Page, containing, folded, key_of, page_of
from persistence.product import Product

Key = tuple[str, str, str]
"""Product, size point and variant; empty where there is none."""

AT_ONCE: Final = 500
"""How many values one statement names at most."""


class StockLevel(SQLModel, table=True):
    """What there is of one size and variant of a product.

    variant: the choices that tell one stock from another, `finish=matte;wood=oak`, by key. on_hand: a decimal string.
    arrivals: `[{quantity, date}]` by date.
    """

    __tablename__ = "stock"
    __table_args__ = (Index("ix_stock_supplier", "supplier_id", "product_id"),)

    product_id: str = Field(primary_key=True, foreign_key="product.id", max_length=32)
    point: str = Field(default="", primary_key=True, max_length=40)
    variant: str = Field(default="", primary_key=True, max_length=400)
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    on_hand: str
    arrivals: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    updated_at: datetime = Field(sa_type=UtcTime)

    @property
    def key(self) -> Key:
        return self.product_id, self.point, self.variant


class StockEvent(SQLModel, table=True):
    """One change of a supplier's stock: which products, when. Its number is what a bot's decision refers to."""

    __tablename__ = "stock_event"
    __table_args__ = (Index("ix_stock_event_supplier", "supplier_id", "id"),)

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    supplier_id: str = Field(foreign_key="company.id", max_length=32)
    products: list[str] = Field(default_factory=list, sa_type=JSON)
    at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True)
class Level:
    """A level as it is given. on_hand: None when this size is no longer followed. arrivals: (quantity, date)."""

    product_id: str
    point: str
    variant: str
    on_hand: str | None
    arrivals: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        return self.product_id, self.point, self.variant


def set_levels(session: Session, supplier_id: str, levels: Sequence[Level], at: datetime) -> list[str]:
    """Make these the levels of the supplier's own products; the products of which something changed.

    The last of several levels of one key counts. Nothing is written for what is already so.
    """
    wanted = {level.key: level for level in levels}
    standing = _standing(session, supplier_id, {key[0] for key in wanted})
    changed = [level for key, level in wanted.items() if standing.get(key, (None, [])) != _kept(level)]
    _write(session, supplier_id, changed, standing, at)
    products = sorted({level.product_id for level in changed})
    if products:
        session.add(StockEvent(supplier_id=supplier_id, products=products, at=at))
        session.flush()
    return products


_Kept = tuple[str | None, list[dict[str, str]]]


def _standing(session: Session, supplier_id: str, product_ids: Iterable[str]) -> dict[Key, _Kept]:
    """What is on hand and expected now, without the weight of rows: this runs for thousands of levels."""
    columns = (
        StockLevel.product_id, StockLevel.point, StockLevel.variant, StockLevel.on_hand, StockLevel.arrivals,
    )  # fmt: skip
    found: dict[Key, _Kept] = {}
    for ids in in_parts(sorted(set(product_ids))):
        query = sql_select(*columns).where(  # type: ignore[call-overload]
            col(StockLevel.supplier_id) == supplier_id, col(StockLevel.product_id).in_(ids)
        )
        rows = session.connection().execute(query)
        found |= {
            (product, point, variant): (on_hand, arrivals)
            for product, point, variant, on_hand, arrivals in rows
        }
    return found


def _kept(level: Level) -> _Kept:
    return level.on_hand, arrivals_as_kept(level) if level.on_hand is not None else []


def arrivals_as_kept(level: Level) -> list[dict[str, str]]:
    """A level's arrivals as the table keeps them, by date."""
    return [
        {"quantity": quantity, "date": date} for quantity, date in sorted(level.arrivals, key=lambda a: a[1])
    ]


def _write(
    session: Session, supplier_id: str, levels: Sequence[Level], standing: dict[Key, _Kept], at: datetime
) -> None:
    gone = [level for level in levels if level.on_hand is None]
    fresh = [level for level in levels if level.on_hand is not None]
    table, connection = StockLevel.__table__, session.connection()  # type: ignore[attr-defined]
    here = and_(*(table.c[name] == bindparam(f"_{name}") for name in ("product_id", "point", "variant")))
    known = [level.key in standing for level in fresh]
    rows = [
        {
            "product_id": level.product_id, "point": level.point, "variant": level.variant, "supplier_id": supplier_id,
            "on_hand": level.on_hand, "arrivals": arrivals_as_kept(level), "updated_at": at,
        }
        for level in fresh
    ]  # fmt: skip
    if added := [row for row, is_known in zip(rows, known, strict=True) if not is_known]:
        connection.execute(table.insert(), added)
    if changed := [row for row, is_known in zip(rows, known, strict=True) if is_known]:
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in ("on_hand", "arrivals", "updated_at")
        }
        values["arrivals"] = bindparam("new_arrivals", type_=table.c.arrivals.type)
        values["updated_at"] = bindparam("new_updated_at", type_=table.c.updated_at.type)
        statement = table.update().where(here).values(**values)
        connection.execute(
            statement,
            [
                _named(row, "_", "product_id", "point", "variant") | _named(row, "new_", *values)
                for row in changed
            ],
        )
    if gone:
        keys = [dict(zip(("_product_id", "_point", "_variant"), level.key, strict=True)) for level in gone]
        connection.execute(table.delete().where(here), keys)
    session.expire_all()


def _named(row: dict[str, Any], prefix: str, *names: str) -> dict[str, Any]:
    return {f"{prefix}{name}": row[name] for name in names}


def levels_of(session: Session, supplier_id: str, product_ids: Iterable[str]) -> list[StockLevel]:
    """The supplier's levels of some products."""
    return [
        row
        for ids in in_parts(sorted(set(product_ids)))
        for row in session.exec(
            select(StockLevel).where(
                StockLevel.supplier_id == supplier_id, col(StockLevel.product_id).in_(ids)
            )
        )
    ]


def in_parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    """`values` in parts that a statement can name."""
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]


def followed_products(session: Session, supplier_id: str) -> list[str]:
    """Every product of which the supplier follows the stock."""
    query = select(StockLevel.product_id).where(StockLevel.supplier_id == supplier_id).distinct()
    return list(session.exec(query))


def serving(variants: Iterable[str], choices: str) -> str | None:
    """The variant from which a line with these choices is served: the one that names most of them.

    None where no variant fits: each choice that a variant names must be the line's.
    """
    chosen = set(choices.split(";"))
    fitting = [variant for variant in variants if not variant or set(variant.split(";")) <= chosen]
    return min(fitting, key=lambda variant: (-variant.count("="), variant), default=None)


def take_from_stock(session: Session, key: Key, quantity: Decimal, at: datetime) -> bool:
    """Lower what is on hand, to nothing at the least; False where this size is not followed."""
    row = session.get(StockLevel, key, with_for_update=True)
    if row is None:
        return False
    left = max(Decimal(0), Decimal(row.on_hand) - quantity)
    row.on_hand, row.updated_at = format(left.normalize(), "f"), at
    session.add(row)
    return True


def stock_page(
    session: Session, supplier_id: str, *, words: str = "", after: str | None = None, limit: int = 50
) -> Page[tuple[StockLevel, Product]]:
    """The supplier's levels with their products, by code, point and variant. Raises BadCursor."""
    query = select(StockLevel, Product).join(Product, col(Product.id) == col(StockLevel.product_id))
    query = query.where(col(StockLevel.supplier_id) == supplier_id)
    if folded(words):
        query = query.where(col(Product.words).like(containing(words), escape=LIKE_ESCAPE))
    order = (col(Product.code_key), col(StockLevel.point), col(StockLevel.variant))
    if after is not None:
        code, point, variant = key_of(after, 3)
        query = query.where(
            or_(
                order[0] > code,
                and_(order[0] == code, order[1] > point),
                and_(order[0] == code, order[1] == point, order[2] > variant),
            )
        )
    rows = session.exec(query.order_by(*order).limit(limit + 1)).all()
    return page_of(rows, limit, lambda row: (row[1].code_key, row[0].point, row[0].variant))


def last_event(session: Session, supplier_id: str | None = None) -> int:
    """The number of the last change of a supplier's stock, or of anybody's; 0 when there was none."""
    query = select(func.max(StockEvent.id))
    if supplier_id is not None:
        query = query.where(col(StockEvent.supplier_id) == supplier_id)
    return session.exec(query).one() or 0


def events_after(session: Session, event_id: int) -> list[StockEvent]:
    """The changes of stock that came after one, whoever made them."""
    return list(
        session.exec(select(StockEvent).where(col(StockEvent.id) > event_id).order_by(col(StockEvent.id)))
    )


def forget_events(session: Session, before: datetime) -> int:
    """Remove old changes, but the last of each supplier; how many."""
    kept = select(func.max(StockEvent.id)).group_by(col(StockEvent.supplier_id))
    statement = delete(StockEvent).where(col(StockEvent.at) < before, col(StockEvent.id).not_in(kept))
    return session.connection().execute(statement).rowcount
