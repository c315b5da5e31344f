"""Somebody who edits an order through whichever server lives, and remembers what was acknowledged."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from pycrdt import Awareness, Doc, create_awareness_message, read_message
from websockets.exceptions import WebSocketException

from tests.server.peer import Peer
from tests.servers.fleet import Fleet

OWN: Final = {
    "anna": ("client", "reference"),
    "marc": ("client", "lines/a/job_reference"),
    "sophie": ("supplier", "confirmation_number"),
    "luc": ("supplier", "lines/a/reason"),
}
"""A cell that nobody else writes."""
SHARED: Final = {"client": "lines/a/quantity", "supplier": "lines/d/quantity"}
"""A cell that colleagues write too, often without having seen each other's value."""
WORD_EVERY: Final = 5
"""Edits to a word of the note, whose room is small."""
REST_SECONDS: Final = 0.05
SILENCE_SECONDS: Final = 30
"""Without an answer after which a connection is taken for dead, as y-websocket's provider takes it: a machine that is
gone does not say so."""
FORGET_SECONDS: Final = 30
"""After which a Yjs client shows nobody who has not been heard of."""


class Editor:
    """One person in one order. `acknowledged`: how many of his edits he was told are saved."""

    def __init__(self, fleet: Fleet, order: str, name: str, draw: random.Random) -> None:
        self.order, self.name = order, name
        self.root, self.cell = OWN[name]
        self.acknowledged = 0
        self.refusals: list[dict[str, Any]] = []
        self._fleet, self._draw = fleet, draw
        self._doc: Doc[Any] = Doc()
        self._peer: Peer | None = None
        self._awareness = Awareness(self._doc)
        self._heard = 0

    async def edit_while(self, goes_on: Callable[[], bool]) -> None:
        """Write one's own cell, a shared one and a word of the note, again and again; each time until it is saved."""
        await self.settle()
        while goes_on():
            peer = self.peer
            number = self.acknowledged + 1
            with self._doc.transaction():
                getattr(peer, self.root)[self.cell] = str(number)
                getattr(peer, self.root)[SHARED[self.root]] = str(self._draw.randrange(1, 99))
                if number % WORD_EVERY == 0:
                    peer.note += self.word(number)
            await self.settle()
            self.acknowledged = number

    async def settle(self) -> None:
        """Whatever this person's document holds is saved, through however many servers it takes."""
        while True:
            with suppress(OSError, WebSocketException):  # a TimeoutError is an OSError
                async with asyncio.timeout(SILENCE_SECONDS):
                    if self._peer is None:
                        await self._come()
                    await self.peer.flush()
                    await self.peer.saved()
                    if self.peer.closed is None:
                        return
            await self.leave()

    async def _come(self) -> None:
        server = self._draw.choice(self._fleet.living)
        self._peer = peer = server.peer(self.name, self._doc, self.order)
        self._heard = 0
        await peer.come()
        await self.stand()
        await peer.until(lambda: peer.durable >= 1 or peer.closed is not None)

    async def stand(self) -> None:
        """Tell where this person is, as a browser does when it comes, and every 15 seconds."""
        mine = self._awareness.client_id
        self._awareness.set_local_state({"cell": f"{self.root}/{self.cell}"})
        await self.peer.send_raw(create_awareness_message(self._awareness.encode_awareness_update([mine])))

    def sees(self) -> list[tuple[str, str]]:
        """Who is here beside this person, and in which cell, as a browser shows it: in the order of names."""
        presence = self.peer.presence
        for message in presence[self._heard :]:
            self._awareness.apply_awareness_update(read_message(message[1:]), "server")
        self._heard = len(presence)
        late = time.time() * 1000 - FORGET_SECONDS * 1000
        states = self._awareness.states.items()
        shown = [
            (state["user"]["name"], state["cell"])
            for client, state in states
            if client != self._awareness.client_id and self._awareness.meta[client]["lastUpdated"] > late
        ]
        return sorted(shown)

    async def leave(self) -> None:
        """Go away, and take a breath as browsers do."""
        if self._peer is not None:
            assert not 4400 <= (self._peer.closed or 0) < 4500, self._peer.closed
            self.refusals += self._peer.refusals
            await self._peer.leave()
            self._peer = None
            await asyncio.sleep(REST_SECONDS)

    @property
    def peer(self) -> Peer:
        """The connection that stands."""
        assert self._peer is not None
        return self._peer

    def word(self, number: int) -> str:
        """What this person adds to the note with an edit."""
        return f"[{self.name} {number}]"

    def words(self) -> list[str]:
        """Every word of the note that this person was told is saved."""
        return [self.word(number) for number in range(WORD_EVERY, self.acknowledged + 1, WORD_EVERY)]
