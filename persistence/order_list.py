"""The lists of orders: a company's orders on one side, filtered, searched, counted, page by page.

What a page costs does not grow with the number of orders. It looks at LOOKED_AT orders of its index at most, and may
so come short of rows and say after which one it stopped: the reader goes on from there. Search is by beginnings of
words (`persistence.order_word`). When one of the words is rare, its few orders are looked at; when all are common, the
orders that changed last are, and each is held against the words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, get_args

from sqlalchemy import and_, func, literal, tuple_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from persistence.columns import UtcTime
from persistence.company import Company
from persistence.order import Order
from persistence.order_word import OrderWord, words_of
from schema.order import Side
from schema.status import Status

QUERY_WORDS_LIMIT: Final = 8
LOOKED_AT: Final = 2_000
"""Orders that a page looks at; a word is rare when it finds no more than half of them."""
RARE: Final = LOOKED_AT // 2
AT_ONCE: Final = 250
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
COUNTED: Final = 1_000
"""What is counted stops here."""


class RowKey(NamedTuple):
    """What orders a row among the others."""

    changed_at: datetime
    order_id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for. `status`: a reader's colour; `mine`: only where it is his company's turn; `after`: when
    the last row of the page before changed, and its id."""

    company_id: str
    side: Side
    status: str | None = None
    mine: bool = False
    query: str = ""
    after: RowKey | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An order in a list, with the other company's name."""

    order: Order
    side: Side
    party_id: str
    party_name: str


@dataclass(frozen=True, slots=True)
class Found:
    """Some rows; `stopped`: the last order looked at, when there were too many to look at them all."""

    rows: list[Row]
    stopped: RowKey | None


def list_orders(session: Session, wanted: Wanted) -> Found:
    """The orders that are wanted, newest change first; one more than `limit` when there are more."""
    words = sorted(words_of([wanted.query]), key=len, reverse=True)[:QUERY_WORDS_LIMIT]
    rare = _rare(session, wanted.company_id, words)
    if rare is None:
        keys, stopped = _latest(session, wanted, words)
    else:
        keys, stopped = sorted(_among(session, wanted, words, rare), reverse=True)[: wanted.limit + 1], None
    return Found(_rows(session, wanted.side, keys), stopped)


def _rare(session: Session, company_id: str, words: Sequence[str]) -> list[str] | None:
    """The orders that the rarest of the words finds; None when every word finds many."""
    for word in words:
        statement = select(OrderWord.order_id).where(col(OrderWord.company_id) == company_id, _begins(word))
        found = session.exec(statement.limit(RARE + 1)).all()
        if len(found) <= RARE:
            return sorted(set(found))
    return None


def _among(
    session: Session, wanted: Wanted, words: Sequence[str], order_ids: Sequence[str]
) -> Iterator[RowKey]:
    """Which of these orders are wanted."""
    for start in range(0, len(order_ids), AT_ONCE):
        some = _with_words(session, order_ids[start : start + AT_ONCE], words)
        statement = _looked_at(wanted.side, _mine(wanted.side)).where(col(Order.id).in_(some))
        for changed_at, order_id, status, turn, company_id in session.connection().execute(statement):
            key = RowKey(changed_at, order_id)
            is_ahead = wanted.after is None or key < wanted.after
            if is_ahead and company_id == wanted.company_id and _is_wanted(wanted, status, turn):
                yield key


def _latest(session: Session, wanted: Wanted, words: Sequence[str]) -> tuple[list[RowKey], RowKey | None]:
    """The wanted orders that changed last, and the last one looked at when there were too many to look at."""
    keys: list[RowKey] = []
    after, looked_at = wanted.after, 0
    while looked_at < LOOKED_AT:
        at_once = min(wanted.limit + 1 if not looked_at and not words else AT_ONCE, LOOKED_AT - looked_at)
        seen = session.connection().execute(_next(wanted, after).limit(at_once)).all()
        looked_at += len(seen)
        fitting = [RowKey(row[0], row[1]) for row in seen if _is_wanted(wanted, row[2], row[3])]
        found = _with_words(session, [key.order_id for key in fitting], words)
        keys += [key for key in fitting if key.order_id in found]
        if len(keys) > wanted.limit:
            return keys[: wanted.limit + 1], None
        if len(seen) < at_once:
            return keys, None
        after = RowKey(seen[-1][0], seen[-1][1])
    return keys, after


def _next(wanted: Wanted, after: RowKey | None) -> Any:
    """The company's orders in the order of one index, after a row."""
    mine, status = _mine(wanted.side), _status(wanted.side)
    statement = _looked_at(wanted.side, mine).where(mine == wanted.company_id)
    if wanted.status is not None:
        statement = statement.where(status == wanted.status)
    elif wanted.mine:
        statement = statement.where(col(Order.turn) == wanted.side)
    changed, order_id = col(Order.changed_at), col(Order.id)
    if after is not None:
        bound = tuple_(literal(after.changed_at, UtcTime()), literal(after.order_id))
        statement = statement.where(tuple_(changed, order_id) < bound)
    return statement.order_by(changed.desc(), order_id.desc())


def _looked_at(side: Side, mine: Any) -> Any:
    columns: list[Any] = [Order.changed_at, Order.id, _status(side), Order.turn, mine]
    return select_columns(*columns)


def _is_wanted(wanted: Wanted, status: str, turn: str | None) -> bool:
    if status == "hidden" or (wanted.mine and turn != wanted.side):
        return False
    return wanted.status in (None, status)


def _with_words(session: Session, order_ids: Sequence[str], words: Sequence[str]) -> Sequence[str]:
    """Those of the orders that every word finds."""
    for word in words:
        if order_ids:
            statement = select(OrderWord.order_id).where(
                col(OrderWord.order_id).in_(order_ids), _begins(word)
            )
            order_ids = sorted(set(session.exec(statement)))
    return order_ids


def _begins(word: str) -> Any:
    return and_(col(OrderWord.word) >= word, col(OrderWord.word) < word + "\U0010ffff")


def _rows(session: Session, side: Side, keys: Sequence[RowKey]) -> list[Row]:
    """What lists show of these orders, in this order."""
    theirs = col(Order.client_id) if side == "supplier" else col(Order.supplier_id)
    statement = select(Order, Company.name).join(Company, col(Company.id) == theirs)
    statement = statement.where(col(Order.id).in_([key.order_id for key in keys]))
    found = {order.id: _row(order, side, name) for order, name in session.exec(statement)} if keys else {}
    return [found[key.order_id] for key in keys if key.order_id in found]


def _row(order: Order, side: Side, name: str) -> Row:
    return Row(order, side, order.client_id if side == "supplier" else order.supplier_id, name)


def order_row(session: Session, order_id: str, side: Side) -> Row | None:
    """One order as it stands in a list; None when that side does not see it."""
    order = session.get(Order, order_id)
    if order is None or getattr(order, f"{side}_status") == "hidden":
        return None
    party_id = order.client_id if side == "supplier" else order.supplier_id
    party = session.get(Company, party_id)
    return Row(order, side, party_id, party.name if party else "")


def count_orders(session: Session, company_id: str, side: Side) -> dict[str, int]:
    """How many orders there are by the reader's colour, and `mine`: where it is his company's turn.

    Each number stops at COUNTED.
    """
    mine, status = _mine(side), _status(side)
    wanted = {name: status == name for name in STATUSES} | {"mine": col(Order.turn) == side}
    return {
        name: session.exec(
            select(func.count()).select_from(
                select(Order.id).where(mine == company_id, fits).limit(COUNTED).subquery()
            )
        ).one()
        for name, fits in wanted.items()
    }


def _mine(side: Side) -> Any:
    return col(Order.supplier_id) if side == "supplier" else col(Order.client_id)


def _status(side: Side) -> Any:
    return col(Order.supplier_status) if side == "supplier" else col(Order.client_status)
