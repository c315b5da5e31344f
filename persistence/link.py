"""Links that mails carry, each of which works once. Only the hash of its secret is kept.

link, secret = add_link(session, "reset", at=clock(), person_id=person.id, email=person.email)
use_link(session, secret, ("reset",), at)     # the Link, once; None ever after
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from persistence.columns import UtcTime, new_id
from persistence.secret import new_secret, secret_hash

LIFETIMES: Final = {
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
