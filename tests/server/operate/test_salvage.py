"""What `restore --order` refuses, in a sentence, with nothing changed; what it does is in tests/server/orders."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlmodel import col, select

from persistence.order import Order
from server.cli import main
from server.operate.seal import seal, unseal
from server.settings import Settings
from tests.server.filled import monday_backup, reading, short_demo
from tests.server.operate.backups import damage

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]


class Place(NamedTuple):
    """An installation with a damaged order, a sound one, and a backup from before the damage."""

    folder: Path
    backup: Path
    damaged: str
    sound: str


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = short_demo(tmp_path / "demo")
    with reading(folder) as session:
        damaged, sound = session.exec(select(Order.id).order_by(col(Order.id)).limit(2))
    backup = monday_backup(tmp_path)
    damage(folder, damaged)
    return Place(folder, backup, damaged, sound)


def _tables(folder: Path) -> list[str]:
    with closing(sqlite3.connect(Settings(data=folder).database_file)) as connection:
        return list(connection.iterdump())


def _altered(place: Place) -> str:
    with place.backup.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\xa5")
    return str(place.backup)


def _changed(place: Place, statement: str) -> str:
    with closing(sqlite3.connect(place.backup)) as connection, connection:
        unseal(connection)
        connection.execute(statement)
    seal(place.backup)
    return str(place.backup)


REFUSALS: dict[str, tuple[Callable[[Place], str], Callable[[Place], str], str]] = {
    "one that is not there": (
        lambda place: str(place.backup),
        lambda _: "BT-2231",
        "There is no order BT-2231",
    ),
    "no name": (lambda place: str(place.backup), lambda _: "", "There is no order"),
    "one that is sound": (lambda place: str(place.backup), lambda place: place.sound, "is sound as it is"),
    "a file that is not there": (
        lambda _: "/nowhere/monday",
        lambda place: place.damaged,
        "There is no file",
    ),
    "a file that was altered": (_altered, lambda place: place.damaged, "no longer what `backup` wrote"),
    "a database that is not there": (
        lambda _: "postgresql://nobody@127.0.0.1:1/orders",
        lambda place: place.damaged,
        "The database cannot be used at the moment",
    ),
    "an address that is none": (
        lambda _: "postgresql://nobody@127.0.0.1:port/orders",
        lambda place: place.damaged,
        "is no address of a database",
    ),
    "damaged there too": (
        lambda place: _changed(place, "UPDATE journal SET \"update\" = x'ff'"),
        lambda place: place.damaged,
        "Take an older one.",
    ),
    "a backup that is damaged elsewhere": (
        lambda place: _changed(place, "UPDATE person SET created_at = 'monday'"),
        lambda place: place.damaged,
        "--unsound takes this order from it",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_it_is_refused_in_a_sentence(place: Place, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    source, order_id, told = REFUSALS[case]
    before = _tables(place.folder)
    words = ["restore", source(place), "--order", order_id(place), "--force", "--data", str(place.folder)]
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("shared-order: ")
    assert told in said.err
    assert _tables(place.folder) == before


def test_an_order_made_after_the_backup_is_not_in_it(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["restore", str(place.backup), "--order", place.damaged, "--data", str(place.folder)]
    with closing(sqlite3.connect(place.backup)) as connection, connection:
        unseal(connection)
        for table in (
            "journal",
            "snapshot",
            "client_binding",
            "audit",
            "order_claim",
            "line_need",
            "order_word",
        ):
            connection.execute(f"DELETE FROM {table} WHERE order_id = ?", [place.damaged])  # noqa: S608
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute('DELETE FROM "order" WHERE id = ?', [place.damaged])
    assert main([*words, "--unsound"]) == 1
    assert "it is older than the order. Take a newer one." in capsys.readouterr().err


def test_a_database_is_never_restored_as_a_whole(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", "postgresql://orders@/older", "--data", str(place.folder)]) == 1
    assert capsys.readouterr().err == (
        "shared-order: Of a database only one order is restored at a time: name it with --order.\n"
    )


def test_where_nothing_was_changed_since_it_comes_back_at_once(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the nights have sound backups again."""
    words = ["restore", str(place.backup), "--order", place.damaged, "--data", str(place.folder)]
    assert main(words) == 0
    assert "Lost" not in capsys.readouterr().out
    assert main(["check", "--data", str(place.folder)]) == 0
    assert main(["backup", str(place.backup.with_name("again.backup")), "--data", str(place.folder)]) == 0


def test_a_row_that_cannot_be_read_is_put_right(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(Settings(data=place.folder).database_file)) as connection, connection:
        connection.execute("UPDATE \"order\" SET changed_at = 'monday' WHERE id = ?", [place.damaged])
        connection.execute("UPDATE audit SET at = 'monday' WHERE order_id = ?", [place.damaged])
    words = ["restore", str(place.backup), "--order", place.damaged, "--data", str(place.folder)]
    assert main(words) == 1
    assert "cannot be told, since the order's trail cannot be read" in capsys.readouterr().err
    assert main([*words, "--force"]) == 0
    assert main(["check", "--data", str(place.folder)]) == 0
