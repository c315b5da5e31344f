"""What is done once for a key of the caller's, however often and from however many places he sends it.

    once = Once(call.member.company_id, call.idempotency_key, call.request.url.path, call.body, at)
    return await once.added(db, partial(write_party, inviter=inviter, draft=draft))

The answer is kept in the transaction that adds. What takes several transactions takes the key before the first
(`answered`). Raises 409 `key_reused` where the key was used for something else.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from persistence.clock import Clock
from persistence.database import Database
from persistence.idempotency import answered, give_answer, keep_answer, take_key
from server.problem import Problem

LOOK_SECONDS: Final = 0.25
LOOKS: Final = 80


class _AddedMeanwhile(Exception):
    """The same request was answered while this one was carried out; this one is rolled back."""


@dataclass(frozen=True, slots=True)
class Once:
    """One request that changes something. key: None to do so each time. path: "" where only one kind of request has
    answers like this one's."""

    company_id: str
    key: str | None
    path: str
    body: BaseModel
    at: datetime

    async def before(self, db: Database) -> str | None:
        """The id that was answered before, if it was."""
        return await db.read(self._before) if self.key else None

    async def added(self, db: Database, add: Callable[[Session], str]) -> str:
        """The id of what `add` adds, or of what it added before."""
        try:
            return await db.write(self._add, add)
        except _AddedMeanwhile:
            return await db.read(self._before) or ""

    async def answered(
        self, db: Database, clock: Clock, work: Callable[[], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        """What `work` answers, or has answered before. Whoever comes while it is carried out waits for its answer;
        raises 503 where that takes too long."""
        if not self.key:
            return await work()
        for _ in range(LOOKS):
            before = await db.write(take_key, self.company_id, self.key, self._digest, clock())
            if before is None:
                return await self._carried_out(db, self.key, work)
            if before.digest != self._digest:
                raise Problem(409, "key_reused")
            if before.answer:
                return before.answer
            await asyncio.sleep(LOOK_SECONDS)
        raise Problem(503, "unavailable", headers={"Retry-After": "5"})

    async def _carried_out(
        self, db: Database, key: str, work: Callable[[], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        try:
            answer = await work()
        except BaseException:
            with contextlib.suppress(SQLAlchemyError):  # then it is let go after a while
                await db.write(give_answer, self.company_id, key, None)
            raise
        await db.write(give_answer, self.company_id, key, answer)
        return answer

    def _add(self, session: Session, add: Callable[[Session], str]) -> str:
        if before := self._before(session):
            return before
        added_id = add(session)
        answer = {"id": added_id}
        if self.key and not keep_answer(session, self.company_id, self.key, self._digest, answer, self.at):
            raise _AddedMeanwhile
        return added_id

    def _before(self, session: Session) -> str | None:
        row = answered(session, self.company_id, self.key) if self.key else None
        if row is None:
            return None
        if row.digest != self._digest:
            raise Problem(409, "key_reused")
        added_id: str = row.answer["id"]
        return added_id

    @property
    def _digest(self) -> str:
        asked = f"{self.path} {self.body.model_dump_json(exclude_unset=True)}".lstrip()
        return hashlib.sha256(asked.encode()).hexdigest()
