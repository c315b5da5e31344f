"""What is added once for a key of the caller's, however often and from however many places he sends it.

    once = Once(call.member.company_id, call.idempotency_key, call.request.url.path, call.body, at)
    return await once.added(db, partial(write_party, inviter=inviter, draft=draft))

The answer is kept in the transaction that adds. Raises 409 `key_reused` where the key was used for something else.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session

from persistence.database import Database
from persistence.idempotency import answered, keep_answer
from server.problem import Problem


class _AddedMeanwhile(Exception):
    """The same request was answered while this one was carried out; this one is rolled back."""


@dataclass(frozen=True, slots=True)
class Once:
    """One request that adds something. key: None to add each time."""

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

    def _add(self, session: Session, add: Callable[[Session], str]) -> str:
        if before := self._before(session):
            return before
        added_id = add(session)
        if self.key:
            keep_answer(session, self.company_id, self.key, self._digest, {"id": added_id}, self.at)
            if self._before(session) != added_id:
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
        asked = f"{self.path} {self.body.model_dump_json(exclude_unset=True)}"
        return hashlib.sha256(asked.encode()).hexdigest()
