"""The database's machine breaks, and another that stood by takes its place: servers go on there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from schema.closes import Close
from tests.databases import put_at, url_of
from tests.postgres import Cluster
from tests.server.orders.house import House
from tests.server.peer import Peer
from tests.servers.fleet import Fleet, Server

pytestmark = [pytest.mark.anyio, pytest.mark.torture]


@pytest.fixture
def primary() -> Iterator[Cluster]:
    cluster = Cluster()
    yield cluster
    with suppress(ValueError):  # it has ended
        cluster.end()


@pytest.fixture
def standby(primary: Cluster) -> Iterator[Cluster]:
    cluster = Cluster(primary)
    yield cluster
    cluster.end()


@pytest.fixture
async def fleet(tmp_path: Path, primary: Cluster, anyio_backend: str) -> AsyncIterator[Fleet]:
    put_at(tmp_path, primary.database())
    async with House(tmp_path) as house:
        order = await house.order("open")
    async with Fleet(house, order) as fleet:
        yield fleet


async def start_on_both(fleet: Fleet, primary: Cluster, standby: Cluster) -> Server:
    name = make_url(url_of(fleet.house.folder)).database
    hosts = f"host={primary.folder}&host={standby.folder}"
    return await fleet.start_on(f"postgresql://orders@/{name}?{hosts}&target_session_attrs=read-write")


async def receives(standby: Cluster, *, something: bool) -> None:
    """Wait until the stand-by follows the primary, or does so no longer."""
    async with asyncio.timeout(60):
        while bool(standby.admin.execute("SELECT 1 FROM pg_stat_wal_receiver").fetchone()) != something:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def caught_up(primary: Cluster, standby: Cluster) -> None:
    """Wait until the stand-by has what the primary has committed."""
    (end,) = primary.admin.execute("SELECT pg_current_wal_insert_lsn()").fetchone() or ()
    async with asyncio.timeout(60):
        while standby.admin.execute("SELECT pg_last_wal_replay_lsn() >= %s", [end]).fetchone() != (True,):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def back(server: Server, name: str, before: Peer) -> Peer:
    """Somebody comes back with the document that he has, once the server takes him."""
    while True:
        await before.leave()
        peer = server.peer(name, before.doc)
        await peer.come()
        await peer.until(partial(_is_answered, peer))
        if peer.closed not in (Close.UNAVAILABLE, Close.REPLAYED):
            return peer
        before = peer


def _is_answered(peer: Peer) -> bool:
    return peer.durable >= 1 or peer.closed is not None


async def test_people_go_on_at_a_standby_that_has_everything(
    fleet: Fleet, primary: Cluster, standby: Cluster
) -> None:
    one, other = [await start_on_both(fleet, primary, standby) for _ in range(2)]
    async with one.peer("anna") as anna, other.peer("sophie") as sophie:
        await anna.write("client", {"reference": "before"})
        await receives(standby, something=True)
        await caught_up(primary, standby)
        primary.end()
        anna.edit("client", {"reference": "meanwhile"})
        await anna.flush()
        standby.admin.execute("SELECT pg_promote()")
        await anna.saved()
        await sophie.until(lambda: sophie.client.get("reference") == "meanwhile")
        assert (anna.closed, sophie.closed) == (None, None)


async def test_what_a_standby_had_not_received_is_shown_as_lost_and_mixed_with_nothing(
    fleet: Fleet, primary: Cluster, standby: Cluster
) -> None:
    """G1: servers that have the lost in memory write nothing upon it."""
    one, other = [await start_on_both(fleet, primary, standby) for _ in range(2)]
    anna, sophie = one.peer("anna"), other.peer("sophie")
    async with anna, sophie:
        await anna.write("client", {"reference": "received"})
        await receives(standby, something=True)
        await caught_up(primary, standby)
        standby.admin.execute("ALTER SYSTEM SET primary_conninfo = ''")
        standby.admin.execute("SELECT pg_reload_conf()")
        await receives(standby, something=False)
        await anna.write("client", {"reference": "lost"})
        await sophie.until(lambda: sophie.client.get("reference") == "lost")
        primary.end()
        standby.admin.execute("SELECT pg_promote()")
        assert await anna.gone() == await sophie.gone() == Close.UNAVAILABLE
    for server, name, before in ((other, "sophie", sophie), (one, "luc", one.peer("luc"))):
        peer = await back(server, name, before)
        assert peer.closed == (Close.EPOCH if name == "sophie" else None)
        assert peer.client["reference"] == ("lost" if name == "sophie" else "received")
        await peer.leave()
    again = await back(one, "anna", anna)  # what is lost was hers, and she sends it again
    async with other.peer("sophie") as anew:
        await anew.until(lambda: anew.client.get("reference") == "lost")
        assert again.closed is None
    await again.leave()
