"""The other servers on the same PostgreSQL database: what they commit is shown here within milliseconds.

What they tell is only where to look: the journal is the truth, and `Rooms.watch` looks there anyway every second. So a
lost word costs a second, never an edit. Who is at an order is told as well and kept nowhere. On SQLite there are no
others: one server uses the file.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from persistence.away import cause_of
from persistence.database import Database
from persistence.signal import hear, in_payloads, is_full, queue_filled, tell
from persistence.stock import STOCK
from server.availability import OrderUnavailable
from server.metrics import HEARD, NEIGHBOURS_HEARD, WORDS_WAITING
from server.orders.live import LiveLists
from server.people.revocations import Revocations
from server.rooms.awareness import Presence
from server.rooms.batch_writer import COMMITS
from server.rooms.housekeeping import WATCH_SECONDS
from server.rooms.rooms import Rooms
from server.tasks import end

log = structlog.get_logger()

PRESENCE: Final = "presence"
REVOCATIONS: Final = "revocations"
TURNS: Final = "turns"
CHANNELS: Final = (COMMITS, PRESENCE, REVOCATIONS, STOCK, TURNS)
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 10.0
GATHER_SECONDS: Final = 0.05
"""How often who is where is told at most."""
QUEUE_SECONDS: Final = 10.0
"""Between two looks at the queue in which words wait."""
TOLD_AT_ONCE: Final = 200


class Neighbours:
    """What this server hears of the others, and tells them."""

    def __init__(self, database: Database, rooms: Rooms, lists: LiveLists, revocations: Revocations) -> None:
        self._database = database
        self._rooms = rooms
        self._lists = lists
        self._revocations = revocations
        self._name = rooms.turns.name
        self._committed: dict[str, int] = {}
        self._turns_taken: list[tuple[str, str]] = []
        self._heard = asyncio.Event()
        self._shown: dict[tuple[str, int], Presence] = {}
        self._asked: set[str] = set()
        self._ended: list[str] = []
        self._turns: dict[str, int] = {}
        self._to_tell = asyncio.Event()
        self._hearing_revocation = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear and tell for as long as the block lasts."""
        if self._database.is_sqlite:
            yield
            return
        self._rooms.watchers.append(self.show)
        self._rooms.turns.askers.append(self.ask)
        unsubscribe = self._revocations.subscribe(self.revoked)
        steps = (self._listen, self._catch_up, self._tell, self._mind_queue)
        tasks = [asyncio.create_task(step(), name=f"neighbours {step.__name__}") for step in steps]
        try:
            yield
        finally:
            await end(*tasks)
            unsubscribe()
            self._rooms.turns.askers.remove(self.ask)
            self._rooms.watchers.remove(self.show)

    # Hearing

    async def _listen(self) -> None:
        import psycopg  # an installation on SQLite does without it

        pause = FIRST_PAUSE
        while True:
            try:
                async with aclosing(hear(self._database, CHANNELS)) as words:
                    async for channel, text in words:
                        pause = FIRST_PAUSE
                        await self._hear(channel, text)
            except (psycopg.Error, OSError) as error:
                log.warning("neighbours not heard", error=cause_of(error))
            except Exception as error:
                # A word that a later version tells otherwise must not make this one deaf.
                log.error("neighbours not heard", error=cause_of(error))
            NEIGHBOURS_HEARD.set(0)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _hear(self, channel: str, text: str) -> None:
        if not channel:
            NEIGHBOURS_HEARD.set(1)
            await self._look_back()
            return
        if channel == STOCK:
            HEARD.labels(channel).inc()
            self._lists.hear_stock(text)
            return
        word: dict[str, Any] = json.loads(text)
        if channel == COMMITS:
            HEARD.labels(channel).inc()
            self._hear_commits(word["orders"])
        elif word["from"] != self._name:
            HEARD.labels(channel).inc()
            match channel:
                case "presence":
                    self._hear_presence(word)
                case "revocations":
                    self._hear_revocations(word["ids"])
                case "turns":
                    self._hear_turns(word["from"], word["lost"])

    async def _look_back(self) -> None:
        """Whatever was told while nobody listened is in the database."""
        try:
            await self._rooms.watch()
            await self._lists.look_back()
        except (SQLAlchemyError, OrderUnavailable) as error:
            log.warning("neighbours not followed", error=cause_of(error))

    def _hear_commits(self, orders: dict[str, int]) -> None:
        for order_id, seq in orders.items():
            room = self._rooms.find(order_id)
            if room is not None and room.seq >= seq:
                continue  # this server's own
            self._lists.hear_elsewhere(order_id)
            if room is not None:
                self._committed[order_id] = max(seq, self._committed.get(order_id, 0))
                self._heard.set()

    def _hear_presence(self, word: dict[str, Any]) -> None:
        for order_id in word.get("asked", ()):
            if room := self._rooms.find(order_id):
                room.attendance.show_all()
        for place, (clock, state) in word.get("here", {}).items():
            order_id, _, client = place.partition(":")
            if room := self._rooms.find(order_id):
                room.attendance.hear_elsewhere([Presence(int(client), clock, state)])

    def _hear_revocations(self, ids: list[str]) -> None:
        self._hearing_revocation = True
        try:
            self._revocations.announce(*ids)
        finally:
            self._hearing_revocation = False

    def _hear_turns(self, name: str, orders: dict[str, int]) -> None:
        for order_id, lost in orders.items():
            if (room := self._rooms.find(order_id)) is None:
                continue
            if lost:
                self._rooms.turns.asked(room, name, lost)
            else:  # first what was written in that turn is shown
                self._turns_taken.append((order_id, name))
                self._heard.set()

    async def _mind_queue(self) -> None:
        """Where words are told no more, what the lists do not hear of is looked for as often as orders are."""
        was_silent = False
        while True:
            try:
                filled = await self._database.read(queue_filled)
            except (SQLAlchemyError, OSError):
                filled = 0.0  # another time
            WORDS_WAITING.set(filled)
            silent = is_full(filled)
            if silent:
                await self._look_back()
            if silent != was_silent:
                log.warning("neighbours told nothing" if silent else "neighbours told again", queue=filled)
            was_silent = silent
            await asyncio.sleep(WATCH_SECONDS if silent else QUEUE_SECONDS)

    async def _catch_up(self) -> None:
        """Show what was committed elsewhere; what comes meanwhile is shown together."""
        while True:
            await self._heard.wait()
            self._heard.clear()
            committed, self._committed = self._committed, {}
            taken, self._turns_taken = self._turns_taken, []
            for order_id, seq in committed.items():
                try:
                    await self._rooms.hear_of(order_id, seq)
                except Exception as error:  # `Rooms.watch` tries again
                    log.warning("order not followed", order=order_id, error=cause_of(error))
            for order_id, name in taken:
                if room := self._rooms.find(order_id):
                    self._rooms.turns.taken(room, name)

    # Telling

    def show(self, order_id: str, entry: Presence | None) -> None:
        """Somebody here has come, moved or left; None: he asks who is there."""
        if entry is None:
            self._asked.add(order_id)
        else:
            self._shown[order_id, entry.client] = entry
        self._to_tell.set()

    def revoked(self, ended: str) -> None:
        """Somebody's right to be here has ended."""
        if not self._hearing_revocation:
            self._ended.append(ended)
            self._to_tell.set()

    def ask(self, order_id: str, lost: int) -> None:
        """People here ask for their turn at an order, or have had it."""
        self._turns[order_id] = lost
        self._to_tell.set()

    async def _tell(self) -> None:
        while True:
            await self._to_tell.wait()
            self._to_tell.clear()
            words = self._words()
            try:
                await self._database.write(_tell_all, words)
            except (SQLAlchemyError, OSError) as error:  # what was to be told soon has no worth later
                log.warning("neighbours not told", error=cause_of(error))
            if self._shown:
                self._to_tell.set()
            await asyncio.sleep(GATHER_SECONDS)

    def _words(self) -> list[tuple[str, str]]:
        frame = {"from": self._name}
        shown = {key: self._shown.pop(key) for key in list(self._shown)[:TOLD_AT_ONCE]}
        here = {f"{order_id}:{client}": (one.clock, one.state) for (order_id, client), one in shown.items()}
        asked, self._asked = sorted(self._asked), set()
        ended, self._ended = self._ended, []
        turns, self._turns = self._turns, {}
        words = [(PRESENCE, text) for text in in_payloads(here, frame, "here")]
        words += [(PRESENCE, text) for text in in_payloads(dict.fromkeys(asked), frame, "asked")]
        words += [(TURNS, text) for text in in_payloads(turns, frame, "lost")]
        return words + ([(REVOCATIONS, json.dumps({**frame, "ids": ended}))] if ended else [])


def _tell_all(session: Session, words: list[tuple[str, str]]) -> None:
    for channel, text in words:
        tell(session, channel, [text])
