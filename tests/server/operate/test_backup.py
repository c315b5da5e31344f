"""Taking a backup: while people work, onto a full disk, of what is not sound."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

import persistence.revision
import server.operate.backup
from persistence.order import Order
from server.cli import main
from server.operate.seal import seal_of
from server.settings import Settings
from tests.migrations import with_a_later_one
from tests.server.filled import reading, writing
from tests.server.operate.backups import amid, spoil, tear

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]


def test_a_backup_is_one_file_and_stays_so_when_it_is_restored(saved: Path, tmp_path: Path) -> None:
    """Who may not write in its folder could not open one that needs files beside it."""
    assert saved.read_bytes()[18:20] == b"\x01\x01"  # https://www.sqlite.org/fileformat2.html: not WAL
    before = saved.read_bytes()
    assert main(["restore", str(saved), "--data", str(tmp_path / "again")]) == 0
    assert list(tmp_path.glob("monday*")) == [saved]
    assert saved.read_bytes() == before


def test_a_backup_and_what_is_restored_from_it_are_their_owners_alone(saved: Path, tmp_path: Path) -> None:
    """Whoever may look into the folder of backups would have everything, however careful the data folder is."""
    settings = Settings(data=tmp_path / "new")
    server.operate.backup.restore(settings, saved, force=False)
    assert {stat.S_IMODE(file.stat().st_mode) for file in (saved, settings.database_file)} == {0o600}


def test_a_backup_and_what_is_restored_have_their_names_when_the_power_goes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut leaves in a folder the names that were there when the folder was last synced."""
    sync, left = os.fsync, {}

    def noting(descriptor: int) -> None:
        sync(descriptor)
        place = Path(f"/proc/self/fd/{descriptor}").readlink()
        if place.is_dir():
            left[place] = {each.name for each in place.iterdir()}

    monkeypatch.setattr(os, "fsync", noting)
    file, again = tmp_path / "backups" / "monday.backup", Settings(data=tmp_path / "again")
    file.parent.mkdir()
    assert main(["backup", str(file), "--data", str(folder)]) == 0
    assert file.name in left[file.parent]
    assert main(["restore", str(file), "--data", str(again.data)]) == 0
    assert again.database_file.name in left[again.data]


def test_a_backup_never_replaces_another(
    folder: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = saved.read_bytes()
    assert main(["backup", str(saved), "--data", str(folder)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert saved.read_bytes() == before


def test_of_two_backups_to_one_file_at_once_one_is_kept_whole(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "monday.backup"
    words = ["backup", str(file), "--data", str(folder)]
    with amid(monkeypatch, "_keep_in_one_file", words) as other:
        assert (main(words), other) == (1, [0])
    assert capsys.readouterr().err == (
        f"shared-order: {file} is there already; a backup never replaces another one.\n"
    )
    assert list(tmp_path.glob("monday*")) == [file]
    assert main(["restore", str(file), "--data", str(tmp_path / "again")]) == 0


def test_a_folder_that_is_not_there_is_told_and_nothing_is_left(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", str(tmp_path / "no" / "monday"), "--data", str(folder)]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_a_backup_is_taken_while_the_server_has_the_database_open(folder: Path, tmp_path: Path) -> None:
    with reading(folder) as session:
        session.exec(select(Order.id)).first()
        assert main(["backup", str(tmp_path / "live.backup"), "--data", str(folder)]) == 0


def test_a_damaged_database_is_named_and_makes_no_backup(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Settings(data=folder).database_file
    tear(file)
    assert main(["backup", str(tmp_path / "torn.backup"), "--data", str(folder)]) == 1
    assert capsys.readouterr().err.startswith(f"shared-order: {file} is damaged or is not a database: ")
    assert not list(tmp_path.glob("torn*"))


def fill_up(*_: object, **__: object) -> None:
    """What SQLite says when there is no room left."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE large (column)")


def test_a_full_disk_is_that_of_what_is_written(
    folder: Path,
    saved: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(server.operate.backup, "_copy", fill_up)
    again, elsewhere = tmp_path / "again", tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert main(["restore", str(saved), "--data", str(again)]) == 1
    assert f"The disk of {again} is full" in capsys.readouterr().err
    assert main(["backup", str(elsewhere / "full.backup"), "--data", str(folder)]) == 1
    assert f"The disk of {elsewhere} is full" in capsys.readouterr().err
    assert [*again.iterdir(), *elsewhere.iterdir()] == []


def test_a_copy_that_may_not_grow_is_told(folder: Path, tmp_path: Path) -> None:
    words = ["backup", str(tmp_path / "large.backup"), "--data", str(folder)]
    program = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6)); import sys; "
    program += f"from server.cli import main; sys.exit(main({words!r}))"
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"shared-order: {tmp_path / 'large.backup'} cannot be written: ")
    assert not list(tmp_path.glob("large*"))


def test_a_damaged_order_costs_no_other_its_backup(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every night would end without one, for as long as it is damaged."""
    order_id = spoil(folder)
    file, kept = tmp_path / "bad.backup", tmp_path / "bad.backup.unsound"
    assert main(["backup", str(file), "--data", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"order {order_id}: " in said.err
    assert f"that too: {kept}. To restore it, say --unsound." in said.err
    assert list(tmp_path.glob("bad*")) == [kept]
    assert (seal_of(kept), stat.S_IMODE(kept.stat().st_mode)) == ("whole", 0o600)
    assert main(["backup", str(file), "--data", str(folder)]) == 1
    assert capsys.readouterr().err == (
        f"shared-order: {kept} is there already; a backup never replaces another one.\n"
    )

    again = tmp_path / "again"
    assert main(["check", str(kept)]) == 1
    assert main(["restore", str(kept), "--data", str(again)]) == 1
    assert capsys.readouterr().err.count(f"order {order_id}: ") == 2
    assert list(again.iterdir()) == []
    assert main(["restore", str(kept), "--data", str(again), "--unsound"]) == 0
    assert f"order {order_id}: " in capsys.readouterr().out
    with reading(folder) as before, reading(again) as after:
        epochs = dict(before.exec(select(Order.id, Order.epoch)).all())
        assert [one for one, epoch in after.exec(select(Order.id, Order.epoch)) if epochs[one] == epoch] == [
            order_id
        ]


def test_what_is_no_longer_wrong_is_backed_up_under_its_own_name(folder: Path, tmp_path: Path) -> None:
    """Also an order that can be read, of which a list shows something else."""
    with writing(folder) as session:
        order = session.exec(select(Order)).all()[0]
        total, order.total = order.total, "0.01"
        session.add(order)
    assert main(["backup", str(tmp_path / "one.backup"), "--data", str(folder)]) == 1
    with writing(folder) as session:
        order = session.get_one(Order, order.id)
        order.total = total
        session.add(order)
    assert main(["backup", str(tmp_path / "two.backup"), "--data", str(folder)]) == 0
    assert sorted(each.name for each in tmp_path.glob("*.backup*")) == ["one.backup.unsound", "two.backup"]


def test_postgresql_is_left_to_its_own_tools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHARED_ORDER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/orders")
    assert main(["backup", str(tmp_path / "file")]) == 1
    assert "pg_dump" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "file")]) == 1
    assert "pg_restore" in capsys.readouterr().err


def test_a_backup_taken_by_the_version_that_comes_leads_back_to_this_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "before.backup"
    with monkeypatch.context() as later:
        later.setattr(persistence.revision, "MIGRATIONS", with_a_later_one(tmp_path / "later"))
        assert main(["backup", str(file), "--data", str(folder)]) == 0
    assert [each.name for each in tmp_path.glob("before.backup*")] == [file.name]
    assert main(["check", "--data", str(folder)]) == 0  # what was backed up is as it was
    assert main(["restore", str(file), "--data", str(tmp_path / "again")]) == 0
