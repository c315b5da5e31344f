"""The trail: every change of every cell and every command, by whom, from what to what, and why."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, Session, SQLModel, col, select, update

from persistence.columns import UtcTime, counted_key
from persistence.rows import insert_rows

AT_ONCE: Final = 1_000
FIRST_SEARCHED: Final = 256
SEARCHED: Final = 8_192
"""Changes of an order among which the author of one is looked for: what somebody overlooked is mostly a minute old."""

ONE_CHANGE: Final = timedelta(minutes=1)
"""What one person types into the note within this time is one change."""
LOOKED_BACK: Final = 32
"""Changes of other cells that may lie between its beginning and its end."""


class Audit(SQLModel, table=True):
    """One change. `cell`: the address, or `command/<name>`; `before`/`after`: JSON text, None for absent.

    rule: what drove a bot or the server; reason: the words of a person.
    """

    __tablename__ = "audit"
    # One by cell would be a page for each edit, written far from all others.
    __table_args__ = (Index("ix_audit_order", "order_id", "id"),)

    id: int | None = Field(default=None, sa_column=counted_key())
    order_id: str = Field(foreign_key="order.id")
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    cell: str
    before: str | None = None
    after: str | None = None
    user_id: str | None = None
    name: str
    side: str | None = None
    role: str
    rule: str | None = None
    reason: str | None = None
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))

    def value(self, name: str) -> Any:
        """`before` or `after` as plain data."""
        text = getattr(self, name)
        return None if text is None else json.loads(text)


class Recorded(NamedTuple):
    """One row of the trail to be; the columns of Audit but for its id."""

    order_id: str
    seq: int
    cell: str
    before: str | None
    after: str | None
    at: datetime
    user_id: str | None = None
    name: str = ""
    side: str | None = None
    role: str = "server"
    rule: str | None = None
    reason: str | None = None


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_json(value: Any) -> str | None:
    """A cell's value as the trail keeps it; None for a cell that is empty."""
    return None if value is None else _encode(value)


def record_changes(session: Session, rows: Sequence[Recorded]) -> None:
    """Add rows to the trail."""
    insert_rows(session, Audit, Recorded._fields, rows)


def type_on(session: Session, row: Recorded) -> bool:
    """Let a change of the note go into the one that the same person began a moment ago: each holds the note twice, and
    a keystroke may be all that it is. False where there is none, or where a command or somebody else came between."""
    latest = select(Audit.id, Audit.cell, Audit.user_id, Audit.at).where(Audit.order_id == row.order_id)
    for id_, cell, user_id, at in session.exec(latest.order_by(col(Audit.id).desc()).limit(LOOKED_BACK)):
        if cell == row.cell:
            if user_id is None or user_id != row.user_id or row.at - at >= ONE_CHANGE:
                return False
            goes_on = col(Audit.id) == id_, col(Audit.after).is_not_distinct_from(row.before)
            statement = update(Audit).where(*goes_on).values(after=row.after)
            return bool(session.connection().execute(statement).rowcount)
        if cell.startswith("command/"):
            return False
    return False


def changes_of(session: Session, order_id: str, after: int | None, limit: int) -> list[Audit]:
    """The trail of an order, newest first; `after`: the id of the last one already read."""
    statement = select(Audit).where(Audit.order_id == order_id)
    if after is not None:
        statement = statement.where(col(Audit.id) < after)
    return list(session.exec(statement.order_by(col(Audit.id).desc()).limit(limit)))


def changes_in_order(session: Session, order_id: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Every change of a cell of an order, oldest first: the cell, and what stood before and after, as kept."""
    statement = select(Audit.cell, Audit.before, Audit.after).where(Audit.order_id == order_id)
    statement = statement.where(~col(Audit.cell).startswith("command/")).order_by(col(Audit.id))
    yield from session.exec(statement.execution_options(yield_per=AT_ONCE))


def last_authors(session: Session, order_id: str, cells: Iterable[str]) -> dict[str, str]:
    """The names of those who last changed some cells, by cell, as far as an order's newest SEARCHED changes tell."""
    wanted, found = set(cells), dict[str, str]()
    statement = select(Audit.id, Audit.cell, Audit.name).where(Audit.order_id == order_id)
    statement = statement.order_by(col(Audit.id).desc())
    for page in (FIRST_SEARCHED, SEARCHED - FIRST_SEARCHED):
        rows = session.exec(statement.limit(page)).all()
        for _, cell, name in rows:
            if cell in wanted:
                found[cell] = name
                wanted.remove(cell)
        if not wanted or len(rows) < page:
            break
        statement = statement.where(col(Audit.id) < rows[-1][0])
    return found
