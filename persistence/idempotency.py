"""Requests that came twice: what the first one was answered, so that a late repeat does not put old values back."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import JSON
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, delete

from persistence.columns import UtcTime

KEPT: Final = timedelta(days=7)


class AnsweredRequest(SQLModel, table=True):
    """One answered request of a company. digest: SHA-256 of what was asked, in hexadecimal."""

    __tablename__ = "answered_request"

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    key: str = Field(primary_key=True, max_length=200)
    digest: str = Field(max_length=64)
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(sa_type=UtcTime)


def answered(session: Session, company_id: str, key: str) -> AnsweredRequest | None:
    """The request that came with this key before, if one did."""
    return session.get(AnsweredRequest, (company_id, key))


def keep_answer(
    session: Session, company_id: str, key: str, digest: str, answer: dict[str, Any], at: datetime
) -> None:
    """Keep what a request was answered; the first answer stays. Old ones are forgotten."""
    session.connection().execute(delete(AnsweredRequest).where(col(AnsweredRequest.at) < at - KEPT))
    try:
        with session.begin_nested():
            session.add(AnsweredRequest(company_id=company_id, key=key, digest=digest, answer=answer, at=at))
    except IntegrityError:
        return
