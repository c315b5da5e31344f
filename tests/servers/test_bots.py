"""Bots of two servers on one database: what one owed when it died, the other does; both at once come to the same."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from persistence.bot_decision import BotDecision
from persistence.bot_settings import change_settings
from persistence.database import Database
from persistence.due_look import DueLook
from tests.connections import asking
from tests.databases import url_of
from tests.server.orders.house import House
from tests.servers.fleet import Fleet, Server

pytestmark = pytest.mark.anyio


@pytest.fixture
def database(fleet: Fleet) -> Iterator[Database]:
    """The fleet's database, in which Boréale's bot proposes."""
    database = Database(url_of(fleet.house.folder))
    with database.writing() as session:
        change_settings(session, fleet.house.people["sophie"].company_id, {"mode": "propose"})
    yield database
    database.close()


async def count_doors(fleet: Fleet, server: Server, on_hand: str) -> None:
    rows = [{"product_id": fleet.house.products["door"], "on_hand": on_hand}]
    async with asking(f"http://127.0.0.1:{server.port}") as http:
        headers = fleet.house.people["luc"].headers
        reply = await http.put("/api/stock", json={"rows": rows}, headers=headers)
    assert reply.json() == {"kept": 1, "errors": []}


@contextmanager
def nobody_writes_orders(database: Database) -> Iterator[None]:
    """Every order's row is held, so that no bot can write in one."""
    with database.writing() as session:
        session.connection().execute(text('SELECT id FROM "order" FOR UPDATE'))
        yield


def owed(session: Session) -> int:
    return len(session.exec(select(DueLook.id)).all())


async def test_what_a_server_owed_when_it_died_another_one_does(fleet: Fleet, database: Database) -> None:
    dying, surviving = await fleet.start(2)
    async with surviving.peer("anna") as anna:
        with nobody_writes_orders(database):
            await count_doors(fleet, dying, "0")
            await dying.kill()
        with database.reading() as session:
            assert owed(session) == 1
        await anna.until(lambda: anna.supplier.get("lines/a/quantity") == "0")
    with database.reading() as session:
        decided = session.exec(select(BotDecision.id).where(BotDecision.order_id == fleet.order)).all()
        assert len(decided) == 1
    assert fleet.faults() == []


async def test_two_servers_whose_bots_wake_at_once_decide_once(two: tuple[House, House]) -> None:
    one, _ = two
    order_id = await one.order("open")
    await one.services.db.write(change_settings, one.people["sophie"].company_id, {"mode": "propose"})
    bots = [house.bot for house in two]
    for house in two:
        await house.room(order_id)  # both have it in memory
    rows = [{"product_id": one.products["door"], "on_hand": "0"}]
    headers = one.people["luc"].headers
    await one.http.put("/api/stock", json={"rows": rows}, headers=headers)
    for bot in bots:
        bot.stock_changed(one.people["sophie"].company_id, [one.products["door"]])
    for _ in range(2):  # who lost the race decides anew
        await asyncio.gather(*(bot.catch_up() for bot in bots))
    with one.services.db.reading() as session:
        assert len(session.exec(select(BotDecision).where(BotDecision.order_id == order_id)).all()) == 1
        assert owed(session) == 0
    assert (await one.content(order_id)).supplier["lines/a/quantity"] == "0"
