"""Refused edits, kept for their authors until they dismiss them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, Session, SQLModel, col, select, update

from persistence.columns import UtcTime


class RefusedEdit(SQLModel, table=True):
    """One edit that did not take effect.

    tried, kept: JSON text, None for an empty cell. `values`: JSON of what fills the sentence.
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
    dismissed: bool = False
    at: datetime = Field(sa_column=Column(UtcTime, nullable=False))

    def value(self, name: str) -> Any:
        """`tried`, `kept` or `values` as plain data."""
        text = getattr(self, name)
        return None if text is None else json.loads(text)


def keep_refusals(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add refusals; keys are the columns of RefusedEdit."""
    if rows:
        session.connection().execute(RefusedEdit.__table__.insert(), list(rows))  # type: ignore[attr-defined]


def open_refusals(session: Session, order_id: str, user_id: str) -> list[RefusedEdit]:
    """What a user has not dismissed yet, oldest first, at most 200."""
    statement = (
        select(RefusedEdit)
        .where(
            RefusedEdit.order_id == order_id,
            RefusedEdit.user_id == user_id,
            col(RefusedEdit.dismissed).is_(False),
        )
        .order_by(col(RefusedEdit.seq), col(RefusedEdit.id))
        .limit(200)
    )
    return list(session.exec(statement))


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
