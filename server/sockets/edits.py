"""What one visitor edits: read, judged at once where nothing has to be waited for, else in its order.

While the order takes no edits, and while a long one is taken in pieces, what comes after is held back here, so that he
is still heard and still answers.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Mapping
from time import perf_counter
from typing import Any, Final, NamedTuple

from sqlmodel import Session

from persistence.database import Database
from persistence.product import facts, load_products
from schema.cells import names_product
from schema.values import check
from server.gate.breach import Breach, BreachCode
from server.gate.bulk import PIECE, Bulk
from server.gate.judge import Offer
from server.rooms.room import Room
from server.rooms.visitor import Visitor
from server.yjs.structs import ANY, Struct
from server.yjs.update import Update, decode_update

LONG_BYTES: Final = 16_384
"""A longer message is read beside the loop, which others need meanwhile."""
LONG: Final = 0.05
"""Seconds of everybody's time that one edit may take before its author has to wait for as long himself."""
LONGEST_REST: Final = 5.0
HELD_BYTES: Final = 1 << 20
"""What one visitor may send while the order takes no edits; then he is not read any further."""
_EARLY: Final = (BreachCode.GAP, BreachCode.UNKNOWN_REFERENCE)

Guarded = Callable[..., Coroutine[Any, Any, None]]
"""Runs a step so that whatever goes wrong with it ends this visitor's connection, with a name."""


class _Edit(NamedTuple):
    """What a message with an update holds. products: those that it names. bulk: the same update, where it is large."""

    update: Update
    products: Collection[str]
    bulk: Bulk | None


class Edits:
    """One visitor's, in their order. `supplier_id`: whose products they may name."""

    def __init__(
        self, database: Database, supplier_id: str, room: Room, visitor: Visitor, guarded: Guarded
    ) -> None:
        self._database = database
        self._supplier_id = supplier_id
        self._room = room
        self._visitor = visitor
        self._guarded = guarded
        self._handshaken = False
        self._held: deque[tuple[bytes, bool]] | None = None  # until something has to be
        self._held_bytes = 0
        self.holding: asyncio.Task[None] | None = None
        self._decoded: tuple[bytes, _Edit] | None = None
        self._owed = 0.0  # seconds

    @property
    def owes(self) -> bool:
        """Whether others are owed time before he is heard again."""
        return self._owed > 0

    async def rest(self) -> None:
        """Leave everybody else as much time as was taken of them."""
        if self._owed:
            owed, self._owed = self._owed, 0.0
            await asyncio.sleep(min(owed, LONGEST_REST))

    async def take(self, payload: bytes, *, live: bool) -> None:
        """Take one that could not be taken at once, or hold it back: it is read and judged after those before it.
        `live`: one moment's edit, not the answer to a synchronisation."""
        if self._room.availability.takes_edits and not self._held and not self._is_long(payload):
            await self._edit(payload, live=live)
            return
        self._held = self._held or deque()
        self._held.append((payload, live))
        self._held_bytes += len(payload)
        if self.holding is None or self.holding.done():
            self.holding = asyncio.create_task(self._guarded(self._edit_held), name="held")
        if self._held_bytes > HELD_BYTES:
            await asyncio.wait((self.holding,))

    async def _edit_held(self) -> None:
        while self._held and self._visitor.closing is None:
            payload, live = self._held[0]
            await self._edit(payload, live=live)
            await self.rest()
            self._held.popleft()
            self._held_bytes -= len(payload)
        self._held = None

    def take_now(self, payload: bytes, *, live: bool) -> bool:
        """Take one for which nothing has to be waited for; False when something has. Raises Malformed, Breach."""
        if self._held or not self._room.takes_at_once or len(payload) > LONG_BYTES:
            return False
        edit = _read(payload)
        if edit.bulk is not None or edit.products:
            self._decoded = (payload, edit)  # it is asked for again in its turn
            return False
        self._admit(payload, edit.update, {}, live=live)
        return True

    def _is_long(self, payload: bytes) -> bool:
        decoded = self._decoded
        known = decoded is not None and decoded[0] == payload and decoded[1].bulk is not None
        return known or len(payload) > LONG_BYTES

    async def _edit(self, payload: bytes, *, live: bool) -> None:
        edit = await self._decode(payload)
        await self._room.writable()
        offers = await self._offers(edit.products)
        if self._visitor.closing is not None:
            return  # his rights ended while he waited
        if edit.bulk is None:
            self._admit(payload, edit.update, offers, live=live)
        else:
            await self._admit_in_pieces(edit.bulk, offers, live=live)

    async def _decode(self, payload: bytes) -> "_Edit":
        decoded, self._decoded = self._decoded, None
        if decoded is not None and decoded[0] == payload:
            return decoded[1]
        # Beside the loop, which others need meanwhile.
        return await asyncio.to_thread(_read, payload) if len(payload) > LONG_BYTES else _read(payload)

    def _admit(self, payload: bytes, update: Update, offers: Mapping[str, Offer], *, live: bool) -> None:
        began = perf_counter()
        try:
            self._room.edit(self._visitor, payload, update, offers, live=live)
            self._handshaken |= not live
        except Breach as breach:
            self._forgive_early(breach)
        finally:
            took = perf_counter() - began
            if took > LONG:
                self._owed += took

    async def _admit_in_pieces(self, bulk: Bulk, offers: Mapping[str, Offer], *, live: bool) -> None:
        """Judge a large update, and after each piece leave everybody else as much time as it took."""
        for piece in bulk.pieces():
            await self._room.writable()
            if self._visitor.closing is not None:
                return
            began = perf_counter()
            try:
                self._room.edit_piece(self._visitor, piece, bulk, offers, live=live)
            except Breach as breach:
                self._forgive_early(breach)
                return
            await asyncio.sleep(perf_counter() - began)
        self._handshaken |= not live

    def _forgive_early(self, breach: Breach) -> None:
        """An ordinary provider sends what is typed as soon as the socket is open; what came before it is in the
        synchronisation step that is still on its way, and so is this edit. Raises any other breach."""
        if self._handshaken or breach.code not in _EARLY:
            raise breach
        self._visitor.received += 1

    async def _offers(self, products: Collection[str]) -> dict[str, Offer]:
        if not products:
            return {}
        return await self._database.read(_load_offers, self._supplier_id, sorted(products))


def _read(payload: bytes) -> _Edit:
    """Raises `Malformed`."""
    update = decode_update(payload)
    return _Edit(update, products_named(update), Bulk(update, PIECE) if len(update.structs) > PIECE else None)


def products_named(update: Update) -> set[str]:
    """The products that an update names, or might name where the key is not on the wire (it follows an earlier
    entry). They must be looked up in the catalogue before it is judged."""
    named = set()
    for struct in update.structs:
        value = struct.content[-1] if struct.kind == ANY else None
        if isinstance(value, str) and _may_name(struct, value):
            named.add(value)
    return named


def _may_name(struct: Struct, value: str) -> bool:
    if struct.root is None or struct.key is None:
        return len(value) == 32 and value.isalnum()
    return names_product(struct.root, struct.key) and check("product", value) is None


def _load_offers(session: Session, supplier_id: str, ids: list[str]) -> dict[str, Offer]:
    return {
        product_id: Offer(facts(product), product.price)
        for product_id, product in load_products(session, supplier_id, ids).items()
        if not product.hidden
    }
