"""Orders of Anna and Sophie, made, filled, signed and read over HTTP.

order_id = await filled(house)
reply = await give(house, "anna", order_id, "send")
"""

from typing import Any

import httpx

from persistence.product import add_product, product_by_code
from persistence.session import find_session
from server.demo.desk import Desk
from server.people.identity import member
from tests.server.house import House

DOOR = {"code": "P-100", "name_fr": "Porte shaker, érable", "unit": "each", "price": "41.50"}


async def desk(house: House, name: str, order_id: str) -> Desk:
    with house.db.reading() as session:
        found = find_session(session, house.secret_of(name), house.clock())
    assert found is not None
    return await Desk.at(house.services, member(found), order_id)


async def made(house: House, who: str = "anna", **body: Any) -> str:
    """A draft of Anna's or Sophie's; its id."""
    other = house.person("sophie" if who == "anna" else "anna").company_id
    field = "supplier_id" if who == "anna" else "client_id"
    async with house.client_for(who) as client:
        reply = await client.post("/api/orders", json={field: other, **body})
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


async def filled(house: House, who: str = "anna") -> str:
    """A draft with twelve doors and a reference."""
    order_id = await made(house, who)
    at = await desk(house, who, order_id)
    await at.write({"client/lines/a/product": door_of(house), "client/lines/a/quantity": "12"})
    await at.write({"client/reference": "BT-2231"})
    return order_id


def door_of(house: House) -> str:
    """The one product of the catalogue, added when it is first asked for."""
    with house.db.writing() as session:
        supplier_id = house.person("sophie").company_id
        known = product_by_code(session, supplier_id, DOOR["code"])
        return (known or add_product(session, supplier_id, DOOR)).id


async def give(house: House, who: str, order_id: str, command: str, **body: Any) -> httpx.Response:
    async with house.client_for(who) as client:
        if command in ("send", "accept") and "digest" not in body:
            house.clock.forward(seconds=1)
            body["digest"] = (await client.get(f"/api/orders/{order_id}")).json()["digest"]
        return await client.post(f"/api/orders/{order_id}/{command}", json=body)


async def get(house: House, who: str | None, path: str) -> httpx.Response:
    async with house.client_for(who) as client:
        return await client.get(path)
