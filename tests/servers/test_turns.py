"""People at several servers who write one order without a pause: all of them get on."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import server.rooms.turns
from schema.closes import Close
from server.rooms.room import Room
from tests.server.orders.house import House
from tests.server.peer import Peer
from tests.servers.fleet import Fleet, until_saved

pytestmark = pytest.mark.anyio

OWN = {
    "anna": ("client", "reference"),
    "sophie": ("supplier", "confirmation_number"),
    "luc": ("supplier", "lines/a/reason"),
}
ENOUGH = 8
TOO_MANY = 15 * ENOUGH
"""Saved edits of one person, by which each of the others must have had enough."""


async def test_three_who_write_one_order_through_three_servers_all_get_on(fleet: Fleet) -> None:
    """Whoever is first does not keep the others waiting until he has done."""
    saved = Counter(dict.fromkeys(OWN, 0))

    def goes_on() -> bool:
        return min(saved.values()) < ENOUGH and max(saved.values()) < TOO_MANY

    peers = [server.peer(name) for server, name in zip(await fleet.start(3), OWN, strict=True)]
    writing = (_write(peer, name, saved, goes_on) for peer, name in zip(peers, OWN, strict=True))
    await asyncio.gather(*writing)
    assert min(saved.values()) >= ENOUGH, saved
    assert fleet.faults() == []


async def _write(peer: Peer, name: str, saved: Counter[str], goes_on: Callable[[], bool]) -> None:
    """Write a cell of one's own, again as soon as it is saved."""
    root, key = OWN[name]
    await peer.come()
    await peer.until(lambda: len(peer.record) > 0)
    while goes_on():
        peer.edit(root, {key: str(saved[name])})
        if peer.closed is None:
            await peer.flush()
        await until_saved(peer)
        saved[name] += 1
    await peer.leave()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn lasts as long as it takes."""
    for name in ("FIRST_SECONDS", "LONGEST_SECONDS"):
        monkeypatch.setattr(server.rooms.turns, name, 600.0)


@pytest.mark.usefixtures("patient")
async def test_nobody_elsewhere_writes_before_whoever_lost_has_written(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    order = await one.order("open")
    anna, asked = one.peer("anna", order), _asked(one)
    async with other.peer("sophie", order) as sophie:
        async with anna:
            await _lose(anna, sophie, one, monkeypatch)
        assert asked == [(order, 1)]
        room = await other.room(order)
        await _until(lambda: not room.availability.takes_edits)
        sophie.edit("supplier", {"confirmation_number": "waits"})
        await sophie.flush()
        async with one.peer("anna", order, anna.doc) as again:
            await again.saved()
            assert sophie.durable < sophie.sent
            await sophie.saved()
            await again.until(lambda: again.supplier.get("confirmation_number") == "waits")
            assert (again.closed, sophie.closed) == (None, None)
            assert sophie.client["reference"] == "lost"
        assert asked == [(order, 1), (order, 0)]


async def test_who_does_not_come_back_is_waited_for_no_longer_than_a_moment(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    order = await one.order("open")
    async with other.peer("sophie", order) as sophie:
        async with one.peer("anna", order) as anna:
            await _lose(anna, sophie, one, monkeypatch)
        room = await other.room(order)
        await _until(lambda: not room.availability.takes_edits)
        await sophie.write("supplier", {"confirmation_number": "goes on"})


async def test_where_nobody_loses_nobody_asks(two: tuple[House, House]) -> None:
    one, other = two
    order = await one.order("open")
    asked = [*_asked(one), *_asked(other)]
    async with one.peer("anna", order) as anna, other.peer("sophie", order) as sophie:
        for number in range(5):
            await anna.write("client", {"reference": str(number)})
            await sophie.until(partial(_shows, sophie, str(number)))
            await sophie.write("supplier", {"confirmation_number": str(number)})
            await anna.until(
                lambda: anna.supplier.get("confirmation_number") == sophie.supplier["confirmation_number"]
            )
    assert asked == []


@pytest.mark.usefixtures("patient")
async def test_who_has_lost_more_often_goes_before_others_who_ask(two: tuple[House, House]) -> None:
    one, _ = two
    room, turns = await _room_that_lost(one, times=2), one.services.rooms.turns
    turns.asked(room, "another", 1)
    assert room.availability.takes_edits
    turns.asked(room, "another", 3)
    assert not room.availability.takes_edits
    turns.taken(room, "another")
    assert room.availability.takes_edits
    turns.asked(room, "another", 5000)
    assert not room.availability.takes_edits
    turns.taken(room, "another")


@pytest.mark.usefixtures("patient")
async def test_of_two_who_lost_as_often_one_goes_first(two: tuple[House, House]) -> None:
    one, _ = two
    room, turns = await _room_that_lost(one, times=1), one.services.rooms.turns
    turns.asked(room, turns.name[:-1], 1)
    assert room.availability.takes_edits
    turns.asked(room, turns.name + "0", 1)
    turns.asked(room, turns.name + "1", 1)
    turns.asked(room, turns.name + "0", 2)  # twice, and let go of once
    turns.taken(room, turns.name + "0")
    assert not room.availability.takes_edits
    turns.taken(room, turns.name + "1")
    assert room.availability.takes_edits


async def _room_that_lost(house: House, times: int) -> Room:
    room = await house.room(await house.order("open"))
    room.copy.pending.gathering.authors.add(house.people["anna"].user_id)
    for _ in range(times):
        house.services.rooms.turns.lost(room)
    return room


def _asked(house: House) -> list[tuple[str, int]]:
    asked: list[tuple[str, int]] = []
    house.services.rooms.turns.askers.append(lambda *each: asked.append(each))
    return asked


async def _lose(anna: Peer, sophie: Peer, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anna's server does not hear of what Sophie writes, and so her edit is void."""

    async def nothing(*_: Any) -> None:
        return

    with monkeypatch.context() as deaf:
        deaf.setattr(house.services.rooms, "hear_of", nothing)
        await sophie.write("supplier", {"lines/a/reason": "first"})
        anna.edit("client", {"reference": "lost"})
        await anna.flush()
        assert await anna.gone() == Close.REPLAYED


def _shows(peer: Peer, reference: str) -> bool:
    return bool(peer.client.get("reference") == reference)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
