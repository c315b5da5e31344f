"""Words between servers that share one PostgreSQL database: LISTEN and NOTIFY.

    tell(session, "orders", ['{"3f2a…": 12}'])            # the others hear it when this transaction commits
    async for channel, text in hear(db, ("orders",)): …   # from the moment it is connected; the first word is empty

A word that nobody hears is lost, so that nothing may depend on one: it says where to look, or what has no worth later.
On SQLite nobody listens and nothing is told.

Words wait in one queue of the whole cluster until everybody who listens has heard them; somebody who listens in a
transaction that never ends holds up all. Once the queue is full, PostgreSQL takes no transaction that tells something.
So nothing is told from FULL on: edits are worth more than words.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlmodel import Session

from persistence.database import REACHABLE, SESSION, Database

if TYPE_CHECKING:
    from psycopg import AsyncConnection

PAYLOAD_BYTES: Final = 7_900
"""PostgreSQL takes less than 8,000."""

_PREFIX: Final = "shared_order_"
FULL: Final = 0.9
"""Of the queue in which words wait."""
ENDING_SECONDS: Final = (0.05, 0.2, 0.5)
"""Pauses until PostgreSQL no longer counts a connection that was closed; together less than the pool waits before it
asks for more."""
_PRESENT: Final = 0x7368617265  # "share"
"""The lock of PostgreSQL that everybody holds who listens. What a connection asks is shown to its own role alone; which
locks are held, to all."""
_LISTENERS: Final = text(
    "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
    "WHERE datname = current_database() AND locktype = 'advisory' AND objsubid = 1 "
    "AND (classid::bigint << 32) + objid::bigint = :present) "
    # Those of earlier versions hold none.
    "OR EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE :listening)"
)
_NOTIFY: Final = text("SELECT pg_notify(:channel, :payload) WHERE pg_notification_queue_usage() < :full")


def is_heard(session: Session) -> bool:
    """Whether there can be servers that listen."""
    return session.get_bind().dialect.name != "sqlite"


def are_listening(session: Session) -> bool:
    """Whether a server listens at this moment, whichever role it has. Of an earlier version, one of the same role."""
    asked = {"present": _PRESENT, "listening": f'LISTEN "{_PREFIX}%'}
    return bool(session.connection().execute(_LISTENERS, asked).scalar_one())


def tell(session: Session, channel: str, payloads: Iterable[str]) -> None:
    """Tell every server that listens, once the transaction commits. A payload that is too long is left out."""
    if not is_heard(session):
        return
    rows = [
        {"channel": _PREFIX + channel, "payload": payload, "full": FULL}
        for payload in payloads
        if len(payload.encode()) <= PAYLOAD_BYTES
    ]
    if rows:
        session.connection().execute(_NOTIFY, rows)


def queue_filled(session: Session) -> float:
    """How much of the queue in which words wait is in use: 0 to 1."""
    filled: float = session.connection().execute(text("SELECT pg_notification_queue_usage()")).scalar_one()
    return filled


def is_full(filled: float) -> bool:
    """Whether nothing is told any more, since the queue is filled so far."""
    return filled >= FULL


def in_payloads(items: Mapping[str, Any], frame: Mapping[str, Any], name: str) -> list[str]:
    """`frame` as JSON, with `items` under `name`: as many payloads as it takes."""
    payloads: list[str] = []
    part: dict[str, Any] = {}
    room = PAYLOAD_BYTES - len(_json({**frame, name: {}}))
    left = room
    for key, value in items.items():
        size = len(_json({key: value}))
        if part and size > left:
            payloads.append(_json({**frame, name: part}))
            part, left = {}, room
        part[key] = value
        left -= size
    return [*payloads, _json({**frame, name: part})] if part else payloads


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


async def _connect(database: Database) -> "AsyncConnection[Any]":
    from psycopg import AsyncConnection, OperationalError  # an installation on SQLite does without it

    url = database.engine.url
    _, where = database.engine.dialect.create_connect_args(url)
    spared = False
    for pause in ENDING_SECONDS:
        try:
            return await AsyncConnection.connect(**{**REACHABLE, **where}, autocommit=True)
        except OperationalError:
            spared = spared or await database.spare_connection()
            if not spared:
                raise
            await asyncio.sleep(pause)
    return await AsyncConnection.connect(**{**REACHABLE, **where}, autocommit=True)


async def hear(database: Database, channels: Sequence[str]) -> AsyncGenerator[tuple[str, str]]:
    """Everything that servers tell on these channels, this one too; first `("", "")`, once nothing more is missed.

    Ends with psycopg's OperationalError when the connection does. Where PostgreSQL gives no more of them, one of
    those that the database keeps is given up for it.
    """
    async with await _connect(database) as connection:
        await connection.execute(SESSION.encode())
        await connection.execute(f"SELECT pg_try_advisory_lock_shared({_PRESENT})".encode())
        for channel in channels:
            await connection.execute(f'LISTEN "{_PREFIX}{channel}"'.encode())
        yield "", ""
        async for word in connection.notifies():
            yield word.channel.removeprefix(_PREFIX), word.payload
