import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlmodel import Session
from starlette.applications import Starlette

from persistence.company import add_company
from persistence.database import Database
from persistence.outbox import Message, queue
from persistence.person import add_person
from persistence.session import start_session
from persistence.tables import METADATA
from server.api.mails import ENDPOINTS
from server.http.endpoint import routes
from server.settings import Settings
from tests.databases import url_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(url_of(tmp_path))
    METADATA.create_all(database.engine)
    yield database
    database.close()


class Site:
    """Asks an application of these endpoints alone."""

    def __init__(self, app: Starlette) -> None:
        self._transport = httpx.ASGITransport(app)

    def get(self, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://test") as client:
                return await client.get(address, headers=headers)

        return asyncio.run(ask())


def site(db: Database, demo: bool = True) -> Site:
    app = Starlette(routes=routes(ENDPOINTS))
    app.state.services = SimpleNamespace(settings=Settings(demo=demo), db=db, clock=lambda: NOON)
    return Site(app)


def signed_in(session: Session, email: str, company_id: str) -> dict[str, str]:
    person = add_person(session, company_id=company_id, email=email, role="viewer")
    return {"Authorization": f"Bearer {start_session(session, person.id, NOON)[1]}"}


@pytest.fixture
def people(db: Database) -> dict[str, dict[str, str]]:
    """Sophie's company has sent Anna three mails; Eve has nothing to do with it."""
    with db.writing() as session:
        companies = {name: add_company(session, name=name).id for name in ("boreale", "laurier", "rival")}
        for n in range(3):
            html = f"<p>Bonjour {n}</p>"
            message = Message(
                "anna@laurier.example",
                "fr",
                f"Objet {n}",
                "Bonjour\n",
                html,
                "changed",
                None,
                companies["boreale"],
            )
            queue(session, message, NOON + timedelta(seconds=n))
        return {
            "sophie": signed_in(session, "sophie@boreale.example", companies["boreale"]),
            "anna": signed_in(session, "anna@laurier.example", companies["laurier"]),
            "paul": signed_in(session, "paul@laurier.example", companies["laurier"]),
            "eve": signed_in(session, "eve@rival.example", companies["rival"]),
        }


def listed(client: Site, person: dict[str, str], address: str = "/api/mails") -> Any:
    response = client.get(address, headers=person)
    assert response.status_code == 200, response.text
    return response.json()


def test_who_wrote_and_who_receives_see_a_mail_and_nobody_else(db: Database, people: dict[str, Any]) -> None:
    client = site(db)
    found = {name: len(listed(client, person)["items"]) for name, person in people.items()}
    assert found == {"sophie": 3, "anna": 3, "paul": 0, "eve": 0}


def test_a_mail_is_listed_whole_and_newest_first_page_by_page(db: Database, people: dict[str, Any]) -> None:
    client = site(db)
    first = listed(client, people["anna"], "/api/mails?limit=2")
    mail = first["items"][0]
    assert mail == {
        "id": mail["id"],
        "to": "anna@laurier.example",
        "subject": "Objet 2",
        "text": "Bonjour\n",
        "html": "<p>Bonjour 2</p>",
        "at": "2026-11-23T12:00:02Z",
        "state": "queued",
    }
    rest = listed(client, people["anna"], f"/api/mails?limit=2&after={first['next']}")
    assert ([item["subject"] for item in rest["items"]], rest["next"]) == (["Objet 0"], None)
    assert client.get("/api/mails?after=x", headers=people["anna"]).status_code == 422


def test_a_mail_s_page_may_style_itself_and_do_nothing_else(db: Database, people: dict[str, Any]) -> None:
    client = site(db)
    address = f"/api/mails/{listed(client, people['anna'])['items'][0]['id']}"
    response = client.get(address, headers=people["anna"])
    assert (response.text, response.headers["content-type"]) == (
        "<p>Bonjour 2</p>",
        "text/html; charset=utf-8",
    )
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert client.get(address, headers=people["eve"]).status_code == 404
    assert client.get(f"/api/mails/{'0' * 32}", headers=people["anna"]).status_code == 404


@pytest.mark.parametrize("address", ["/api/mails", f"/api/mails/{'0' * 32}"])
def test_outside_a_demonstration_there_are_no_such_pages(
    db: Database, people: dict[str, Any], address: str
) -> None:
    assert site(db, demo=False).get(address, headers=people["sophie"]).status_code == 404
    assert site(db).get(address).status_code == 401
