"""A furnished folder, made once; each test has its copy."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import server.rooms.committer
from tests.durability.served import Furnished, furnish
from tests.server.orders.house import House


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """A folder with people and orders."""
    return asyncio.run(furnish(tmp_path_factory.mktemp("furnished")))


@pytest.fixture
def furnished(template: Furnished, tmp_path: Path) -> Furnished:
    """A copy of it."""
    return template.copied(tmp_path / "data")


@pytest.fixture
async def own_house(tmp_path: Path) -> AsyncIterator[House]:
    """A server in this process, for tests that reach into it."""
    async with House(tmp_path) as served:
        yield served


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit is slow after a moment, and is tried again soon."""
    monkeypatch.setattr(server.rooms.committer, "SLOW_SECONDS", 0.1)
    monkeypatch.setattr(server.rooms.committer, "LONGEST_PAUSE", 0.2)
