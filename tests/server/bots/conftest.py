"""A served house whose supplier has stock and a bot; each test makes its own orders of products of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.bots.works import Works


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Works]:
    async with Works(tmp_path) as served:
        yield served
