"""pycrdt's own `Provider`, as it comes: it sends back whatever it is given, the server's own entries too."""

import asyncio
from types import TracebackType
from typing import Any, Self

import pytest
from pycrdt import Channel, Doc, Map, Provider, Text
from websockets.asyncio.client import ClientConnection, connect

from schema.cells import MAP_ROOTS
from tests.server.orders.house import COMPLETE, House

pytestmark = pytest.mark.anyio
PATIENCE = 60.0


class Line(Channel):
    """A WebSocket as a provider takes it."""

    path = "order"

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, message: bytes) -> None:
        await self._socket.send(message)

    async def recv(self) -> bytes:
        message = await self._socket.recv()
        assert isinstance(message, bytes)
        return message


class Program:
    """Somebody's document, kept in step by nothing but the provider."""

    def __init__(self, house: House, name: str, order_id: str) -> None:
        self._url = f"ws://127.0.0.1:{house.port}/ws/orders/{order_id}"
        self._headers = house.people[name].headers
        self.document: Doc[Any] = Doc()
        self.maps: dict[str, Map[Any]] = {root: self.document.get(root, type=Map) for root in MAP_ROOTS}
        self.note = self.document.get("note", type=Text)

    async def __aenter__(self) -> Self:
        self.socket = await connect(self._url, additional_headers=self._headers)
        self._provider = Provider(self.document, Line(self.socket))
        await self._provider.__aenter__()
        async with asyncio.timeout(PATIENCE):
            await self._provider.synced.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._provider.__aexit__(kind, error, trace)  # type: ignore[no-untyped-call]
        await self.socket.close()

    def values(self) -> dict[str, Any]:
        """Everything in the maps."""
        return {root: each.to_py() for root, each in self.maps.items()}

    async def in_step(self, house: House, order_id: str) -> None:
        """Wait until it shows what the server holds."""
        async with asyncio.timeout(PATIENCE):
            while True:
                content = await house.content(order_id)
                if self.values() == {root: dict(getattr(content, root)) for root in MAP_ROOTS}:
                    return
                await asyncio.sleep(0.01)


async def test_an_unmodified_provider_stays_through_a_whole_negotiation(house: House) -> None:
    """Product facts are the deepest values of an order, and a provider repeats them to the server (G3)."""
    order_id = await house.begin()
    async with Program(house, "anna", order_id) as anna:
        with anna.document.transaction():
            anna.maps["client"].update(
                house.with_products(COMPLETE) | {"lines/d/characteristics/wood": "oak"}
            )
        await anna.in_step(house, order_id)
        await house.must("anna", order_id, "send")
        async with Program(house, "sophie", order_id) as sophie:
            sophie.maps["supplier"]["lines/a/quantity"] = "8"
            sophie.maps["supplier"]["lines/s/substitute"] = house.products["panel"]
            sophie.maps["comments"]["c1"] = {"text": "Huit.", "anchor": "lines/a"}
            anna.note.insert(0, "Au quai")
            for program in (anna, sophie):
                await program.in_step(house, order_id)
            await house.must("sophie", order_id, "send")
            await house.must("anna", order_id, "accept")
            await house.must("sophie", order_id, "amend")
            sophie.maps["supplier"]["lines/a/quantity"] = "7"
            for program in (anna, sophie):
                await program.in_step(house, order_id)
                assert program.socket.close_code is None
            assert sophie.maps["record"]["products/d"]["characteristics"][0]["options"]
    async with Program(house, "luc", order_id) as late:
        await late.in_step(house, order_id)


@pytest.mark.parametrize(
    "written",
    [["8", "8"], ["8", "many"], ["8", "7"], ["8", None, "7"], ["8", "many", "8", "7", None, "6"]],
    ids=["again", "mended", "anew", "after it was emptied", "all of it"],
)
async def test_what_a_provider_repeats_is_nobodys_edit(house: House, written: list[str | None]) -> None:
    """A deletion that comes back beside what replaced the deleted, or later than that, empties nothing (G3, G4)."""
    order_id = await house.order("open")
    async with Program(house, "anna", order_id) as anna, Program(house, "sophie", order_id) as sophie:
        async with house.peer("luc", order_id) as luc:
            for value in written:
                await luc.write("supplier", {"lines/a/quantity": value})
        for program in (anna, sophie):
            await program.in_step(house, order_id)
    async with Program(house, "anna", order_id), Program(house, "sophie", order_id):
        pass  # what is given to begin with comes back too
    stands = next(value for value in reversed(written) if value != "many")
    assert (await house.content(order_id)).supplier["lines/a/quantity"] == stands
    for name in ("anna", "sophie"):
        async with house.peer(name, order_id) as peer:
            assert peer.refusals == []


@pytest.mark.parametrize("written", [["8", "8"], ["8", "many"], ["8", "7"]], ids=["again", "mended", "anew"])
async def test_a_script_that_sends_what_differs_empties_nothing(house: House, written: list[str]) -> None:
    """`get_update(state)` repeats everything that was ever deleted, and what others deleted is not its doing (G3)."""
    order_id = await house.order("open")
    async with house.peer("luc", order_id) as luc:
        for value in written:
            await luc.write("supplier", {"lines/a/quantity": value})
        async with house.peer("sophie", order_id) as script:
            await luc.write("supplier", {"lines/a/quantity": None})
            await luc.write("supplier", {"lines/a/quantity": "9"})
            await luc.write("supplier", {"lines/a/quantity": "9"})
            await script.until(lambda: script.supplier.get("lines/a/quantity") == "9")
            await script.barrier()
            state = script.doc.get_state()
            script.edit("supplier", {"lines/a/reason": "Neuf"})
            script.forget()
            await script.send_update(script.doc.get_update(state))
            await script.saved()
            assert script.refusals == []
    content = await house.content(order_id)
    assert content.supplier["lines/a/quantity"] == "9"
    assert content.supplier["lines/a/reason"] == "Neuf"
