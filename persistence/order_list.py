"""The lists of orders: a company's orders on one side, filtered, searched, counted, page by page.

Every query starts from an index that begins with the company, so that its cost follows the page and not the number
of orders. Search is by beginnings of words: a row of `order_word` for each word by which an order can be found.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Index, and_, func, or_
from sqlmodel import Field, Session, SQLModel, col, delete, select

from persistence.columns import by_bytes
from persistence.company import Company
from persistence.order import Order
from persistence.page import folded
from schema.order import Side

WORD_LENGTH: Final = 40
WORDS_LIMIT: Final = 2_000
QUERY_WORDS_LIMIT: Final = 8


class OrderWord(SQLModel, table=True):
    """One word by which a company finds an order."""

    __tablename__ = "order_word"
    __table_args__ = (Index("ix_order_word_order", "order_id"),)

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    word: str = Field(primary_key=True, sa_type=by_bytes(WORD_LENGTH))
    order_id: str = Field(primary_key=True, foreign_key="order.id", max_length=32)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for. `status`: a reader's colour; `mine`: only where it is his company's turn; `after`: when
    the last row of the page before changed, and its id."""

    company_id: str
    side: Side
    status: str | None = None
    mine: bool = False
    query: str = ""
    after: tuple[datetime, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An order in a list, with the other company's name."""

    order: Order
    side: Side
    party_id: str
    party_name: str


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words by which texts are found: folded, whole and in their parts (`BT-2231` → bt-2231, bt, 2231)."""
    words: set[str] = set()
    for text in texts:
        for whole in folded(text).split():
            words.add(whole[:WORD_LENGTH])
            parts = "".join(sign if sign.isalnum() else " " for sign in whole).split()
            words.update(part[:WORD_LENGTH] for part in parts)
    return frozenset(sorted(words)[:WORDS_LIMIT])


def set_words(session: Session, order_id: str, companies: Iterable[str], words: frozenset[str]) -> None:
    """Make these the words by which each of the companies finds an order."""
    connection = session.connection()
    connection.execute(delete(OrderWord).where(col(OrderWord.order_id) == order_id))
    rows = [
        {"company_id": company_id, "word": word, "order_id": order_id}
        for company_id in set(companies)
        for word in sorted(words)
    ]
    if rows:
        connection.execute(OrderWord.__table__.insert(), rows)  # type: ignore[attr-defined]


def list_orders(session: Session, wanted: Wanted) -> list[Row]:
    """The orders that are wanted, newest change first; one more than `limit` when there are more."""
    mine, theirs, status = _columns(wanted.side)
    statement = (
        select(Order, Company.name)
        .join(Company, col(Company.id) == theirs)
        .where(mine == wanted.company_id, status != "hidden")
    )
    if wanted.status is not None:
        statement = statement.where(status == wanted.status)
    if wanted.mine:
        statement = statement.where(col(Order.turn) == wanted.side)
    for word in list(words_of([wanted.query]))[:QUERY_WORDS_LIMIT] if wanted.query else ():
        statement = statement.where(col(Order.id).in_(_found_by(wanted.company_id, word)))
    if wanted.after is not None:
        at, order_id = wanted.after
        changed = col(Order.changed_at)
        statement = statement.where(or_(changed < at, and_(changed == at, col(Order.id) < order_id)))
    statement = statement.order_by(col(Order.changed_at).desc(), col(Order.id).desc()).limit(wanted.limit + 1)
    return [
        Row(order, wanted.side, order.client_id if wanted.side == "supplier" else order.supplier_id, name)
        for order, name in session.exec(statement)
    ]


def order_row(session: Session, order_id: str, side: Side) -> Row | None:
    """One order as it stands in a list; None when that side does not see it."""
    order = session.get(Order, order_id)
    if order is None or getattr(order, f"{side}_status") == "hidden":
        return None
    party_id = order.client_id if side == "supplier" else order.supplier_id
    party = session.get(Company, party_id)
    return Row(order, side, party_id, party.name if party else "")


def count_orders(session: Session, company_id: str, side: Side) -> dict[str, int]:
    """How many orders there are by the reader's colour, and `mine`: where it is his company's turn."""
    mine, _, status = _columns(side)
    counted = session.exec(
        select(status, func.count()).where(mine == company_id, status != "hidden").group_by(status)
    )
    counts: dict[str, int] = dict(counted.all())
    turn = session.exec(
        select(func.count()).where(mine == company_id, col(Order.turn) == side, status != "hidden")
    )
    return counts | {"mine": turn.one()}


def _found_by(company_id: str, word: str) -> Any:
    return select(OrderWord.order_id).where(
        col(OrderWord.company_id) == company_id,
        col(OrderWord.word) >= word,
        col(OrderWord.word) < word + "\U0010ffff",
    )


def _columns(side: Side) -> tuple[Any, Any, Any]:
    if side == "supplier":
        return col(Order.supplier_id), col(Order.client_id), col(Order.supplier_status)
    return col(Order.client_id), col(Order.supplier_id), col(Order.client_status)
