"""What bots of three servers on one database could each do is done once."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlmodel import select

from persistence.bot_decision import BotDecision
from persistence.bot_settings import change_settings
from persistence.database import Database
from persistence.order import Order
from tests.connections import asking
from tests.databases import url_of
from tests.servers.fleet import Fleet, Server

pytestmark = pytest.mark.anyio
ORDERS = 8


@pytest.fixture
def database(fleet: Fleet) -> Iterator[Database]:
    database = Database(url_of(fleet.house.folder))
    yield database
    database.close()


async def ask(server: Server, fleet: Fleet, method: str, path: str, body: object) -> None:
    async with asking(f"http://127.0.0.1:{server.port}") as http:
        reply = await http.request(method, path, json=body, headers=fleet.house.people["sophie"].headers)
    assert reply.status_code == 200, reply.text


async def wake_all(servers: list[Server], fleet: Fleet) -> None:
    """Every server commits something at once: its bot then looks at all products."""
    requests = (ask(one, fleet, "PATCH", "/api/bots", {"tolerance_days": n}) for n, one in enumerate(servers))
    await asyncio.gather(*requests)


async def test_three_bots_that_wake_at_once_decide_once_in_every_order(
    fleet: Fleet, database: Database
) -> None:
    house = fleet.house
    boreale = house.people["sophie"].company_id
    with database.writing() as session:
        change_settings(session, boreale, {"mode": "propose"})
    fleet.orders(ORDERS)
    with database.reading() as session:
        orders = list(session.exec(select(Order.id)))
    servers = await fleet.start(3)
    none_left = {"rows": [{"product_id": house.products["door"], "on_hand": "0"},
                          {"product_id": house.products["shirt"], "point": "S", "on_hand": "0"}]}  # fmt: skip
    await asyncio.gather(
        ask(servers[0], fleet, "PUT", "/api/stock", none_left),
        ask(servers[1], fleet, "PATCH", "/api/bots", {"tolerance_days": 1}),
        ask(servers[2], fleet, "PUT", "/api/stock", none_left),
    )
    async with asyncio.timeout(60):
        while len(decisions(database)) < 2 * len(orders):
            await wake_all(servers, fleet)
    await wake_all(servers, fleet)
    for order_id in orders:
        for server in servers:  # each shows the same, whoever wrote it
            async with server.peer("anna", order_id=order_id) as anna:
                offered = anna.supplier.to_py() or {}
                assert (offered["lines/a/quantity"], offered["lines/s/quantity/S"]) == ("0", "0")
    assert Counter(decisions(database)) == {(order, line): 1 for order in orders for line in ("a", "s")}
    assert fleet.faults() == []


def decisions(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(one.order_id, one.line) for one in session.exec(select(BotDecision))]
