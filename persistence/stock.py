"""Stock: how much of each product a supplier has, by size point and by variant, and what is expected when.

    set_levels(session, boreale.id, [Level(door.id, "", "", "4", (("6", "2027-01-03"),))], at)
    set_levels(session, boreale.id, [Level(door.id, "", "", "3", seen=Seen(on_hand="4"))], at)   # arrivals stay
    levels_of(session, boreale.id, {door.id})

`on_hand` is all that is on the shelves, promised or not: what agreed orders hold is kept beside the orders
(`persistence.claim`), in the transaction that agrees them, and is taken off when stock is shared out. A product, size
or variant without a row is not followed: no bot has a word on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import JSON, Index, and_, bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime
from persistence.parts import in_parts
from persistence.rows import insert_rows, table_of
from persistence.signal import tell
from persistence.stock_event import StockEvent
from schema.values import decimal_text

Key = tuple[str, str, str]
"""Product, size point and variant; empty where there is none."""

STOCK: Final = "stock"
"""Where other servers hear whose stock was changed."""


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
        """By which it is known."""
        return self.product_id, self.point, self.variant


_TABLE: Final = table_of(StockLevel)
_KEY: Final = ("product_id", "point", "variant")
_VALUES: Final = ("on_hand", "arrivals", "updated_at")
# Put together once: they run for every few of thousands of levels.
_HERE: Final = and_(*(_TABLE.c[name] == bindparam(f"at_{name}") for name in _KEY))
_CHANGE: Final = (
    _TABLE.update()
    .where(_HERE)
    .values({name: bindparam(f"new_{name}", type_=_TABLE.c[name].type) for name in _VALUES})
)
_END: Final = _TABLE.delete().where(_HERE)
_STANDING: Final = (
    sql_select(*(_TABLE.c[name] for name in (*_KEY, "on_hand", "arrivals")))
    .where(
        _TABLE.c.supplier_id == bindparam("supplier"),
        _TABLE.c.product_id.in_(bindparam("products", expanding=True)),
    )
    # Always in the same order, so that two who lock the same rows wait for each other and not crosswise.
    .order_by(*(_TABLE.c[name] for name in _KEY))
)
_LOCKED: Final = _STANDING.with_for_update()


class Unsaid(Enum):
    """In the place of a value: nothing was said of it."""

    UNSAID = auto()


UNSAID: Final = Unsaid.UNSAID
Arrivals = tuple[tuple[str, str], ...]
"""(quantity, date), in any order."""


class Seen(NamedTuple):
    """What the author of a level saw when he changed it, as far as he says. on_hand: None when it was not followed."""

    on_hand: str | Unsaid | None = UNSAID
    arrivals: Arrivals | Unsaid = UNSAID


NOTHING_SEEN: Final = Seen()


@dataclass(frozen=True, slots=True)
class Level:
    """A level as it is given; what is unsaid stays as it is. on_hand: None when this size is no longer followed."""

    product_id: str
    point: str
    variant: str
    on_hand: str | Unsaid | None
    arrivals: Arrivals | Unsaid = UNSAID
    seen: Seen = NOTHING_SEEN

    @property
    def key(self) -> Key:
        """By which it is known."""
        return self.product_id, self.point, self.variant


class Kept(NamedTuple):
    """What is kept of one level. on_hand: None when it is not followed; arrivals: `[{quantity, date}]` by date."""

    on_hand: str | None
    arrivals: list[dict[str, str]]


NOT_FOLLOWED: Final = Kept(None, [])
LeftOutCode = Literal["changed_since", "not_followed"]


class LeftOut(NamedTuple):
    """A level that was not set. field: of it; `changed_since`: it is not what its author saw; `not_followed`:
    arrivals were given for what nobody counts. present: what stands and stays.
    """

    key: Key
    field: str
    code: LeftOutCode
    present: Kept


class Outcome(NamedTuple):
    """The products of which something changed, and the levels that were not set."""

    products: list[str]
    left_out: list[LeftOut]


def set_levels(session: Session, supplier_id: str, levels: Sequence[Level], at: datetime) -> Outcome:
    """Set what is said of these levels of the supplier's own products.

    The last of several levels of one key counts. Nothing is written for what is already so, and nothing where a value
    is no longer what its author saw.
    """
    given = {level.key: level for level in levels}
    standing = standing_levels(session, supplier_id, {key[0] for key in given}, for_update=True)
    wanted: dict[Key, Kept] = {}
    left_out = []
    for key, level in given.items():
        present = standing.get(key, NOT_FOLLOWED)
        if wrong := _obstacle(level, present):
            left_out.append(wrong)
        elif (new := kept_after(level, present)) != present:
            wanted[key] = new
    _write(session, supplier_id, wanted, standing, at)
    products = sorted({key[0] for key in wanted})
    if products:
        session.add(StockEvent(supplier_id=supplier_id, products=products, at=at))
        session.flush()
        tell(session, STOCK, [supplier_id])
    return Outcome(products, left_out)


def standing_levels(
    session: Session, supplier_id: str, product_ids: Iterable[str], *, for_update: bool = False
) -> dict[Key, Kept]:
    """What is on hand and expected now, without the weight of rows: this runs for thousands of levels.

    for_update: nobody else changes them until the transaction ends.
    """
    found: dict[Key, Kept] = {}
    for ids in in_parts(sorted(set(product_ids))):
        statement = _LOCKED if for_update else _STANDING
        rows = session.connection().execute(statement, {"supplier": supplier_id, "products": ids})
        found |= {
            (product, point, variant): Kept(on_hand, arrivals)
            for product, point, variant, on_hand, arrivals in rows
        }
    return found


def kept_after(level: Level, present: Kept) -> Kept:
    """What is kept once a level is set over what stands."""
    on_hand = present.on_hand if level.on_hand is UNSAID else level.on_hand
    if on_hand is None:
        return NOT_FOLLOWED
    return Kept(on_hand, present.arrivals if level.arrivals is UNSAID else by_date(level.arrivals))


def by_date(arrivals: Arrivals) -> list[dict[str, str]]:
    """Arrivals as the table keeps them."""
    return [{"quantity": quantity, "date": date} for quantity, date in sorted(arrivals, key=lambda a: a[1])]


def _obstacle(level: Level, present: Kept) -> LeftOut | None:
    new, seen = kept_after(level, present), level.seen
    if level.on_hand is UNSAID and present.on_hand is None:
        return LeftOut(level.key, "on_hand", "not_followed", present)
    if seen.on_hand is not UNSAID and present.on_hand not in (seen.on_hand, new.on_hand):
        return LeftOut(level.key, "on_hand", "changed_since", present)
    if seen.arrivals is not UNSAID and present.arrivals not in (by_date(seen.arrivals), new.arrivals):
        return LeftOut(level.key, "arrivals", "changed_since", present)
    return None


def _write(
    session: Session, supplier_id: str, wanted: dict[Key, Kept], standing: dict[Key, Kept], at: datetime
) -> None:
    names = ("supplier_id", *_KEY, *_VALUES)
    added = [
        (supplier_id, *key, *new, at)
        for key, new in wanted.items()
        if new.on_hand is not None and key not in standing
    ]
    insert_rows(session, StockLevel, names, added)
    connection = session.connection()
    changed = [
        _bound(key) | {f"new_{name}": value for name, value in zip(_VALUES, (*new, at), strict=True)}
        for key, new in wanted.items()
        if new.on_hand is not None and key in standing
    ]
    if changed:
        connection.execute(_CHANGE, changed)
    if gone := [_bound(key) for key, new in wanted.items() if new.on_hand is None]:
        connection.execute(_END, gone)
    session.expire_all()


def _bound(key: Key) -> dict[str, Any]:
    return {f"at_{name}": value for name, value in zip(_KEY, key, strict=True)}


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
    row.on_hand, row.updated_at = decimal_text(left), at
    session.add(row)
    return True
