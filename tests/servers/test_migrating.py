"""A later version brings the tables up to date while an earlier one serves: nobody's edit is lost or refused for it."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import Session

import persistence.revision
from persistence.database import Database
from tests.databases import put_on_postgresql, url_of
from tests.migrations import with_a_later_one
from tests.server.orders.house import House

pytestmark = pytest.mark.anyio
PATIENCE_MILLISECONDS = 500


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "postgresql":
        put_on_postgresql(tmp_path)
    return tmp_path


async def test_people_go_on_while_a_later_version_changes_the_tables(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with House(folder) as house:
        order = await house.order("open")
        async with house.peer("anna", order) as anna, house.peer("sophie", order) as sophie:
            await anna.write("client", {"reference": "before"})
            monkeypatch.setattr(
                persistence.revision, "MIGRATIONS", with_a_later_one(tmp_path_factory.mktemp("later"))
            )
            migrating = asyncio.create_task(asyncio.to_thread(_migrate, url_of(folder)))
            number = 0
            while not migrating.done() or number < 5:
                number += 1
                await anna.write("client", {"reference": f"meanwhile {number}"})
            await migrating
            await anna.write("client", {"reference": "after"})
            await sophie.until(lambda: sophie.client.get("reference") == "after")
            assert anna.closed is None
            assert not anna.refusals
            assert anna.durable == anna.sent
        await house.must("sophie", order, "accept")
    database = Database(url_of(folder))
    assert "ix_later" in {index["name"] for index in inspect(database.engine).get_indexes("audit")}
    database.close()


async def test_a_migration_waits_for_writers_however_soon_the_database_ends_a_statement(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an administrator may have set it for the server's role. An index beside writers waits for each of them."""
    url = put_on_postgresql(tmp_path)
    monkeypatch.setattr(
        persistence.revision, "MIGRATIONS", with_a_later_one(tmp_path_factory.mktemp("later"))
    )
    database = Database(url)
    with database.writing() as session:
        session.connection().execute(text("LOCK TABLE audit IN ROW EXCLUSIVE MODE"))
        impatient = f"{url}&options=-c statement_timeout={PATIENCE_MILLISECONDS}"
        migrating = asyncio.create_task(asyncio.to_thread(_migrate, impatient))
        while not migrating.done() and not await database.read(_an_index_waits):  # noqa: ASYNC110  # the database's
            await asyncio.sleep(0.02)
        await asyncio.sleep(2 * PATIENCE_MILLISECONDS / 1000)
    await migrating
    assert "ix_later" in {index["name"] for index in inspect(database.engine).get_indexes("audit")}
    database.close()


def _an_index_waits(session: Session) -> bool:
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX%'"
    )
    return bool(session.connection().execute(text(waiting)).scalar_one())


async def test_two_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    url = url_of(tmp_path, empty=True)
    await asyncio.gather(*(asyncio.to_thread(_migrate, url) for _ in range(3)))
    database = Database(url)
    assert "order" in inspect(database.engine).get_table_names()
    database.close()


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()
