"""Sign-ins: one row for each signed-in browser. Only the SHA-256 of the secret is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, delete, select

from persistence.columns import UtcTime, new_id
from persistence.company import Company
from persistence.person import Person
from persistence.revocation import note_revoked
from persistence.secret import FRESHNESS, new_secret, secret_hash

LIFETIME = timedelta(days=30)


class UserSession(SQLModel, table=True):
    """A signed-in browser of a person, valid until `expires_at`, which use pushes on."""

    __tablename__ = "session"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    secret_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_type=UtcTime)
    seen_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime, index=True)


@dataclass(frozen=True)
class SignedIn:
    """A valid session with its person and company; `stale` when `touch_session` is due."""

    session_id: str
    person: Person
    company: Company
    stale: bool


def start_session(session: Session, person_id: str, at: datetime) -> tuple[UserSession, str]:
    """Sign a person in, and note that he was seen; return the row and the secret that the cookie carries."""
    secret = new_secret()
    session.exec(delete(UserSession).where(col(UserSession.expires_at) <= at))
    row = UserSession(
        person_id=person_id,
        secret_hash=secret_hash(secret),
        created_at=at,
        seen_at=at,
        expires_at=at + LIFETIME,
    )
    session.add(row)
    _note_seen(session, person_id, at)
    session.flush()
    return row, secret


def find_session(session: Session, secret: str, at: datetime) -> SignedIn | None:
    """Return who holds this secret; None when unknown, expired, or no longer active."""
    found = _in_force(session, col(UserSession.secret_hash) == secret_hash(secret), at)
    return found[0] if found else None


def sessions_in_force(session: Session, session_ids: Collection[str], at: datetime) -> list[SignedIn]:
    """Return those of the sessions that are still valid, with their people as they are now."""
    return _in_force(session, col(UserSession.id).in_(session_ids), at)


def _in_force(session: Session, which: ColumnElement[bool], at: datetime) -> list[SignedIn]:
    query = (
        select(UserSession, Person, Company)
        .join(Person, col(Person.id) == col(UserSession.person_id))
        .join(Company, col(Company.id) == col(Person.company_id))
        .where(which, col(UserSession.expires_at) > at, col(Person.active))
    )
    return [
        SignedIn(row.id, person, company, stale=at - row.seen_at >= FRESHNESS)
        for row, person, company in session.exec(query)
    ]


def touch_session(session: Session, session_id: str, at: datetime) -> None:
    """Note that the session is in use: it expires LIFETIME from now, and its person was seen."""
    row = session.get(UserSession, session_id)
    if row is None:
        return
    row.seen_at, row.expires_at = at, at + LIFETIME
    session.add(row)
    _note_seen(session, row.person_id, at)


def _note_seen(session: Session, person_id: str, at: datetime) -> None:
    person = session.get(Person, person_id)
    if person is not None:
        person.last_seen = at
        session.add(person)


def is_put_out(session: Session, secret: str, at: datetime) -> bool:
    """Whether this is the secret of somebody who may no longer sign in, and had not signed out."""
    query = (
        select(UserSession.id)
        .join(Person, col(Person.id) == col(UserSession.person_id))
        .where(
            col(UserSession.secret_hash) == secret_hash(secret),
            col(UserSession.expires_at) > at,
            col(Person.active).is_(False),
        )
    )
    return session.exec(query).first() is not None


def rest_sessions(session: Session, person_id: str) -> list[str]:
    """Let nobody in by the sessions of a person who was put out; return their ids.

    They are kept, so that his browser can be told why it is signed out; `end_sessions` when he is let in again.
    """
    query = select(UserSession.id).where(col(UserSession.person_id) == person_id)
    resting = list(session.exec(query))
    note_revoked(session, resting)
    return resting


def end_session(session: Session, session_id: str) -> None:
    """Sign one browser out."""
    note_revoked(session, [session_id])
    session.exec(delete(UserSession).where(col(UserSession.id) == session_id))


def end_sessions(session: Session, person_id: str, *, but: str | None = None) -> list[str]:
    """Sign a person out everywhere, except in the session `but`; return the ids that ended."""
    query = select(UserSession.id).where(col(UserSession.person_id) == person_id)
    ended = [session_id for session_id in session.exec(query) if session_id != but]
    session.exec(delete(UserSession).where(col(UserSession.id).in_(ended)))
    note_revoked(session, ended)
    return ended
