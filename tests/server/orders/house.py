"""A served house in tests: a real server on a loopback port, its people, and orders in any state.

async with House(folder) as house:
    order = await house.order("open")
    async with house.peer("anna", order) as anna: ...
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self

import httpx
import uvicorn
from pycrdt import Doc
from sqlalchemy import inspect, text
from sqlmodel import Session

from persistence.clock import now
from persistence.columns import new_id
from persistence.company import add_company
from persistence.person import add_person
from persistence.product import add_product
from persistence.relation import add_relation
from persistence.session import start_session
from persistence.token import add_token
from schema.order import Content, Side, State
from schema.terms import digest_of
from server.app import create_app
from server.bots.stock_bot import StockBot
from server.operate.protocols import DirectSocket
from server.rooms.housekeeping import IDLE_SECONDS
from server.rooms.room import Room
from server.services import Services
from server.settings import Settings
from tests.connections import asking
from tests.databases import url_of
from tests.server.peer import Peer

CHARACTERISTIC: Final = {
    "key": "wood",
    "name_fr": "Bois",
    "name_en": "Wood",
    "kind": "choice",
    "required": False,
    "options": [{"key": each, "name_fr": each, "name_en": each} for each in ("oak", "ash")],
}
PRODUCTS: Final[dict[str, dict[str, Any]]] = {
    "door": {"code": "P-100", "name_fr": "Porte", "unit": "each", "price": "41.25"},
    "spare": {"code": "P-101", "name_fr": "Porte de rechange", "unit": "each", "price": "40.00"},
    "shirt": {
        "code": "C-200",
        "name_fr": "Chemise",
        "unit": "each",
        "price": "12.00",
        "sizing": "scale",
        "points": ["S", "M"],
    },
    "panel": {
        "code": "T-300",
        "name_fr": "Panneau",
        "unit": "each",
        "price": "99.95",
        "sizing": "dimensions",
        "dimensions": [
            {"key": "width", "name_fr": "L", "name_en": "W", "minimum": "1", "maximum": "900"},
            {"key": "height", "name_fr": "H", "name_en": "H", "minimum": "1", "maximum": "900"},
        ],
        "characteristics": [CHARACTERISTIC],
    },
}
FOREIGN: Final = "zq8rival8qz"
"""What a rival's product is called."""
COMPLETE: Final[dict[str, Any]] = {
    "lines/a/product": "door",
    "lines/a/quantity": "12",
    "lines/s/product": "shirt",
    "lines/s/quantity/S": "3",
    "lines/d/product": "panel",
    "lines/d/quantity": "2",
    "lines/d/dimensions/width": "34 1/2",
    "lines/d/dimensions/height": "20",
}
"""Cells that make an order complete; products by their name in PRODUCTS."""


@dataclass(frozen=True)
class Who:
    """One person, or the program of a company. `user_id` is what the trail says."""

    name: str
    user_id: str
    company_id: str
    secret: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


class _Quiet(uvicorn.Server):
    """A server that leaves the signals of the test run alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class House:
    """A running server on a folder. Several may run on one folder, as several processes would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people: dict[str, Who] = {}
        self.products: dict[str, str] = {}
        self.foreign_product = ""
        self.ahead = timedelta()
        self._made: dict[tuple[State, Side], str] = {}
        self._server: _Quiet | None = None
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        if not self.people:
            with self.services.db.writing() as session:
                self._settle_people(session)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        listener = socket.socket(proto=socket.IPPROTO_TCP)  # or small frames wait for one another
        listener.bind(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        settings = Settings(data=self.folder, database_url=url_of(self.folder), log_level="error")
        app = create_app(settings, clock=lambda: now() + self.ahead)
        self.services: Services = app.state.services
        self.bot: StockBot = app.state.stock_bot
        config = uvicorn.Config(
            app, ws=DirectSocket, log_config=None, ws_per_message_deflate=False, lifespan="on"
        )
        self._server = _Quiet(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            await asyncio.sleep(0.001)  # a thread brings the tables up to date meanwhile
            if self._serving.done():
                self._serving.result()
        self.http = asking(f"http://127.0.0.1:{self.port}")

    async def stop(self) -> None:
        await self.http.aclose()
        assert self._server is not None
        assert self._serving is not None
        self._server.should_exit = True
        await self._serving

    async def restart(self) -> None:
        """End this server and start another on the same folder."""
        await self.stop()
        await self.start()

    def beside(self) -> "House":
        """A second server, not yet started, on the same folder with the same people."""
        other = House(self.folder)
        other.people, other.products = self.people, self.products
        return other

    # Peers and requests

    def peer(self, name: str, order_id: str, doc: "Doc[Any] | None" = None, query: str = "") -> Peer:
        url = f"ws://127.0.0.1:{self.port}/ws/orders/{order_id}{query}"
        return Peer(url, self.people[name].secret, doc)

    async def get(self, name: str, path: str) -> httpx.Response:
        return await self.http.get(path, headers=self.people[name].headers)

    async def post(self, name: str, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.http.post(path, json=body, headers=self.people[name].headers)

    async def view(self, name: str, order_id: str) -> dict[str, Any]:
        """What somebody reads of an order."""
        reply = await self.get(name, f"/api/orders/{order_id}")
        assert reply.status_code == 200, reply.text
        view: dict[str, Any] = reply.json()
        return view

    async def command(self, name: str, order_id: str, command: str, **body: Any) -> httpx.Response:
        """Give a command; without a digest, that of the terms as they stand."""
        if command in ("send", "accept") and "digest" not in body:
            body["digest"] = digest_of((await self.room(order_id)).content)
        return await self.post(name, f"/api/orders/{order_id}/{command}", body)

    async def must(self, name: str, order_id: str, command: str, **body: Any) -> dict[str, Any]:
        """Give a command that must be taken."""
        reply = await self.command(name, order_id, command, **body)
        assert reply.status_code == 200, reply.text
        view: dict[str, Any] = reply.json()
        return view

    async def room(self, order_id: str) -> Room:
        return await self.services.rooms.open(order_id)

    async def content(self, order_id: str) -> Content:
        """What the server holds, once everything is committed."""
        room = await self.room(order_id)
        await room.settled()
        return room.content

    async def put_away(self, order_id: str) -> None:
        """Put an order away, as when nobody has been there for a while; the next visitor loads it again.

        The clock moves no further than that, however long the order takes to come to rest: sessions end by it too.
        """
        while room := self.services.rooms.find(order_id):
            unused = now() + self.ahead - room.last_used
            self.ahead += max(timedelta(), timedelta(seconds=IDLE_SECONDS) - unused)
            await self.services.rooms.housekeeping.sweep()
            await asyncio.sleep(0.001)

    # Orders

    async def begin(self, made_by: Side = "client") -> str:
        """A new, empty draft."""
        if made_by == "client":
            body, name = {"supplier_id": self.people["sophie"].company_id}, "anna"
        else:
            body, name = {"client_id": self.people["anna"].company_id}, "sophie"
        reply = await self.post(name, "/api/orders", body)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["id"])

    def with_products(self, cells: dict[str, Any]) -> dict[str, Any]:
        """Cells with the products of PRODUCTS by their ids."""
        return {
            key: self.products[value] if key.endswith(("/product", "/substitute")) and value else value
            for key, value in cells.items()
        }

    async def order(self, state: State = "open", made_by: Side = "client") -> str:
        """An order with three lines (`a`: plain, `s`: sizes, `d`: dimensions) in a state, copied from the first."""
        made = self._made.get((state, made_by))
        if made is None:
            made = self._made[state, made_by] = await self._make(state, made_by)
        return self.copy(made)

    async def _make(self, state: State, made_by: Side) -> str:
        order_id = await self.begin(made_by)
        maker, answerer = ("anna", "sophie") if made_by == "client" else ("sophie", "anna")
        async with self.peer(maker, order_id) as peer:
            await peer.write(made_by, self.with_products(_of_side(COMPLETE, made_by)))
            if made_by == "supplier":
                await peer.write("client", {k: v for k, v in COMPLETE.items() if "dimensions" in k})
            assert not peer.refusals, peer.refusals
        await self.bring(order_id, state, maker, answerer)
        return order_id

    async def bring(self, order_id: str, state: State, maker: str = "anna", answerer: str = "sophie") -> None:
        """Bring a draft to a state, by the commands that lead there."""
        steps: dict[State, list[tuple[str, str, dict[str, str]]]] = {
            "draft": [],
            "open": [(maker, "send", {})],
            "agreed": [(maker, "send", {}), (answerer, "accept", {})],
            "amending": [(maker, "send", {}), (answerer, "accept", {}), (maker, "amend", {})],
            "closed": [(maker, "send", {}), (maker, "cancel", {"reason": "Fini"})],
        }
        for name, command, body in steps[state]:
            before = (await self.room(order_id)).state
            while (await self.room(order_id)).state == before:
                reply = await self.command(name, order_id, command, **body)
                # Where commits take long, as on a busy machine, it may be taken all the same.
                assert reply.status_code in (200, 503), reply.text
                await (await self.room(order_id)).settled()
        assert (await self.room(order_id)).state == state

    def copy(self, order_id: str) -> str:
        """The same order again, under another id: rows are copied, so that a state costs nothing."""
        new = new_id()
        with self.services.db.writing() as session:
            for table, key in (
                ("order", "id"),
                ("journal", "order_id"),
                ("snapshot", "order_id"),
                ("client_binding", "order_id"),
                ("audit", "order_id"),
                ("order_claim", "order_id"),
                ("line_need", "order_id"),
                ("order_word", "order_id"),
            ):
                _copy_rows(session, table, key, order_id, new)
        return new

    def dump(self) -> dict[str, str]:
        """Everything that every table holds, as text, with the document's bytes as they are."""
        with self.services.db.reading() as session:
            return {
                name: "\n".join(
                    _as_text(value)
                    for row in session.connection().execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608
                    for value in row
                )
                for name in inspect(session.connection()).get_table_names()
            }

    def rows_of(self, order_id: str) -> list[str]:
        """Every row that speaks of an order, as text after the name of its table, its values between spaces."""
        with self.services.db.reading() as session:
            connection, found = session.connection(), []
            for name in inspect(connection).get_table_names():
                columns = {column["name"] for column in inspect(connection).get_columns(name)}
                key = "id" if name == "order" else "order_id"
                if key in columns:
                    asked = text(f'SELECT * FROM "{name}" WHERE {key} = :id')  # noqa: S608
                    rows = connection.execute(asked, {"id": order_id})
                    found += [f"{name} {' '.join(map(_as_text, row))} " for row in rows]
            return found

    def _settle_people(self, session: Session) -> None:
        boreale = add_company(session, name="Ébénisterie Boréale", supplies=True, region="QC")
        laurier = add_company(session, name="Cuisines Laurier", buys=True, region="QC")
        rival = add_company(session, name="Rival", supplies=True, buys=True, region="QC")
        add_relation(session, supplier_id=boreale.id, client_id=laurier.id)
        add_relation(session, supplier_id=rival.id, client_id=laurier.id)
        for name, company, role in (
            ("sophie", boreale, "manager"),
            ("luc", boreale, "standard"),
            ("anna", laurier, "manager"),
            ("marc", laurier, "standard"),
            ("paul", laurier, "viewer"),
            ("lise", boreale, "viewer"),
            ("eve", rival, "manager"),
        ):
            person = add_person(
                session,
                company_id=company.id,
                email=f"{name}@{company.id[:8]}.example",
                name=name.title(),
                role=role,
            )
            _, secret = start_session(session, person.id, now())
            self.people[name] = Who(person.name, person.id, company.id, secret)
        token, secret = add_token(
            session,
            company_id=boreale.id,
            person_id=self.people["sophie"].user_id,
            name="Stock",
            scopes=["write", "stock"],
            at=now(),
        )
        self.people["bot"] = Who("Stock", token.id, boreale.id, secret)
        for name, file in PRODUCTS.items():
            self.products[name] = add_product(session, boreale.id, file).id
        self.foreign_product = add_product(session, rival.id, PRODUCTS["door"] | {"name_fr": FOREIGN}).id


def _of_side(cells: dict[str, Any], side: Side) -> dict[str, Any]:
    """A supplier gives products and quantities in his own register; dimensions are always the client's."""
    return {k: v for k, v in cells.items() if side == "client" or "dimensions" not in k}


def _copy_rows(session: Session, table: str, key: str, old: str, new: str) -> None:
    connection = session.connection()
    rows = connection.execute(text(f'SELECT * FROM "{table}" WHERE {key} = :old'), {"old": old})  # noqa: S608
    for row in rows.mappings().all():
        values = dict(row) | {key: new}
        if table == "audit":
            values.pop("id")
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(f":{name}" for name in values)
        connection.execute(text(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'), values)  # noqa: S608


def _as_text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
