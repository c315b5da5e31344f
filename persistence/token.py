"""Secrets handed out: links that work once, and the API tokens of programs. Only hashes are kept.

link, secret = add_link(session, "reset", at=clock(), person_id=person.id, email=person.email)
use_link(session, secret, ("reset",), at)     # the Link, once; None ever after
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, update
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime, new_id
from persistence.company import Company
from persistence.person import Person
from persistence.revocation import note_revoked
from persistence.session import FRESHNESS, new_secret, secret_hash

LIFETIMES = {
    "join_team": timedelta(days=14),
    "join_company": timedelta(days=60),
    "reset": timedelta(hours=2),
    "entry": timedelta(days=7),
}


class Link(SQLModel, table=True):
    """A link that signs its holder in, once.

    `purpose` is a key of LIFETIMES. `person_id` is who it signs in; for `join_company` it is null, and
    the person is made, in `company_id`, when the invitation is accepted. `inviter_id` is who sent it.
    """

    __tablename__ = "link"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    purpose: str
    secret_hash: str = Field(unique=True, max_length=64)
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True, max_length=32)
    company_id: str | None = Field(default=None, foreign_key="company.id", index=True, max_length=32)
    inviter_id: str | None = Field(default=None, foreign_key="person.id", max_length=32)
    email: str = Field(max_length=254)
    name: str = ""
    language: str = Field(default="fr", max_length=2)
    path: str = ""
    created_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


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


def add_link(session: Session, purpose: str, *, at: datetime, email: str, **facts: Any) -> tuple[Link, str]:
    """Make a link; return the row and the secret that the mail carries."""
    secret = new_secret()
    link = Link(
        purpose=purpose,
        secret_hash=secret_hash(secret),
        email=email,
        created_at=at,
        expires_at=at + LIFETIMES[purpose],
        **facts,
    )
    session.add(link)
    session.flush()
    return link, secret


def find_link(session: Session, secret: str, purposes: Collection[str], at: datetime) -> Link | None:
    """Return the link when it may still be used, without using it."""
    query = select(Link).where(
        col(Link.secret_hash) == secret_hash(secret),
        col(Link.purpose).in_(purposes),
        col(Link.used_at).is_(None),
        col(Link.expires_at) > at,
    )
    return session.exec(query).first()


def use_link(session: Session, secret: str, purposes: Collection[str], at: datetime) -> Link | None:
    """Use the link up and return it; None when it is unknown, expired or used. Only one caller wins."""
    link = find_link(session, secret, purposes, at)
    if link is None:
        return None
    taken = session.exec(
        update(Link).where(col(Link.id) == link.id, col(Link.used_at).is_(None)).values(used_at=at)
    )
    return link if taken.rowcount == 1 else None


def void_links(session: Session, at: datetime, purposes: Collection[str], **owner: str) -> None:
    """End the unused links of `person_id=` or `company_id=` for these purposes."""
    query = update(Link).where(col(Link.used_at).is_(None), col(Link.purpose).in_(purposes))
    for column, value in owner.items():
        query = query.where(getattr(Link, column) == value)
    session.exec(query.values(used_at=at))


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
