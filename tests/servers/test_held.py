"""An operator with an open transaction holds one order: that one waits, and says so; nobody else notices. A server that
stands still in its transaction holds nothing for long."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from persistence.database import Database
from tests.databases import put_on_postgresql, url_of
from tests.postgres import cluster
from tests.servers.fleet import Fleet, until_saved

pytestmark = pytest.mark.anyio


@pytest.fixture
def console(fleet: Fleet) -> Iterator[psycopg.Connection]:
    """Somebody else at the database."""
    url = make_url(url_of(fleet.house.folder)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        yield connection


async def test_an_order_that_somebody_holds_waits_alone(fleet: Fleet, console: psycopg.Connection) -> None:
    held, free = fleet.orders(2)
    (server,) = await fleet.start(1)
    async with server.peer("anna", order_id=held) as anna, server.peer("sophie", order_id=free) as sophie:
        await anna.write("client", {"reference": "before"})
        console.execute('SELECT seq FROM "order" WHERE id = %s FOR UPDATE', (held,))
        anna.edit("client", {"reference": "meanwhile"})
        await anna.flush()
        await sophie.write("supplier", {"lines/a/reason": "taken with it, and again alone"})
        await anna.until(lambda: anna.availability[-1:] == [False])
        await sophie.write("supplier", {"lines/a/reason": "goes on"})
        assert anna.durable < anna.sent
        console.rollback()
        await until_saved(anna)
        assert anna.availability[-1:] == [True]
    assert fleet.faults() == []


@pytest.mark.parametrize("rows", [1, 20])
async def test_a_transaction_that_wrote_many_rows_and_stands_still_is_ended(
    tmp_path: Path, rows: int
) -> None:
    """The driver sends them in a way that would let it hold them for ever."""
    database = Database(put_on_postgresql(tmp_path))
    with suppress(DBAPIError), database.writing() as session:
        connection = session.connection()
        process = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '100ms'"))
        connection.execute(text("SELECT pg_notify('nobody', :word)"), [{"word": str(n)} for n in range(rows)])
        async with asyncio.timeout(30):
            while _lives(process):  # noqa: ASYNC110  # the database ends it
                await asyncio.sleep(0.05)
    database.close()


def _lives(process: int) -> bool:
    found = cluster().admin.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [process])
    return found.fetchone() is not None
