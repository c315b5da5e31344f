"""An order that people only look at is bytes in memory, and everything else again at the first edit."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.gate.bulk import PIECE
from server.rooms.folding import PASSING_LOOKS
from server.rooms.room import Room
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step

pytestmark = pytest.mark.anyio


@pytest.fixture
def _unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not look by itself: its look between a write and a test's own would make it two."""
    monkeypatch.setattr("server.rooms.housekeeping.LOOK_SECONDS", 3_600)
    monkeypatch.setattr("server.rooms.housekeeping.GLANCE_SECONDS", 3_600)


async def wait_in_vain(house: House, room: Room) -> None:
    """What happens in an order while nothing does."""
    for _ in range(3):
        await house.services.rooms.housekeeping.fold()
    assert room.replica.size == 0


async def test_an_order_that_is_looked_at_is_folded_until_somebody_writes(house: House) -> None:
    order_id = await house.order("open", "client")
    room = await house.room(order_id)
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        await wait_in_vain(house, room)
        await anna.write("client", {"reference": "BT-7"})
        await assert_in_step(house, order_id, anna, sophie)
        assert sophie.state()["client"]["reference"] == "BT-7"


async def test_who_comes_reads_a_folded_order_and_leaves_it_folded(house: House) -> None:
    order_id = await house.order("open", "client")
    room = await house.room(order_id)
    async with house.peer("anna", order_id) as anna:
        await wait_in_vain(house, room)
        async with house.peer("sophie", order_id) as sophie:
            assert sophie.state() == anna.state()
            assert sophie.state()["record"]["currency"] == "CAD"
        assert room.replica.size == 0


@pytest.mark.usefixtures("_unwatched")
async def test_an_order_is_not_folded_while_people_write(own_house: House) -> None:
    house = own_house
    order_id = await house.order("open", "client")
    room = await house.room(order_id)
    async with house.peer("anna", order_id) as anna:
        for turn in range(5):
            await anna.write("client", {"reference": f"BT-{turn}"})
            await house.services.rooms.housekeeping.fold()
            assert room.replica.size > 0


@pytest.mark.usefixtures("_unwatched")
async def test_memory_is_given_back_now_and_then(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house, given, now_and_then = own_house, list[int](), timedelta(hours=1)
    monkeypatch.setattr("server.rooms.housekeeping.give_back", lambda: given.append(1))
    # On a busy machine the seconds that it is may pass by themselves.
    monkeypatch.setattr("server.rooms.housekeeping.GIVE_BACK_SECONDS", now_and_then.total_seconds())
    house.ahead += now_and_then
    await wait_in_vain(house, await house.room(await house.order("open", "client")))
    await wait_in_vain(house, await house.room(await house.order("open", "client")))
    assert given == [1]
    house.ahead += now_and_then
    await house.services.rooms.housekeeping.fold()
    assert given == [1, 1]
    house.ahead += now_and_then
    await house.services.rooms.housekeeping.fold()
    assert given == [1, 1]


@pytest.mark.usefixtures("_unwatched")
async def test_in_a_crowd_orders_that_were_only_opened_are_folded_at_the_first_glance_that_finds_them_unused(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_house
    chores = house.services.rooms.housekeeping
    rooms = [await house.room(await house.order("open", "client")) for _ in range(3)]
    cells = sum(room.replica.size for room in house.services.rooms.loaded())
    monkeypatch.setattr("server.rooms.housekeeping.CROWD_CELLS", cells)
    await chores.relieve()
    await chores.relieve()
    assert all(room.replica.size for room in rooms), "they are no crowd"
    monkeypatch.setattr("server.rooms.housekeeping.CROWD_CELLS", cells - 1)
    await chores.relieve()
    assert all(room.replica.size for room in rooms), "each was used since the last glance"
    _ = rooms[1].copy.content
    await chores.relieve()
    assert [room.replica.size > 0 for room in rooms] == [False, True, False]


async def glance(house: House, times: int) -> None:
    """At a crowd, so many times."""
    for _ in range(times):
        await house.services.rooms.housekeeping.relieve()


async def written_look_after_look(house: House, cells: Callable[[int], dict[str, str]]) -> Room:
    """An order in which cells are written anew for longer than in passing; what, is told by the turn."""
    order_id = await house.order("open", "client")
    room = await house.room(order_id)
    async with house.peer("anna", order_id) as anna:
        for turn in range(PASSING_LOOKS + 1):
            await anna.write("client", cells(turn))
            await house.services.rooms.housekeeping.fold()
    return room


@pytest.mark.usefixtures("_unwatched")
async def test_in_a_crowd_an_order_that_is_worked_on_stays_as_it_is(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rooms.housekeeping.CROWD_CELLS", 0)
    room = await written_look_after_look(own_house, lambda turn: {"reference": f"BT-{turn}"})
    await glance(own_house, 3)
    assert room.replica.size > 0


@pytest.mark.usefixtures("_unwatched")
async def test_in_a_crowd_an_order_stays_as_it_is_from_its_first_edit(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would be unfolded for each of the next ones, and a crowd that begins to work would wait for all that."""
    monkeypatch.setattr("server.rooms.housekeeping.CROWD_CELLS", 0)
    house = own_house
    order_id = await house.order("open", "client")
    room = await house.room(order_id)
    async with house.peer("anna", order_id) as anna:
        await anna.write("client", {"reference": "BT-1"})
        await glance(house, 3)
        assert room.replica.size > 0
        await house.services.rooms.housekeeping.fold()
        await glance(house, 3)
    assert room.replica.size > 0


@pytest.mark.usefixtures("_unwatched")
async def test_an_order_that_is_filled_at_once_is_passing_however_long_it_takes(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a crowd that fills orders while a server is slow would keep all of them unfolded."""
    monkeypatch.setattr("server.rooms.housekeeping.CROWD_CELLS", 0)
    room = await written_look_after_look(
        own_house, lambda turn: {f"lines/l{line}/job_reference": f"BT-{turn}" for line in range(PIECE + 1)}
    )
    await glance(own_house, 2)
    assert room.replica.size == 0
