"""A data folder on a disk that has become read-only, as a real mount of its own."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.mounts import run_mounted
from tests.server.filled import short_demo

pytestmark = pytest.mark.sqlite

READ_ONLY = 'mount -t tmpfs tmpfs "$1.disk"; cp -r "$1" "$1.disk/data"; mount -o remount,ro "$1.disk"'
# What Linux says of an ext4 file system that has met a fault: nothing. It alone refuses to write.
SILENT = (
    "import os; access, statvfs = os.access, os.statvfs; "
    "os.access = lambda place, mode, **how: access(place, mode & ~os.W_OK, **how); "
    "os.statvfs = lambda place: type('', (), {'f_flag': statvfs(place).f_flag & ~os.ST_RDONLY}); "
)


@pytest.fixture(params=["", SILENT], ids=["that says so", "that does not"], autouse=True)
def disk(request: pytest.FixtureRequest) -> str:
    """Whether the disk says that it is read-only."""
    return str(request.param)


def said(folder: Path, disk: str, *words: str) -> tuple[int, str]:
    """What a command ends with and says, where the folder is a copy at `<folder>.disk/data` that cannot be written."""
    Path(f"{folder}.disk").mkdir(exist_ok=True)
    ended = run_mounted(READ_ONLY, [folder], words, disk)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return short_demo(tmp_path / "demo")


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["renew"],
        ["serve", "--port", "0"],
        ["user", "list"],
        ["move", "--to", "postgresql://nobody@127.0.0.1:1/orders"],
    ],
    ids=lambda words: words[0],
)
def test_it_is_the_disk_that_is_named(folder: Path, disk: str, words: list[str]) -> None:
    code, told = said(folder, disk, *words, "--data", f"{folder}.disk/data")
    assert code == 1
    assert told.startswith(f"shared-order: {folder}.disk/data")
    assert "lies on a disk that is read-only" in told
    assert len(told.splitlines()) == 1


def test_what_it_holds_can_be_backed_up_elsewhere_and_restored(
    folder: Path, disk: str, tmp_path: Path
) -> None:
    file = tmp_path / "saved.backup"
    code, told = said(folder, disk, "backup", str(file), "--data", f"{folder}.disk/data")
    assert (code, "It was read back whole" in told) == (0, True), told
    code, told = said(folder, disk, "restore", str(file), "--data", str(tmp_path / "again"))
    assert code == 0, told


def test_a_backup_onto_it_is_told_in_a_sentence(folder: Path, disk: str) -> None:
    target = f"{folder}.disk/saved.backup"
    assert said(folder, disk, "backup", target, "--data", str(folder)) == (
        1,
        f"shared-order: {target} cannot be written: Read-only file system.\n",
    )


def test_what_a_killed_server_left_beside_it_is_in_the_backup(
    folder: Path, disk: str, tmp_path: Path
) -> None:
    """What SQLite needs to read the newest pages cannot be made there."""
    database = folder / "shared-order.sqlite3"
    with closing(sqlite3.connect(database)) as writing:
        writing.execute("PRAGMA journal_mode = WAL")
        writing.execute("UPDATE person SET name = 'Of late' WHERE email = 'luc@boreale.example'")
        writing.commit()
        killed = tmp_path / "killed"
        killed.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(f"{database}{suffix}", killed)
    file = tmp_path / "saved.backup"
    code, told = said(killed, disk, "backup", str(file), "--data", f"{killed}.disk/data")
    assert (code, "It was read back whole" in told) == (0, True), told
    assert list(tmp_path.glob("saved*")) == [file]
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(file)) as saved:
        assert saved.execute("SELECT 1 FROM person WHERE name = 'Of late'").fetchone()


@pytest.mark.parametrize("disk", [""], indirect=True)
def test_a_file_that_is_read_only_by_itself_lies_on_such_a_disk(folder: Path) -> None:
    """As a container mounts one. No other user could write it."""
    file = f"{folder}/shared-order.sqlite3"
    script = 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"'
    ended = run_mounted(script, [file], ["user", "list", "--data", str(folder)])
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"shared-order: {file} lies on a disk that is read-only. ")
