"""The list of orders: its pages, what is found in it, how many there are of each, and which are late."""

from datetime import UTC, datetime

import pytest

from persistence.product import add_product
from tests.server.api.ordering import DOOR, desk, filled, get, give, made
from tests.server.house import House


async def test_pages_of_the_list_hold_every_order_once(house: House) -> None:
    ids = []
    for _ in range(7):
        ids.append(await made(house, "sophie"))
        house.clock.forward(minutes=1)
    seen: list[str] = []
    after = ""
    while True:
        page = (await get(house, "sophie", f"/api/orders?side=supplier&limit=3{after}")).json()
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("BT-2231", True),
        ("bt", True),
        ("2231", True),
        ("laurier", True),
        ("erable", True),
        ("porte lauri", True),
        ("P-100", True),
        ("2026-0001", True),
        ("sapin", False),
        ("%", False),
    ],
)
async def test_orders_are_found_by_number_reference_company_and_product(
    house: House, words: str, found: bool
) -> None:
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    async with house.client_for("sophie") as client:
        reply = await client.get("/api/orders", params={"side": "supplier", "q": words})
    assert [row["id"] for row in reply.json()["items"]] == ([order_id] if found else [])


async def test_orders_are_found_by_what_is_offered_in_a_products_stead(house: House) -> None:
    order_id = await filled(house)

    async def finds(words: str) -> bool:
        reply = await get(house, "anna", f"/api/orders?side=client&q={words}")
        return [row["id"] for row in reply.json()["items"]] == [order_id]

    await give(house, "anna", order_id, "send")
    with house.db.writing() as session:
        other_id = add_product(session, house.person("sophie").company_id, {**DOOR, "code": "Z-900"}).id
    sophie = await desk(house, "sophie", order_id)
    await sophie.write({"supplier/lines/a/substitute": other_id})
    assert await finds("Z-900")
    await sophie.write({"supplier/lines/a/substitute": None})
    assert not await finds("Z-900")


async def test_counts_follow_the_reader(house: House) -> None:
    await filled(house)
    order_id = await filled(house)
    await give(house, "anna", order_id, "send")
    mine = (await get(house, "anna", "/api/orders/counts?side=client")).json()
    theirs = (await get(house, "sophie", "/api/orders/counts?side=supplier")).json()
    assert (mine["draft"], mine["waiting"], mine["mine"], mine["all"]) == (1, 1, 1, 2)
    assert (theirs["draft"], theirs["waiting"], theirs["mine"], theirs["all"]) == (0, 1, 1, 1)


async def test_an_order_past_its_date_is_late_until_it_is_closed(house: House) -> None:
    order_id = await filled(house)
    await (await desk(house, "anna", order_id)).write({"client/requested_date": "2026-12-05"})
    await give(house, "anna", order_id, "send")
    assert not (await get(house, "anna", "/api/orders?side=client")).json()["items"][0]["late"]
    house.clock.now = datetime(2026, 12, 6, 4, 59, tzinfo=UTC)  # the last minute of the day in Montréal
    assert not (await get(house, "anna", "/api/orders?side=client")).json()["items"][0]["late"]
    house.clock.forward(minutes=1)
    assert (await get(house, "anna", "/api/orders?side=client")).json()["items"][0]["late"]
    await give(house, "anna", order_id, "cancel", reason="Trop tard")
    assert not (await get(house, "anna", "/api/orders?side=client")).json()["items"][0]["late"]


@pytest.mark.parametrize(
    "query", ["after=zzz", "after=WzFd", "limit=0", "limit=900", "side=both", "status=red"]
)
async def test_a_bad_query_is_a_problem_with_its_field(house: House, query: str) -> None:
    reply = await get(house, "anna", f"/api/orders?{query}")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == query.partition("=")[0]
