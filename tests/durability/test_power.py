"""G1: what a screen shows as saved is on the disk, and not only on its way there: the power may go in that moment."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from schema.status import state_of
from server.operate.check import check_orders
from tests.durability.evidence import Evidence
from tests.durability.power import Disk
from tests.server.orders.house import House

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite]
EDITS = 3


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "data")


@pytest.fixture
async def house(disk: Disk, anyio_backend: str) -> AsyncIterator[House]:
    """A server whose data lies on that disk."""
    with disk:
        async with House(disk.folder) as house:
            yield house


async def test_an_edit_that_is_shown_as_saved_is_on_the_disk(
    disk: Disk, house: House, tmp_path: Path
) -> None:
    """G1: whoever else is saved in the same commit."""
    orders = [await house.order("open") for _ in range(2)]
    cuts: list[tuple[Path, str, tuple[str, str, str]]] = []

    async def write(name: str, order_id: str, root: str, cell: str) -> None:
        async with house.peer(name, order_id) as peer:
            for number in range(1, EDITS + 1):
                await peer.write(root, {cell: str(number)})
                cut = disk.cut(tmp_path / f"{name}-{number}")
                cuts.append((cut, order_id, (root, cell, str(number))))
            assert peer.refusals == []

    await asyncio.gather(
        write("anna", orders[0], "client", "lines/a/quantity"),
        write("sophie", orders[0], "supplier", "lines/a/unit_price"),
        write("marc", orders[1], "client", "lines/a/quantity"),
    )
    assert len(cuts) == 3 * EDITS
    for cut, order_id, (root, cell, value) in cuts:
        left = Evidence(cut, order_id)
        assert left.faults == []
        assert left.content.root(root)[cell] == value


async def test_a_signature_that_was_answered_is_on_the_disk(disk: Disk, house: House, tmp_path: Path) -> None:
    """G1 G9: a command is answered by HTTP, and no less saved."""
    order_id = await house.order("draft")
    for name, command, state in (("anna", "send", "open"), ("sophie", "accept", "agreed")):
        await house.must(name, order_id, command)
        left = Evidence(disk.cut(tmp_path / command), order_id)
        assert left.faults == []
        assert state_of(left.content) == state


async def test_an_order_whose_journal_was_cut_is_on_the_disk(
    disk: Disk, house: House, tmp_path: Path
) -> None:
    """G1: what the snapshot replaces goes when the snapshot is there, and at no moment before."""
    order_id = await house.order("open")
    async with house.peer("anna", order_id) as anna:
        await anna.write("client", {"lines/a/quantity": "77"})
    await house.put_away(order_id)
    left = Evidence(disk.cut(tmp_path / "cut"), order_id)
    assert left.faults == []
    assert left.content.client["lines/a/quantity"] == "77"


async def test_a_disk_that_is_full_within_a_commit_loses_nothing_and_goes_on_when_it_has_room(
    disk: Disk, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: at whichever of its writes; nobody is shown what is not saved, and the power may go meanwhile."""
    monkeypatch.setattr("server.rooms.committer.LONGEST_PAUSE", 0.2)
    order_id = await house.order("open")
    stands = "12"
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        for room in count(step=3):  # within the head of a page, within the page, and between two, by turns
            refused, disk.room = disk.refusals, room
            anna.edit("client", {"lines/a/quantity": str(100 + room)})
            await anna.flush()
            async with asyncio.timeout(60):
                while anna.durable < anna.sent and disk.refusals == refused:  # noqa: ASYNC110  # a thread does
                    await asyncio.sleep(0.005)
            if disk.refusals == refused:
                break  # it had room for the whole commit
            await sophie.barrier()
            assert anna.durable < anna.sent
            assert sophie.client["lines/a/quantity"] == stands
            assert_left(disk.cut(tmp_path / f"full-{room}"), order_id, stands)
            disk.room, stands = None, str(100 + room)
            await anna.saved()
            assert_left(disk.cut(tmp_path / f"saved-{room}"), order_id, stands)
        disk.room = None
        await sophie.until(lambda: sophie.client["lines/a/quantity"] == str(100 + room))
    assert room > 3
    assert list(check_orders(house.services.db)) == []


def assert_left(folder: Path, order_id: str, quantity: str) -> None:
    left = Evidence(folder, order_id)
    assert left.faults == []
    assert left.content.client["lines/a/quantity"] == quantity
