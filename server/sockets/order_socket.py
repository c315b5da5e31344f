"""`/ws/orders/{id}`: the Yjs protocol between one browser or bot and one order (docs/protocol.md).

A connection passes the door, is greeted, and then every message is read whole, screened and judged. Whatever goes
wrong with what it sends ends this connection with a named code, and nothing else.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from re import fullmatch
from time import perf_counter
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from persistence.away import cause_of
from persistence.refusal import open_refusals
from schema.closes import SENTENCES, Close
from schema.messages import PROTOCOL, SYNC, SYNC_STEP2
from server.availability import OrderUnavailable
from server.fields import HEX_ID
from server.gate.breach import Breach, BreachCode
from server.http.security import same_site
from server.metrics import CLOSED_SOCKETS, PAGES_AHEAD
from server.orders.door import Entry, enter
from server.people.identity import Principal, identify, spoken_language
from server.people.open_sockets import Stay
from server.rooms import notices
from server.rooms.room import Room
from server.rooms.visitor import Visitor
from server.services import Services
from server.sockets.direct import Line, Message
from server.sockets.edits import Edits
from server.tasks import end
from server.yjs import envelope
from server.yjs.malformed import Malformed, MalformedCode
from server.yjs.state_vector import STRANGE_CLIENTS, decode_state_vector

log = structlog.get_logger()

HANDSHAKE_SECONDS: Final = 20.0
AWARENESS_BYTES: Final = 16_384
TURN: Final = 16
"""Messages that one visitor may have taken before everybody else has his turn; large ones count for more."""
TURN_BYTES: Final = 16_384
"""What is as much as a turn of small messages."""
CUT_OFF: Final = 1006
"""How RFC 6455 calls an end that was not said."""
SYNCHRONISATION: Final = bytes((SYNC, SYNC_STEP2))


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
    BreachCode.MISPLACED: Close.FORBIDDEN_CONTENT,
    BreachCode.TOO_MANY_CLIENTS: Close.FLOOD,
}


async def order_socket(websocket: WebSocket) -> None:
    """The endpoint."""
    with suppress(WebSocketDisconnect):  # who has gone before he was answered is no failure of ours
        await _meet(websocket)


async def _meet(websocket: WebSocket) -> None:
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
        await _turn_away(websocket, Close.OUTDATED, principal)
    elif services.sockets.crowded(principal):
        await _turn_away(websocket, Close.CROWDED, principal)
    else:
        with services.sockets.held(principal) as stay:
            await _receive(services, websocket, stay)


async def _receive(services: Services, websocket: WebSocket, stay: Stay) -> None:
    try:
        await websocket.accept()
        arrived = await _arrive(services, websocket, stay)
    except (SQLAlchemyError, OrderUnavailable):
        arrived = Close.UNAVAILABLE
    if isinstance(arrived, Close):
        await _turn_away(websocket, arrived, stay.principal)
    else:
        await arrived.run()


async def _arrive(services: Services, websocket: WebSocket, stay: Stay) -> "_Conversation | Close":
    """Pass the door. Raises OrderUnavailable, SQLAlchemyError."""
    principal = stay.principal
    order_id = websocket.path_params["order_id"]
    entry = await services.db.read(enter, principal, order_id)
    if entry is None:
        return Close.NOT_FOUND
    epoch = websocket.query_params.get("epoch")
    if epoch and epoch != entry.order.epoch:
        return Close.EPOCH
    room = await services.rooms.open(order_id, entry.order.seq)
    return _Conversation(services, websocket, stay, entry, room)


async def _turn_away(websocket: WebSocket, code: Close, principal: Principal | None = None) -> None:
    CLOSED_SOCKETS.labels(code.name.lower()).inc()
    order_id = websocket.path_params["order_id"]
    about = {"order": order_id} if fullmatch(HEX_ID, order_id) else {}  # else it is a stranger's own words
    if principal is not None:
        about["user"] = principal.user_id
    log.info("turned away", **about, code=int(code), close=code.name.lower())
    if websocket.application_state == WebSocketState.CONNECTING:
        await websocket.accept()  # a browser is told no code of a handshake that failed
    await websocket.close(int(code), SENTENCES[code])


class _Conversation:
    """One connection from its greeting to its end."""

    def __init__(
        self, services: Services, websocket: WebSocket, stay: Stay, entry: Entry, room: Room
    ) -> None:
        self._services = services
        self._stay = stay
        self._room = room
        self._asked = False
        self._inbox: deque[Message] | None = None  # until something has to wait; most never does
        self._working: asyncio.Task[None] | None = None
        self._line = Line(websocket)
        language = spoken_language(websocket, stay.principal)
        self._visitor = Visitor(entry.author, language, self._line)
        self._edits = Edits(services.db, entry.order.supplier_id, room, self._visitor, self._guarded)

    async def run(self) -> None:
        visitor, room = self._visitor, self._room
        reader = asyncio.create_task(self._listen(), name="reader")
        start = perf_counter()
        log.info("order entered", order=room.order_id, user=visitor.author.user_id)
        try:
            room.enter(visitor)
            self._stay.when_ended(self._end)
            await self._guarded(self._tell_open_refusals)
            await asyncio.wait((reader, visitor.gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            room.leave(visitor)
            if visitor.closing is not None:
                CLOSED_SOCKETS.labels(visitor.closing.name.lower()).inc()
            mine = (reader, visitor.pumping, self._working, self._edits.holding)
            await end(*(task for task in mine if task is not None))
            self._note_leave(perf_counter() - start)

    def _note_leave(self, seconds: float) -> None:
        closing = self._visitor.closing
        by_us = {"close": closing.name.lower()} if closing is not None else {}
        log.info(
            "order left",
            order=self._room.order_id,
            user=self._visitor.author.user_id,
            code=int(closing or self._line.ended or CUT_OFF),
            seconds=round(seconds, 1),
            **by_us,
        )

    def _end(self, code: Close) -> None:
        self._visitor.close(code)

    async def _listen(self) -> None:
        """Read until the other end closes."""
        handshake = asyncio.get_running_loop().call_later(HANDSHAKE_SECONDS, self._expect_handshake)
        try:
            await self._line.listen(self._hear)
        finally:
            handshake.cancel()

    def _hear(self, messages: Sequence[Message]) -> None:
        """Take what came at once where nothing has to be waited for; the rest in its order, in turns with others."""
        taken = 0
        for message in messages:
            if self._inbox or taken >= TURN or not self._take_now(message):
                self._inbox = self._inbox or deque()
                self._inbox.append(message)
            taken += _weight(message)
        if (self._inbox or self._edits.owes) and (self._working is None or self._working.done()):
            self._line.hold()
            self._working = asyncio.create_task(self._work(), name="inbox")

    async def _work(self) -> None:
        """Take what could not be taken at once. Nothing more is read until it is done."""
        taken = TURN
        while self._inbox or self._edits.owes:
            await self._edits.rest()
            if not self._inbox:
                break
            if taken >= TURN:
                taken = 0
                await asyncio.sleep(0)
            taken += _weight(self._inbox[0])
            if not self._take_now(self._inbox[0]):
                await self._guarded(self._take, self._inbox[0] or b"")
            self._inbox.popleft()
        self._inbox = None
        self._line.go_on()

    def _expect_handshake(self) -> None:
        if not self._visitor.synced:
            self._visitor.close(Close.HANDSHAKE_TIMEOUT)

    async def _guarded(self, step: Callable[..., Awaitable[None]], *args: Any) -> None:
        try:
            await step(*args)
        except BaseException as error:  # a panic of the Rust library is a BaseException
            self._end_for(error)

    def _end_for(self, error: BaseException) -> None:
        """Whatever goes wrong with what this visitor sent ends this connection, with a name. Raises again what did not
        come of that."""
        match error:
            case Malformed():
                self._close_for(_MALFORMED.get(error.code, Close.MALFORMED), error)
            case Breach():
                self._close_for(_BREACHES[error.code], error)
            case OrderUnavailable() | SQLAlchemyError():
                self._visitor.close(Close.UNAVAILABLE)
            case asyncio.CancelledError() | GeneratorExit() | KeyboardInterrupt() | SystemExit():
                raise error
            case _:
                log.error("message failed", order=self._room.order_id, error=cause_of(error))
                self._services.rooms.distrust(self._room)
                self._visitor.close(Close.MALFORMED)

    def _close_for(self, code: Close, cause: Exception) -> None:
        log.warning("socket closed", order=self._room.order_id, close=code.name.lower(), detail=str(cause))
        self._visitor.close(code)

    def _take_now(self, data: Message) -> bool:
        """Take a message for which nothing has to be waited for; False when something has."""
        if self._visitor.closing is not None:
            return True
        if data is None:
            self._visitor.close(Close.TEXT_FRAME)
            return True
        try:
            message = envelope.open_envelope(data)
            if message.kind in ("update", "step2"):
                return self._edits.take_now(message.payload, live=message.kind == "update")
            if message.kind == "awareness":
                self._hear_presence(message.payload)
            # Others may speak of what does not concern an order.
            return message.kind in ("awareness", "other")
        except BaseException as error:  # as above
            self._end_for(error)
        return True

    async def _take(self, data: bytes) -> None:
        message = envelope.open_envelope(data)
        match message.kind:
            case "step1":
                await self._answered()
                limit = len(self._room.replica.owners) + STRANGE_CLIENTS
                await self._answer(decode_state_vector(message.payload, limit))
            case "step2" | "update":
                await self._edits.take(message.payload, live=message.kind == "update")
            case "query":
                await self._visitor.taken()
                self._room.attendance.tell_all(self._visitor)
            case "awareness" | "other":
                raise AssertionError(f"{message.kind} is taken at once")

    async def _answer(self, has: Mapping[int, int]) -> None:
        """Whoever has what is not stored starts anew, he alone: what he says may be made up."""
        if self._room.is_behind(self._visitor, has):
            await self._services.rooms.catch_up(self._room)
        if self._room.is_behind(self._visitor, has):
            PAGES_AHEAD.inc()
            log.warning("page ahead", order=self._room.order_id, user=self._visitor.author.user_id)
            self._visitor.close(Close.EPOCH)
        else:
            self._room.answer_sync(self._visitor, has)

    def _hear_presence(self, payload: bytes) -> None:
        if len(payload) > AWARENESS_BYTES:
            self._visitor.close(Close.AWARENESS)
            return
        try:
            self._room.attendance.hear(self._visitor, payload, self._room.replica.owner)
        except Malformed as error:
            self._close_for(_MALFORMED.get(error.code, Close.AWARENESS), error)

    async def _answered(self) -> None:
        """A few bytes ask for a whole order: who asks again must have taken the answer before."""
        if self._asked:
            await self._room.durable()
            await self._visitor.taken()
        self._asked = True

    async def _tell_open_refusals(self) -> None:
        author, language = self._visitor.author, self._visitor.language
        kept = await self._services.db.read(open_refusals, self._room.order_id, author.user_id)
        # One that was committed since the room was entered has been told already.
        news = [edit for edit in kept if self._visitor.is_news(edit.id)]
        if news:
            self._visitor.push(notices.refused_before(news, language))
        self._visitor.caught_up()


def _weight(message: Message) -> int:
    """How much of a turn a message takes; a synchronisation, which is held against the whole order, takes it all."""
    if message is None:
        return 1
    return TURN if message[:2] == SYNCHRONISATION else 1 + len(message) * TURN // TURN_BYTES
