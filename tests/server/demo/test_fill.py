import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

import server.demo.fill as filling
from persistence.audit import Audit
from persistence.order import Order
from persistence.outbox import OutboxMail
from persistence.person import Person
from persistence.product import Product
from server.demo.fill import fill, holds_demo
from server.operate.check import check_database, check_orders
from server.settings import Settings
from tests.server.filled import MONDAY, Site, database_of, every_order, filled_demo, reading, running

pytestmark = pytest.mark.sqlite

STATUSES = {"draft", "waiting", "changed", "agreed", "amending", "closed"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path / "demo")


@pytest.fixture
async def site(folder: Path, anyio_backend: str) -> AsyncIterator[Site]:
    async with running(folder) as site:
        yield site


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("email", "name", "role", "company"),
    [
        ("sophie@boreale.example", "Sophie Tremblay", "manager", "Ébénisterie Boréale"),
        ("luc@boreale.example", "Luc Gagnon", "standard", "Ébénisterie Boréale"),
        ("anna@laurier.example", "Anna Roy", "manager", "Cuisines Laurier"),
        ("paul@laurier.example", "Paul Lavoie", "viewer", "Cuisines Laurier"),
        ("eve@rival.example", "Eve Martin", "manager", "Portes Rival"),
    ],
)
async def test_the_people_that_are_promised_sign_in_with_demo(
    site: Site, email: str, name: str, role: str, company: str
) -> None:
    me = (await (await site.signed_in(email)).get("/api/me")).json()
    assert (me["user"]["name"], me["role"], me["company"]["name"]) == (name, role, company)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("email", "side"), [("sophie@boreale.example", "supplier"), ("anna@laurier.example", "client")]
)
async def test_each_status_occurs_for_both_readers(site: Site, email: str, side: str) -> None:
    orders = await every_order(await site.signed_in(email), side)
    assert {order["status"] for order in orders} == STATUSES
    assert {order["turn"] for order in orders} == {"supplier", "client", None}


@pytest.mark.anyio
async def test_what_a_list_says_is_what_the_order_says(site: Site) -> None:
    anna = await site.signed_in("anna@laurier.example")
    for row in await every_order(anna, "client"):
        order = (await anna.get(f"/api/orders/{row['id']}")).json()
        shown = (
            order["status"],
            order["turn"],
            order["totals"]["total"],
            order["number"],
            len(order["lines"]),
        )
        assert shown == (row["status"], row["turn"], row["total"], row["number"], row["lines"])


@pytest.mark.anyio
async def test_eve_sees_her_own_order_and_nothing_of_the_others(site: Site) -> None:
    eve, sophie = await site.signed_in("eve@rival.example"), await site.signed_in("sophie@boreale.example")
    own = [*await every_order(eve, "supplier"), *await every_order(eve, "client")]
    assert {order["party"]["name"] for order in own} == {"Rénovations Matane"}
    for order in [*await every_order(sophie, "supplier"), *await every_order(sophie, "client")]:
        assert (await eve.get(f"/api/orders/{order['id']}")).status_code == 404
    products = (await eve.get("/api/products", params={"limit": 200})).json()["items"]
    assert {product["code"][:2] for product in products} == {"RV"}
    mails = (await eve.get("/api/mails")).json()["items"]
    assert all("rival" in mail["text"].lower() or mail["to"].startswith("eve@") for mail in mails)


@pytest.mark.anyio
async def test_clients_are_prepared_invited_and_active(site: Site) -> None:
    clients = (await (await site.signed_in("sophie@boreale.example")).get("/api/clients")).json()["items"]
    assert {client["state"] for client in clients} == {"prepared", "invited", "active"}


@pytest.mark.anyio
async def test_the_order_to_look_at_first_shows_what_the_trade_is_about(site: Site) -> None:
    anna = await site.signed_in("anna@laurier.example")
    found = (await anna.get("/api/orders", params={"side": "client", "q": "BT-2231"})).json()["items"]
    order = (await anna.get(f"/api/orders/{found[0]['id']}")).json()
    assert (order["status"], order["turn"], found[0]["backorder"]) == ("changed", "client", True)
    first = order["lines"][0]["terms"]
    assert (first["quantity"], first["backorder_quantity"], first["dimensions/height"]) == (
        "8",
        "4",
        "34 1/2",
    )
    assert order["comments"]


@pytest.mark.anyio
async def test_stock_runs_short_in_one_order_and_the_bot_says_so(site: Site) -> None:
    luc, anna = await site.signed_in("luc@boreale.example"), await site.signed_in("anna@laurier.example")
    levels = (await luc.get("/api/stock", params={"limit": 100})).json()["items"]
    assert len(levels) >= 12
    assert {level["code"] for level in levels if float(level["asked"]) > float(level["free"])} == {"Q-POI-N"}
    assert any(level["variant"] for level in levels)
    decided = {
        row["reference"]: items
        for row in await every_order(luc, "supplier")
        if (items := (await luc.get(f"/api/orders/{row['id']}/bot-decisions")).json()["items"])
    }
    assert list(decided) == ["BT-2243"]
    (decision,) = decided["BT-2243"]
    assert decision["state"] == "written"
    assert decision["reason"].startswith("Il en reste 6 le 23 novembre 2026, 34 de plus le ")
    (order,) = (await anna.get("/api/orders", params={"side": "client", "q": "BT-2243"})).json()["items"]
    assert (order["status"], order["turn"], order["backorder"]) == ("changed", "supplier", True)
    undone = await luc.post(f"/api/orders/{order['id']}/bot-decisions/{decision['id']}/undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")


@pytest.mark.anyio
async def test_the_bot_has_nothing_to_add_when_the_demo_is_served(site: Site) -> None:
    with site.app.state.services.db.reading() as session:
        before = list(session.exec(select(Order.id, Order.seq).order_by(Order.id)))
    await site.app.state.stock_bot.look_around()
    await site.app.state.stock_bot.catch_up()
    with site.app.state.services.db.reading() as session:
        assert list(session.exec(select(Order.id, Order.seq).order_by(Order.id))) == before


@pytest.mark.anyio
async def test_an_ontario_client_pays_harmonised_tax(site: Site) -> None:
    emma = await site.signed_in("emma@kingston.example")
    for row in await every_order(emma, "client"):
        taxes = (await emma.get(f"/api/orders/{row['id']}")).json()["totals"]["taxes"]
        assert [tax["code"] for tax in taxes] == ["HST"]


def test_a_year_of_orders_leaves_a_few_mails_that_are_sent(folder: Path) -> None:
    with reading(folder) as session:
        orders = session.exec(select(Order)).all()
        mails = session.exec(select(OutboxMail)).all()
    assert len(orders) >= 55
    assert max(order.lines for order in orders) >= 50
    assert MONDAY - min(order.created_at for order in orders) > timedelta(days=250)
    assert 5 <= len(mails) <= 40
    assert all(
        mail.state == "sent" and MONDAY - timedelta(days=5) <= mail.created_at <= MONDAY for mail in mails
    )


def test_who_wrote_was_last_there_then(folder: Path) -> None:
    wrote: dict[str | None, datetime] = {}
    with reading(folder) as session:
        for change in session.exec(select(Audit).order_by(col(Audit.at))):
            wrote[change.user_id] = change.at
        seen = {person.id: person.last_seen for person in session.exec(select(Person))}
    assert {each: wrote.get(each) for each in seen} == seen
    assert len([at for at in seen.values() if at]) > 4


def test_nothing_happened_in_the_future(folder: Path) -> None:
    with reading(folder) as session:
        assert max(order.changed_at for order in session.exec(select(Order))) < MONDAY


def test_most_products_have_a_picture_and_some_have_none(folder: Path) -> None:
    with reading(folder) as session:
        pictures = [product.image_id for product in session.exec(select(Product))]
    assert len(pictures) >= 45
    assert 3 <= pictures.count(None) <= 10


def test_everything_that_was_filled_is_sound(folder: Path) -> None:
    db = database_of(folder)
    assert [*check_database(db), *check_orders(db)] == []
    db.close()


@pytest.mark.anyio
async def test_a_filling_that_is_interrupted_leaves_no_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stop(_stage: object) -> None:
        raise InterruptedError

    monkeypatch.setattr(filling, "_play", stop)
    with pytest.raises(InterruptedError):
        await fill(tmp_path, MONDAY)
    assert not holds_demo(tmp_path)


def test_a_filled_folder_holds_the_demo_and_an_empty_one_does_not(folder: Path, tmp_path: Path) -> None:
    assert holds_demo(folder)
    assert not holds_demo(tmp_path / "nothing")


def test_a_demo_is_known_by_its_mark_and_without_one_by_all_of_its_people(tmp_path: Path) -> None:
    filled_demo(tmp_path)
    with closing(sqlite3.connect(Settings(data=tmp_path).database_file)) as connection:
        connection.execute(
            "UPDATE person SET email = 'someone@else.example' WHERE email = 'eve@rival.example'"
        )
        connection.commit()
        assert holds_demo(tmp_path)
        connection.execute("PRAGMA application_id = 0")
        assert not holds_demo(tmp_path)
        connection.execute(
            "UPDATE person SET email = 'eve@rival.example' WHERE email = 'someone@else.example'"
        )
        connection.commit()
        assert holds_demo(tmp_path)
