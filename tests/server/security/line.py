"""A WebSocket spoken to the application itself, event by event, as a server would: no network, no waiting.

async with Line(app, "/ws/orders/…", secret) as line:
    await line.send(b"…")
    await line.closed()        # the code; 403 when the handshake itself was refused
"""

import asyncio
import json
from types import TracebackType
from typing import Any, Self

from starlette.types import ASGIApp, Message

PATIENCE = 5.0
REFUSED = 403


class Line:
    """One connection. `heard`: the bytes and texts that came; `slow`: it takes nothing until it is set free."""

    def __init__(self, app: ASGIApp, path: str, secret: str | None = None, **headers: str) -> None:
        self.heard: list[bytes | str] = []
        self.open_to_read = asyncio.Event()
        self.open_to_read.set()
        self._app = app
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()
        self._changed = asyncio.Condition()
        self._code: int | None = None
        self._accepted = False
        path, _, query = path.partition("?")
        given = {"host": "test", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if secret:
            given["cookie"] = f"session={secret}"
        self._scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode("latin-1", "replace"),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
            "client": ("127.0.0.1", 1),
            "server": ("test", 80),
            "subprotocols": [],
            "extensions": {},
        }

    async def __aenter__(self) -> Self:
        self._incoming.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._run())
        await self._until(lambda: self._accepted or self._code is not None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.open_to_read.set()
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self._task, PATIENCE)

    async def _run(self) -> None:
        await self._app(self._scope, self._incoming.get, self._take)
        await self._note(lambda: None)

    async def _take(self, message: Message) -> None:
        if message["type"] == "websocket.send":
            await self.open_to_read.wait()
        await self._note(lambda: self._hear(message))

    def _hear(self, message: Message) -> None:
        match message["type"]:
            case "websocket.accept":
                self._accepted = True
            case "websocket.close":
                self._code = message.get("code", 1000) if self._accepted else REFUSED
            case "websocket.send":
                self.heard.append(message.get("bytes") or message.get("text") or b"")

    async def _note(self, change: Any) -> None:
        async with self._changed:
            change()
            self._changed.notify_all()

    async def _until(self, condition: Any) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(condition)

    async def send(self, message: bytes | str) -> None:
        key = "bytes" if isinstance(message, bytes) else "text"
        self._incoming.put_nowait({"type": "websocket.receive", key: message})

    async def hears(self, count: int) -> None:
        """Wait until that many messages have come."""
        await self._until(lambda: len(self.heard) >= count)

    async def finished(self) -> None:
        """Wait until the application has let go of it."""
        await asyncio.wait_for(asyncio.shield(self._task), PATIENCE)

    async def closed(self) -> int:
        await self._until(lambda: self._code is not None)
        assert self._code is not None
        return self._code

    @property
    def code(self) -> int | None:
        """The close code, or None while it is open."""
        return self._code

    @property
    def greeting(self) -> dict[str, Any]:
        """The server's first notice."""
        first = self.heard[0]
        assert isinstance(first, bytes)
        notice: dict[str, Any] = json.loads(first[first.index(b"{") :])
        return notice
