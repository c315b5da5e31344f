"""Words between servers that share one PostgreSQL database: LISTEN and NOTIFY.

    tell(session, "orders", ['{"3f2a…": 12}'])            # the others hear it when this transaction commits
    async for channel, text in hear(db, ("orders",)): …   # from the moment it is connected; the first word is empty

A word that nobody hears is lost, so that nothing may depend on one: it says where to look, or what has no worth later.
On SQLite nobody listens and nothing is told.
"""

import json
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Session

from persistence.database import REACHABLE, SESSION, Database

PAYLOAD_BYTES: Final = 7_900
"""PostgreSQL takes less than 8,000."""

_PREFIX: Final = "shared_order_"
_NOTIFY: Final = text("SELECT pg_notify(:channel, :payload)")


def is_heard(session: Session) -> bool:
    """Whether there can be servers that listen."""
    return session.get_bind().dialect.name != "sqlite"


def tell(session: Session, channel: str, payloads: Iterable[str]) -> None:
    """Tell every server that listens, once the transaction commits. A payload that is too long is left out."""
    if not is_heard(session):
        return
    rows = [
        {"channel": _PREFIX + channel, "payload": payload}
        for payload in payloads
        if len(payload.encode()) <= PAYLOAD_BYTES
    ]
    if rows:
        session.connection().execute(_NOTIFY, rows)


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


async def hear(database: Database, channels: Sequence[str]) -> AsyncGenerator[tuple[str, str]]:
    """Everything that servers tell on these channels, this one too; first `("", "")`, once nothing more is missed.

    Ends with psycopg's OperationalError when the connection does.
    """
    import psycopg  # only here: an installation on SQLite does without it

    url = database.engine.url
    _, where = database.engine.dialect.create_connect_args(url)
    connection = await psycopg.AsyncConnection.connect(**{**REACHABLE, **where}, autocommit=True)
    async with connection:
        await connection.execute(SESSION.encode())
        for channel in channels:
            await connection.execute(f'LISTEN "{_PREFIX}{channel}"'.encode())
        yield "", ""
        async for word in connection.notifies():
            yield word.channel.removeprefix(_PREFIX), word.payload
