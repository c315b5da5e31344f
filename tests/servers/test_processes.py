"""Two and three processes on one database: one order, whatever happens to one of them."""

import asyncio
import contextlib
import random
from functools import partial

import pytest
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed

from persistence.database import Database
from tests.databases import url_of
from tests.server.peer import Peer
from tests.servers.fleet import Fleet, until_saved

pytestmark = pytest.mark.anyio
EDITS = 8
# Servers that may stand still in a transaction for three seconds, instead of ten.
IMPATIENT = """
from persistence import database
database.SESSION = database.SESSION.replace("timeout = '10s'", "timeout = '3s'", 1)
from server.cli import main
main()
"""


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


async def test_one_of_three_that_dies_under_load_costs_nothing_that_was_acknowledged(fleet: Fleet) -> None:
    await _one_of_three_dies(fleet, edits=2 * EDITS, seed=11)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(10))
async def test_one_of_three_that_dies_at_any_moment_costs_nothing_that_was_acknowledged(
    fleet: Fleet, seed: int
) -> None:
    await _one_of_three_dies(fleet, edits=10 * EDITS, seed=seed)


async def _one_of_three_dies(fleet: Fleet, edits: int, seed: int) -> None:
    """Three people edit through a server each; the first is killed, and its visitor goes on at the second."""
    servers = await fleet.start(3)
    names = ("anna", "sophie", "luc")
    peers = {name: server.peer(name) for name, server in zip(names, servers, strict=True)}
    acknowledged = dict.fromkeys(peers, -1)
    dies_after = random.Random(seed).randrange(1, edits - 1)

    async def write(name: str) -> None:
        root, key = _own_cell(name)
        await peers[name].come()
        await peers[name].until(lambda: len(peers[name].record) > 0)
        for number in range(edits):
            peers[name].edit(root, {key: str(number)})
            if peers[name].closed is None:
                with contextlib.suppress(ConnectionClosed):  # its server died meanwhile
                    await peers[name].flush()
            if name == "anna" and number == dies_after:
                await servers[0].kill()
                await peers[name].gone()
                await peers[name].leave()
                peers[name] = servers[1].peer(name, peers[name].doc)
                await _everything_acknowledged(servers[2].peer("luc"), key, acknowledged[name])
                await peers[name].come()
                await peers[name].until(lambda: peers[name].durable >= 1 or peers[name].closed is not None)
            await until_saved(peers[name])
            acknowledged[name] = number

    await asyncio.gather(*map(write, peers))
    for peer in peers.values():
        await peer.until(partial(_has_everything, peer, tuple(peers), edits))
    states = [peer.state() for peer in peers.values()]
    assert states[0] == states[1] == states[2]
    for peer in peers.values():
        await peer.leave()
    assert fleet.faults() == []


async def _everything_acknowledged(reader: Peer, key: str, number: int) -> None:
    """Somebody who comes to a server that lives reads at least what was acknowledged by the one that died, although
    nobody has brought it there again. He too may be asked to come back, where others write and are replayed."""

    def has_it() -> bool:
        return int(reader.client.get(key, "-1")) >= number

    await reader.come()
    while not has_it():
        await until_saved(reader)
        await reader.until(lambda: has_it() or reader.closed is not None)
    await reader.leave()


async def test_a_server_without_its_database_says_so_and_comes_back(fleet: Fleet) -> None:
    whole, lonely = await fleet.start(2)
    async with whole.peer("sophie") as sophie, lonely.peer("anna") as anna:
        await anna.write("client", {"reference": "typed with one"})  # she has been told all there was to tell
        await sophie.until(lambda: sophie.client.get("reference") == "typed with one")
        lonely.cut()
        anna.edit("client", {"reference": "typed without a database"})
        await anna.flush()
        await anna.until(lambda: anna.availability[-1:] == [False])
        assert anna.durable < anna.sent
        await sophie.write("supplier", {"lines/a/reason": "the other one goes on"})
        await sophie.saved()
        lonely.mend()
        await until_saved(anna)
        await sophie.until(lambda: sophie.client.get("reference") == "typed without a database")
        await anna.until(lambda: anna.supplier.get("lines/a/reason") == "the other one goes on")
    assert fleet.faults() == []


async def test_what_a_server_held_when_it_froze_is_free_again(fleet: Fleet) -> None:
    """Or nobody could write in that order, nor in any that is committed with it, for as long as the machine is away."""
    fleet.program = ("-c", IMPATIENT)
    frozen, other = await fleet.start(2)
    database = Database(url_of(fleet.house.folder))
    async with other.peer("sophie") as sophie, frozen.peer("anna") as anna:
        await sophie.saved()
        await anna.saved()
        with database.writing() as session:  # the order's row is taken before its journal is written
            session.connection().execute(text("LOCK TABLE journal IN SHARE MODE"))
            anna.edit("client", {"reference": "froze on its way"})
            await anna.flush()
            await _until_somebody_waits(database)
            frozen.freeze()
        await sophie.write("supplier", {"lines/a/reason": "the other one goes on"})
        assert sophie.durable == sophie.sent
        assert sophie.client.get("reference") is None
        frozen.thaw()
        await until_saved(anna)
        await sophie.until(lambda: sophie.client.get("reference") == "froze on its way")
        await anna.until(lambda: anna.supplier.get("lines/a/reason") == "the other one goes on")
    database.close()
    assert fleet.faults() == []


async def _until_somebody_waits(database: Database) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT%journal%'"
    )
    found = 0
    async with asyncio.timeout(60):
        while not found:
            with database.reading() as session:
                found = session.connection().execute(waiting).scalar_one()
            await asyncio.sleep(0.02)
