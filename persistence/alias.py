"""Which earlier document entries stand for the value that stands: whoever wrote over one of them had seen it.

The server writes a value anew where it mends a refused edit or settles a permitted one, and two people may write the
same. The one who had not heard of it yet writes over the entry before; that this is no late edit must be known after
the order was put away, too. Entries are written `client:clock`.

`restated`: the server wrote the entry anew at once, so that nobody but its author was shown it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Index, bindparam, false
from sqlmodel import Field, Session, SQLModel, col, delete, select

from persistence.columns import counted_key
from persistence.rows import insert_rows


class Alias(SQLModel, table=True):
    """In `cell`, the entry `stands` holds the value that whoever saw `entry` had seen."""

    __tablename__ = "alias"
    __table_args__ = (Index("ix_alias_order", "order_id", "id"),)

    id: int | None = Field(default=None, sa_column=counted_key())
    order_id: str = Field(foreign_key="order.id")
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    cell: str
    entry: str
    stands: str
    restated: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))


class Aliased(NamedTuple):
    """An alias to be kept; the columns of Alias but for its id."""

    order_id: str
    seq: int
    cell: str
    entry: str
    stands: str
    restated: bool


def keep_aliases(session: Session, rows: Sequence[Aliased]) -> None:
    """Add aliases."""
    insert_rows(session, Alias, Aliased._fields, rows)


def aliases_of(session: Session, order_id: str) -> list[tuple[str, str, str, bool]]:
    """`(cell, entry, stands, restated)` of every alias of an order, in the order in which they came about."""
    statement = select(Alias.cell, Alias.entry, Alias.stands, Alias.restated).where(
        Alias.order_id == order_id
    )
    return list(session.exec(statement.order_by(col(Alias.id))).all())


def aliased_after(session: Session, order_id: str, seq: int) -> bool:
    """Whether an entry of the journal after `seq` brought aliases."""
    found = select(Alias.id).where(Alias.order_id == order_id, col(Alias.seq) > seq)
    return session.exec(found.limit(1)).first() is not None


def forget_aliases(
    session: Session, order_id: str, through: int, but: Iterable[tuple[str, str]] = ()
) -> None:
    """Forget what came about up to journal entry `through`, except aliases of the `(cell, entry)` that still stand.

    An alias of an alias is one as well.
    """
    statement = select(Alias).where(Alias.order_id == order_id).order_by(col(Alias.id).desc())
    standing, gone = set(but), []
    for row in session.exec(statement):  # the newest first, so that a chain is followed in one pass
        if row.seq > through or (row.cell, row.stands) in standing:
            standing.add((row.cell, row.entry))
        else:
            gone.append({"row": row.id})
    if gone:
        session.connection().execute(delete(Alias).where(col(Alias.id) == bindparam("row")), gone)
