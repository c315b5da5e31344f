"""One connection to an order: what it is owed, and how it is closed.

Whoever sends to a visitor never waits for him. What he has not taken yet is bounded: past the limit he is closed,
and synchronises when he comes back.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from secrets import randbits
from typing import Final, Protocol

from schema.closes import SENTENCES, Close
from schema.language import Language
from server.gate.author import Author

UNSENT_LIMIT: Final = 4 << 20
"""Bytes that may wait for one reader behind the message that is on its way, which may be a whole order of any size."""

FAREWELL_SECONDS: Final = 5.0
"""How long one who was closed may take to read why."""

CLIENT_ID_BITS: Final = 53
"""Of a client id, which JavaScript must hold exactly."""

_UNWELCOME: Final = (Close.SIGNED_OUT, Close.RIGHTS_CHANGED)


class Transport(Protocol):
    """What a visitor needs of a socket. `send_now` says False when it could not; then `send` waits until it can."""

    def send_now(self, *messages: bytes) -> bool:
        """Send without waiting, or not at all."""

    async def send(self, message: bytes, /) -> None:
        """Send when the other end takes it."""

    async def close(self, code: int, reason: str) -> None:
        """Say why, and send nothing more."""


class Visitor:
    """A person or a bot, connected once.

    received: how many of his messages carried an update, which is how he numbers them too. has: the clocks his
    replica had when he asked to synchronise. synced: he has the document and is sent what changes. awareness_client:
    the client id that he goes by in his awareness, once he has told it. shown_as: the one under which others hear of
    him. gone: done once the connection is closed from here, or can no longer be used. pumping: what sends whatever he
    did not take at once.
    """

    def __init__(self, author: Author, language: Language, transport: Transport) -> None:
        self.author = author
        self.language: Language = language
        self.received = 0
        self.has: Mapping[int, int] = {}
        self.synced = False
        self.awareness_client: int | None = None
        self.shown_as = randbits(CLIENT_ID_BITS)
        self.closing: Close | None = None
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.pumping: asyncio.Task[None] | None = None
        self._told: set[str] = set()
        self._caught_up = False
        self._transport = transport
        self._unsent: deque[bytes] | None = None  # until there is something: most readers keep up
        self._unsent_bytes = 0
        self._most = 0
        self._out: asyncio.Future[None] | None = None

    def is_news(self, refusal_id: str) -> bool:
        """Whether a refusal was not told here before; from now on it was."""
        if refusal_id in self._told:
            return False
        if not self._caught_up:
            self._told.add(refusal_id)
        return True

    def caught_up(self) -> None:
        """What was refused before he came has been told. What is refused from now on comes once, and is not remembered:
        somebody may be refused all day."""
        self._caught_up = True

    def push(self, *messages: bytes) -> None:
        """Send when he is ready to take them; at once and together, if he is."""
        if self.closing is not None or (not self._unsent_bytes and self._transport.send_now(*messages)):
            return
        if not self._unsent_bytes:
            self._most = len(messages[0]) + UNSENT_LIMIT
        if self._unsent is None:
            self._unsent = deque()
        self._unsent.extend(messages)
        self._unsent_bytes += sum(map(len, messages))
        if self._unsent_bytes > self._most:
            self.close(Close.TOO_SLOW)
        self._pump()

    def close(self, code: Close) -> None:
        """Close the connection once what was already on its way is out; the first reason wins."""
        if self.closing is None:
            self.closing = code
            if code == Close.TOO_SLOW:  # he does not read: there is no use in waiting until he does
                self._unsent = None
                self._leave()
            elif code in _UNWELCOME:  # what was on its way to him is no longer his
                self._unsent = None
            asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self._leave)
            self._let_in()
            self._pump()

    def _leave(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)

    def _let_in(self) -> None:
        if self._out is not None and not self._out.done():
            self._out.set_result(None)

    async def taken(self) -> None:
        """Wait until everything that was pushed is out, or the connection is closed. Not to be asked twice at once."""
        while self._unsent_bytes and self.closing is None:
            self._out = asyncio.get_running_loop().create_future()
            await self._out

    def _pump(self) -> None:
        if self.pumping is None or self.pumping.done():
            self.pumping = asyncio.create_task(self._send_on(), name="pump")

    async def _send_on(self) -> None:
        """Send what waits, and close when that is out."""
        try:
            while self._unsent:
                message = self._unsent.popleft()
                await self._transport.send(message)
                self._unsent_bytes -= len(message)
            self._unsent = None
            self._let_in()
            if self.closing is not None:
                await self._transport.close(int(self.closing), SENTENCES[self.closing])
                self._leave()
        except Exception:  # the other end is gone already
            self._leave()
