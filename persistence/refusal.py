"""Refused edits, kept for their authors until they dismiss them."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, Index, func
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from persistence.columns import UtcTime
from persistence.parts import in_parts
from persistence.rows import insert_rows

SHOWN_COUNT: Final = 200
SHOWN_SIZE: Final = 1 << 20
"""Characters of refused and kept values that are shown at once: whoever tried large ones has each connection filled."""
KEPT: Final = 5_000
"""Refusals that one person has in one order at most: more than anybody reads, and than a whole sheet has lines."""
KEPT_SIZE: Final = 8 << 20
"""Characters of refused and kept values that they may hold together."""
SMALL: Final = 4_096
"""Characters so few that the size of all the others is not worth the look."""


class RefusedEdit(SQLModel, table=True):
    """One edit that did not take effect.

    tried, kept: JSON text, None for an empty cell. `values`: JSON of what fills the sentence. over, entry, mend: what
    servers of the version before write, and this one keeps as aliases (`persistence.alias`); the next has them no more.
    """

    __tablename__ = "refused_edit"
    __table_args__ = (
        Index("ix_refused_edit_user", "order_id", "user_id", "dismissed"),
        Index("ix_refused_edit_order", "order_id", "seq"),
    )

    id: str = Field(primary_key=True)
    order_id: str = Field(foreign_key="order.id")
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    user_id: str
    cell: str
    code: str
    values: str = "{}"
    tried: str | None = None
    kept: str | None = None
    by: str | None = None
    over: str | None = None
    entry: str | None = None
    mend: str | None = None
    dismissed: bool = False
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))

    def value(self, name: str) -> Any:
        """`tried`, `kept` or `values` as plain data."""
        text = getattr(self, name)
        return None if text is None else json.loads(text)


class Refused(NamedTuple):
    """A refusal to be kept; columns of RefusedEdit."""

    id: str
    order_id: str
    seq: int
    user_id: str
    cell: str
    code: str
    values: str
    tried: str | None
    kept: str | None
    by: str | None
    at: datetime
    dismissed: bool = False


def keep_refusals(session: Session, rows: Sequence[Refused]) -> None:
    """Add refusals. Of what one person has in an order beyond KEPT and KEPT_SIZE the dismissed are forgotten, and then
    the oldest: nobody fills the disk with what is refused him."""
    insert_rows(session, RefusedEdit, Refused._fields, rows)
    sizes: dict[tuple[str, str], int] = {}
    for row in rows:
        whose = row.order_id, row.user_id
        sizes[whose] = sizes.get(whose, 0) + len(row.tried or "") + len(row.kept or "")
    for whose, size in sizes.items():
        if size > SMALL or _kept(session, *whose) > KEPT:
            _forget_beyond(session, *whose)


def _kept(session: Session, order_id: str, user_id: str) -> int:
    query = select(func.count()).where(RefusedEdit.order_id == order_id, RefusedEdit.user_id == user_id)
    return session.exec(query).one()


def _forget_beyond(session: Session, order_id: str, user_id: str) -> None:
    size = func.length(func.coalesce(RefusedEdit.tried, "")) + func.length(
        func.coalesce(RefusedEdit.kept, "")
    )
    query = select(RefusedEdit.id, size).where(
        RefusedEdit.order_id == order_id,
        RefusedEdit.user_id == user_id,
        col(RefusedEdit.mend).is_(None),  # what a server of the version before knows of entries
    )
    newest = query.order_by(
        col(RefusedEdit.dismissed), col(RefusedEdit.seq).desc(), col(RefusedEdit.id).desc()
    )
    found = session.exec(newest).all()
    sums = accumulate(size for _, size in found)
    beyond = [
        id_
        for at, ((id_, _), sum_) in enumerate(zip(found, sums, strict=True))
        if at >= KEPT or sum_ > KEPT_SIZE
    ]
    for ids in in_parts(beyond):
        session.connection().execute(delete(RefusedEdit).where(col(RefusedEdit.id).in_(ids)))


def aliases_of_before(session: Session, order_id: str) -> list[tuple[str, str, str, bool]]:
    """Aliases as `persistence.alias.aliases_of` has them, of what servers of the version before wrote."""
    statement = (
        select(RefusedEdit.cell, RefusedEdit.over, RefusedEdit.entry, RefusedEdit.mend)
        .where(RefusedEdit.order_id == order_id, col(RefusedEdit.mend).is_not(None))
        .order_by(col(RefusedEdit.seq), col(RefusedEdit.id))
    )
    return [
        (cell, each, mend, False)
        for cell, over, entry, mend in session.exec(statement)
        for each in (over, entry)
        if mend and each and each != mend
    ]


def open_refusals(session: Session, order_id: str, user_id: str) -> list[RefusedEdit]:
    """What a user has not dismissed yet, oldest first: SHOWN_COUNT at most, that hold SHOWN_SIZE characters at most."""
    statement = (
        select(RefusedEdit)
        .where(
            RefusedEdit.order_id == order_id,
            RefusedEdit.user_id == user_id,
            col(RefusedEdit.dismissed).is_(False),
        )
        .order_by(col(RefusedEdit.seq), col(RefusedEdit.id))
        .limit(SHOWN_COUNT)
    )
    kept = session.exec(statement).all()
    sizes = accumulate(len(edit.tried or "") + len(edit.kept or "") for edit in kept)
    return [
        edit for at, (edit, size) in enumerate(zip(kept, sizes, strict=True)) if not at or size <= SHOWN_SIZE
    ]


def dismiss(session: Session, order_id: str, user_id: str, refusal_id: str) -> bool:
    """Put a refusal away at its author's wish. False when he has no such refusal."""
    statement = (
        update(RefusedEdit)
        .where(
            col(RefusedEdit.id) == refusal_id,
            col(RefusedEdit.order_id) == order_id,
            col(RefusedEdit.user_id) == user_id,
        )
        .values(dismissed=True)
    )
    return bool(session.connection().execute(statement).rowcount)
