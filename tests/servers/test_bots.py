"""Bots of two servers on one database: what one owed when it died, the other does; both at once come to the same."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

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
T = TypeVar("T")
# Servers that wait two seconds for the one that is at it, instead of twenty.
IMPATIENT = """
from datetime import timedelta
from persistence import due_look
due_look.GRACE = timedelta(seconds=2)
from server.cli import main
main()
"""


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
    fleet.program = ("-c", IMPATIENT)
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
    await count(one, "0")
    for bot in bots:
        bot.stock_changed(one.people["sophie"].company_id, [one.products["door"]])
    for _ in range(2):  # who lost the race decides anew
        await asyncio.gather(*(bot.catch_up() for bot in bots))
    with one.services.db.reading() as session:
        assert len(session.exec(select(BotDecision).where(BotDecision.order_id == order_id)).all()) == 1
        assert owed(session) == 0
    assert (await one.content(order_id)).supplier["lines/a/quantity"] == "0"


async def test_a_bot_that_stood_still_before_it_wrote_takes_back_what_holds_no_more(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its machine slept; meanwhile the stock came back, and the other's bot found nothing to do."""
    one, other = two
    order_id = await one.order("open")
    await one.services.db.write(change_settings, one.people["sophie"].company_id, {"mode": "propose"})
    planned, goes_on = asyncio.Event(), asyncio.Event()
    carry_out = one.bot._carry_out_all

    async def carry_out_late(*plan: Any) -> bool:
        planned.set()
        await goes_on.wait()
        return await carry_out(*plan)

    await until(lambda: not read(one, owed))
    await one.bot.catch_up()  # nothing else wakes it
    monkeypatch.setattr(one.bot, "_carry_out_all", carry_out_late)
    await count(one, "0")
    await planned.wait()
    await count(other, "100")
    await until(lambda: not read(one, owed))
    goes_on.set()
    await until(lambda: len(read(one, decided, order_id)) == 2)
    assert "lines/a/quantity" not in (await one.content(order_id)).supplier
    await until(lambda: not read(one, owed))


async def count(house: House, on_hand: str) -> None:
    rows = [{"product_id": house.products["door"], "on_hand": on_hand}]
    await house.http.put("/api/stock", json={"rows": rows}, headers=house.people["luc"].headers)


def decided(session: Session, order_id: str) -> list[str]:
    return list(session.exec(select(BotDecision.id).where(BotDecision.order_id == order_id)))


def read(house: House, function: Callable[..., T], *args: Any) -> T:
    with house.services.db.reading() as session:
        return function(session, *args)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110  # a bot makes it so
            await asyncio.sleep(0.02)
