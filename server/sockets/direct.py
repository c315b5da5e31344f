"""The two ends of a WebSocket as a conversation needs them: heard the moment it arrives, sent without waiting.

An ASGI server hands messages over through a queue and a task that wakes for each. Ours offers an extension beside it
(`server.operate.protocols`), by which a message is heard within the step that read it from the network, and what is
sent is on its way when the call returns. Under any other server the same conversation runs over plain ASGI.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from starlette.websockets import WebSocket, WebSocketState

EXTENSION: Final = "shared_order.direct"
"""Its name among the extensions of an ASGI scope."""

Message = bytes | None
"""What one frame held; None: text, which is not of this protocol."""

Hear = Callable[[Sequence[Message]], None]


class Direct(Protocol):
    """What the extension offers of one accepted WebSocket."""

    def listen(self, hear: Hear) -> None:
        """Hand over what arrived already, and from now on whatever arrives; it is no longer to be received by ASGI."""

    def send_now(self, *messages: bytes) -> bool:
        """Send, or drop what can no longer be sent. False: the other end does not keep up, nothing was done."""

    def hold(self) -> None:
        """Read no further."""

    def go_on(self) -> None:
        """Read again."""


class Line:
    """One accepted WebSocket, with the extension or without. ended: the code with which the other end has gone."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._direct: Direct | None = websocket.scope.get("extensions", {}).get(EXTENSION)
        self._held: asyncio.Event | None = None  # while nothing more is to be read
        self.ended: int | None = None

    async def listen(self, hear: Hear) -> None:
        """Hand over whatever arrives, until the other end is gone. `hear` neither waits nor raises."""
        if self._direct is not None:
            self._direct.listen(hear)
        while (message := await self._websocket.receive())["type"] != "websocket.disconnect":
            hear((message.get("bytes"),))
            # Many small messages may have come at once; everybody else has his turn after each.
            await asyncio.sleep(0)
            if self._held is not None:
                await self._held.wait()
        self.ended = message.get("code")

    def send_now(self, *messages: bytes) -> bool:
        """As `Direct.send_now`; without the extension nothing can be sent at once."""
        return self._direct is not None and self._direct.send_now(*messages)

    async def send(self, message: bytes) -> None:
        """Send once the other end keeps up."""
        await self._websocket.send({"type": "websocket.send", "bytes": message})

    def hold(self) -> None:
        """Read no further."""
        self._held = self._held or asyncio.Event()
        if self._direct is not None:
            self._direct.hold()

    def go_on(self) -> None:
        """Read again."""
        if self._held is not None:
            self._held.set()
            self._held = None
        if self._direct is not None:
            self._direct.go_on()

    async def close(self, code: int, reason: str) -> None:
        """Close, if it is open."""
        if self._websocket.application_state == WebSocketState.CONNECTED:
            await self._websocket.close(code, reason)
