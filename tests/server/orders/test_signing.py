"""A signature covers what stands when it is written, however long it took to work out."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from persistence.person import change_person
from server.orders import service as order_service
from server.orders.commands import Decision, Declined, Given, decide
from tests.server.orders.house import House

pytestmark = pytest.mark.anyio

PATIENCE: Final = 60.0


class Held:
    """Decisions that can be held up, and then are as they would have been."""

    def __init__(self) -> None:
        self.asked = 0
        self._came = threading.Event()
        self._go = threading.Event()
        self._go.set()

    def __call__(self, content: Any, given: Given) -> Decision | Declined:
        self.asked += 1
        self._came.set()
        assert self._go.wait(PATIENCE), "nobody let it go: the loop itself was held up"
        return decide(content, given)

    def hold(self) -> None:
        """Hold up the next ones, counting anew."""
        self.asked = 0
        self._came.clear()
        self._go.clear()

    async def came(self) -> None:
        """Wait until somebody is held up."""
        assert await asyncio.to_thread(self._came.wait, PATIENCE)

    def let_go(self) -> None:
        self._go.set()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    held = Held()
    monkeypatch.setattr(order_service, "LARGE_CELLS", 1)
    monkeypatch.setattr(order_service, "decide", held)
    return held


async def test_others_write_while_a_large_order_is_signed(house: House, held: Held) -> None:
    """G8: what the whole of it takes is nobody else's to wait for."""
    large, order_id = await house.order(), await house.order()
    held.hold()
    signing = asyncio.create_task(house.command("sophie", large, "send"))
    await held.came()
    async with house.peer("sophie", order_id) as sophie:
        await sophie.write("supplier", {"freight": "12.00"})
        assert sophie.supplier["freight"] == "12.00"
    held.let_go()
    assert (await signing).status_code == 200
    assert held.asked == 1


async def test_terms_that_change_while_they_are_signed_are_not_signed(house: House, held: Held) -> None:
    """G9: nobody signs what he has not seen, whatever comes between the look and the pen."""
    order_id = await house.order()
    held.hold()
    signing = asyncio.create_task(house.command("sophie", order_id, "send"))
    await held.came()
    async with house.peer("anna", order_id) as anna:
        await anna.write("client", {"lines/a/quantity": "13"})
        held.let_go()
        reply = await signing
    assert (reply.status_code, reply.json()["code"]) == (409, "stale_digest")
    assert held.asked == 2
    assert (await house.view("anna", order_id))["signatures"].keys() == {"client"}


async def by_this_server(house: House, user_id: str) -> None:
    house.services.revocations.announce(user_id)


async def by_the_command_line(house: House, user_id: str) -> None:
    """Or by another server that cannot be heard: it is written down, and nobody is told."""
    with house.services.db.writing() as session:
        change_person(session, user_id, {"role": "viewer"})
    await house.services.sockets.look()


@pytest.mark.parametrize("let_go", [by_this_server, by_the_command_line])
async def test_who_is_let_go_while_his_signature_waits_has_not_signed(
    own_house: House, held: Held, let_go: Callable[[House, str], Awaitable[None]]
) -> None:
    """What he sent before is dropped with his sockets, and so is this."""
    order_id, luc = await own_house.order(), own_house.people["luc"].user_id
    held.hold()
    signing = asyncio.create_task(own_house.command("luc", order_id, "send"))
    await held.came()
    await let_go(own_house, luc)
    held.let_go()
    assert (await signing).status_code == 401
    assert (await own_house.view("anna", order_id))["signatures"].keys() == {"client"}
