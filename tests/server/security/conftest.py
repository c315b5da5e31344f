from collections.abc import AsyncIterator

import pytest

from tests.server.security.world import World, furnished


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[World]:
    """For tests that are only refused: what they try must leave it as it is."""
    async with furnished(tmp_path_factory.mktemp("world")) as world:
        yield world
