from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.people.open_sockets import OpenSockets
from server.rooms.rooms import Rooms
from tests.databases import put_on_postgresql
from tests.server.orders.house import House
from tests.servers.fleet import Fleet


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def fleet(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Fleet]:
    """Server processes on one database, and an open order between Anna and Sophie."""
    put_on_postgresql(tmp_path)
    async with House(tmp_path) as house:
        order = await house.order("open")
    async with Fleet(house, order) as fleet:
        yield fleet


@pytest.fixture
async def two(
    tmp_path: Path, anyio_backend: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[House, House]]:
    """Two servers on one database that hear of each other by words alone: neither looks for itself."""

    async def nothing(*_: object) -> None:
        return

    monkeypatch.setattr(Rooms, "watch", nothing)
    monkeypatch.setattr(OpenSockets, "check", nothing)
    put_on_postgresql(tmp_path)
    async with House(tmp_path) as one, one.beside() as other:
        yield one, other
