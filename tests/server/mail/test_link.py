from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from persistence.company import add_company
from persistence.database import Database
from persistence.link import find_link
from persistence.person import Person, add_person
from persistence.tables import METADATA
from server.mail import order_link
from tests.databases import url_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORDER_ID = "0f" * 16


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(url_of(tmp_path))
    METADATA.create_all(database.engine)
    with database.writing() as session:
        yield session
    database.close()


def anna(session: Session, password_hash: str | None) -> Person:
    company = add_company(session, name="Cuisines Laurier", buys=True)
    return add_person(
        session,
        company_id=company.id,
        email="anna@laurier.example",
        name="Anna Roy",
        language="fr",
        password_hash=password_hash,
    )


def test_who_has_a_password_gets_the_plain_address(session: Session) -> None:
    person = anna(session, "argon2")
    link = order_link(session, person, ORDER_ID, "https://commande.example/")
    assert link == f"https://commande.example/orders/{ORDER_ID}"


def test_who_has_none_gets_an_address_that_signs_her_in_and_leads_to_the_order(session: Session) -> None:
    person = anna(session, None)
    link = order_link(session, person, ORDER_ID, "https://commande.example", NOON)
    address, _, path = link.partition("?to=")
    assert path == f"/orders/{ORDER_ID}"
    start, _, secret = address.rpartition("/")
    assert start == "https://commande.example/enter"
    found = find_link(session, secret, ("entry",), NOON + timedelta(days=6))
    assert found is not None
    assert (found.person_id, found.path) == (person.id, f"/orders/{ORDER_ID}")


def test_each_mail_has_a_link_of_its_own(session: Session) -> None:
    person = anna(session, None)
    links = {order_link(session, person, ORDER_ID, "https://commande.example") for _ in range(3)}
    assert len(links) == 3
