"""A database, or the server's role in it, that an administrator has set otherwise than PostgreSQL comes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import Session

from persistence.database import Database
from server.operate.failure import Failure
from server.operate.storage import opened, require_writes
from server.settings import Settings
from tests.databases import put_at, put_on_postgresql, url_of
from tests.postgres import cluster
from tests.server.orders.house import House
from tests.servers.fleet import until_saved

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a commit takes on a busy machine, it is not slow, and no row is held for too long: an order that
    says it takes no edits says so because of the database's answer."""
    monkeypatch.setattr("server.rooms.committer.SLOW_SECONDS", 600.0)
    monkeypatch.setattr("persistence.lock.HELD_MILLISECONDS", 600_000)


def set_for(url: str, setting: str) -> None:
    """What every connection to a database begins with from now on."""
    cluster().admin.execute(f'ALTER DATABASE "{make_url(url).database}" SET {setting}'.encode())


def end_connections(url: str) -> None:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    cluster().admin.execute(ended, [make_url(url).database])


@pytest.fixture(
    params=[
        "default_transaction_isolation = 'serializable'",
        "default_transaction_isolation = 'repeatable read'",
        "client_encoding = 'LATIN1'",
        "idle_session_timeout = '500ms'",
    ]
)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    set_for(put_on_postgresql(tmp_path), request.param)
    async with House(tmp_path) as house:
        yield house


@pytest.mark.usefixtures("_patient")
async def test_two_servers_serve_one_order_as_ever(house: House) -> None:
    order = await house.order("open")
    async with (
        house.beside() as other,
        house.peer("anna", order) as anna,
        other.peer("sophie", order) as sophie,
    ):
        for number in range(5):
            anna.edit("client", {"reference": f"{number}’"})
            sophie.edit("supplier", {"lines/a/reason": f"{number}’"})
            await asyncio.gather(anna.flush(), sophie.flush())
            for peer in (anna, sophie):
                await until_saved(peer)  # who was second comes again
            await sophie.until(lambda: sophie.client.get("reference") == f"{number}’")  # noqa: B023
            await anna.until(lambda: anna.supplier.get("lines/a/reason") == f"{number}’")  # noqa: B023
        assert (anna.availability, sophie.availability) == ([], [])


async def test_a_connection_that_listens_may_have_nothing_to_say(tmp_path: Path) -> None:
    url = put_on_postgresql(tmp_path)
    set_for(url, "idle_session_timeout = '500ms'")
    async with House(tmp_path) as house:
        async with asyncio.timeout(60):
            while not (listening := await house.services.db.read(listeners)):  # noqa: ASYNC110  # it is on its way
                await asyncio.sleep(0.02)
        await asyncio.sleep(1.5)
        assert await house.services.db.read(listeners) == listening


def listeners(session: Session) -> list[int]:
    """The processes of the database that serve who listens."""
    found = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    return list(session.connection().execute(text(found)).scalars())


@pytest.mark.usefixtures("_patient")
async def test_edits_wait_while_an_administrator_allows_no_writes_and_are_then_saved(tmp_path: Path) -> None:
    """Also on connections that have read: PostgreSQL would let them write if they asked for it."""
    url = put_on_postgresql(tmp_path)
    async with House(tmp_path) as house:
        order = await house.order("open")
        async with house.peer("anna", order) as anna:
            await anna.write("client", {"reference": "before"})
            set_for(url, "default_transaction_read_only = on")
            end_connections(url)  # what was opened before goes on writing
            await asyncio.gather(*(house.view("anna", order) for _ in range(3)))
            if anna.closed is not None:  # something was being read for her just then
                await anna.leave()
                await anna.come()
            anna.edit("client", {"reference": "meanwhile"})
            await anna.flush()
            await anna.until(lambda: anna.availability == [False])
            with pytest.raises(Failure, match="default_transaction_read_only is on"):
                require_writes(house.services.db)
            set_for(url, "default_transaction_read_only = off")
            await anna.saved()
            assert anna.availability == [False, True]


async def test_a_database_that_cannot_keep_every_letter_is_refused(tmp_path: Path) -> None:
    name = make_url(cluster().database(empty=True)).database
    cluster().admin.execute(
        f"CREATE DATABASE \"{name}_latin\" TEMPLATE template0 ENCODING 'LATIN1' "
        "LOCALE_PROVIDER libc LOCALE 'C'".encode()
    )
    url = make_url(url_of_cluster(f"{name}_latin"))
    put_at(tmp_path, url.render_as_string())
    settings = Settings(data=tmp_path, database_url=url_of(tmp_path))
    with pytest.raises(Failure, match="in the encoding LATIN1"), opened(settings, create=True):
        pass


def url_of_cluster(name: str) -> str:
    return f"postgresql://orders@/{name}?host={cluster().folder}"


async def test_tables_are_made_where_the_role_looks_for_them(tmp_path: Path) -> None:
    url = cluster().database(empty=True)
    put_at(tmp_path, url)
    set_for(url, "search_path = 'app'")
    settings = Settings(data=tmp_path, database_url=url)
    with pytest.raises(Failure, match=r"no schema has been selected to create in\.$"), opened(settings):
        pass
    database = Database(url)
    with database.writing() as session:
        session.connection().execute(text("CREATE SCHEMA app"))
    database.close()
    async with House(tmp_path) as house:
        order = await house.order("agreed")
        assert (await house.view("anna", order))["status"] == "agreed"
