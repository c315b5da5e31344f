import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import server.operate.move
from persistence.audit import Audit, Recorded, record_changes
from persistence.clock import now
from persistence.company import Company
from persistence.database import Database
from persistence.image import keep_image
from persistence.order import Order
from persistence.product import Product
from server.cli import main
from server.operate.check import check_orders
from tests.forked import start
from tests.postgres import cluster
from tests.server.filled import database_of, short_demo, writing

pytestmark = pytest.mark.sqlite


@pytest.fixture
def target() -> Iterator[str]:
    url = cluster().database(empty=True)
    yield url
    cluster().drop(url)


def test_a_moved_installation_holds_the_same_orders_and_goes_on(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = short_demo(tmp_path / "demo")
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    said = capsys.readouterr().out
    assert "Moved and read back" in said
    assert "pg_dump" in said
    source, moved = database_of(folder), Database(target)
    with source.reading() as one, moved.reading() as other:
        for table in (Order, Product, Audit):
            assert _rows(one.exec(select(table))) == _rows(other.exec(select(table)))
        order_id = one.exec(select(Order.id)).first()
    assert list(check_orders(moved)) == []
    assert order_id is not None
    row = Recorded(order_id, 1, "client/reference", None, None, now())
    with moved.writing() as session:
        record_changes(session, [row])  # its number is one that nothing has
    source.close()
    moved.close()


def test_nothing_is_moved_onto_what_is_there(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = short_demo(tmp_path / "demo")
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    moved = Database(target)
    with moved.writing() as session:
        product = session.exec(select(Product)).all()[0]
        product.price = "0.01"
        session.add(product)
    moved.close()
    assert main(["move", "--data", str(folder), "--to", target]) == 1
    assert "holds something else already" in capsys.readouterr().err
    moved = Database(target)
    with moved.reading() as session:
        assert session.get_one(Product, product.id).price == "0.01"
    moved.close()


def test_what_a_server_is_using_is_not_moved(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or what people go on writing would stay behind."""
    folder = short_demo(tmp_path / "demo")
    db = database_of(folder)
    with db.reading() as session:
        session.exec(select(Order.id)).first()
    assert main(["move", "--data", str(folder), "--to", target]) == 1
    assert "Stop it first" in capsys.readouterr().err
    db.close()
    assert main(["move", "--data", str(folder), "--to", target]) == 0


def test_a_move_may_take_as_long_as_it_takes(
    tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The target hears nothing while a large table is read, and must not take that for a server's death."""
    folder, differing, patience = short_demo(tmp_path / "demo"), server.operate.move._differing, list[str]()

    def note_patience(source: Connection, written: Connection) -> str | None:
        patience.append(written.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one())
        return differing(source, written)

    monkeypatch.setattr(server.operate.move, "_differing", note_patience)
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    assert patience == ["0"]


def test_a_move_says_what_it_does_before_it_has_copied_anything(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = short_demo(tmp_path / "demo")
    capsys.readouterr()  # what its making said
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Reading what is there…"
    assert said[-3:-1] == ["Reading back what was copied…", "Loading every order…"]


@pytest.mark.parametrize("lines", [2, 13])
def test_a_move_that_is_killed_half_way_leaves_nothing_and_is_done_again(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str], lines: int
) -> None:
    folder = short_demo(tmp_path / "demo")
    with (tmp_path / "errors").open("w") as errors:
        moving = start("-m", "server", "move", "--data", folder, "--to", target, errors=errors)
    told = [moving.line_here() for _ in range(lines)]
    moving.kill()
    moving.wait_here()
    assert told[-1].endswith(b" rows\n")
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    said = capsys.readouterr().out
    assert "Moved and read back" in said
    assert "copied before" not in said


NO_ROOM = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file "base/1": No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER refuse AFTER INSERT ON journal EXECUTE FUNCTION refuse()
"""


def test_a_move_onto_a_full_disk_leaves_nothing_and_is_done_again(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, full = short_demo(tmp_path / "demo"), Database(target)
    full.migrate()
    with full.engine.begin() as connection:
        connection.exec_driver_sql(NO_ROOM)
    assert main(["move", "--data", str(folder), "--to", target]) == 1
    assert capsys.readouterr().err.startswith(
        "shared-order: The database cannot be used at the moment: "
        'could not extend file "base/1": No space left on device'
    )
    with full.engine.begin() as connection:
        assert connection.exec_driver_sql('SELECT count(*) FROM "order"').scalar_one() == 0
        connection.exec_driver_sql("DROP FUNCTION refuse CASCADE")
    full.close()
    assert main(["move", "--data", str(folder), "--to", target]) == 0


def test_of_two_databases_the_one_at_fault_is_named(
    tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page of the source that cannot be read is met while both are open."""
    folder = short_demo(tmp_path / "demo")

    def read_torn(_source: Database) -> list[str]:
        raise DatabaseError("SELECT", {}, sqlite3.DatabaseError("database disk image is malformed"))

    monkeypatch.setattr(server.operate.move, "check_database", read_torn)
    assert main(["move", "--data", str(folder), "--to", target]) == 1
    assert capsys.readouterr().err.startswith(f"shared-order: {folder / 'shared-order.sqlite3'} is damaged")


MOVE = """
import resource, sys
from pathlib import Path
from server.operate.move import move
from server.settings import Settings

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

peaks = [peak() for _ in move(Settings(data=Path(sys.argv[1])), sys.argv[2])]
print(peaks[1], peaks[-1])
"""
PICTURES, PICTURE_BYTES = 96, 1 << 20


def test_no_table_is_in_memory_as_a_whole_while_it_is_moved(tmp_path: Path, target: str) -> None:
    folder = short_demo(tmp_path / "demo")
    with writing(folder) as session:
        company_id = session.exec(select(Company.id)).all()[0]
        for number in range(PICTURES):
            keep_image(session, f"{number:032}", company_id, os.urandom(PICTURE_BYTES), b"")
    moving = subprocess.run(
        [sys.executable, "-c", MOVE, str(folder), target], check=True, capture_output=True, text=True
    )
    before, after = map(int, moving.stdout.split())  # once the source was checked, and at the end
    assert after - before < PICTURES * PICTURE_BYTES / 2


def test_a_move_that_was_interrupted_while_it_read_back_is_taken_up_again(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = short_demo(tmp_path / "demo")
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    said = capsys.readouterr().out
    assert "copied before" in said
    assert said.count("Moved and read back") == 2


@pytest.mark.parametrize(
    "address", ["sqlite:///elsewhere.sqlite3", "nonsense", "postgresql://user@host:abc/x"]
)
def test_only_postgresql_is_moved_to(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = short_demo(tmp_path / "demo")
    assert main(["move", "--data", str(folder), "--to", address]) == 1
    assert "no address of a PostgreSQL database" in capsys.readouterr().err


def _rows(found: "Iterator[object]") -> list[str]:
    return sorted(str(row) for row in found)
