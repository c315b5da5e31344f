"""What is derived of orders is worked out anew by `check --repair`, and nothing else is touched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, delete, select

from persistence.bot_settings import change_settings
from persistence.claim import LineNeed, OrderClaim
from persistence.clock import now
from persistence.database import Database
from persistence.due_look import GRACE, looks_due
from persistence.order import Order
from persistence.order_word import set_words
from persistence.tables import METADATA
from server.cli import main
from tests.postgres import cluster
from tests.server.filled import database_of, reading, writing
from tests.server.operate.backups import spoil

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]

Tables = dict[str, list[str]]


def tables(session: Session) -> Tables:
    """Every row of every table, but for what the bots have still to look at."""
    return {
        each.name: sorted(map(repr, session.connection().execute(each.select())))
        for each in METADATA.sorted_tables
        if each.name != "due_look"
    }


def derive_wrongly(session: Session) -> list[str]:
    """Let something else be kept of five orders than their documents say; their ids."""
    query = select(Order).order_by(Order.id)
    listed, found = session.exec(query.where(Order.supplier_status == "amending")).all()
    asked, unasked = session.exec(query.where(Order.supplier_status == "agreed")).all()
    closed = session.exec(query.where(Order.supplier_status == "closed")).all()[0]
    listed.total, listed.turn, listed.client_status = "1.00", "client", "changed"
    set_words(session, found.id, (found.supplier_id, found.client_id), frozenset({"stray"}))
    session.exec(select(LineNeed).where(LineNeed.order_id == asked.id)).all()[0].held = "999"
    session.exec(delete(LineNeed).where(col(LineNeed.order_id) == unasked.id))
    session.add(OrderClaim(order_id=closed.id, supplier_id=closed.supplier_id, state="agreed"))
    change_settings(session, asked.supplier_id, {"mode": "propose"})
    return [each.id for each in (listed, found, asked, unasked, closed)]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """A filled one, on which commands work."""
    monkeypatch.setenv("SHARED_ORDER_DATA", str(folder))
    if request.param == "sqlite":
        db = database_of(folder)
        yield db
        db.close()
        return
    url = cluster().database(empty=True)
    assert main(["move", "--to", url]) == 0
    monkeypatch.setenv("SHARED_ORDER_DATABASE_URL", url)
    db = Database(url)
    yield db
    db.close()
    cluster().drop(url)


def test_what_is_kept_beside_documents_is_as_it_was(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.reading() as session:
        before = tables(session)
    with database.writing() as session:
        wrong = derive_wrongly(session)
    assert main(["check"]) == 1
    capsys.readouterr()
    assert main(["check", "--repair"]) == 0
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if "repaired" in line] == [
        f"order {order_id}: repaired; lists, searches and the stock go by its document again"
        for order_id in sorted(wrong)
    ]
    assert said.endswith("\nEverything is sound.\n")
    assert main(["check"]) == 0
    with database.reading() as session:
        after = tables(session)
        products = set(session.exec(select(LineNeed.product_id).where(LineNeed.order_id == wrong[2])))
        assert products <= {product for _, product in looks_due(session, now() + 2 * GRACE)}
    del before["bot_settings"], after["bot_settings"]
    assert after == before


def test_an_order_with_something_else_wrong_stays_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One cannot be read; of the other the trail has been altered too."""
    damaged = spoil(folder)
    with writing(folder) as session:
        order = session.exec(select(Order).where(Order.supplier_status == "agreed").order_by(Order.id)).all()[
            -1
        ]
        order.total = "1.00"
        altered = text(
            "UPDATE audit SET after = '\"99\"' WHERE order_id = :order AND cell LIKE '%/quantity%'"
        )
        session.connection().execute(altered, {"order": order.id})
    with reading(folder) as session:
        before = tables(session)
    assert main(["check", "--repair", "--data", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "repaired" not in said
    assert f"order {damaged}: " in said
    assert f"order {order.id}: lists show total '1.00'" in said
    assert f"order {order.id}: the trail of " in said
    with reading(folder) as session:
        assert tables(session) == before


def test_nothing_is_repaired_in_a_database_that_is_damaged_itself(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(folder) as session:
        order = session.exec(select(Order).where(Order.supplier_status == "agreed")).all()[0]
        order.total = "1.00"
        session.connection().execute(text("UPDATE person SET created_at = 'monday'"))
    assert main(["check", "--repair", "--data", str(folder)]) == 1
    assert "repaired" not in capsys.readouterr().out
    with reading(folder) as session:
        assert session.get_one(Order, order.id).total == "1.00"


def test_a_backup_is_not_repaired(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = saved.read_bytes()
    assert main(["check", "--repair", str(saved)]) == 1
    assert capsys.readouterr().err == (
        "shared-order: A backup stays as it is. Restore it, and repair what was restored.\n"
    )
    assert saved.read_bytes() == before
