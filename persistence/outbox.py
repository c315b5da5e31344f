"""Mails to send: written in the transaction of what causes them, sent by whoever claims them first.

A claim is a conditional UPDATE fenced by the number of attempts, so two processes never hold the same one.
A claim whose process died falls due again at `next_attempt_at`. Each claim sends at most once; a process that
dies between the server's "250" and `mark_sent` makes the mail go out twice, never not at all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, Index, and_, event, func, or_, orm
from sqlalchemy.exc import IntegrityError
from sqlmodel import AutoString, Field, Session, SQLModel, col, delete, select, update

from persistence.clock import now as present
from persistence.columns import UtcTime, new_id
from persistence.page import BadCursor, Rows, key_of, page_of
from schema.language import Language

State = Literal["queued", "sending", "sent", "given_up"]
STATES: Final[tuple[State, ...]] = get_args(State)

CLAIM_TIMEOUT: Final = timedelta(minutes=10)
"""How long a claim is respected; longer than any conversation with a mail server may last."""

ERROR_LIMIT: Final = 200
_QUEUED: Final = "mails_queued"


class OutboxMail(SQLModel, table=True):
    """One mail to one person. No foreign keys: a mail outlives what it speaks of.

    company_id: on whose behalf it is sent. next_attempt_at: when it falls due; for `sending`, when the claim
    lapses. last_error: short, without secrets.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "next_attempt_at"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    to: str = Field(index=True)
    language: Language = Field(sa_type=AutoString)
    subject: str
    text: str
    html: str
    kind: str
    order_id: str | None = Field(default=None, index=True, max_length=32)
    company_id: str | None = Field(default=None, index=True, max_length=32)
    deduplication_key: str | None = Field(default=None, unique=True)
    state: State = Field(default="queued", sa_type=AutoString)
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=UtcTime)
    last_error: str | None = None
    created_at: datetime = Field(sa_type=UtcTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)


@dataclass(frozen=True, slots=True)
class Message:
    """A mail as it is composed. `deduplication_key`: a second mail with the same key is not queued."""

    to: str
    language: Language
    subject: str
    text: str
    html: str
    kind: str
    order_id: str | None = None
    company_id: str | None = None
    deduplication_key: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail that this process alone may send now. `attempt` counts from 1 and fences late answers."""

    id: str
    attempt: int
    message: Message
    created_at: datetime


def queue(session: Session, message: Message, now: datetime | None = None) -> str | None:
    """Add a mail to the open transaction; return its id, or None when its deduplication key is taken."""
    at = now or present()
    row = OutboxMail(
        to=message.to,
        language=message.language,
        subject=message.subject,
        text=message.text,
        html=message.html,
        kind=message.kind,
        order_id=message.order_id,
        company_id=message.company_id,
        deduplication_key=message.deduplication_key,
        next_attempt_at=at,
        created_at=at,
    )
    if not _insert(session, row):
        return None
    session.info[_QUEUED] = True
    return row.id


def is_queued(session: Session, deduplication_key: str) -> bool:
    """Whether a mail with this key was queued before."""
    query = select(OutboxMail.id).where(OutboxMail.deduplication_key == deduplication_key)
    return session.exec(query).first() is not None


@contextmanager
def told_of_commits(listener: Callable[[], object]) -> Iterator[None]:
    """Within the block, call `listener` after each commit of queued mails, in the thread that committed.

    So no writer has to remember to wake the sender, and none can wake it too early.
    """

    def committed(session: orm.Session) -> None:
        if session.info.get(_QUEUED) and not session.in_nested_transaction():
            listener()

    event.listen(orm.Session, "after_commit", committed)
    try:
        yield
    finally:
        event.remove(orm.Session, "after_commit", committed)


def _insert(session: Session, row: OutboxMail) -> bool:
    if row.deduplication_key is None:
        session.add(row)
        return True
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def claim_due(session: Session, now: datetime, limit: int = 20) -> list[Claim]:
    """Take the mails that are due, oldest first; those another process takes meanwhile are left out."""
    statement = (
        select(OutboxMail)
        .where(
            or_(col(OutboxMail.state) == "queued", col(OutboxMail.state) == "sending"),
            col(OutboxMail.next_attempt_at) <= now,
        )
        .order_by(col(OutboxMail.next_attempt_at), col(OutboxMail.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.exec(statement).all()
    return [_claim_of(row) for row in rows if _take(session, row, now)]


def _take(session: Session, row: OutboxMail, now: datetime) -> bool:
    return _change(
        session,
        row.id,
        row.attempts,
        row.state,
        {"state": "sending", "attempts": row.attempts + 1, "next_attempt_at": now + CLAIM_TIMEOUT},
    )


def _change(session: Session, mail_id: str, attempts: int, state: str, values: dict[str, object]) -> bool:
    statement = (
        update(OutboxMail)
        .where(
            col(OutboxMail.id) == mail_id,
            col(OutboxMail.attempts) == attempts,
            col(OutboxMail.state) == state,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(session.connection().execute(statement).rowcount)


def _claim_of(row: OutboxMail) -> Claim:
    message = Message(
        to=row.to,
        language=row.language,
        subject=row.subject,
        text=row.text,
        html=row.html,
        kind=row.kind,
        order_id=row.order_id,
        company_id=row.company_id,
        deduplication_key=row.deduplication_key,
    )
    return Claim(row.id, row.attempts + 1, message, row.created_at)


def mark_sent(session: Session, claim: Claim, now: datetime) -> bool:
    """The mail server took the mail. False when the claim had lapsed and another process has it."""
    return _finish(session, claim, {"state": "sent", "sent_at": now, "last_error": None})


def postpone(session: Session, claim: Claim, error: str, until: datetime) -> bool:
    """Try again at `until`. False when the claim had lapsed."""
    return _finish(
        session, claim, {"state": "queued", "next_attempt_at": until, "last_error": error[:ERROR_LIMIT]}
    )


def give_up(session: Session, claim: Claim, error: str) -> bool:
    """Never try again; the row stays for people to see. False when the claim had lapsed."""
    return _finish(session, claim, {"state": "given_up", "last_error": error[:ERROR_LIMIT]})


def _finish(session: Session, claim: Claim, values: dict[str, object]) -> bool:
    return _change(session, claim.id, claim.attempt, "sending", values)


def forget_finished(session: Session, before: datetime) -> int:
    """Remove mails created before a time that are sent or given up; returns how many."""
    statement = delete(OutboxMail).where(
        or_(col(OutboxMail.state) == "sent", col(OutboxMail.state) == "given_up"),
        col(OutboxMail.created_at) < before,
    )
    return session.connection().execute(statement).rowcount


def count_by_state(session: Session) -> dict[State, int]:
    """How many mails stand in each state; a state without mails is there with 0."""
    query = select(OutboxMail.state, func.count(col(OutboxMail.id))).group_by(OutboxMail.state)
    counts = dict(session.exec(query).all())
    return {state: counts.get(state, 0) for state in STATES}


def mails_seen_by(
    session: Session, email: str, company_id: str, after: str | None, limit: int
) -> Rows[OutboxMail]:
    """Mails to a person or on behalf of a company, newest first. Raises BadCursor."""
    statement = select(OutboxMail).where(_is_seen_by(email, company_id))
    if after is not None:
        statement = statement.where(_follows(after))
    statement = statement.order_by(col(OutboxMail.created_at).desc(), col(OutboxMail.id).desc())
    rows = session.exec(statement.limit(limit + 1)).all()
    return page_of(rows, limit, lambda row: (row.created_at.isoformat(), row.id))


def mail_seen_by(session: Session, mail_id: str, email: str, company_id: str) -> OutboxMail | None:
    """One mail, if it is to this person or on behalf of this company."""
    statement = select(OutboxMail).where(OutboxMail.id == mail_id, _is_seen_by(email, company_id))
    return session.exec(statement).first()


def _is_seen_by(email: str, company_id: str) -> ColumnElement[bool]:
    return or_(func.lower(OutboxMail.to) == email.lower(), col(OutboxMail.company_id) == company_id)


def _follows(after: str) -> ColumnElement[bool]:
    time, mail_id = key_of(after, 2)
    try:
        at = datetime.fromisoformat(time).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadCursor(after) from error
    same_time = and_(col(OutboxMail.created_at) == at, col(OutboxMail.id) < mail_id)
    return or_(col(OutboxMail.created_at) < at, same_time)
