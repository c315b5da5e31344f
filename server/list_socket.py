"""`/ws/orders`: one open list of orders, told of every row that changes (`server.live`)."""

import asyncio
import contextlib
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from schema.closes import SENTENCES, Close
from server.identity import Principal, identify
from server.security import same_site
from server.services import Services


async def list_socket(websocket: WebSocket) -> None:
    """The endpoint."""
    services: Services = websocket.app.state.services
    if not same_site(websocket, services.settings):
        await websocket.close()
        return
    principal = await identify(services.db, services.clock, websocket)
    await websocket.accept()
    if principal is None:
        await websocket.close(int(Close.SIGNED_OUT), SENTENCES[Close.SIGNED_OUT])
        return
    with services.lists.watching(principal.company_id) as queue:
        await _serve(websocket, services, principal, queue)


async def _serve(
    websocket: WebSocket, services: Services, principal: Principal, queue: "asyncio.Queue[str]"
) -> None:
    ended: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    def revoked(one: str) -> None:
        if not ended.done() and one in (principal.session_id, principal.token_id, principal.user_id):
            ended.set_result(Close.RIGHTS_CHANGED if one == principal.user_id else Close.SIGNED_OUT)

    stop = services.revocations.subscribe(revoked)
    tasks = [asyncio.create_task(_send(websocket, queue)), asyncio.create_task(_drain(websocket))]
    ends: list[asyncio.Future[Any]] = [*tasks, ended]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if ended.done():
        await websocket.close(int(ended.result()), SENTENCES[ended.result()])


async def _send(websocket: WebSocket, queue: "asyncio.Queue[str]") -> None:
    while True:
        await websocket.send_text(await queue.get())


async def _drain(websocket: WebSocket) -> None:
    """A list has nothing to say; this ends when its reader leaves."""
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await websocket.receive_text()
