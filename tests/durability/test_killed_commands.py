"""G1: an operator's command that is killed at any moment loses nothing, leaves nothing half made, and is repeated."""

import os
import random
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from sqlalchemy import text

from persistence.database import Database
from persistence.migrating import migration_config
from server.cli import main
from server.settings import PREFIX, Settings
from tests.durability.served import Furnished, Served
from tests.forked import run
from tests.postgres import cluster

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite]

# It ends after so much work, and not after a time: SIGPROF ends a process as abruptly as `kill -9`, whatever it is at.
PROGRAM: Final = """
import os, signal, sys
import alembic.command, persistence.migrating, psycopg
from server.cli import main
signal.setitimer(signal.ITIMER_PROF, float(sys.argv[1]))
begun = os.times()
code = main(sys.argv[2:])
signal.setitimer(signal.ITIMER_PROF, 0)
ended = os.times()
print(ended.user + ended.system - begun.user - begun.system, file=sys.stderr)
sys.exit(code)
"""
MOMENTS: Final = 3
OLD_REVISION: Final = "0005"
KEPT: Final = ("company", "person", "product", "order", "journal", "audit", "outbox")

moments = pytest.mark.parametrize(
    "count", [MOMENTS, pytest.param(60, marks=pytest.mark.torture, id="torture")]
)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def _run(words: list[str], seconds: float = 0) -> tuple[int, str]:
    """How a command ends, and what it says on standard error. `seconds`: of work until it is killed; 0: never."""
    ended = run("-c", PROGRAM, str(seconds), *words)
    return ended.returncode, ended.stderr


def _killed(words: list[str], whole: float, count: int) -> Iterator[int]:
    """The number of each kill, after it. Their moments are chance, spread over the whole work of the command."""
    seed = int(os.environ.get("SEED", "0")) or random.getrandbits(32)
    print(f"seed {seed}")
    chance, killed = random.Random(seed), 0
    for number in range(count):
        moment = whole * (number + chance.random()) / count
        code, said = _run([word.format(number) for word in words], max(moment, 0.001))
        assert code in (0, -signal.SIGPROF), said
        killed += code != 0
        yield number
    assert killed


def _work(words: list[str]) -> float:
    """How many seconds of work a command is when nobody kills it."""
    code, said = _run(words)
    assert code == 0, said
    return float(said.splitlines()[-1])


def _kept(database: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return {
            table: connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid').fetchall()  # noqa: S608
            for table in KEPT
        }


async def _is_served(furnished: Furnished) -> None:
    async with Served(furnished) as server:
        answer = await server.get("anna", "/api/orders")
        assert {each["id"] for each in answer.json()["items"]} >= set(furnished.orders)


@moments
async def test_a_backup_is_whole_or_not_there(furnished: Furnished, tmp_path: Path, count: int) -> None:
    database, backups = Settings(data=furnished.folder).database_file, tmp_path / "backups"
    backups.mkdir()
    before = _kept(database)
    whole = _work(["backup", str(backups / "first.backup"), "--data", str(furnished.folder)])
    for number in _killed(
        ["backup", str(backups / "{}.backup"), "--data", str(furnished.folder)], whole, count
    ):
        file = backups / f"{number}.backup"
        assert not file.exists() or main(["check", str(file)]) == 0
        assert all(".part" in each.name for each in backups.iterdir() if each.suffix != ".backup")
    assert main(["backup", str(backups / "last.backup"), "--data", str(furnished.folder)]) == 0
    assert main(["check", str(backups / "last.backup")]) == 0
    assert _kept(database) == before
    await _is_served(furnished)


@moments
async def test_a_restore_leaves_what_was_there_or_all_of_the_backup(
    furnished: Furnished, tmp_path: Path, count: int
) -> None:
    database, file = Settings(data=furnished.folder).database_file, tmp_path / "monday.backup"
    assert main(["backup", str(file), "--data", str(furnished.folder)]) == 0
    saved = _kept(database)["company"]
    words = ["restore", str(file), "--data", str(furnished.folder), "--force"]
    whole = _work(["restore", str(file), "--data", str(tmp_path / "elsewhere")])
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE company SET name = 'Since the backup'")
    since = _kept(database)["company"]
    for _ in _killed(words, whole, count):
        assert _kept(database)["company"] in (since, saved)
        assert main(["check", "--data", str(furnished.folder)]) == 0
    assert main(words) == 0
    assert main(["check", "--data", str(furnished.folder)]) == 0
    assert _kept(database)["company"] == saved
    beside = [
        each for each in furnished.folder.glob(f"{database.name}.before-*") if not each.name.endswith("-shm")
    ]
    assert since in [_kept(each)["company"] for each in beside]
    await _is_served(furnished)


@moments
async def test_a_check_changes_nothing(furnished: Furnished, count: int) -> None:
    database = Settings(data=furnished.folder).database_file
    words = ["check", "--data", str(furnished.folder)]
    before = _kept(database)
    for _ in _killed(words, _work(words), count):
        assert _kept(database) == before
    assert main(words) == 0
    await _is_served(furnished)


def _as_of_before(furnished: Furnished) -> None:
    """Give a folder the tables of an earlier version."""
    db = Database(Settings(data=furnished.folder).url)
    with db.engine.begin() as connection:
        command.downgrade(migration_config(connection), OLD_REVISION)
    db.close()


@moments
async def test_an_upgrade_of_the_tables_is_done_or_not_begun(
    template: Furnished, tmp_path: Path, count: int
) -> None:
    furnished = template.copied(tmp_path / "whole")
    _as_of_before(furnished)
    whole = _work(["status", "--data", str(furnished.folder)])
    expected = _kept(Settings(data=furnished.folder).database_file)
    furnished = template.copied(tmp_path / "killed")
    _as_of_before(furnished)
    database = Settings(data=furnished.folder).database_file
    words = ["status", "--data", str(furnished.folder)]
    old = _kept(database)
    for _ in _killed(words, whole, count):
        with closing(sqlite3.connect(database)) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if revision == OLD_REVISION:
            assert _kept(database) == old
        else:
            assert _kept(database) == expected
            _as_of_before(furnished)
    assert main(words) == 0
    assert main(["check", "--data", str(furnished.folder)]) == 0
    assert _kept(database) == expected
    await _is_served(furnished)


@pytest.mark.torture
async def test_a_move_is_whole_or_not_there(furnished: Furnished) -> None:
    """Two of its moments are killed in every run (`tests/server/operate/test_move.py`)."""
    database = Settings(data=furnished.folder).database_file
    before = _kept(database)
    url = cluster().database(empty=True)
    words = ["move", "--data", str(furnished.folder), "--to", url]
    whole = _work(words)
    _empty(url)
    for _ in _killed(words, whole, 20):
        assert _kept(database) == before
        assert main(words) == 0
        _empty(url)
    await _is_served(furnished)


def _empty(url: str) -> None:
    """Leave nothing in a PostgreSQL database."""
    db = Database(url)
    with db.writing() as session:
        session.connection().execute(text("DROP SCHEMA public CASCADE"))
        session.connection().execute(text("CREATE SCHEMA public"))
    db.close()
