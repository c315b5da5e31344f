"""Requests that came twice: what the first one was answered, so that a late repeat does not put old values back."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import JSON
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, delete

from persistence.columns import UtcTime

KEPT: Final = timedelta(days=7)
TAKEN_FOR: Final = timedelta(minutes=2)


class AnsweredRequest(SQLModel, table=True):
    """One request of a company. digest: SHA-256 of what was asked, in hexadecimal. answer: empty while it is carried
    out."""

    __tablename__ = "answered_request"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    key: str = Field(primary_key=True, max_length=200)
    digest: str = Field(max_length=64)
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(sa_type=UtcTime)


def answered(session: Session, company_id: str, key: str) -> AnsweredRequest | None:
    """The request that came with this key before, if one did."""
    return session.get(AnsweredRequest, (company_id, key))


def take_key(
    session: Session, company_id: str, key: str, digest: str, at: datetime
) -> AnsweredRequest | None:
    """Take a key for a request that is to be carried out; who has it, where another request does.

    One that was taken long ago and never answered was taken by a process that is gone.
    """
    if keep_answer(session, company_id, key, digest, {}, at):
        return None
    row = session.get_one(AnsweredRequest, (company_id, key), with_for_update=True, populate_existing=True)
    if row.answer or row.digest != digest or at - row.at < TAKEN_FOR:
        return row
    row.at = at
    return None


def give_answer(session: Session, company_id: str, key: str, answer: dict[str, Any] | None) -> None:
    """Keep what a request was answered whose key was taken; None lets the key go."""
    row = session.get(AnsweredRequest, (company_id, key))
    if row is None:
        return
    if answer is None:
        session.delete(row)
    else:
        row.answer = answer


def keep_answer(
    session: Session, company_id: str, key: str, digest: str, answer: dict[str, Any], at: datetime
) -> bool:
    """Keep what a request was answered; the first answer stays. Whether this is it. Old ones are forgotten."""
    session.connection().execute(delete(AnsweredRequest).where(col(AnsweredRequest.at) < at - KEPT))
    try:
        with session.begin_nested():
            session.add(AnsweredRequest(company_id=company_id, key=key, digest=digest, answer=answer, at=at))
    except IntegrityError:
        return False
    return True
