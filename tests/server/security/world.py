"""One of everything that belongs to Boréale and to Laurier, for a rival to try his hand at.

async with furnished(tmp_path) as world:
    world.ids["order"], world.ids["draft"]                  # both see the order; Boréale must not see the draft
    await world.ask("eve", "GET", "/api/orders/$order")     # $name stands for an id
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import Session

from persistence.bot_decision import BotDecision
from persistence.columns import new_id
from persistence.company import Address, Contact, addresses_of, contacts_of, set_addresses, set_contacts
from persistence.image import keep_image
from persistence.outbox import Message, queue
from persistence.person import Person, person_by_email
from persistence.product import add_product, facts, load_products, set_image
from persistence.refusal import RefusedEdit
from persistence.relation import add_relation
from persistence.session import start_session
from persistence.token import add_token
from server.gate.author import Author
from tests.server.house import EMAILS, ORIGIN, House, a_company

ABSENT = "0" * 32
PRODUCT = {"code": "P-100", "name_fr": "Porte", "unit": "each", "price": "41.50"}


@dataclass
class World:
    """A house with its things by name, and the secrets of those who ask."""

    house: House
    ids: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def named(self, text: str, *, absent: bool = False) -> str:
        """`text` with each $name replaced by its id, or by one that nothing has."""
        return re.sub(r"\$([a-z_]+)", lambda found: ABSENT if absent else self.ids[found[1]], text)

    async def ask(
        self, who: str | None, method: str, path: str, *, absent: bool = False, **request: Any
    ) -> httpx.Response:
        """One request of a person, of a program (`read of eve`), or of nobody."""
        headers = {"Authorization": f"Bearer {self.secrets[who]}"} if who else {}
        headers |= request.pop("headers", {})
        if isinstance(content := request.get("content"), str):
            request["content"] = self.named(content, absent=absent)
            headers["Content-Type"] = "application/json"
        transport = httpx.ASGITransport(self.house.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.request(method, self.named(path, absent=absent), headers=headers, **request)


@asynccontextmanager
async def furnished(folder: Path, **settings: Any) -> AsyncIterator[World]:
    """A house of the demo's people in which Luc, like Paul, may only read."""
    async with House(folder, demo=True, **settings) as house:
        world = World(house)
        with house.db.writing() as session:
            _settle(session, world)
        await _order(world)
        yield world


def _settle(session: Session, world: World) -> None:
    people = {name: person_by_email(session, email) for name, email in EMAILS.items()}
    present = {name: person for name, person in people.items() if person is not None}
    present["luc"].role = "viewer"
    for name, person in present.items():
        world.secrets[name] = start_session(session, person.id, world.house.clock())[1]
    for name in ("sophie", "anna", "eve"):
        for scope in ("read", "write", "stock"):
            world.secrets[f"{scope} of {name}"] = _token(session, world, present[name], scope)[1]
    boreale, laurier = present["sophie"].company_id, present["anna"].company_id
    world.ids |= {"client": laurier, "supplier": boreale, "person": present["luc"].id}
    world.ids["token"] = _token(session, world, present["sophie"], "read")[0]
    _furnish(session, world, boreale, laurier)


def _token(session: Session, world: World, person: Person, scope: str) -> tuple[str, str]:
    row, secret = add_token(
        session,
        company_id=person.company_id,
        person_id=person.id,
        name=scope,
        scopes=[scope],
        at=world.house.clock(),
    )
    return row.id, secret


def _furnish(session: Session, world: World, boreale: str, laurier: str) -> None:
    prepared = a_company(session, name="Armoires préparées", joined_at=None, email="x@prepared.example")
    add_relation(session, supplier_id=boreale, client_id=prepared.id)
    announced = a_company(session, name="Portes préparées", joined_at=None, email="y@prepared.example")
    add_relation(session, supplier_id=announced.id, client_id=laurier)
    product = add_product(session, boreale, PRODUCT)
    keep_image(session, "a" * 32, boreale, b"picture", b"thumbnail")
    set_image(session, product, "a" * 32)
    set_addresses(session, laurier, [Address(label="Atelier", city="Rimouski")])
    set_contacts(session, laurier, [Contact(name="Anna", email="anna@laurier.example")])
    mail = Message(EMAILS["anna"], "fr", "Sujet", "Texte", "<p>Texte</p>", "changed", company_id=boreale)
    world.ids |= {
        "prepared_client": prepared.id,
        "prepared_supplier": announced.id,
        "product": product.id,
        "image": "a" * 32,
        "address": addresses_of(session, [laurier])[laurier][0].id,
        "contact": contacts_of(session, [laurier])[laurier][0].id,
        "mail": queue(session, mail) or "",
    }


async def _order(world: World) -> None:
    """An order of Anna's that Sophie has received, and a draft of hers that Sophie has not."""
    for name in ("order", "draft"):
        made = await world.ask("anna", "POST", "/api/orders", content='{"supplier_id": "$supplier"}')
        assert made.status_code == 201, made.text
        world.ids[name] = made.json()["id"]
    await _fill(world)
    view = (await world.ask("anna", "GET", "/api/orders/$order")).json()
    sent = await world.ask("anna", "POST", "/api/orders/$order/send", json={"digest": view["digest"]})
    assert sent.status_code == 200, sent.text
    with world.house.db.writing() as session:
        _leave_traces(session, world)


async def _fill(world: World) -> None:
    """One line, written as the server writes."""
    room = await world.house.services.rooms.open(world.ids["order"])
    product = world.ids["product"]
    with world.house.db.reading() as session:
        copied = facts(load_products(session, world.ids["supplier"], [product])[product])
    anna = world.house.person("anna")
    cells = {
        ("client", "lines/a/product"): product,
        ("client", "lines/a/quantity"): "12",
        ("supplier", "lines/a/unit_price"): "41.50",
        ("record", "products/a"): copied,
    }
    written = room.write(cells, [], Author(anna.id, anna.name, "client", "client"))  # type: ignore[arg-type]
    assert await asyncio.wait_for(written, 60)


def _leave_traces(session: Session, world: World) -> None:
    """What hangs on an order: a refused edit of Anna's, and a decision of Boréale's bot."""
    at, anna = world.house.clock(), world.house.person("anna")
    world.ids |= {"refusal": new_id(), "decision": new_id()}
    order_id = world.ids["order"]
    session.add(
        RefusedEdit(
            id=world.ids["refusal"],
            order_id=order_id,
            seq=1,
            user_id=anna.id,
            cell="client/reference",
            code="not_yours",
            at=at,
        )
    )
    session.add(
        BotDecision(
            id=world.ids["decision"],
            order_id=order_id,
            supplier_id=world.ids["supplier"],
            line="a",
            rule="backorder",
            event=1,
            state="written",
            reason_fr="",
            reason_en="",
            at=at,
        )
    )
