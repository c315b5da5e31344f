"""PostgreSQL gives a server fewer connections than it would use: people wait or are told, and nothing is lost."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from server.operate.failure import Failure
from server.operate.storage import opened
from server.settings import Settings
from tests.connections import asking
from tests.databases import put_on_postgresql, url_of
from tests.postgres import cluster
from tests.servers.fleet import Fleet, Server, until_saved

pytestmark = pytest.mark.anyio
FEW = 3
"""One listens, and one commits."""


async def test_a_server_with_few_connections_serves_everybody(fleet: Fleet) -> None:
    server = await fleet.start_on(cluster().limited(url_of(fleet.house.folder), FEW))
    async with server.peer("anna") as anna, server.peer("sophie") as sophie:
        asked = asyncio.gather(*(_ask(fleet, server, f"/api/orders/{fleet.order}") for _ in range(100)))
        for number in range(10):
            await anna.write("client", {"reference": f"PO-{number}"})
        assert Counter(await asked) == {200: 100}
        assert anna.availability[-1:] != [False]
        assert anna.closed is None
        await sophie.until(lambda: sophie.client.get("reference") == "PO-9")
    assert fleet.faults() == []


async def test_a_server_whose_connections_others_took_says_so_and_comes_back(fleet: Fleet) -> None:
    url = cluster().limited(url_of(fleet.house.folder), -1)
    server = await fleet.start_on(url)
    async with server.peer("anna") as anna:
        await anna.write("client", {"reference": "before"})
        cluster().limit(url, 0)
        cluster().end_connections(url)
        anna.edit("client", {"reference": "meanwhile"})
        await anna.flush()
        await anna.until(lambda: anna.availability[-1:] == [False])
        assert anna.durable < anna.sent
        assert await _ask(fleet, server, "/healthz") == 503
        assert await _ask(fleet, server, f"/api/orders/{fleet.order}") == 503
        cluster().limit(url, FEW)
        await until_saved(anna)
        assert await _ask(fleet, server, "/healthz") == 200
    async with server.peer("sophie") as sophie:
        assert sophie.client.get("reference") == "meanwhile"
    assert fleet.faults() == []


async def test_one_of_few_connections_listens_to_the_others(fleet: Fleet) -> None:
    """Though people would use them all."""
    url = cluster().limited(url_of(fleet.house.folder), FEW)
    server = await fleet.start_on(url)
    await asyncio.gather(*(_ask(fleet, server, f"/api/orders/{fleet.order}") for _ in range(100)))
    (listened,) = await _listening(url)
    assert len(_connections(url)) == FEW
    cluster().limit(url, FEW - 1)
    cluster().admin.execute("SELECT pg_terminate_backend(%s)", [listened])
    asking = asyncio.create_task(_ask_on(fleet, server))
    assert await _listening(url, but=listened)
    asking.cancel()
    assert len(_connections(url)) == FEW - 1


async def _ask_on(fleet: Fleet, server: Server) -> None:
    while True:
        await asyncio.gather(*(_ask(fleet, server, f"/api/orders/{fleet.order}") for _ in range(10)))


async def _listening(url: str, but: object = None) -> list[object]:
    """Wait for PostgreSQL's processes that serve who listens, other than one."""
    async with asyncio.timeout(60):
        while True:
            found = [
                pid for pid, query in _connections(url) if str(query).startswith("LISTEN") and pid != but
            ]
            if found:
                return found
            await asyncio.sleep(0.02)


def _connections(url: str) -> list[tuple[object, ...]]:
    """Those of a server that has a name of its own: the process that serves it, and what that did last."""
    asked = "SELECT pid, query FROM pg_stat_activity WHERE usename = %s"
    return cluster().admin.execute(asked, [make_url(url).username]).fetchall()


async def _ask(fleet: Fleet, server: Server, path: str) -> int:
    async with asking(f"http://127.0.0.1:{server.port}") as http:
        return (await http.get(path, headers=fleet.house.people["sophie"].headers)).status_code


@pytest.mark.parametrize("most", [0, 1])
def test_a_server_that_can_not_have_two_does_not_start(tmp_path: Path, most: int) -> None:
    settings = Settings(data=tmp_path, database_url=cluster().limited(put_on_postgresql(tmp_path), most))
    with pytest.raises(Failure, match="too many connections for role"), opened(settings):
        pass
