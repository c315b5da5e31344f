"""Whose WebSockets are open in this process, and how they end when their owner's right to be here does.

What this process takes away is announced (`server.revocations`) and ends sockets at once. What another process, or
the command line, takes away is found out by asking the database about all of them together, every few seconds.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

import structlog
from sqlmodel import Session

from persistence.database import Database
from persistence.session import sessions_in_force
from persistence.token import tokens_in_force
from schema.closes import Close
from server.identity import Principal, member, program
from server.revocations import Revocations

CHECK_SECONDS: Final = 5.0
ASKED_AT_ONCE: Final = 500

_log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]
CloseSocket = Callable[[Close], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    principal: Principal
    close: CloseSocket


class OpenSockets:
    """Every open socket by its owner. `most`: how many one person, or one program, may have open here."""

    def __init__(self, database: Database, clock: Clock, revocations: Revocations, most: int) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        self._by_id: dict[str, set[_Held]] = {}
        revocations.subscribe(self._revoked)

    def crowded(self, principal: Principal) -> bool:
        """Whether this person has as many open as one may have."""
        return len(self._by_id.get(principal.user_id, ())) >= self._most

    @contextmanager
    def held(self, principal: Principal, close: CloseSocket) -> Iterator[None]:
        """Within the block, `close` is called when the right of this principal to be here ends."""
        held = _Held(principal, close)
        ids = {one for one in (principal.user_id, principal.session_id, principal.token_id) if one}
        for one in ids:
            self._by_id.setdefault(one, set()).add(held)
        try:
            yield
        finally:
            for one in ids:
                self._by_id[one].discard(held)
                if not self._by_id[one]:
                    del self._by_id[one]

    def _revoked(self, ended: str) -> None:
        for held in tuple(self._by_id.get(ended, ())):
            signed_in_by = (held.principal.session_id, held.principal.token_id)
            held.close(Close.SIGNED_OUT if ended in signed_in_by else Close.RIGHTS_CHANGED)

    @asynccontextmanager
    async def checking(self) -> AsyncIterator[None]:
        """Find out what other processes took away, for as long as the block lasts."""
        task = asyncio.create_task(self._check_forever(), name="open sockets")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _check_forever(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.check()
            except Exception:  # a database that does not answer takes nobody's rights away
                _log.exception("sockets_not_checked")

    async def check(self) -> None:
        """Close every socket whose session or token is no longer in force, or whose rights are others now."""
        asked = iter({held.principal for all_of_one in self._by_id.values() for held in all_of_one})
        while principals := list(islice(asked, ASKED_AT_ONCE)):
            present = await self._database.read(_present, principals, self._clock())
            for principal in principals:
                self._compare(principal, present.get(_sign_in(principal)))

    def _compare(self, before: Principal, now: Principal | None) -> None:
        if now is not None and _rights(now) == _rights(before):
            return
        code = Close.SIGNED_OUT if now is None else Close.RIGHTS_CHANGED
        for held in tuple(self._by_id.get(_sign_in(before), ())):
            if held.principal == before:
                held.close(code)


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
