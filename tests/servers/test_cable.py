"""A server whose way to its database is cut, or carries nothing any more without a word."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import make_url

from tests.connections import asking
from tests.databases import url_of
from tests.journeys.cable import Cable
from tests.postgres import socket_of
from tests.servers.fleet import Fleet, until_saved

pytestmark = pytest.mark.anyio


@pytest.fixture
def cable(fleet: Fleet) -> Iterator[Cable]:
    cable = Cable(socket_of(url_of(fleet.house.folder)))
    yield cable
    cable.remove()


@pytest.mark.parametrize("how", ["cut", "fall_silent"])
async def test_a_server_cut_off_from_its_database_says_so_and_returns(
    fleet: Fleet, cable: Cable, how: str
) -> None:
    name = make_url(url_of(fleet.house.folder)).database
    (whole,) = await fleet.start(1)
    lonely = await fleet.start_on(f"postgresql://orders@127.0.0.1:{cable.port}/{name}")
    async with whole.peer("sophie") as sophie, lonely.peer("anna") as anna:
        await anna.write("client", {"reference": "before"})
        await sophie.until(lambda: sophie.client.get("reference") == "before")
        getattr(cable, how)()
        anna.edit("client", {"reference": "meanwhile"})
        await anna.flush()
        await anna.until(lambda: anna.availability[-1:] == [False])
        assert anna.durable < anna.sent
        await sophie.write("supplier", {"lines/a/reason": "the other one goes on"})
        assert sophie.client.get("reference") == "before"
        assert await _health(lonely.port) != (200, "ok")
        cable.mend()
        await until_saved(anna)
        await sophie.until(lambda: sophie.client.get("reference") == "meanwhile")
        await anna.until(lambda: anna.supplier.get("lines/a/reason") == "the other one goes on")
        assert await _health(lonely.port, 60) == (200, "ok")
    assert fleet.faults() == []


async def _health(port: int, patience: float = 2) -> tuple[int, Any]:
    """What the server says of itself; 0 when it says nothing in so many seconds."""
    async with asking(f"http://127.0.0.1:{port}", timeout=patience) as http:
        try:
            reply = await http.get("/healthz")
        except httpx.TimeoutException:
            return 0, None
    return reply.status_code, reply.json().get("status")
