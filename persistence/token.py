"""API tokens: the secrets by which the programs of a company sign in. Only their hashes are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, update
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime, new_id
from persistence.company import Company
from persistence.person import Person
from persistence.revocation import note_revoked
from persistence.secret import FRESHNESS, new_secret, secret_hash


class ApiToken(SQLModel, table=True):
    """The secret of a program that acts for a company; `scopes` is a list of `read`, `write`, `stock`."""

    __tablename__ = "api_token"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    company_id: str = Field(foreign_key="company.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", max_length=32)
    name: str
    secret_hash: str = Field(unique=True, max_length=64)
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    last_used: datetime | None = Field(default=None, sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)


@dataclass(frozen=True)
class TokenHolder:
    """A valid API token with its company; `stale` when `touch_token` is due."""

    token: ApiToken
    company: Company
    language: str
    stale: bool


def add_token(
    session: Session,
    *,
    company_id: str,
    person_id: str,
    name: str,
    scopes: list[str],
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make an API token; return the row and the secret, which is shown once."""
    secret = "so_" + new_secret()
    row = ApiToken(
        company_id=company_id,
        person_id=person_id,
        name=name,
        secret_hash=secret_hash(secret),
        scopes=sorted(set(scopes)),
        created_at=at,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row, secret


def tokens_of(session: Session, company_id: str) -> list[ApiToken]:
    """Return the tokens of the company that have not been revoked, newest first."""
    query = select(ApiToken).where(col(ApiToken.company_id) == company_id, col(ApiToken.revoked_at).is_(None))
    return list(session.exec(query.order_by(col(ApiToken.created_at).desc(), col(ApiToken.id))))


def tokens_made_by(session: Session, person_id: str) -> list[str]:
    """Return the ids of the tokens that a person made and nobody revoked."""
    query = select(ApiToken.id).where(
        col(ApiToken.person_id) == person_id, col(ApiToken.revoked_at).is_(None)
    )
    return list(session.exec(query))


def find_token(session: Session, secret: str, at: datetime) -> TokenHolder | None:
    """Return whose token this is; None when unknown, expired or revoked, or its maker is no longer active."""
    found = _in_force(session, col(ApiToken.secret_hash) == secret_hash(secret), at)
    return found[0] if found else None


def tokens_in_force(session: Session, token_ids: Collection[str], at: datetime) -> list[TokenHolder]:
    """Return those of the tokens that still work."""
    return _in_force(session, col(ApiToken.id).in_(token_ids), at)


def _in_force(session: Session, which: ColumnElement[bool], at: datetime) -> list[TokenHolder]:
    query = (
        select(ApiToken, Company, Person.language)
        .join(Company, col(Company.id) == col(ApiToken.company_id))
        .join(Person, col(Person.id) == col(ApiToken.person_id))
        .where(which, col(ApiToken.revoked_at).is_(None), col(Person.active))
    )
    return [
        TokenHolder(token, company, language, token.last_used is None or at - token.last_used >= FRESHNESS)
        for token, company, language in session.exec(query)
        if token.expires_at is None or token.expires_at > at
    ]


def touch_token(session: Session, token_id: str, at: datetime) -> None:
    """Note that the token was used."""
    session.exec(update(ApiToken).where(col(ApiToken.id) == token_id).values(last_used=at))


def revoke_token(session: Session, company_id: str, token_id: str, at: datetime) -> bool:
    """End a token of the company; False when the company has no such token."""
    query = update(ApiToken).where(
        col(ApiToken.id) == token_id,
        col(ApiToken.company_id) == company_id,
        col(ApiToken.revoked_at).is_(None),
    )
    revoked = session.exec(query.values(revoked_at=at)).rowcount == 1
    if revoked:
        note_revoked(session, [token_id])
    return revoked
