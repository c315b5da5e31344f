"""A backup that is no longer what was written."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import server.operate.backup
from server.cli import main
from server.operate.seal import seal, seal_of
from server.settings import Settings
from tests.server.operate.backups import as_earlier, tear

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]


@pytest.mark.parametrize("written", ["as now", "by an earlier version"])
def test_a_damaged_backup_is_named(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    if written == "by an earlier version":
        as_earlier(saved)
    tear(saved)
    for words in (["restore", str(saved), "--data", str(tmp_path / "again")], ["check", str(saved)]):
        assert main(words) == 1
        assert capsys.readouterr().err.startswith(f"shared-order: {saved} is damaged")
    assert not (tmp_path / "again").exists() or list((tmp_path / "again").iterdir()) == []


def alter_where_nothing_is(file: Path) -> None:
    """Change four bytes of a page that the database does not use, which it checks nowhere."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE gone (value)")
        connection.execute("INSERT INTO gone VALUES (zeroblob(100000))")
        connection.commit()
        connection.execute("DROP TABLE gone")
        connection.commit()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    seal(file)
    assert seal_of(file) == "whole"
    with file.open("r+b") as altered:
        altered.seek(-size // 2, os.SEEK_END)
        altered.write(b"\xa5\x5a\xa5\x5a")


def test_four_altered_bytes_of_a_backup_are_found_though_everything_in_it_is_sound(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alter_where_nothing_is(saved)
    for words in (["restore", str(saved), "--data", str(tmp_path / "again")], ["check", str(saved)]):
        assert main(words) == 1
        assert "is no longer what `backup` wrote" in capsys.readouterr().err
    assert not (tmp_path / "again").exists()
    assert main(["restore", "--altered", str(saved), "--data", str(tmp_path / "again")]) == 0


def test_a_backup_is_checked_where_it_lies(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = saved.read_bytes()
    assert main(["check", str(saved)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{saved} is sound: ")
    assert "checksum" not in said
    assert (saved.read_bytes(), list(tmp_path.glob("monday*"))) == (before, [saved])
    assert main(["check", str(as_earlier(saved))]) == 0
    assert capsys.readouterr().out.endswith("An earlier version wrote it, without a checksum.\n")


def test_what_is_restored_has_no_checksum_that_its_first_edit_would_break(
    saved: Path, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "again")
    server.operate.backup.restore(settings, saved, force=False)
    assert seal_of(settings.database_file) == "none"
