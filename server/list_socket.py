"""`/ws/orders`: one open list of orders, told of every row that changes (`server.live`)."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from schema.closes import SENTENCES, Close
from server.identity import Principal, identify
from server.security import same_site
from server.services import Services
from server.tasks import end

SILENCE_SECONDS: Final = 15.0
"""A page is told nothing of what keeps a connection itself alive: after so long without news it is told that it is."""

ALIVE: Final = '{"type":"alive"}'


async def list_socket(websocket: WebSocket) -> None:
    """The endpoint."""
    with suppress(WebSocketDisconnect):  # who has gone before he was answered is no failure of ours
        await _meet(websocket)


async def _meet(websocket: WebSocket) -> None:
    services: Services = websocket.app.state.services
    if not same_site(websocket, services.settings):
        await websocket.close()
        return
    try:
        principal = await identify(services.db, services.clock, websocket)
    except SQLAlchemyError:
        code: Close | None = Close.UNAVAILABLE
    else:
        code = await _serve(websocket, services, principal)
    if code is not None:
        if websocket.application_state == WebSocketState.CONNECTING:
            await websocket.accept()  # a browser is told no code of a handshake that failed
        await websocket.close(int(code), SENTENCES[code])


async def _serve(websocket: WebSocket, services: Services, principal: Principal | None) -> Close | None:
    """Tell what changes; how it is to be closed, or None when its reader has left."""
    if principal is None:
        return Close.SIGNED_OUT
    if not principal.may("read"):
        return Close.NOT_FOUND
    if services.sockets.crowded(principal):
        return Close.CROWDED
    ended: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    def end(code: Close) -> None:
        if not ended.done():
            ended.set_result(code)

    with (
        services.sockets.held(principal) as place,
        services.lists.watching(principal.company_id, lambda: end(Close.TOO_SLOW)) as queue,
    ):
        place.when_ended(end)
        await websocket.accept()
        await _tell(websocket, queue, ended)
    return ended.result() if ended.done() else None


async def _tell(websocket: WebSocket, queue: "asyncio.Queue[str]", ended: "asyncio.Future[Close]") -> None:
    tasks = [asyncio.create_task(_send(websocket, queue)), asyncio.create_task(_drain(websocket))]
    ends: list[asyncio.Future[Any]] = [*tasks, ended]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(*tasks)


async def _send(websocket: WebSocket, queue: "asyncio.Queue[str]") -> None:
    while True:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await queue.get()
        except TimeoutError:
            message = ALIVE
        await websocket.send_text(message)


async def _drain(websocket: WebSocket) -> None:
    """A list has nothing to say; this ends when its reader leaves."""
    message = await websocket.receive()
    while message["type"] != "websocket.disconnect":
        await asyncio.sleep(0)
        message = await websocket.receive()
