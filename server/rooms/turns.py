"""Turns of servers whose people write one order at once, without a pause.

Of those who wrote upon the same journal entry one was first, and the others' edits are void: their authors come back
and send them again, which takes longer than the next edit of whoever was first. So a server whose people lost asks the
others for its turn. They finish what they have begun, and let nobody write in that order until they hear that the turn
was taken, or it takes too long. Who has lost more often in a row goes before others who ask. Where nobody loses,
nothing is told and nobody waits.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

from server.gate.author import BOT_ID
from server.rooms.batch import Batch
from server.rooms.room import Room

FIRST_SECONDS: Final = 0.5
"""How long the others wait for who lost once; twice as long for each further time."""
LONGEST_SECONDS: Final = 2.0


class Turns:
    """Of one server. name: this server's. askers: called with an order and how often its people lost in a row; with 0
    when they have had their turn."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.askers: list[Callable[[str, int], None]] = []
        self._lost: WeakKeyDictionary[Room, int] = WeakKeyDictionary()
        self._given: dict[tuple[Room, str], asyncio.TimerHandle] = {}

    def lost(self, room: Room) -> None:
        """Another server was first. What is void is asked a turn for where people wrote it: a bot thinks again."""
        pending = room.copy.pending
        void = [each for each in (pending.in_flight, pending.gathering) if each is not None]
        if any(batch.authors - {BOT_ID, ""} for batch in void):
            self._lost[room] = self._lost.get(room, 0) + 1
            self._ask(room, self._lost[room])

    def hear(self, room: Room, batch: Batch) -> None:
        """A batch was committed here."""
        if self._lost and batch.updates and self._lost.pop(room, 0):
            self._ask(room, 0)

    def _ask(self, room: Room, lost: int) -> None:
        for asker in self.askers:
            asker(room.order_id, lost)

    def asked(self, room: Room, name: str, lost: int) -> None:
        """Another server asks for its turn: nobody writes here until it has had it."""
        if (self._lost.get(room, 0), self.name) > (lost, name):
            return  # it waits for this one
        if timer := self._given.pop((room, name), None):
            timer.cancel()
        else:
            room.availability.hold()
        doublings = min(lost - 1, 64)  # who loses for hours still has a turn
        seconds = min(FIRST_SECONDS * 2.0**doublings, LONGEST_SECONDS)
        loop = asyncio.get_running_loop()
        self._given[room, name] = loop.call_later(seconds, self.taken, room, name)

    def taken(self, room: Room, name: str) -> None:
        """Another server has had its turn, or lets it pass."""
        if timer := self._given.pop((room, name), None):
            timer.cancel()
            room.availability.let_go()
