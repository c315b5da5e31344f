from typing import Any

import pytest

from persistence.company import company_by_id
from persistence.link import add_link
from persistence.relation import add_relation
from tests.server.house import EMAILS, House, a_company

pytestmark = pytest.mark.anyio


def invited(house: House, email: str = "marc@fleuve.example") -> tuple[str, str]:
    """A company that Sophie prepared, and the secret of its invitation."""
    sophie = house.person("sophie")
    with house.db.writing() as session:
        company = a_company(session, name="Armoires du Fleuve", joined_at=None)
        add_relation(session, supplier_id=sophie.company_id, client_id=company.id)
        facts: dict[str, Any] = {"company_id": company.id, "inviter_id": sophie.id, "name": "Marc"}
        _, secret = add_link(session, "join_company", at=house.clock(), email=email, **facts)
    return company.id, secret


async def test_an_invitation_says_who_invites_and_opening_it_spends_nothing(house: House) -> None:
    _, secret = invited(house)
    async with house.client_for(None) as browser:
        for _ in range(2):
            reply = await browser.get(f"/api/invitations/{secret}")
            assert reply.json() == {
                "inviter": "Sophie",
                "company": "Ébénisterie Boréale",
                "team": False,
                "email": "marc@fleuve.example",
                "name": "Marc",
                "language": "fr",
            }


async def test_the_first_person_of_an_invited_company_manages_it_and_it_has_joined(house: House) -> None:
    company_id, secret = invited(house)
    async with house.client_for(None) as browser:
        reply = await browser.post(f"/api/invitations/{secret}", json={"name": "Marc Roy"})
        assert (reply.status_code, reply.json()["role"]) == (200, "manager")
        assert reply.json()["user"] | {"id": ""} == {
            "id": "",
            "name": "Marc Roy",
            "email": "marc@fleuve.example",
            "language": "fr",
            "has_password": False,
        }
        assert (await browser.post(f"/api/invitations/{secret}", json={})).status_code == 404
        chosen = await browser.post("/api/me/password", json={"password": "a first password"})
        assert chosen.status_code == 204
    with house.db.reading() as session:
        company = company_by_id(session, company_id)
        assert company is not None
        assert company.joined_at == house.clock()


async def test_a_company_does_not_become_its_own_client_and_the_invitation_stays(house: House) -> None:
    _, secret = invited(house, EMAILS["luc"])
    async with house.client_for(None) as browser:
        reply = await browser.post(f"/api/invitations/{secret}", json={})
        assert (reply.status_code, reply.json()["code"]) == (409, "already_member")
        assert (await browser.get(f"/api/invitations/{secret}")).status_code == 200


async def test_what_was_prepared_moves_to_the_company_of_who_accepts(house: House) -> None:
    _, secret = invited(house, EMAILS["anna"])
    async with house.client_for(None) as browser:
        reply = await browser.post(f"/api/invitations/{secret}", json={})
        assert reply.json()["company"]["name"] == "Cuisines Laurier"
    async with house.client_for("sophie") as sophie:
        clients = (await sophie.get("/api/clients")).json()["items"]
        assert [client["name"] for client in clients] == ["Cuisines Laurier"]


async def test_an_unknown_invitation_is_not_found(house: House) -> None:
    async with house.client_for(None) as browser:
        assert (await browser.get("/api/invitations/guess")).status_code == 404
