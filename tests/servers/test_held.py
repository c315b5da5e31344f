"""An operator with an open transaction holds one order: that one waits, and says so; nobody else notices."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.databases import url_of
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
        await anna.until(lambda: anna.availability == [False])
        await sophie.write("supplier", {"lines/a/reason": "goes on"})
        assert anna.durable < anna.sent
        console.rollback()
        await until_saved(anna)
        assert anna.availability == [False, True]
    assert fleet.faults() == []
