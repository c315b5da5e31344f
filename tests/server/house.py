"""A whole server in memory for tests: a temporary SQLite file, the demo's people, a clock and a post to look into.

async def test_…(house: House) -> None:
    sophie = house.client_for("sophie")           # an httpx client with her cookie
    house.client_for(None)                        # somebody signed out
    house.clock.forward(minutes=5)
    house.mail.last("laurier").path               # the last mail to an address that contains this
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from sqlmodel import Session
from starlette.applications import Starlette

from persistence.company import Company, add_company
from persistence.database import Database
from persistence.person import Person, add_person, person_by_email
from persistence.relation import add_relation
from persistence.session import start_session
from server.app import create_app
from server.people.identity import COOKIE
from server.people.passwords import hash_password_now
from server.services import Services
from server.settings import Settings
from tests.databases import url_of

ORIGIN = "http://test"
PASSWORD = "demo"
EMAILS = {
    "sophie": "sophie@boreale.example",
    "luc": "luc@boreale.example",
    "anna": "anna@laurier.example",
    "paul": "paul@laurier.example",
    "eve": "eve@rival.example",
}


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 14, 2, 11, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@dataclass(frozen=True)
class Posted:
    kind: str
    to: str
    path: str
    facts: Mapping[str, Any]

    @property
    def secret(self) -> str:
        return self.path.split("?")[0].rpartition("/")[2]


@dataclass
class RecordingMail:
    """A post that keeps what it is given."""

    posted: list[Posted] = field(default_factory=list)

    def invitation(self, session: Session, relation: str, *, to: str, path: str, **facts: Any) -> None:
        self.posted.append(Posted(f"invitation_{relation}", to, path, facts))

    def password_reset(self, session: Session, *, to: str, path: str, **facts: Any) -> None:
        self.posted.append(Posted("password_reset", to, path, facts))

    def entry_link(self, session: Session, *, to: str, path: str, **facts: Any) -> None:
        self.posted.append(Posted("entry_link", to, path, facts))

    def last(self, to: str) -> Posted:
        return next(mail for mail in reversed(self.posted) if to in mail.to)


class House:
    """The running application and what a test may look into."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.clock = Clock()
        self.mail = RecordingMail()
        given = {"data": folder, "database_url": url_of(folder), "public_url": ORIGIN, **settings}
        self.app: Starlette = create_app(Settings(**given), mail=self.mail, clock=self.clock)
        self.services: Services = self.app.state.services
        self._lifespan = self.app.router.lifespan_context(self.app)

    @property
    def db(self) -> Database:
        return self.services.db

    async def __aenter__(self) -> Self:
        await self._lifespan.__aenter__()
        with self.db.writing() as session:
            furnish(session)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._lifespan.__aexit__(kind, error, trace)

    def client_for(self, name: str | None) -> httpx.AsyncClient:
        """A client with the cookie of one of the demo's people, or without any."""
        cookies = {COOKIE: self.secret_of(name)} if name else {}
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies)

    def secret_of(self, name: str) -> str:
        """Sign a person in and return what his cookie holds."""
        with self.db.writing() as session:
            return start_session(session, self._person(session, name).id, self.clock())[1]

    def person(self, name: str) -> Person:
        with self.db.reading() as session:
            return self._person(session, name)

    def _person(self, session: Session, name: str) -> Person:
        person = person_by_email(session, EMAILS.get(name, name))
        assert person is not None, name
        return person


def furnish(session: Session) -> None:
    """Put the demo's companies and people in place."""
    boreale = a_company(session, name="Ébénisterie Boréale", supplies=True)
    laurier = a_company(session, name="Cuisines Laurier", buys=True)
    rival = a_company(session, name="Ébénisterie Rivale", supplies=True)
    for name, company, role in (
        ("sophie", boreale, "manager"),
        ("luc", boreale, "standard"),
        ("anna", laurier, "manager"),
        ("paul", laurier, "viewer"),
        ("eve", rival, "manager"),
    ):
        a_person(session, company, name, role=role)
    add_relation(session, supplier_id=boreale.id, client_id=laurier.id, number="C-204")


def a_company(session: Session, **facts: Any) -> Company:
    """A company that has joined, unless the test says otherwise."""
    joined = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    return add_company(session, **{"name": "Armoires du Fleuve", "joined_at": joined, **facts})


def a_person(session: Session, company: Company, name: str, **facts: Any) -> Person:
    """A member of the company with the password `demo`, unless the test says otherwise."""
    default = {"name": name.capitalize(), "role": "standard", "password_hash": demo_hash()}
    email = EMAILS.get(name, f"{name}@{company.id[:6]}.example")
    return add_person(session, company_id=company.id, **{"email": email, **default, **facts})


@cache
def demo_hash() -> str:
    return hash_password_now(PASSWORD)
