"""Servers of one database go by its clock, whatever their own says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from persistence import clock
from persistence.clock import go_by, now, ours_lags
from persistence.database import Database
from server.clock import going_by
from server.operate.storage import opened
from server.settings import Settings
from tests.databases import put_on_postgresql

pytestmark = pytest.mark.anyio
MUCH = timedelta(hours=1)
"""More than any test takes."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Database]:
    database = Database(put_on_postgresql(tmp_path))
    yield database
    database.close()


@pytest.mark.parametrize("wrong", [timedelta(days=-1), timedelta(days=1)])
async def test_a_clock_that_is_wrong_is_made_up_for(
    shared: Database, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    monkeypatch.setattr(clock, "_ours", lambda: datetime.now(UTC) + wrong)
    assert abs(now() - datetime.now(UTC)) > MUCH
    async with going_by(shared):
        assert abs(now() - datetime.now(UTC)) < MUCH
    assert abs(now() - datetime.now(UTC)) > MUCH


def test_a_command_goes_by_the_clock_of_its_database_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its links would end before they begin."""
    settings = Settings(data=tmp_path, database_url=put_on_postgresql(tmp_path))
    monkeypatch.setattr(clock, "_ours", lambda: datetime.now(UTC) - timedelta(days=30))
    with opened(settings):
        assert abs(now() - datetime.now(UTC)) < MUCH
    assert abs(now() - datetime.now(UTC)) > MUCH


async def test_a_clock_that_is_right_is_left_alone(shared: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    lag = await shared.read(ours_lags)
    at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "_ours", lambda: at)
    go_by(lag)  # of one machine with one clock: milliseconds
    assert now() == at


async def test_a_machine_that_stands_still_while_it_asks_is_not_wrong(
    shared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = [timedelta(), MUCH]
    monkeypatch.setattr(clock, "_ours", lambda: datetime.now(UTC) + looks.pop(0))
    assert await shared.read(ours_lags) == timedelta()


async def test_on_sqlite_there_is_one_clock(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'any.sqlite3'}")
    assert await database.read(ours_lags) == timedelta()
    database.close()
