"""Two and three processes on one database: one order, whatever happens to one of them."""

import asyncio
import random
from functools import partial

import pytest

from tests.server.peer import Peer
from tests.servers.fleet import Fleet, until_saved

pytestmark = pytest.mark.anyio
EDITS = 8


async def test_an_order_edited_through_both_at_once_stays_one_order(fleet: Fleet) -> None:
    await _edit_everywhere(fleet, count=2, edits=EDITS)


@pytest.mark.torture
async def test_an_order_edited_through_three_at_once_for_long_stays_one_order(fleet: Fleet) -> None:
    await _edit_everywhere(fleet, count=3, edits=50 * EDITS)


async def _edit_everywhere(fleet: Fleet, count: int, edits: int) -> None:
    servers = await fleet.start(count)
    people = ("anna", "sophie", "luc")[:count]
    peers = [server.peer(name) for server, name in zip(servers, people, strict=True)]
    await asyncio.gather(*(_edit(peer, name, edits) for peer, name in zip(peers, people, strict=True)))
    for peer in peers:  # each has everything that the others wrote
        await peer.until(partial(_has_everything, peer, people, edits))
    assert len({str(peer.state()["note"]) for peer in peers}) == 1
    for name in people:
        assert all(f"[{name} {i}]" in peers[0].state()["note"] for i in range(edits))
    for peer in peers:
        assert not [each for each in peer.refusals if each["code"] != "overtaken"], peer.refusals
        await peer.leave()
    assert fleet.faults() == []


async def _edit(peer: Peer, name: str, edits: int) -> None:
    """Write a cell of one's own and a word of the common note, over and over."""
    await peer.come()
    await peer.until(lambda: len(peer.record) > 0)
    for number in range(edits):
        root, key = _own_cell(name)
        with peer.doc.transaction():
            getattr(peer, root)[key] = str(number)
            peer.note += f"[{name} {number}]"
        if peer.closed is None:
            await peer.flush()
        await until_saved(peer)


def _own_cell(name: str) -> tuple[str, str]:
    return {
        "anna": ("client", "reference"),
        "sophie": ("supplier", "confirmation_number"),
        "luc": ("supplier", "lines/a/reason"),
    }[name]


def _has_everything(peer: Peer, people: tuple[str, ...], edits: int) -> bool:
    state = peer.state()
    return all(state[root].get(key) == str(edits - 1) for root, key in map(_own_cell, people))


async def test_a_server_that_dies_under_load_costs_nothing_that_was_acknowledged(fleet: Fleet) -> None:
    first, second = await fleet.start(2)
    anna = first.peer("anna")
    sophie = second.peer("sophie")
    await sophie.come()
    acknowledged = 0
    dies_at = random.Random(7).randrange(3, EDITS)
    async with anna:
        for number in range(EDITS):
            if number == dies_at:
                await first.kill()
                break
            await anna.write("client", {"reference": f"PO-{number}"})
            acknowledged = number
        await anna.gone()
    await sophie.until(lambda: sophie.client.get("reference") == f"PO-{acknowledged}")
    again = second.peer("anna", anna.doc)
    async with again:
        await again.write("client", {"reference": "PO-last"})
        await again.saved()
        await sophie.until(lambda: sophie.client.get("reference") == "PO-last")
    await sophie.leave()
    assert fleet.faults() == []


async def test_a_server_without_its_database_says_so_and_comes_back(fleet: Fleet) -> None:
    whole, lonely = await fleet.start(2)
    async with whole.peer("sophie") as sophie, lonely.peer("anna") as anna:
        await anna.write("client", {"reference": "typed with one"})  # she has been told all there was to tell
        await sophie.until(lambda: sophie.client.get("reference") == "typed with one")
        lonely.cut()
        anna.edit("client", {"reference": "typed without a database"})
        await anna.flush()
        await anna.until(lambda: _available(anna) == [False])
        assert anna.durable < anna.sent
        await sophie.write("supplier", {"lines/a/reason": "the other one goes on"})
        await sophie.saved()
        lonely.mend()
        await until_saved(anna)
        await sophie.until(lambda: sophie.client.get("reference") == "typed without a database")
        await anna.until(lambda: anna.supplier.get("lines/a/reason") == "the other one goes on")
    assert fleet.faults() == []


def _available(peer: Peer) -> list[bool]:
    return [notice["available"] for notice in peer.notices if notice["type"] == "availability"]
