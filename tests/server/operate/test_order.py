from pathlib import Path

import pytest
from sqlmodel import col, select

from persistence.order import Order
from server.cli import main
from tests.server.filled import filled_demo, reading, writing

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path / "demo")


@pytest.fixture
def order(folder: Path) -> Order:
    """One that has a number and a reference."""
    with reading(folder) as session:
        found = session.exec(select(Order).where(col(Order.reference) == "BT-2243")).one()
        session.expunge(found)
        return found


@pytest.mark.parametrize("name", ["number", "reference", "id"])
def test_it_is_found_by_whatever_people_call_it(
    folder: Path, order: Order, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["order", getattr(order, name), "--data", str(folder)]) == 0
    told = capsys.readouterr().out
    assert f"order {order.number}, id {order.id}\n" in told
    assert f"Cuisines Laurier: {order.client_status}\n" in told
    assert '  client/reference  nothing → "BT-2243"  Anna Roy (' in told
    assert told.endswith("What is kept of it is sound.\n")


def test_what_is_wrong_with_it_is_told(
    folder: Path, order: Order, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder) as session:
        session.add(order)
        order.total = "0.01"
    assert main(["order", order.id, "--data", str(folder)]) == 1
    assert f"\norder {order.id}: lists show total '0.01'" in capsys.readouterr().err


def test_one_that_is_not_there_is_told_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["order", "BT-0", "--data", str(folder)]) == 1
    assert capsys.readouterr().err.startswith("shared-order: There is no order BT-0. ")
