"""No order has a new epoch under a server that is at work: it would go on from the old one."""

import asyncio
from pathlib import Path

import pytest

from server.operate.failure import Failure
from server.operate.storage import opened
from server.settings import Settings
from tests.databases import put_on_postgresql
from tests.postgres import cluster
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


async def test_a_server_of_another_role_is_found_too(tmp_path: Path) -> None:
    """PostgreSQL shows nobody what the connections of another role ask."""
    url = put_on_postgresql(tmp_path)
    of_another = Settings(data=tmp_path, database_url=cluster().of_another_role(url))
    assert _in_use(of_another) == ""
    async with House(tmp_path):
        await _until(of_another, "A server is using this database. Stop every server first.")
    await _until(of_another, "")


async def test_a_server_at_another_database_of_the_cluster_is_none_at_this(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    settings = Settings(data=here, database_url=put_on_postgresql(here))
    there_too = Settings(data=there, database_url=put_on_postgresql(there))
    async with House(there):
        await _until(there_too, "A server is using this database. Stop every server first.")
        assert _in_use(settings) == ""
