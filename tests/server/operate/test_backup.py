import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Self

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

import persistence.revision
import server.operate.backup
from persistence.journal import load_history
from persistence.order import Order
from schema.order import Content
from server.cli import main
from server.gate.replica import Replica
from server.operate.seal import seal, seal_of, unseal
from server.settings import Settings
from tests.migrations import with_a_later_one
from tests.once import once
from tests.server.filled import database_of, filled_demo, reading, writing

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path / "demo")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of such a folder: made by the command once, then copied with its rights."""
    return Path(shutil.copy(once("monday.backup", _back_up), tmp_path))


def _back_up(folder: Path) -> None:
    demo = filled_demo(folder / "demo")
    assert main(["backup", str(folder / "monday.backup"), "--data", str(demo)]) == 0


def replicas(session: Session) -> dict[str, tuple[Order, Replica]]:
    found = {}
    for order in session.exec(select(Order).order_by(col(Order.id))):
        history = load_history(session, order.id)
        found[order.id] = (order, Replica.load(order.writer, history.updates, history.owners))
    return found


def without_epoch(content: Content) -> Content:
    record = {key: value for key, value in content.record.items() if key != "epoch"}
    return Content(content.client, content.supplier, record, content.comments, content.note)


def test_a_backup_restored_elsewhere_holds_the_same_orders_and_is_sound(
    folder: Path, saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    assert main(["restore", str(saved), "--data", str(again)]) == 0
    assert "each with a new epoch" in capsys.readouterr().out
    assert main(["check", "--data", str(again)]) == 0
    with reading(folder) as before, reading(again) as after:
        old, new = replicas(before), replicas(after)
    assert old.keys() == new.keys()
    for order_id, (order, replica) in old.items():
        restored, rebuilt = new[order_id]
        assert without_epoch(rebuilt.content) == without_epoch(replica.content)
        assert rebuilt.content.record["epoch"] == restored.epoch != order.epoch
        assert restored.seq == order.seq


def test_a_restored_document_shares_nothing_with_what_browsers_still_hold(
    folder: Path, saved: Path, tmp_path: Path
) -> None:
    assert main(["restore", str(saved), "--data", str(tmp_path / "again")]) == 0
    with reading(folder) as before, reading(tmp_path / "again") as after:
        old, new = replicas(before), replicas(after)
    for order_id, (_, replica) in old.items():
        assert replica.index.clocks.keys().isdisjoint(new[order_id][1].index.clocks)


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


def as_earlier(file: Path) -> Path:
    """A backup as they were left once: without a checksum, and to be opened with files beside it."""
    with closing(sqlite3.connect(file)) as connection:
        unseal(connection)
        connection.execute("PRAGMA journal_mode = WAL")
    return file


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


def test_a_backup_that_expects_files_beside_it_is_restored_without_them(saved: Path, tmp_path: Path) -> None:
    as_earlier(saved)
    assert main(["restore", str(saved), "--data", str(tmp_path / "again")]) == 0
    assert list(tmp_path.glob("monday*")) == [saved]


def test_a_backup_never_replaces_another(
    folder: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = saved.read_bytes()
    assert main(["backup", str(saved), "--data", str(folder)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert saved.read_bytes() == before


@contextmanager
def amid(monkeypatch: pytest.MonkeyPatch, step: str, words: list[str]) -> Iterator[list[int]]:
    """A command runs beside the first one, which has come to a step; its exit code once it has ended."""
    ended: list[int] = []
    unhindered = getattr(server.operate.backup, step)

    def after_another(*given: Any) -> Any:
        monkeypatch.setattr(server.operate.backup, step, unhindered)
        ended.append(main(words))
        return unhindered(*given)

    monkeypatch.setattr(server.operate.backup, step, after_another)
    yield ended


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


def test_two_restores_never_work_in_one_folder(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    words = ["restore", str(saved), "--data", str(again)]
    with amid(monkeypatch, "_renew_copy", [*words, "--force"]) as other:
        assert (main(words), other) == (0, [1])
    assert (
        capsys.readouterr().err == f"shared-order: Another restore is at work in {again}. Let it end first.\n"
    )
    assert main(["check", "--data", str(again)]) == 0


def test_what_a_killed_restore_left_does_not_hinder_the_next(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    again = tmp_path / "again"
    again.mkdir()
    for suffix in ("", "-wal", "-shm"):
        (again / f"shared-order.sqlite3.part{suffix}").write_bytes(b"half")
    assert main(["restore", "again/shared-order.sqlite3.part", "--data", "again"]) == 1
    assert "is what an interrupted restore left" in capsys.readouterr().err
    assert main(["restore", str(saved), "--data", "again"]) == 0
    assert [each.name for each in again.iterdir()] == ["shared-order.sqlite3"]


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


def test_a_folder_in_use_is_not_replaced_without_force(
    folder: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(saved), "--data", str(folder)]) == 1
    assert "--force" in capsys.readouterr().err


def test_with_force_what_was_there_is_kept_beside(folder: Path, saved: Path) -> None:
    assert main(["restore", str(saved), "--data", str(folder), "--force"]) == 0
    names = sorted(file.name for file in folder.iterdir())
    assert len(names) == 2
    assert names[1].startswith("shared-order.sqlite3.before-")


class OneMoment(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2026, 11, 27, 4, 10, tzinfo=tz)


def test_what_was_there_is_kept_twice_within_one_second(
    folder: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by one who was killed once it had its other name, and by the one after him."""
    monkeypatch.setattr(server.operate.backup, "datetime", OneMoment)
    for _ in range(2):
        assert main(["restore", str(saved), "--data", str(folder), "--force"]) == 0
    database = Settings(data=folder).database_file.name
    assert sorted(each.name for each in folder.iterdir()) == [
        database,
        f"{database}.before-20261127-041000",
        f"{database}.before-20261127-041000-2",
    ]


def leave_behind_what_a_killed_server_does(folder: Path) -> str:
    """Rename a company, and leave that in the files beside the database's; the new name."""
    file = Settings(data=folder).database_file
    kept = folder.parent / "killed"
    kept.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE company SET name = 'Of the killed server'")
        connection.commit()
        for suffix in ("-wal", "-shm"):
            shutil.copy(file.with_name(file.name + suffix), kept / f"{file.name}{suffix}")
        shutil.copy(file, kept)
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    return "Of the killed server"


def names_of_companies(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM company")}


def test_what_was_there_has_its_name_until_the_backup_takes_it(
    folder: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that starts after a power cut in between would else begin anew with an empty database."""
    left = leave_behind_what_a_killed_server_does(folder)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        main(["restore", str(saved), "--data", str(folder), "--force"])
    assert left in names_of_companies(Settings(data=folder).database_file)


@pytest.mark.parametrize(
    ("main_file", "kept"), [("there", [""]), ("damaged", ["", "-shm", "-wal"]), ("gone", ["-shm", "-wal"])]
)
def test_what_a_killed_server_left_does_not_come_back_with_the_backup(
    folder: Path, saved: Path, main_file: str, kept: list[str]
) -> None:
    left = leave_behind_what_a_killed_server_does(folder)
    file = Settings(data=folder).database_file
    if main_file == "damaged":
        file.write_bytes(b"nothing that a database begins with" * 1000)
    if main_file == "gone":
        file.unlink()
    assert main(["restore", str(saved), "--data", str(folder), "--force"]) == 0
    assert left not in names_of_companies(file)
    before = sorted(folder.glob(f"{file.name}.before-*"))
    assert [re.sub(r".*\.before-\d+-\d+", "", each.name) for each in before] == kept
    assert sorted(folder.iterdir()) == [file, *before]
    if main_file == "there":
        assert names_of_companies(before[0]) == {left}


def test_a_server_that_runs_keeps_its_database(
    folder: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = database_of(folder)
    with db.reading() as session:
        session.exec(select(Order.id)).first()
    before = Settings(data=folder).database_file.stat().st_ino
    assert main(["restore", str(saved), "--data", str(folder), "--force"]) == 1
    assert "Stop it first" in capsys.readouterr().err
    assert Settings(data=folder).database_file.stat().st_ino == before
    db.close()


@pytest.mark.parametrize("damage", [b"nothing that a database begins with", b""])
def test_what_is_no_backup_is_not_restored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: bytes
) -> None:
    file = tmp_path / "damaged.backup"
    file.write_bytes(damage)
    assert main(["restore", str(file), "--data", str(tmp_path / "again")]) == 1
    assert capsys.readouterr().err
    assert list((tmp_path / "again").iterdir()) == []


def tear(file: Path) -> None:
    """Damage the inside of a database, whose beginning stays as it was."""
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xa5" * (len(whole) // 2) + whole[8192 + len(whole) // 2 :])


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


def application_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("PRAGMA application_id").fetchone()[0])


def test_what_marks_a_demo_stays(folder: Path, saved: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "again")
    server.operate.backup.restore(settings, saved, force=False)
    files = (Settings(data=folder).database_file, saved, settings.database_file)
    marks = {application_of(file) for file in files}
    assert len(marks) == 1
    assert marks != {0}


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


def spoil(folder: Path) -> str:
    """Let the first order be kept so that nobody can read it; its id."""
    with writing(folder) as session:
        order_id = session.exec(select(Order.id).order_by(col(Order.id))).all()[0]
        session.connection().execute(
            text("UPDATE journal SET \"update\" = x'ff' WHERE order_id = :order"), {"order": order_id}
        )
    return order_id


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


def test_renew_passes_over_what_cannot_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order_id = spoil(folder)
    with reading(folder) as session:
        before = dict(session.exec(select(Order.id, Order.epoch)).all())
    assert main(["renew", "--data", str(folder)]) == 1
    assert f"order {order_id}: what is kept of it cannot be read" in capsys.readouterr().out
    with reading(folder) as session:
        after = dict(session.exec(select(Order.id, Order.epoch)).all())
    assert [one for one in before if before[one] == after[one]] == [order_id]


def test_nothing_is_renewed_under_a_server(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = database_of(folder)
    with db.reading() as session:
        before = session.exec(select(Order.epoch).order_by(col(Order.id))).all()
    assert main(["renew", "--data", str(folder)]) == 1
    assert capsys.readouterr().err == "shared-order: A server is using this folder. Stop it first.\n"
    with db.reading() as session:
        assert session.exec(select(Order.epoch).order_by(col(Order.id))).all() == before
    db.close()
    assert main(["renew", "--data", str(folder)]) == 0


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


def test_a_backup_of_a_later_version_is_not_restored(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(saved)) as connection, connection:
        unseal(connection)
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert main(["restore", str(saved), "--data", str(tmp_path / "again")]) == 1
    assert "a later version" in capsys.readouterr().err
