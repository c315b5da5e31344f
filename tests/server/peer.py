"""An outsider's client in tests: a pycrdt document on a real socket, speaking the protocol by itself.

It shares no code with the server but the message numbers, and it may misbehave: `send_raw` sends anything.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self

from pycrdt import Doc, Map, Text, create_sync_message, create_update_message, handle_sync_message
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from schema.messages import AWARENESS, NOTICE, QUERY_AWARENESS, SYNC

PATIENCE = 180.0


class Peer:
    """One connection of one person. `frames`: every message that the server sent, as it came."""

    def __init__(self, url: str, secret: str, doc: "Doc[Any] | None" = None) -> None:
        self.url = url
        self.secret = secret
        self.doc: Doc[Any] = doc or Doc()
        self.client = self.doc.get("client", type=Map)
        self.supplier = self.doc.get("supplier", type=Map)
        self.record = self.doc.get("record", type=Map)
        self.comments = self.doc.get("comments", type=Map)
        self.note = self.doc.get("note", type=Text)
        self.frames: list[bytes] = []
        self.notices: list[dict[str, Any]] = []
        self.presence: list[bytes] = []
        self.sent = 0
        self.closed: int | None = None
        self._changed = asyncio.Condition()
        self._synced = False
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._outgoing: list[bytes] = []
        self._subscription: Any = None
        self._applying = False
        self._durable = 0

    async def __aenter__(self) -> Self:
        await self.come()
        await self.until(lambda: self._synced or self.closed is not None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def come(self) -> None:
        """Connect, and send what an ordinary provider sends."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        # It asks for no sign of life: a server that a test keeps busy answers late, and is waited for.
        self._socket = await connect(
            self.url,
            additional_headers=headers,
            max_size=None,
            compression=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )
        self.closed, self._synced, self.sent, self._durable = None, False, 0, 0
        self._reader = asyncio.create_task(self._read())
        self._subscription = self.doc.observe(self._on_change)
        await self.send_raw(create_sync_message(self.doc))

    async def leave(self) -> None:
        """Close the connection; the document stays, as a browser's would."""
        if self._subscription is not None:
            self.doc.unobserve(self._subscription)
            self._subscription = None
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader
        self._outgoing.clear()  # the document has it, and the next synchronisation sends it

    async def send_raw(self, message: bytes) -> None:
        """Send bytes, whatever they are."""
        assert self._socket is not None
        await self._socket.send(message)

    async def send_text(self, text: str) -> None:
        """Send a text frame, which the protocol does not know."""
        assert self._socket is not None
        await self._socket.send(text)

    async def flush(self) -> None:
        """Send what was edited."""
        while self._outgoing:
            self.sent += 1
            await self.send_raw(create_update_message(self._outgoing.pop(0)))

    def forget(self) -> None:
        """Do not send what was edited: it goes another way."""
        self._outgoing.clear()

    async def write(self, root: str, cells: dict[str, Any]) -> None:
        """Set cells of one root in one transaction (None clears) and wait until the server has spoken of them."""
        await self.write_soon(root, cells)
        await self.saved()

    async def write_soon(self, root: str, cells: dict[str, Any]) -> None:
        """The same without waiting."""
        self.edit(root, cells)
        await self.flush()

    def edit(self, root: str, cells: dict[str, Any]) -> None:
        """Set cells of one root in one transaction (None clears); `flush` sends it, or the next synchronisation."""
        target = getattr(self, root)
        with self.doc.transaction():
            for key, value in cells.items():
                if value is None:
                    del target[key]
                else:
                    target[key] = value

    async def send_update(self, update: bytes) -> None:
        """Send bytes as an update message, numbered as the server numbers it."""
        self.sent += 1
        await self.send_raw(create_update_message(update))

    async def barrier(self) -> None:
        """Wait for everything that the server had sent to this connection so far; changes nothing."""
        heard = len(self.presence)
        await self.send_raw(bytes([QUERY_AWARENESS]))
        await self.until(lambda: len(self.presence) > heard or self.closed is not None)

    async def gone(self) -> int:
        """Wait until the server has closed this connection; the code."""
        await self.until(lambda: self.closed is not None)
        assert self.closed is not None
        return self.closed

    async def saved(self) -> None:
        """Wait until everything that was sent is committed."""
        await self.until(lambda: self.durable >= self.sent or self.closed is not None)

    @property
    def durable(self) -> int:
        """How many of this connection's updates the server has committed."""
        return self._durable

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """Every refusal that was told, in order."""
        return [item for notice in self.notices if notice["type"] == "refused" for item in notice["items"]]

    @property
    def availability(self) -> list[bool]:
        """What was told of the database, in its order: whether it takes edits."""
        return [notice["available"] for notice in self.notices if notice["type"] == "availability"]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that a message of the server brings about. Fails when it never does."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(condition)

    def state(self) -> dict[str, Any]:
        """The whole document as plain data."""
        return {
            "client": self.client.to_py(),
            "supplier": self.supplier.to_py(),
            "record": self.record.to_py(),
            "comments": self.comments.to_py(),
            "note": str(self.note),
        }

    def _on_change(self, event: Any) -> None:
        if not self._applying:
            self._outgoing.append(event.update)

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for message in self._socket:
                assert isinstance(message, bytes)
                await self._hear(message)
        except ConnectionClosed:
            pass
        finally:
            self.closed = self._socket.close_code
            async with self._changed:
                self._changed.notify_all()

    async def _hear(self, message: bytes) -> None:
        self.frames.append(message)
        if message[0] == SYNC:
            self._applying = True
            reply = handle_sync_message(message[1:], self.doc)
            self._applying = False
            if message[1] == 1:
                self._synced = True
            if reply is not None:
                self.sent += 1
                self._outgoing.clear()
                await self.send_raw(reply)
        elif message[0] == NOTICE:
            notice = json.loads(_text(message))
            self.notices.append(notice)
            if notice["type"] == "saved":
                self._durable = notice["through"]
        elif message[0] == AWARENESS:
            self.presence.append(message)
        async with self._changed:
            self._changed.notify_all()


def _text(message: bytes) -> bytes:
    at = 1
    while message[at] > 127:
        at += 1
    return message[at + 1 :]
