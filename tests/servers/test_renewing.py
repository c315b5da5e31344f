"""No order has a new epoch under a server that is at work: it would go on from the old one."""

import asyncio
from pathlib import Path

import pytest

from server.operate.failure import Failure
from server.operate.storage import opened
from server.settings import Settings
from tests.databases import put_on_postgresql
from tests.server.orders.house import House

pytestmark = pytest.mark.anyio
PATIENCE_SECONDS = 60


def _in_use(settings: Settings) -> str:
    """Why a command that must be alone refuses; empty: it does not."""
    try:
        with opened(settings, alone=True):
            return ""
    except Failure as failure:
        return str(failure)


async def _until(settings: Settings, told: str) -> None:
    async with asyncio.timeout(
        PATIENCE_SECONDS
    ):  # a server begins to listen, and PostgreSQL ends a connection, by itself
        while await asyncio.to_thread(_in_use, settings) != told:  # noqa: ASYNC110  # the database's
            await asyncio.sleep(0.05)


async def test_a_server_on_postgresql_is_found_by_its_listening(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url=put_on_postgresql(tmp_path))
    assert _in_use(settings) == ""
    async with House(tmp_path):
        await _until(settings, "A server is using this database. Stop every server first.")
    await _until(settings, "")
