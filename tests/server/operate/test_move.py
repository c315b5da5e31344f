from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from persistence.audit import Audit, Recorded, record_changes
from persistence.columns import now
from persistence.database import Database
from persistence.order import Order
from persistence.product import Product
from server.cli import main
from server.operate.check import check_orders
from tests.postgres import cluster
from tests.server.filled import database_of, filled_demo

pytestmark = pytest.mark.sqlite


@pytest.fixture
def target() -> Iterator[str]:
    url = cluster().database(empty=True)
    yield url
    cluster().drop(url)


def test_a_moved_installation_holds_the_same_orders_and_goes_on(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = filled_demo(tmp_path / "demo")
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    assert "were moved and read back" in capsys.readouterr().out
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
    folder = filled_demo(tmp_path / "demo")
    assert main(["move", "--data", str(folder), "--to", target]) == 0
    assert main(["move", "--data", str(folder), "--to", target]) == 1
    assert "holds something already" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["sqlite:///elsewhere.sqlite3", "nonsense"])
def test_only_postgresql_is_moved_to(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = filled_demo(tmp_path / "demo")
    assert main(["move", "--data", str(folder), "--to", address]) == 1
    assert "no address of a PostgreSQL database" in capsys.readouterr().err


def _rows(found: "Iterator[object]") -> list[str]:
    return sorted(str(row) for row in found)
