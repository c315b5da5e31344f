"""`/ws/orders`: one open list of orders, told of every row that changes (`server.orders.live`)."""

import asyncio
from contextlib import suppress
from time import perf_counter
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from schema.closes import SENTENCES, Close
from server.http.security import same_site
from server.metrics import CLOSED_SOCKETS
from server.people.identity import Principal, identify
from server.services import Services
from server.tasks import end

log = structlog.get_logger()

SILENCE_SECONDS: Final = 15.0
"""A page is told nothing of what keeps a connection itself alive: after so long without news it is told that it is."""

CUT_OFF: Final = 1006
"""How RFC 6455 calls an end that was not said."""

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
    principal = None
    try:
        principal = await identify(services.db, services.clock, websocket)
    except SQLAlchemyError:
        code: Close | None = Close.UNAVAILABLE
    else:
        code = await _serve(websocket, services, principal)
    if code is not None:
        CLOSED_SOCKETS.labels(code.name.lower()).inc()
        if websocket.application_state == WebSocketState.CONNECTING:
            whose = {"user": principal.user_id} if principal is not None else {}
            log.info("list turned away", **whose, code=int(code), close=code.name.lower())
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
        log.info("list entered", user=principal.user_id)
        start, left = perf_counter(), CUT_OFF
        try:
            left = await _tell(websocket, queue, ended)
        finally:
            closing = ended.result() if ended.done() else None
            by_us = {"close": closing.name.lower()} if closing is not None else {}
            seconds = round(perf_counter() - start, 1)
            log.info("list left", user=principal.user_id, code=int(closing or left), seconds=seconds, **by_us)
    return closing


async def _tell(websocket: WebSocket, queue: "asyncio.Queue[str]", ended: "asyncio.Future[Close]") -> int:
    """Tell until one of the two leaves; the code with which the reader did."""
    reader = asyncio.create_task(_drain(websocket))
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(_send(websocket, queue)), reader]
    try:
        await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
        return reader.result() if reader.done() and reader.exception() is None else CUT_OFF
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


async def _drain(websocket: WebSocket) -> int:
    """A list has nothing to say; this ends when its reader leaves, with the code that he gave."""
    message = await websocket.receive()
    while message["type"] != "websocket.disconnect":
        await asyncio.sleep(0)
        message = await websocket.receive()
    return int(message.get("code") or CUT_OFF)
