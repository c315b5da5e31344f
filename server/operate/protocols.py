"""What uvicorn leaves unbounded of a connection: the size and the time of a request's head, and a message in pieces."""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

HEAD_BYTES: Final = 65_536
HEAD_SECONDS: Final = 20.0
MOST_FRAGMENTS: Final = 1_024


class BoundedHttp(HttpToolsProtocol):
    """HTTP whose heads come whole, in HEAD_BYTES and HEAD_SECONDS, or not at all."""

    _in_head = True
    _head_bytes = 0
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected, and owes a head."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._excuse()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came; while a head has not ended, they are its."""
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of this request is too large.")

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def on_headers_complete(self) -> None:
        """It has ended in time."""
        self._excuse()
        self._in_head = False
        super().on_headers_complete()

    def _excuse(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if not self.transport.is_closing():
            self.transport.close()


class BoundedSocket(WebSocketsSansIOProtocol):
    """A WebSocket that takes no message in endless pieces."""

    def handle_cont(self, event: Frame) -> None:
        """One more piece; pieces without content would never reach the limit of a message's size."""
        if len(self.frames) >= MOST_FRAGMENTS:
            self.transport.abort()
            return
        super().handle_cont(event)
