import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.settings import PREFIX
from tests.server.house import House


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def house(tmp_path: Path, anyio_backend: str) -> AsyncIterator[House]:
    async with House(tmp_path) as house:
        yield house
