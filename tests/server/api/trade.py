"""A server with the companies of the demo: Boréale supplies Laurier, and Eve's Rival has nothing to do with them."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import Session

from persistence.company import Company, add_company
from persistence.person import Person, add_person, person_by_email
from persistence.relation import add_relation
from persistence.session import start_session
from persistence.tables import METADATA
from server.app import create_app
from server.services import Services
from server.settings import Settings
from tests.databases import url_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ABSENT = "0" * 32
PEOPLE = {
    "Sophie": ("boreale", "manager"),
    "Luc": ("boreale", "standard"),
    "Vera": ("boreale", "viewer"),
    "Anna": ("laurier", "manager"),
    "Paul": ("laurier", "viewer"),
    "Eve": ("rival", "manager"),
}


@dataclass
class Post:
    """A post that remembers what it was given."""

    invitations: list[dict[str, Any]] = field(default_factory=list)

    def invitation(self, session: Session, relation: str, **mail: Any) -> None:
        self.invitations.append({"relation": relation, **mail})

    def password_reset(self, session: Session, **mail: Any) -> None:
        raise AssertionError("nobody forgot a password")

    def entry_link(self, session: Session, **mail: Any) -> None:
        raise AssertionError("nobody asked for a link")


class Trade:
    """The server, its companies by name, and its people signed in."""

    def __init__(self, folder: Path) -> None:
        self.post = Post()
        self.at = NOON
        app = create_app(
            Settings(data=folder, database_url=url_of(folder)), mail=self.post, clock=lambda: self.at
        )
        self.services: Services = app.state.services
        self.db = self.services.db
        METADATA.create_all(self.db.engine)
        self._app = app
        with self.db.writing() as session:
            self.companies = {name: _company(session, name) for name in ("boreale", "laurier", "rival")}
            self._secrets = {name: _sign_in(session, name, self.companies) for name in PEOPLE}
            add_relation(
                session, supplier_id=self.id("boreale"), client_id=self.id("laurier"), number="C-204"
            )

    def id(self, company: str) -> str:
        return self.companies[company].id

    def person(self, name: str) -> Person:
        with self.db.reading() as session:
            found = person_by_email(session, f"{name}@{PEOPLE[name][0]}.example")
        assert found is not None
        return found

    def ask(self, who: str | None, method: str, path: str, **request: Any) -> httpx.Response:
        """One request of someone signed in, or of nobody."""
        headers = {"Authorization": f"Bearer {self._secrets[who]}"} if who else {}
        return asyncio.run(self._send(method, path, headers=headers | request.pop("headers", {}), **request))

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as site:
            return await site.request(method, path, **request)

    def get(self, who: str | None, path: str) -> Any:
        """What a successful GET answers."""
        answer = self.ask(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def made(self, who: str, path: str, body: dict[str, Any]) -> Any:
        """What a successful POST answers."""
        answer = self.ask(who, "POST", path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    made = Trade(tmp_path)
    yield made
    made.db.close()


def _company(session: Session, name: str) -> Company:
    return add_company(session, name=name.capitalize(), joined_at=NOON)


def _sign_in(session: Session, name: str, companies: dict[str, Company]) -> str:
    company, role = PEOPLE[name]
    email = f"{name.lower()}@{company}.example"
    language = "en" if name == "Eve" else "fr"
    person = add_person(
        session, company_id=companies[company].id, email=email, name=name, role=role, language=language
    )
    return start_session(session, person.id, NOON)[1]


def codes(answer: httpx.Response) -> dict[str, str]:
    """The code of each field of a problem; every one has a sentence."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(error["message"] for error in answer.json()["errors"])
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.json()["detail"]
    return answer.status_code, answer.json()["code"]
