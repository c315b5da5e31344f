"""Whose rights were changed or taken away lately, for servers that must close what is open: written with the change.

Whoever changes them may be another process, such as the command line; a server reads the rows that are new to it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, delete, select

from persistence.clock import now
from persistence.columns import UtcTime, counted_key

KEPT: Final = timedelta(hours=1)


class Revocation(SQLModel, table=True):
    """`subject`: the id of a person, a session or an API token."""

    __tablename__ = "revocation"

    id: int | None = Field(default=None, sa_column=counted_key())
    subject: str = Field(max_length=32)
    at: datetime = Field(default_factory=now, sa_type=UtcTime, index=True)


def note_revoked(session: Session, subjects: Iterable[str]) -> None:
    """Write down that these people, sessions or tokens have other rights now, and forget what is long past."""
    rows = [Revocation(subject=subject) for subject in subjects]
    if rows:
        session.add_all(rows)
        session.flush()  # the newest row stays, so that no number is given twice
        session.exec(delete(Revocation).where(col(Revocation.at) < now() - KEPT))


def revoked_after(session: Session, row_id: int) -> list[tuple[int, str]]:
    """`(id, subject)` of every row after `row_id`, oldest first."""
    query = select(Revocation.id, Revocation.subject).where(col(Revocation.id) > row_id)
    return [(number or 0, subject) for number, subject in session.exec(query.order_by(col(Revocation.id)))]


def last_revocation(session: Session) -> int:
    """The id of the newest row; 0 when there is none."""
    return session.exec(select(func.max(Revocation.id))).one() or 0
