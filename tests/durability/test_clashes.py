"""Another process was first while the database fails or is slow: the order comes back, and nobody waits for it."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from schema.closes import Close
from server.availability import OrderUnavailable
from tests.durability.health import health_of
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("_impatient")]


async def test_a_clash_that_cannot_be_mended_at_once_stops_nobody(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process was first, and the order does not load at that moment."""
    house = own_house
    order_id, other_id = await house.order(), await house.order()
    other_house = house.beside()
    async with other_house, house.peer("anna", order_id) as anna, house.peer("luc", other_id) as luc:
        room = await house.room(order_id)
        _grow_deaf(house, monkeypatch)
        await _write(other_house, order_id)

        async def read(*_: Any, **_how: Any) -> Any:
            raise OrderUnavailable

        with monkeypatch.context() as broken:
            broken.setattr(house.services.rooms, "_read", read)
            anna.edit("client", {"lines/a/quantity": "31"})
            await anna.flush()
            assert await anna.gone() == Close.UNAVAILABLE
        await luc.write("supplier", {"lines/a/unit_price": "38.90"})
        assert room not in house.services.rooms.loaded()
        async with house.peer("anna", order_id, anna.doc) as again:
            await again.saved()
            assert again.supplier["lines/a/unit_price"] == "39.90"
            await assert_in_step(house, order_id, again)


async def test_while_a_clash_is_mended_without_an_answer_people_read_so(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process was first, and the database falls silent before the order is loaded again."""
    house = own_house
    order_id, other_id = await house.order(), await house.order()
    other_house = house.beside()
    async with other_house, house.peer("anna", order_id) as anna, house.peer("luc", other_id) as luc:
        _grow_deaf(house, monkeypatch)
        await _write(other_house, order_id)
        with _reading_late(house, monkeypatch) as reading:
            anna.edit("client", {"lines/a/quantity": "31"})
            await anna.flush()
            await reading.wait()
            luc.edit("supplier", {"lines/a/unit_price": "38.90"})
            await luc.flush()
            await anna.until(lambda: anna.availability[-1:] == [False])
            await luc.until(lambda: luc.availability[-1:] == [False])
            assert {state for _, state in (await health_of(house))[2]} == {"read_only"}
        await luc.saved()
        await luc.until(lambda: luc.availability[-1:] == [True])
        assert await anna.gone() == Close.REPLAYED
        async with house.peer("anna", order_id, anna.doc) as again:
            await again.saved()
            again.edit("client", {"lines/a/quantity": "32"})
            await again.flush()
            await again.saved()
            assert again.availability[-1:] != [False]
            await assert_in_step(house, order_id, again)
        assert (await health_of(house))[1:] == ("ok", [])


async def test_who_was_written_with_an_order_that_clashed_does_not_wait_for_that(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_house
    order_id, other_id = await house.order(), await house.order()
    other_house = house.beside()
    async with other_house:
        clashing, other = await house.room(order_id), await house.room(other_id)
        await _write(other_house, order_id)
        with _reading_late(house, monkeypatch):
            clashes = clashing.write({("record", "audit"): "x"}, [], None)
            assert await other.write({("record", "audit"): "y"}, [], None)
            assert not clashes.done()
        assert not await clashes


@contextlib.contextmanager
def _reading_late(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[asyncio.Event]:
    """Let the house load no order before this is over; the event tells that it wants to."""
    read = house.services.rooms._read
    reading, free = asyncio.Event(), asyncio.Event()

    async def read_late(*order: Any, **how: Any) -> Any:
        reading.set()
        await free.wait()
        return await read(*order, **how)

    monkeypatch.setattr(house.services.rooms, "_read", read_late)
    try:
        yield reading
    finally:
        free.set()


async def _nothing(*_: object) -> None:
    return None


def _grow_deaf(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the house hear nothing of what other processes commit."""
    for ear in ("watch", "hear_of"):
        monkeypatch.setattr(house.services.rooms, ear, _nothing)


async def _write(house: House, order_id: str) -> None:
    """A change through this house."""
    async with house.peer("sophie", order_id) as sophie:
        await sophie.write("supplier", {"lines/a/unit_price": "39.90"})
