"""G1: what was acknowledged survives `kill -9` and a power cut; what was refused does not come back."""

import asyncio
import os
import random
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.durability.evidence import Evidence
from tests.durability.scribe import Scribe
from tests.durability.served import Furnished, Served
from tests.durability.trapped import POINTS
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio

AFTER_WRITING = {
    "before the transaction": 9,
    "inside the transaction": 11,
    "after the commit": 12,
    "before the acknowledgement": 15,
    "while sending": 60,
}
"""Points of the way of an edit, and how often they are passed before the kill."""
KILLS = 15
AT_REST = ("before a snapshot", "before a truncation", "inside a truncation")
POWER_GOES = ("before the acknowledgement", "inside a truncation")
"""Where it does in every run."""


def _ends(points: Iterable[str]) -> list[Any]:
    """A kill at each point, and a power cut."""
    cuts = [
        pytest.param(point, 0, marks=() if point in POWER_GOES else pytest.mark.torture, id=f"{point}, power")
        for point in points
    ]
    return [*(pytest.param(point, None, id=point) for point in points), *cuts]


def _scribes() -> tuple[Scribe, Scribe, Scribe]:
    return (
        Scribe("anna", "client", "lines/a/quantity", "lines/d/unit_price", 1_000),
        Scribe("sophie", "supplier", "lines/a/unit_price", "lines/d/quantity", 10_000),
        Scribe("luc", "supplier", "lines/s/unit_price", "lines/s/quantity/S", 20_000),
    )


async def _write(server: Served, order_id: str, *scribes: Scribe, limit: int = 400) -> None:
    """Everybody writes until the server is gone or enough is written, and leaves."""

    async def visit(scribe: Scribe) -> None:
        peer = server.peer(scribe.name, order_id, scribe.doc)
        try:
            async with peer:
                if peer.closed is None:  # else he has not seen the order, and has nothing to write on
                    await scribe.write_until_closed(peer, limit)
        except (OSError, InvalidHandshake):
            return  # it was killed before it could be reached
        finally:
            scribe.note_acknowledged(peer)

    await asyncio.gather(*(visit(scribe) for scribe in scribes))


async def _return(server: Served, order_id: str, *scribes: Scribe) -> None:
    """Everybody comes back with his document, and all come to show the same."""
    peers: list[Peer] = [server.peer(scribe.name, order_id, scribe.doc) for scribe in scribes]
    for peer in peers:
        await peer.__aenter__()
        await peer.barrier()
        await peer.saved()
    for peer in peers:
        await peer.barrier()
        assert peer.closed is None
    assert all(peer.state() == peers[0].state() for peer in peers)
    for peer in peers:
        await peer.leave()


async def _recover(furnished: Furnished, order_id: str, *scribes: Scribe) -> None:
    """What is stored after the kill, and after everybody was there again."""
    Evidence(furnished.folder, order_id).assert_holds_acknowledged(*scribes)
    async with Served(furnished) as server:
        await _return(server, order_id, *scribes)
        server.kill()
        await server.ended()
    Evidence(furnished.folder, order_id).assert_holds_everything(*scribes)


@pytest.mark.parametrize(("point", "power"), _ends(AFTER_WRITING))
async def test_a_kill_on_the_way_of_an_edit_loses_nothing_acknowledged(
    furnished: Furnished, point: str, power: int | None
) -> None:
    order_id, scribes = furnished.orders[0], _scribes()
    async with Served(furnished, f"{point}:{AFTER_WRITING[point]}", power=power) as server:
        await _write(server, order_id, *scribes)
        assert await server.ended() == -signal.SIGKILL
    assert sum(len(scribe.acknowledged) for scribe in scribes) > 0
    await _recover(furnished, order_id, *scribes)


@pytest.mark.parametrize(("point", "power"), _ends(AT_REST))
async def test_a_kill_while_the_journal_is_cut_loses_nothing(
    furnished: Furnished, point: str, power: int | None
) -> None:
    order_id, scribes = furnished.orders[0], _scribes()
    async with Served(furnished, f"{point}:1", haste=True, power=power) as server:
        await _write(server, order_id, *scribes, limit=30)
        assert await server.ended() == -signal.SIGKILL
    written = sum(len(scribe.written) for scribe in scribes)
    assert sum(len(scribe.acknowledged) for scribe in scribes) == written == 90
    await _recover(furnished, order_id, *scribes)


async def test_a_kill_while_an_order_is_loaded_loses_nothing(furnished: Furnished) -> None:
    order_id, scribes = furnished.orders[0], _scribes()
    async with Served(furnished) as server:
        await _write(server, order_id, *scribes, limit=20)
        server.kill()
        await server.ended()
    async with Served(furnished, "while loading:1") as server:
        with suppress(OSError, InvalidHandshake, ConnectionClosed):  # it may be gone before anybody is inside
            async with server.peer("anna", order_id):
                await server.ended()
        assert await server.ended() == -signal.SIGKILL
    await _recover(furnished, order_id, *scribes)


@pytest.mark.torture
@pytest.mark.parametrize("piece", range(20))
async def test_hundreds_of_kills_lose_nothing(template: Furnished, tmp_path: Path, piece: int) -> None:
    """300 of them, about half by a power cut; the moment of each is chance, whatever the seed."""
    seed = int(os.environ.get("SEED", "0")) or random.getrandbits(32)
    chance = random.Random(seed)
    counted = {"killed": 0, "written": 0, "acknowledged": 0}
    print(f"piece {piece}, seed {seed}")
    while counted["killed"] < KILLS:
        furnished = template.copied(tmp_path / str(counted["killed"]))
        scribes = _scribes()
        order_id = chance.choice(furnished.orders)
        await _one_life(furnished, order_id, chance, scribes, counted)
        await _recover(furnished, order_id, *scribes)
        counted["written"] += sum(len(scribe.written) for scribe in scribes)
        counted["acknowledged"] += sum(len(scribe.acknowledged) for scribe in scribes)
    print(", ".join(f"{count:,} {word}" for word, count in counted.items()))
    assert counted["written"] > counted["acknowledged"] > KILLS


async def _one_life(
    furnished: Furnished,
    order_id: str,
    chance: random.Random,
    scribes: tuple[Scribe, ...],
    counted: dict[str, int],
) -> None:
    """A server that is killed at a point, or at any moment; then perhaps once more while everybody comes back."""
    for _ in range(chance.choice((1, 1, 2))):
        point = chance.choice((*AFTER_WRITING, ""))
        trap = f"{point}:{chance.randint(1, 80)}" if point else ""
        power = chance.choice((None, None, 0, chance.randrange(1, 1_000)))
        async with Served(furnished, trap, haste=chance.random() < 0.5, power=power) as server:
            if not point:
                asyncio.get_running_loop().call_later(chance.uniform(0.0, 0.6), server.kill)
            await _write(server, order_id, *scribes)
            server.kill()
            counted["killed"] += await server.ended() == -signal.SIGKILL
        Evidence(furnished.folder, order_id).assert_holds_acknowledged(*scribes)


def test_every_point_is_tried() -> None:
    assert {*AFTER_WRITING, *AT_REST, "while loading"} == POINTS.keys()
