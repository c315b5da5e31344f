"""Connections that are never done with what they say."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server.operate import protocols
from server.operate.protocols import BoundedHttp, BoundedSocket

pytestmark = pytest.mark.anyio
PATIENCE = 10.0
HANDSHAKE = (
    b"Host: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
NO_FRAMES = {
    "no frame": b"\xff\xff\xff\xff",
    "no text": b"\x81\x81\x00\x00\x00\x00\xff",
    "more than may be": b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xffmask",
}
_gone = asyncio.Event()


@pytest.fixture(scope="module")
async def port(anyio_backend: str) -> AsyncIterator[int]:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        while True:
            await websocket.send_text(str(len(await websocket.receive_bytes())))

    async def late(websocket: WebSocket) -> None:
        with suppress(WebSocketDisconnect):
            if "unanswered" in websocket.query_params:
                await _gone.wait()
            await websocket.accept()
            await websocket.receive()
            await websocket.close()

    app = Starlette(
        routes=[
            Route("/", answer, methods=["POST", "GET"]),
            WebSocketRoute("/ws", echo),
            WebSocketRoute("/late", late),
        ]
    )
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=BoundedHttp, ws=BoundedSocket, loop="asyncio", log_config=None, log_level="critical"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield listener.getsockname()[1]
    server.should_exit = True
    await serving


async def heard(port: int, *said: bytes) -> bytes:
    """Everything that came until the server closed the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in said:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), PATIENCE)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_requests_one_after_another_are_answered_whatever_they_carry(port: int) -> None:
    large = b"x" * 300_000
    ask = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + large
    last = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answer = await heard(port, ask, ask, last)
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.count(b"\r\n\r\n300000") == 2


@pytest.mark.parametrize("piece", [b"x" * 1000, b"X-A: 1\r\n"])
async def test_a_head_without_end_is_cut_off(port: int, piece: bytes) -> None:
    answer = await heard(port, b"GET / HTTP/1.1\r\nX: ", *[piece * 8] * 1_200)
    assert b"200 OK" not in answer


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
async def test_who_never_finishes_a_head_is_let_go(
    port: int, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocols, "HEAD_SECONDS", 0.05)
    assert await heard(port, said) == b""


async def test_a_conversation_owes_no_head_any_more(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[BoundedHttp] = []
    upgrade = BoundedHttp.handle_websocket_upgrade

    def noted(self: BoundedHttp) -> None:
        made.append(self)
        upgrade(self)

    monkeypatch.setattr(BoundedHttp, "handle_websocket_upgrade", noted)
    async with connect(f"ws://127.0.0.1:{port}/ws") as peer:
        await peer.send(b"abc")
        assert await peer.recv() == "3"
        assert [one._patience for one in made] == [None]


async def test_a_message_in_endless_pieces_ends_the_connection(port: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        while True:
            await asyncio.sleep(0)  # the server shares this loop, and must have its turn
            yield b""

    async with connect(f"ws://127.0.0.1:{port}/ws") as peer:
        await peer.send([b"a"] * 100)
        assert await peer.recv() == "100"
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(peer.send(pieces()), PATIENCE)


@pytest.mark.parametrize("what", NO_FRAMES)
@pytest.mark.parametrize("answered", [True, False])
async def test_who_sends_no_frames_is_gone_and_nothing_failed(
    port: int, what: str, answered: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """However late the application hears of it: it may be about to answer him, or to send him away."""
    caplog.set_level("WARNING", "uvicorn.error")
    _gone.clear()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /late%s HTTP/1.1\r\n" % (b"" if answered else b"?unanswered") + HANDSHAKE)
    if answered:
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    else:
        await _handshakes(1)
    writer.write(NO_FRAMES[what])
    with suppress(ConnectionResetError):
        await asyncio.wait_for(reader.read(), PATIENCE)
    _gone.set()
    await _handshakes(0)
    writer.close()
    assert not caplog.records


async def _handshakes(count: int) -> None:
    """Wait until the application is at work on so many sockets."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if sum("run_asgi" in repr(task.get_coro()) for task in asyncio.all_tasks()) == count:
                return
            await asyncio.sleep(0)
