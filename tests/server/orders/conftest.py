"""One served house for the tests that only add orders to it, and one apiece for those that stop it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.orders.house import House
from tests.server.orders.proof import assert_nowhere_listed


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server that runs for all tests; each makes its own orders."""
    async with House(tmp_path_factory.mktemp("house")) as served:
        yield served
        await assert_nowhere_listed(served)


@pytest.fixture
async def own_house(tmp_path: Path) -> AsyncIterator[House]:
    """A server that a test may stop, start again, or run a second one beside."""
    async with House(tmp_path) as served:
        yield served
