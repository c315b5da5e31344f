"""Putting a backup in place of what is there."""

import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest
from sqlmodel import Session, col, select

import server.operate.backup
from persistence.journal import load_history
from persistence.order import Order
from schema.order import Content
from server.cli import main
from server.gate.replica import Replica
from server.operate.seal import unseal
from server.settings import Settings
from tests.server.filled import database_of, reading
from tests.server.operate.backups import amid, as_earlier

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]


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


def test_a_backup_that_expects_files_beside_it_is_restored_without_them(saved: Path, tmp_path: Path) -> None:
    as_earlier(saved)
    assert main(["restore", str(saved), "--data", str(tmp_path / "again")]) == 0
    assert list(tmp_path.glob("monday*")) == [saved]


def test_two_restores_never_work_in_one_folder(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    words = ["restore", str(saved), "--data", str(again)]
    with amid(monkeypatch, "_renew_copy", [*words, "--force"]) as other:
        assert (main(words), other) == (0, [1])
    told = f"Another `restore`, `move` or `renew` is at work in {again}. Let it end first."
    assert capsys.readouterr().err == f"shared-order: {told}\n"
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


def test_a_backup_of_a_later_version_is_not_restored(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(saved)) as connection, connection:
        unseal(connection)
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert main(["restore", str(saved), "--data", str(tmp_path / "again")]) == 1
    assert "a later version" in capsys.readouterr().err
