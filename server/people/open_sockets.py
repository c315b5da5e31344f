"""Whose WebSockets are open in this process, and whose commands wait, and how they end when their owner's right to be
here does.

What this process takes away is announced (`server.people.revocations`) and ends sockets at once. What another process,
or the command line, takes away is written down (`persistence.revocation`) and read here several times a second. What
ends by itself, or escapes that, is found out by asking the database about all of them together, every few seconds.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from itertools import islice
from typing import Final

import structlog
from sqlmodel import Session

from persistence.away import cause_of, is_away
from persistence.clock import Clock
from persistence.database import Database
from persistence.revocation import last_revocation, revoked_after
from persistence.session import sessions_in_force
from persistence.token import tokens_in_force
from schema.closes import Close
from server.people.identity import Principal, member, program
from server.people.revocations import Revocations
from server.tasks import end

LOOK_SECONDS: Final = 0.4
CHECK_SECONDS: Final = 5.0
LATECOMERS: Final = 64
"""PostgreSQL may show a row after one with a higher number: so many are read again."""
ASKED_AT_ONCE: Final = 500

_log = structlog.get_logger(__name__)


class Stay:
    """One open socket of a principal, from before it is accepted, or one command."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal
        self.ended: Close | None = None
        self._listener: Callable[[Close], None] | None = None

    def end(self, code: Close) -> None:
        """The right to be here has ended; the first reason counts."""
        if self.ended is None:
            self.ended = code
            if self._listener is not None:
                self._listener(code)

    def has_ended(self) -> bool:
        """Whether the right to be here has ended."""
        return self.ended is not None

    def when_ended(self, listener: Callable[[Close], None]) -> None:
        """Call `listener` when the right ends, or now when it has already."""
        self._listener = listener
        if self.ended is not None:
            listener(self.ended)


class OpenSockets:
    """Every open socket by its owner. `most`: how many one person, or one program, may have open here."""

    def __init__(self, database: Database, clock: Clock, revocations: Revocations, most: int) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        self._by_id: dict[str, set[Stay]] = {}
        self._read: set[int] = set()
        revocations.subscribe(self._revoked)

    @property
    def people(self) -> int:
        """How many people and programs have one open."""
        return len({principal.user_id for principal in self._principals()})

    def crowded(self, principal: Principal) -> bool:
        """Whether this person has as many open as one may have."""
        return len(self._by_id.get(principal.user_id, ())) >= self._most

    @contextmanager
    def held(self, principal: Principal) -> Iterator[Stay]:
        """A stay for the length of the block; it is told when the right of its principal to be here ends."""
        stay = Stay(principal)
        ids = {one for one in (principal.user_id, principal.session_id, principal.token_id) if one}
        for one in ids:
            self._by_id.setdefault(one, set()).add(stay)
        try:
            yield stay
        finally:
            for one in ids:
                self._by_id[one].discard(stay)
                if not self._by_id[one]:
                    del self._by_id[one]

    def _revoked(self, ended: str) -> None:
        for stay in tuple(self._by_id.get(ended, ())):
            signed_in_by = (stay.principal.session_id, stay.principal.token_id)
            stay.end(Close.SIGNED_OUT if ended in signed_in_by else Close.RIGHTS_CHANGED)

    @asynccontextmanager
    async def checking(self) -> AsyncIterator[None]:
        """Find out what other processes took away, for as long as the block lasts."""
        self._read = set(range(await self._database.read(last_revocation) + 1)[-LATECOMERS:])
        chores = (("look", LOOK_SECONDS, self.look), ("check", CHECK_SECONDS, self.check))
        tasks = [
            asyncio.create_task(_forever(seconds, chore), name=f"open sockets {name}")
            for name, seconds, chore in chores
        ]
        try:
            yield
        finally:
            await end(*tasks)

    async def look(self) -> None:
        """Close the sockets of those whose rights somebody has written down as changed since this was last read."""
        rows = await self._database.read(revoked_after, max(self._read, default=0) - LATECOMERS)
        fresh = {subject for number, subject in rows if number not in self._read}
        self._read = {number for number, _ in rows} or self._read
        if fresh:
            # The programs that somebody has made rest when he is kept out.
            await self._check(
                one
                for one in self._principals()
                if one.token_id or fresh & {one.user_id, one.session_id, one.token_id}
            )

    async def check(self) -> None:
        """Close every socket whose session or token is no longer in force, or whose rights are others now."""
        await self._check(self._principals())

    def _principals(self) -> set[Principal]:
        return {stay.principal for stays in self._by_id.values() for stay in stays}

    async def _check(self, whom: Iterable[Principal]) -> None:
        asked = iter(list(whom))
        while principals := list(islice(asked, ASKED_AT_ONCE)):
            present = await self._database.read(_present, principals, self._clock())
            for principal in principals:
                self._compare(principal, present.get(_sign_in(principal)))

    def _compare(self, before: Principal, now: Principal | None) -> None:
        if now is not None and _rights(now) == _rights(before):
            return
        code = Close.SIGNED_OUT if now is None else Close.RIGHTS_CHANGED
        for stay in tuple(self._by_id.get(_sign_in(before), ())):
            if stay.principal == before:
                stay.end(code)


async def _forever(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore()
        except Exception as error:  # a database that does not answer takes nobody's rights away
            if is_away(error):
                _log.warning("sockets_not_checked", error=cause_of(error))
            else:
                _log.exception("sockets_not_checked")


def _sign_in(principal: Principal) -> str:
    return principal.session_id or principal.token_id or ""


def _rights(principal: Principal) -> tuple[str, str, frozenset[str]]:
    return principal.company_id, principal.role, principal.scopes


def _present(session: Session, principals: list[Principal], at: datetime) -> dict[str, Principal]:
    sessions = [one.session_id for one in principals if one.session_id]
    tokens = [one.token_id for one in principals if one.token_id]
    people = [member(found) for found in sessions_in_force(session, sessions, at)]
    programs = [program(found) for found in tokens_in_force(session, tokens, at)]
    return {_sign_in(one): one for one in (*people, *programs)}
