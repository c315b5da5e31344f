"""A new epoch for every order, on SQLite; on PostgreSQL it is in tests/servers."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from persistence.order import Order
from server.cli import main
from tests.server.filled import database_of, reading
from tests.server.operate.backups import spoil

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]


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
