"""`/ws/orders/{id}`: the Yjs protocol between one browser or bot and one order (docs/protocol.md).

A connection passes the door, is greeted, and then every message is read whole, screened and judged. Whatever goes
wrong with what it sends ends this connection with a named code, and nothing else.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.websockets import WebSocket, WebSocketState

from persistence.product import facts, load_products
from persistence.refusal import RefusedEdit, open_refusals
from schema.closes import SENTENCES, Close
from schema.messages import PROTOCOL, RefusedItem
from schema.refusals import Language, Refusal
from server import envelope
from server.breach import Breach, BreachCode
from server.door import Entry, enter
from server.identity import identify
from server.judge import Offer, products_named
from server.malformed import Malformed, MalformedCode
from server.metrics import CLOSED_SOCKETS
from server.open_sockets import Place
from server.room import OrderUnavailable, Room
from server.security import same_site
from server.services import Services
from server.state_vector import decode_state_vector
from server.structs import ANY
from server.update import Update, decode_update
from server.visitor import Visitor

log = structlog.get_logger()

HANDSHAKE_SECONDS: Final = 20.0
AWARENESS_BYTES: Final = 16_384
HELD_BYTES: Final = 1 << 20
"""What one visitor may send while the order takes no edits; then he is not read any further."""


_MALFORMED: Final[dict[MalformedCode, Close]] = {
    MalformedCode.FORBIDDEN_CONTENT: Close.FORBIDDEN_CONTENT,
    MalformedCode.TOO_LARGE: Close.TOO_LARGE,
    MalformedCode.TOO_DEEP: Close.TOO_LARGE,
    MalformedCode.KEY_TOO_LONG: Close.TOO_LARGE,
}
_BREACHES: Final[dict[BreachCode, Close]] = {
    BreachCode.IDENTITY: Close.IDENTITY,
    BreachCode.GAP: Close.GAP,
    BreachCode.UNKNOWN_REFERENCE: Close.UNKNOWN_REFERENCE,
    BreachCode.UNKNOWN_ROOT: Close.UNKNOWN_ROOT,
    BreachCode.FOREIGN_PARENT: Close.FORBIDDEN_CONTENT,
    BreachCode.WRONG_TYPE: Close.WRONG_TYPE,
    BreachCode.RIGHT_ORIGIN: Close.WRONG_TYPE,
    BreachCode.CROSSED_PLACES: Close.WRONG_TYPE,
    BreachCode.SPLIT_CHARACTER: Close.FORBIDDEN_CONTENT,
    BreachCode.TOO_MANY_CLIENTS: Close.FLOOD,
}
_EARLY: Final = (BreachCode.GAP, BreachCode.UNKNOWN_REFERENCE)


async def order_socket(websocket: WebSocket) -> None:
    """The endpoint."""
    services: Services = websocket.app.state.services
    if not same_site(websocket, services.settings):
        await websocket.close()  # before it is accepted: the handshake is answered with 403
        return
    try:
        principal = await identify(services.db, services.clock, websocket)
    except SQLAlchemyError:
        await _turn_away(websocket, Close.UNAVAILABLE)
        return
    if principal is None:
        await _turn_away(websocket, Close.SIGNED_OUT)
    elif websocket.query_params.get("protocol", str(PROTOCOL)) != str(PROTOCOL):
        await _turn_away(websocket, Close.OUTDATED)
    elif services.sockets.crowded(principal):
        await _turn_away(websocket, Close.CROWDED)
    else:
        with services.sockets.held(principal) as place:
            await _receive(services, websocket, place)


async def _receive(services: Services, websocket: WebSocket, place: Place) -> None:
    try:
        await websocket.accept()
        arrived = await _arrive(services, websocket, place)
    except (SQLAlchemyError, OrderUnavailable):
        arrived = Close.UNAVAILABLE
    if isinstance(arrived, Close):
        await _turn_away(websocket, arrived)
    else:
        await arrived.run()


async def _arrive(services: Services, websocket: WebSocket, place: Place) -> "_Conversation | Close":
    """Pass the door. Raises OrderUnavailable, SQLAlchemyError."""
    principal = place.principal
    order_id = websocket.path_params["order_id"]
    entry = await services.db.read(enter, principal, order_id)
    if entry is None:
        return Close.NOT_FOUND
    epoch = websocket.query_params.get("epoch")
    if epoch and epoch != entry.order.epoch:
        return Close.EPOCH
    room = await services.rooms.open(order_id, entry.order.seq)
    return _Conversation(services, websocket, place, entry, room)


async def _turn_away(websocket: WebSocket, code: Close) -> None:
    CLOSED_SOCKETS.labels(code.name.lower()).inc()
    if websocket.application_state == WebSocketState.CONNECTING:
        await websocket.accept()  # a browser is told no code of a handshake that failed
    await websocket.close(int(code), SENTENCES[code])


class _Conversation:
    """One connection from its greeting to its end."""

    def __init__(
        self, services: Services, websocket: WebSocket, place: Place, entry: Entry, room: Room
    ) -> None:
        self._services = services
        self._websocket = websocket
        self._place = place
        self._supplier_id = entry.order.supplier_id
        self._room = room
        self._handshaken = False
        self._asked = False
        self._held: deque[tuple[bytes, bool]] = deque()
        self._held_bytes = 0
        self._holding: asyncio.Task[None] | None = None
        self._visitor = Visitor(entry.author, place.principal.language, _Outgoing(websocket))

    async def run(self) -> None:
        visitor, room = self._visitor, self._room
        pump = asyncio.create_task(visitor.pump(), name="pump")
        reader = asyncio.create_task(self._listen(), name="reader")
        try:
            room.enter(visitor)
            self._place.when_ended(self._end)
            await self._guarded(self._tell_open_refusals)
            await asyncio.wait((pump, reader, visitor.abandoned), return_when=asyncio.FIRST_COMPLETED)
        finally:
            room.leave(visitor)
            if visitor.closing is not None:
                CLOSED_SOCKETS.labels(visitor.closing[0].name.lower()).inc()
            tasks = [task for task in (reader, pump, self._holding) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _end(self, code: Close) -> None:
        self._visitor.close(code, SENTENCES[code])

    async def _listen(self) -> None:
        """Read until the other end closes."""
        handshake = asyncio.get_running_loop().call_later(HANDSHAKE_SECONDS, self._expect_handshake)
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if self._visitor.closing is None:
                    await self._hear(message)
                # Many small messages may have come at once; everybody else has his turn after each.
                await asyncio.sleep(0)
        finally:
            handshake.cancel()

    def _expect_handshake(self) -> None:
        if not self._visitor.synced:
            self._visitor.close(Close.HANDSHAKE_TIMEOUT)

    async def _hear(self, message: Mapping[str, Any]) -> None:
        data = message.get("bytes")
        if data is None:
            self._visitor.close(Close.TEXT_FRAME)
            return
        await self._guarded(self._take, data)

    async def _guarded(self, step: Callable[..., Awaitable[None]], *args: Any) -> None:
        """Whatever goes wrong with what this visitor sent ends this connection, with a name."""
        try:
            await step(*args)
        except Malformed as fault:
            self._close_for(_MALFORMED.get(fault.code, Close.MALFORMED), fault)
        except Breach as breach:
            self._close_for(_BREACHES[breach.code], breach)
        except (OrderUnavailable, SQLAlchemyError):
            self._visitor.close(Close.UNAVAILABLE, SENTENCES[Close.UNAVAILABLE])

    def _close_for(self, code: Close, cause: Exception) -> None:
        log.warning("socket closed", order=self._room.order_id, close=code.name.lower(), detail=str(cause))
        self._visitor.close(code, SENTENCES[code])

    async def _take(self, data: bytes) -> None:
        message = envelope.open_envelope(data)
        match message.kind:
            case "step1":
                await self._answered()
                self._room.answer_sync(self._visitor, decode_state_vector(message.payload))
            case "step2" | "update":
                await self._edit_in_turn(message.payload, live=message.kind == "update")
            case "awareness":
                if len(message.payload) > AWARENESS_BYTES:
                    self._visitor.close(Close.AWARENESS)
                else:
                    self._room.attendance.hear(self._visitor, message.payload, self._room.replica.owner)
            case "query":
                await self._visitor.taken()
                self._room.attendance.tell_all(self._visitor)
            case "other":
                pass  # an ordinary peer may speak of things that do not concern an order

    async def _answered(self) -> None:
        """A few bytes ask for a whole order: who asks again must have taken the answer before."""
        if self._asked:
            await self._room.durable()
            await self._visitor.taken()
        self._asked = True

    async def _edit_in_turn(self, payload: bytes, *, live: bool) -> None:
        """While the order takes no edits, hold a visitor's back, so that he is still heard and still answers."""
        if self._room.takes_edits and not self._held:
            await self._edit(payload, live=live)
            return
        self._held.append((payload, live))
        self._held_bytes += len(payload)
        if self._holding is None or self._holding.done():
            self._holding = asyncio.create_task(self._guarded(self._edit_held), name="held")
        if self._held_bytes > HELD_BYTES:
            await asyncio.wait((self._holding,))

    async def _edit_held(self) -> None:
        while self._held and self._visitor.closing is None:
            payload, live = self._held[0]
            await self._edit(payload, live=live)
            self._held.popleft()
            self._held_bytes -= len(payload)

    async def _edit(self, payload: bytes, *, live: bool) -> None:
        update = decode_update(payload)
        await self._room.writable()
        offers = await self._offers(update)
        if self._visitor.closing is not None:  # his rights ended while he waited
            return
        try:
            self._room.edit(self._visitor, payload, update, offers, live=live)
            self._handshaken |= not live
        except Breach as breach:
            if self._handshaken or breach.code not in _EARLY:
                raise
            # An ordinary provider sends what is typed as soon as the socket is open; what came before it is in the
            # synchronisation step that is still on its way, and so is this edit.
            self._visitor.received += 1
        except (Malformed, OrderUnavailable):
            raise
        except (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
            raise
        except BaseException as error:  # a panic of the Rust library is a BaseException
            log.error("edit failed", order=self._room.order_id, error=repr(error)[:500])
            await self._services.rooms.rebuild(self._room)
            self._visitor.close(Close.MALFORMED)

    async def _offers(self, update: Update) -> dict[str, Offer]:
        named = products_named(
            {
                (s.root or "", s.key): s.content[-1]
                for s in update.structs
                if s.kind == ANY and s.content and s.key
            }
        ) | _substitutes(update)
        if not named:
            return {}
        return await self._services.db.read(_load_offers, self._supplier_id, sorted(named))

    async def _tell_open_refusals(self) -> None:
        author, language = self._visitor.author, self._visitor.language
        kept = await self._services.db.read(open_refusals, self._room.order_id, author.user_id)
        # One that was committed since the room was entered has been told already.
        items = [_item(edit, language) for edit in kept if self._visitor.is_news(edit.id)]
        if items:
            self._visitor.push(envelope.notice({"type": "refused", "items": items}))


def _substitutes(update: Update) -> set[str]:
    """Values that might name a product although their key is not on the wire (they follow an earlier entry)."""
    return {
        struct.content[-1]
        for struct in update.structs
        if struct.kind == ANY and struct.key is None and _looks_like_id(struct.content[-1])
    }


def _looks_like_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 32 and value.isalnum()


def _load_offers(session: Session, supplier_id: str, ids: list[str]) -> dict[str, Offer]:
    return {
        product_id: Offer(facts(product), product.price)
        for product_id, product in load_products(session, supplier_id, ids).items()
        if not product.hidden
    }


def _item(edit: RefusedEdit, language: Language) -> RefusedItem:
    refusal = Refusal(edit.code, edit.value("values") | ({"by": edit.by} if edit.by else {}))
    item: RefusedItem = {
        "id": edit.id,
        "cell": edit.cell,
        "code": edit.code,
        "message": refusal.sentence(language),
        "tried": edit.value("tried"),
        "kept": edit.value("kept"),
    }
    if edit.by:
        item["by"] = edit.by
    return item


class _Outgoing:
    """The sending end of a Starlette WebSocket, as a visitor needs it."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def send_bytes(self, data: bytes) -> None:
        await self._websocket.send({"type": "websocket.send", "bytes": data})

    async def close(self, code: int, reason: str) -> None:
        if self._websocket.application_state == WebSocketState.CONNECTED:
            await self._websocket.close(code, reason)
