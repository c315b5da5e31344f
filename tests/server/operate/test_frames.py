"""A frame is the same message however it arrives: alone, in pieces, with others, between the pieces of another."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any, Final

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.uri import parse_uri

from server.operate.frames import whole_message
from server.operate.protocols import DirectSocket
from server.sockets.direct import EXTENSION, Message

pytestmark = pytest.mark.anyio

LENGTHS: Final = (0, 1, 60, 124, 125, 126, 127, 65_535, 65_536)


class Wire(asyncio.Transport):
    """The server's end of a connection that a test writes into by hand."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class Ear:
    """An application that listens to one WebSocket as the server's own does."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.listening = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        scope["extensions"][EXTENSION].listen(self.heard.extend)
        self.listening.set()
        await receive()


@asynccontextmanager
async def connection() -> AsyncIterator[tuple[DirectSocket, Ear, Wire]]:
    """One that is open, and listened to; it is lost at the end.

    Else its application waited for ever, known to nobody, and might be collected as garbage: by any thread, in the
    midst of which this one would go on with it.
    """
    ear, wire = Ear(), Wire()
    config = uvicorn.Config(ear, ws_ping_interval=None, ws_per_message_deflate=False, log_config=None)
    config.load()
    state = ServerState()
    socket = DirectSocket(config, state, {})
    client = ClientProtocol(parse_uri("ws://test/"))
    client.send_request(client.connect())
    socket.connection_made(wire)
    socket.data_received(b"".join(client.data_to_send()))
    await ear.listening.wait()
    yield socket, ear, wire
    socket.connection_lost(None)
    await asyncio.gather(*state.tasks)


def masked(opcode: Opcode, content: bytes, *, fin: bool = True) -> bytes:
    """A frame as a browser sends it."""
    return Frame(opcode, content, fin).serialize(mask=True)


def spoken(random: Random) -> tuple[list[bytes], list[Message]]:
    """Frames, and the messages that they are."""
    frames: list[bytes] = []
    messages: list[Message] = []
    for _ in range(random.randrange(1, 12)):
        content = random.randbytes(random.choice(LENGTHS))
        kind = random.choices(("binary", "text", "pieces", "ping"), (6, 1, 2, 1))[0]
        if kind == "ping":
            frames.append(masked(Opcode.PING, content[:125]))
        elif kind == "text":
            frames.append(masked(Opcode.TEXT, b"x" * len(content)))
            messages.append(None)
        elif kind == "binary":
            frames.append(masked(Opcode.BINARY, content))
            messages.append(content)
        else:
            cut = random.randrange(len(content) + 1)
            frames.append(masked(Opcode.BINARY, content[:cut], fin=False))
            frames += [masked(Opcode.PING, b"")] * random.randrange(2)
            frames.append(masked(Opcode.CONT, content[cut:]))
            messages.append(content)
    return frames, messages


def arrivals(frames: Sequence[bytes], random: Random) -> Iterator[bytes]:
    """The same bytes, in pieces as a network may make them: most of them a frame."""
    rest = b""
    for frame in frames:
        rest += frame
        while rest and random.random() < 0.8:
            size = len(rest) if random.random() < 0.6 else random.randrange(1, min(len(rest), 300) + 1)
            yield rest[:size]
            rest = rest[size:]
    if rest:
        yield rest


@pytest.mark.parametrize("seed", range(60))
async def test_messages_are_heard_whole_and_in_order_however_they_arrive(seed: int) -> None:
    """G3 G8: what is read without the library is what the library would have read."""
    random = Random(seed)
    async with connection() as (socket, ear, _):
        frames, messages = spoken(random)
        for piece in arrivals(frames, random):
            socket.data_received(piece)
        assert ear.heard == messages


@pytest.mark.parametrize("fault", ["a message begins in another", "not masked", "an extension of nobody"])
async def test_what_breaks_the_protocol_is_left_to_the_library(fault: str) -> None:
    """G8: a connection that speaks no WebSocket ends with the code that the protocol has for it."""
    async with connection() as (socket, ear, wire):
        whole = masked(Opcode.BINARY, b"whole")
        if fault == "a message begins in another":
            socket.data_received(masked(Opcode.BINARY, b"half", fin=False))
        elif fault == "not masked":
            whole = Frame(Opcode.BINARY, b"whole").serialize(mask=False)
        else:
            whole = bytes((whole[0] | 0x40,)) + whole[1:]
        wire.written = b""
        socket.data_received(whole)
        assert ear.heard == []
        assert wire.closed
        assert wire.written[2:4] == CloseCode.PROTOCOL_ERROR.to_bytes(2)


async def test_nothing_is_heard_after_a_farewell() -> None:
    """G3: who has said that he leaves says no more."""
    async with connection() as (socket, ear, wire):
        socket.data_received(masked(Opcode.CLOSE, Close(1000, "").serialize()))
        socket.data_received(masked(Opcode.BINARY, b"late"))
        assert ear.heard == []
        assert wire.closed


async def test_a_short_frame_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every message would go the long way, and nobody would notice."""
    async with connection() as (socket, ear, _):
        socket.data_received(masked(Opcode.BINARY, bytes(200)))
        monkeypatch.setattr(socket.conn, "receive_data", None)  # the library's
        socket.data_received(masked(Opcode.BINARY, b"short"))
        assert ear.heard == [bytes(200), b"short"]


@pytest.mark.parametrize("length", range(0, 126, 25))
def test_a_short_frame_is_read_by_itself(length: int) -> None:
    content = bytes(range(length))
    frame = masked(Opcode.BINARY, content)
    assert whole_message(frame) == content
    assert whole_message(frame[:-1]) is None
    assert whole_message(frame + b"\x82") is None
