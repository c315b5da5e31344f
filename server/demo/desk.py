"""One person at one order, as with a browser of his own: every edit is an update that passes the server's gate."""

from collections.abc import Callable, Mapping
from typing import Any

from pycrdt import Doc, Map, Text, TransactionEvent

from persistence.product import facts, load_products
from persistence.refusal import open_refusals
from schema.cells import MAP_ROOTS
from schema.order import Content
from schema.policy import Command
from schema.terms import digest_of
from server.gate.author import Author
from server.gate.judge import Offer
from server.gate.replica import Replica
from server.orders.commands import Declined
from server.orders.door import enter
from server.orders.service import perform
from server.people.identity import Principal
from server.rooms.room import Room
from server.rooms.visitor import Visitor
from server.services import Services
from server.sockets.edits import products_named
from server.yjs.update import decode_update


class NotTaken(Exception):
    """The server did not take what a demo person did; the message says why."""


class _NoSocket:
    """The demo's people look at their documents, not at what is sent to them."""

    def send_now(self, *_messages: bytes) -> bool:
        """Drop it."""
        return True

    async def send(self, _message: bytes) -> None:
        """There is nobody to wait for."""

    async def close(self, code: int, reason: str) -> None:
        """There is nothing to close."""


class Desk:
    """`desk = await Desk.at(services, anna, order_id)`, then `write`, `say`, `note` and `give`."""

    def __init__(self, services: Services, room: Room, author: Author) -> None:
        self._services, self._room, self._author = services, room, author
        self._visitor = Visitor(author, "fr", _NoSocket())
        self._doc: Doc[Any] = Doc()
        self._maps: dict[str, Map[Any]] = {root: self._doc.get(root, type=Map) for root in MAP_ROOTS}
        self._note: Text = self._doc.get("note", type=Text)

    @classmethod
    async def at(cls, services: Services, person: Principal, order_id: str) -> "Desk":
        """Open an order. Raises NotTaken when the person may not see it."""
        entry = await services.db.read(enter, person, order_id)
        if entry is None:
            raise NotTaken(f"{person.name} may not see this order")
        return cls(services, await services.rooms.open(order_id), entry.author)

    async def write(self, cells: Mapping[str, Any]) -> None:
        """Fill cells by address (`client/reference`) in one edit; None empties one. Raises NotTaken."""

        def change() -> None:
            for address, value in cells.items():
                root, _, key = address.partition("/")
                if value is None:
                    del self._maps[root][key]
                else:
                    self._maps[root][key] = value

        await self._edit(change)
        content = self._room.content
        for address, value in cells.items():
            root, _, key = address.partition("/")
            if content.root(root).get(key) != value:
                raise NotTaken(f"{address} = {value!r}: {await self._reasons()}")

    async def type(self, text: str) -> None:
        """Add to the end of the note. Raises NotTaken."""

        def change() -> None:
            self._note += text

        await self._edit(change)
        if not self._room.content.note.endswith(text):
            raise NotTaken(f"note: {await self._reasons()}")

    async def give(self, command: Command, reason: str | None) -> None:
        """Give a command for the terms that are on the desk. Raises NotTaken."""
        await self._look()
        seen = digest_of(self._content()) if command in ("send", "accept") else None
        done = await perform(self._services, self._room, self._author, command, seen, reason)
        if isinstance(done, Declined):
            raise NotTaken(f"{command}: {done.refusal.code} {' '.join(done.cells)}")

    async def _look(self) -> None:
        # The order may have been put away meanwhile: the demo's days go by in seconds, and what waits an hour is idle.
        self._room = await self._services.rooms.open(self._room.order_id)
        server: Replica = self._room.replica
        self._doc.apply_update(server.doc.get_update(self._doc.get_state()))

    async def _edit(self, change: Callable[[], None]) -> None:
        await self._look()
        made: list[bytes] = []

        def keep(event: TransactionEvent) -> None:
            made.append(event.update)

        subscription = self._doc.observe(keep)
        with self._doc.transaction():
            change()
        self._doc.unobserve(subscription)
        for raw in made:
            update = decode_update(raw)
            offers = await self._offers(products_named(update))
            self._room.edit(self._visitor, raw, update, offers, live=True)
        await self._room.settled()

    async def _offers(self, named: set[str]) -> dict[str, Offer]:
        if not named:
            return {}
        supplier_id = self._room.content.record["parties/supplier"]["id"]
        found = await self._services.db.read(load_products, supplier_id, sorted(named))
        return {product.id: Offer(facts(product), product.price) for product in found.values()}

    def _content(self) -> Content:
        roots = {root: self._maps[root].to_py() or {} for root in MAP_ROOTS}
        return Content(**roots, note=str(self._note))

    async def _reasons(self) -> str:
        kept = await self._services.db.read(open_refusals, self._room.order_id, self._author.user_id)
        return ", ".join(f"{one.cell} {one.code}" for one in kept) or "not there"
