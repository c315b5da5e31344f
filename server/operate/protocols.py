"""What uvicorn leaves unbounded of a connection: the size and the time of a request's head, and a message in pieces."""

import asyncio
from functools import lru_cache
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.streams import StreamReader

from server.operate.frames import whole_message
from server.sockets.direct import EXTENSION, Hear, Message

HEAD_BYTES: Final = 65_536
HEAD_SECONDS: Final = 20.0
MOST_FRAGMENTS: Final = 1_024
_FRAME_BEGINS: Final = StreamReader.at_eof.__code__


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
    """A WebSocket that takes no message in endless pieces. Whoever breaks its frames is gone, which is no failure."""

    def data_received(self, data: bytes) -> None:
        """Bytes came. Nobody may speak before his handshake is answered, nor would the library take it."""
        if self.handshake_initiated and not self.handshake_complete:
            self.disconnected = True
            self.transport.abort()
            return
        super().data_received(data)

    def handle_parser_exception(self) -> None:
        """What came is no frame: nothing can be sent any more, however long the connection takes to end."""
        super().handle_parser_exception()
        self.disconnected = True

    def send_receive_event_to_app(self) -> None:
        """A message is whole; a text must be one."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_text(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(CloseCode.INVALID_DATA)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def handle_cont(self, event: Frame) -> None:
        """One more piece; pieces without content would never reach the limit of a message's size."""
        if len(self.frames) >= MOST_FRAGMENTS:
            self.transport.abort()
            return
        super().handle_cont(event)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=4)
def _framed(message: bytes) -> bytes:
    """A message as it goes over the wire, where nothing is compressed: the same for everybody who gets it."""
    return Frame(Opcode.BINARY, message).serialize(mask=False)


class DirectSocket(BoundedSocket):
    """A WebSocket that offers its two ends to the application as they are (`server.sockets.direct`)."""

    _hear: Hear | None = None
    _heard: list[Message]

    async def run_asgi(self) -> None:
        """Run the application, which finds the extension in its scope."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self
        await super().run_asgi()

    def listen(self, hear: Hear) -> None:
        """Hand over what arrived already, and from now on whatever arrives."""
        early = [self.queue.get_nowait() for _ in range(self.queue.qsize())]
        for event in early:
            if event["type"] != "websocket.receive":
                self.queue.put_nowait(event)
        self._hear, self._heard = hear, []
        self._forget_head()
        hear([event.get("bytes") for event in early if event["type"] == "websocket.receive"])
        self.go_on()

    def _forget_head(self) -> None:
        """Nobody asks for it any more, and it is a tenth of what a connection takes."""
        headers = self.scope["headers"]
        if isinstance(headers, list):  # which Starlette holds too
            headers.clear()
        self.response.headers.clear()

    def data_received(self, data: bytes) -> None:
        """Bytes came; all messages that end in them are handed over together."""
        if self._hear is not None and self._is_between_messages():
            message = whole_message(data)
            if message is not None:
                self._hear((message,))
                return
        super().data_received(data)
        if self._hear is not None and self._heard:
            heard, self._heard = self._heard, []
            self._hear(heard)

    def _is_between_messages(self) -> bool:
        """Whether a message begins with what comes next: the library's parser, a generator, is where a frame begins."""
        conn = self.conn
        if conn.state is not State.OPEN or conn.current_size is not None or self.close_sent:
            return False
        place: Any = conn.parser
        while (within := place.gi_yieldfrom) is not None:
            place = within
        return place.gi_code is _FRAME_BEGINS

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone; nobody listens to it any more."""
        super().connection_lost(exc)
        self._hear = None

    def send_receive_event_to_app(self) -> None:
        """A message is whole."""
        if self._hear is None:
            super().send_receive_event_to_app()
            return
        if not self.close_sent:
            binary = self.curr_msg_data_type == "bytes"
            self._heard.append(b"".join(self.frames) if binary else None)
        self.frames = []

    def send_now(self, *messages: bytes) -> bool:
        """Send, or drop what can no longer be sent. False: the other end does not keep up, nothing was done."""
        if not self.writable.is_set():
            return False
        if self.conn.state is State.OPEN and not self.close_sent and not self.transport.is_closing():
            # Each write is a call to the system, and a packet.
            self.transport.write(b"".join([_framed(message) for message in messages]))
        return True

    def hold(self) -> None:
        """Read no further."""
        self.read_paused = True
        self.transport.pause_reading()

    def go_on(self) -> None:
        """Read again."""
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
