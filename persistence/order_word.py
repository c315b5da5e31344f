"""The words by which a company finds an order, and which orders' words are still to be written.

    set_words(session, order.id, [boreale.id, laurier.id], words_of(["BT-2231"]))
    owe_words(session, [order.id], at)            # in the transaction that changes what few search for at once
    settle_words(session, order.id, seq, companies, words)

What is written with each keystroke of a busy order would cost more than the rest of it. So an edit of a line's job only
notes that words are owed, once for all that follow until somebody has settled them; the note lies in the database, so
that none is lost with the server that wrote it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Index, update
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime, by_bytes
from persistence.order import stands_at
from persistence.page import folded
from persistence.rows import delete_rows, insert_rows, rows_of

WORD_LENGTH: Final = 40
WORDS_LIMIT: Final = 2_000
OWED_AT_ONCE: Final = 100
_COLUMNS: Final = ("company_id", "word", "order_id")


class OrderWord(SQLModel, table=True):
    """One word by which a company finds an order."""

    __tablename__ = "order_word"
    __table_args__ = (Index("ix_order_word_found", "order_id", "word"),)

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    word: str = Field(primary_key=True, sa_type=by_bytes(WORD_LENGTH))
    order_id: str = Field(primary_key=True, foreign_key="order.id", max_length=32)


class OwedWords(SQLModel, table=True):
    """An order whose words do not say yet what it shows, since a time."""

    __tablename__ = "owed_words"
    __table_args__ = (Index("ix_owed_words_at", "at"),)

    order_id: str = Field(primary_key=True, foreign_key="order.id", max_length=32)
    at: datetime = Field(sa_type=UtcTime)


def words_of(texts: Iterable[str], more: Iterable[str] = ()) -> frozenset[str]:
    """The words by which texts are found: folded, whole and in their parts (`BT-2231` → bt-2231, bt, 2231).

    more: texts whose words are left out where there would be more than WORDS_LIMIT.
    """
    words = _words(texts)
    left = max(0, WORDS_LIMIT - len(words))
    return frozenset([*sorted(words)[:WORDS_LIMIT], *sorted(_words(more) - words)[:left]])


def _words(texts: Iterable[str]) -> set[str]:
    words: set[str] = set()
    for text in set(texts):
        for whole in folded(text).split():
            words.add(whole[:WORD_LENGTH])
            parts = "".join(sign if sign.isalnum() else " " for sign in whole).split()
            words.update(part[:WORD_LENGTH] for part in parts)
    return words


def set_words(session: Session, order_id: str, companies: Iterable[str], words: frozenset[str]) -> None:
    """Make these the words by which each of the companies finds an order; only what differs is written."""
    session.flush()  # an order that was just added is to be there
    kept = _rows_kept(session, order_id)
    wanted = {(company_id, word) for company_id in set(companies) for word in words}
    delete_rows(session, OrderWord, _COLUMNS, [(*each, order_id) for each in sorted(kept - wanted)])
    insert_rows(session, OrderWord, _COLUMNS, [(*each, order_id) for each in sorted(wanted - kept)])


def words_kept(session: Session, order_id: str) -> dict[str, frozenset[str]]:
    """The words by which each company finds an order, by the company's id."""
    found: dict[str, set[str]] = {}
    for company_id, word in _rows_kept(session, order_id):
        found.setdefault(company_id, set()).add(word)
    return {company_id: frozenset(words) for company_id, words in found.items()}


def _rows_kept(session: Session, order_id: str) -> set[tuple[str, str]]:
    return {
        (company_id, word)
        for company_id, word in rows_of(session, OrderWord, _COLUMNS[:2], "order_id", order_id)
    }


def owe_words(session: Session, order_ids: Sequence[str], at: datetime) -> None:
    """Note that the words of these orders are to be written; those that were noted before stay as they are."""
    insert_rows(session, OwedWords, ("order_id", "at"), [(each, at) for each in order_ids], anew=True)


def settle_words(
    session: Session, order_id: str, seq: int, companies: Iterable[str], words: frozenset[str]
) -> None:
    """Write the words of an order as it stands at journal entry `seq`, and owe none; nothing where another process has
    moved it on, which then owes them or wrote them itself."""
    if stands_at(session, order_id, seq):
        set_words(session, order_id, companies, words)
        delete_rows(session, OwedWords, ("order_id",), [(order_id,)])


def owed_words(session: Session, until: datetime) -> list[tuple[str, datetime]]:
    """Orders whose words were owed by a time, and since when; longest first, some at once."""
    query = select(OwedWords.order_id, OwedWords.at).where(col(OwedWords.at) <= until)
    return list(session.exec(query.order_by(col(OwedWords.at)).limit(OWED_AT_ONCE)))


def owes_words(session: Session, order_id: str) -> bool:
    """Whether the words of an order are still to be written."""
    return session.get(OwedWords, order_id) is not None


def put_off_words(session: Session, order_id: str, at: datetime) -> None:
    """Owe the words of an order as if since a later time: it cannot be opened now, and the others go first."""
    session.connection().execute(update(OwedWords).where(col(OwedWords.order_id) == order_id).values(at=at))
