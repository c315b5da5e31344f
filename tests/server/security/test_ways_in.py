"""Sessions, links and invitations: how one comes in, and how no one else does."""

from typing import Any

import pytest
from sqlmodel import Session

from persistence.company import change_company
from persistence.link import LIFETIMES, add_link
from persistence.person import add_person, change_person, people_of, person_by_email
from persistence.relation import add_relation, relation_between
from server.api.attempts import PER_PERSON
from server.api.links import send_entry, send_reset
from server.people.identity import COOKIE
from tests.server.house import EMAILS, House, a_company

pytestmark = pytest.mark.anyio

MONTH = 30 * 24 * 3600


async def test_a_session_is_always_a_new_one(house: House) -> None:
    async with house.client_for(None) as browser:
        browser.cookies[COOKIE] = "planted"
        reply = await browser.post("/api/login", json={"email": EMAILS["anna"], "password": "demo"})
        first = reply.cookies[COOKIE]
        reply = await browser.post("/api/login", json={"email": EMAILS["anna"], "password": "demo"})
        assert len({"planted", first, reply.cookies[COOKIE]}) == 3
        assert (await browser.get("/api/me", headers={"Cookie": f"{COOKIE}=planted"})).status_code == 401


async def test_the_cookie_lives_on_with_use_as_the_session_does(house: House) -> None:
    async with house.client_for("anna") as anna:
        secret = anna.cookies[COOKIE]
        given = (await anna.get("/api/me")).headers["set-cookie"]
        assert given == f"{COOKIE}={secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age={MONTH}"
    async with house.client_for(None) as program:
        reply = await program.get("/api/me", headers={"Authorization": f"Bearer {secret}"})
        assert reply.status_code == 200
        assert "set-cookie" not in reply.headers


async def test_a_secret_is_taken_from_nowhere_but_its_place(house: House) -> None:
    secret = house.secret_of("anna")
    async with house.client_for(None) as browser:
        for path in (
            f"/api/me?session={secret}",
            f"/api/me?token={secret}",
            f"/api/me?access_token={secret}",
        ):
            assert (await browser.get(path)).status_code == 401
        for header in (f"Basic {secret}", secret, f"Bearer{secret}", "Bearer é", "Bearer  "):
            reply = await browser.get("/api/me", headers=[(b"authorization", header.encode("latin-1"))])
            assert reply.status_code == 401


def _invite(session: Session, house: House, company_id: str, email: str) -> str:
    return add_link(
        session,
        "join_company",
        at=house.clock(),
        email=email,
        company_id=company_id,
        inviter_id=house.person("sophie").id,
        name="Marc",
    )[1]


def _prepared(session: Session, house: House) -> str:
    company = a_company(session, name="Armoires du Fleuve", joined_at=None)
    add_relation(session, supplier_id=house.person("sophie").company_id, client_id=company.id)
    return company.id


async def test_an_old_invitation_does_not_join_a_company_that_has_joined(house: House) -> None:
    with house.db.writing() as session:
        company = _prepared(session, house)
        former, rival, present = (
            _invite(session, house, company, email)
            for email in ("former@fleuve.example", EMAILS["eve"], "marc@fleuve.example")
        )
    async with house.client_for(None) as browser:
        assert (await browser.post(f"/api/invitations/{present}", json={})).status_code == 200
        for old in (former, rival, present):
            reply = await browser.post(f"/api/invitations/{old}", json={})
            assert (reply.status_code, reply.json()["code"]) == (404, "link_expired")
            assert (await browser.get(f"/api/invitations/{old}")).status_code == 404
    with house.db.reading() as session:
        assert [one.email for one in people_of(session, company)] == ["marc@fleuve.example"]
        eve = person_by_email(session, EMAILS["eve"])
        assert eve is not None
        assert relation_between(session, house.person("sophie").company_id, eve.company_id) is None


async def test_a_link_made_after_a_company_joined_opens_nothing_either(house: House) -> None:
    with house.db.writing() as session:
        company = _prepared(session, house)
        change_company(session, company, {"joined_at": house.clock()})
        late = _invite(session, house, company, EMAILS["eve"])
    async with house.client_for(None) as browser:
        assert (await browser.post(f"/api/invitations/{late}", json={})).status_code == 404


async def test_an_invitation_gives_the_role_that_was_meant_and_no_other(house: House) -> None:
    async with house.client_for("sophie") as sophie, house.client_for(None) as browser:
        member = {"email": "jules@boreale.example", "name": "Jules", "role": "viewer"}
        await sophie.post("/api/team", json=member)
        secret = house.mail.last("jules").secret
        for more in (
            {"role": "manager"},
            {"company_id": "0" * 32},
            {"email": EMAILS["anna"]},
            {"active": True},
        ):
            assert (await browser.post(f"/api/invitations/{secret}", json=more)).status_code == 422
        reply = await browser.post(f"/api/invitations/{secret}", json={"name": "Jules"})
        assert (reply.status_code, reply.json()["role"]) == (200, "viewer")


async def test_who_was_let_go_comes_in_by_no_link(house: House) -> None:
    luc = house.person("luc")
    with house.db.writing() as session:
        facts: dict[str, Any] = {"at": house.clock(), "email": luc.email, "person_id": luc.id}
        secrets = {
            purpose: add_link(session, purpose, **facts)[1] for purpose in ("reset", "entry", "join_team")
        }
        change_person(session, luc.id, {"active": False})
    async with house.client_for(None) as browser:
        choice = {"token": secrets["reset"], "password": "long enough"}
        replies = [
            await browser.post("/api/password/reset", json=choice),
            await browser.post("/api/links/enter", json={"token": secrets["entry"]}),
            await browser.post(f"/api/invitations/{secrets['join_team']}", json={}),
            await browser.post("/api/login", json={"email": luc.email, "password": "demo"}),
        ]
        assert [reply.status_code for reply in replies] == [401] * 4
        assert not browser.cookies
    assert house.person("luc").password_hash == luc.password_hash


@pytest.mark.parametrize("purpose", ["reset", "entry", "join_team", "join_company"])
async def test_a_link_ends_with_its_time(house: House, purpose: str) -> None:
    luc = house.person("luc")
    with house.db.writing() as session:
        _, secret = add_link(session, purpose, at=house.clock(), email=luc.email, person_id=luc.id)
    house.clock.now += LIFETIMES[purpose]
    async with house.client_for(None) as browser:
        for path, body in (
            ("/api/password/reset", {"token": secret, "password": "long enough"}),
            ("/api/links/enter", {"token": secret}),
            (f"/api/invitations/{secret}", {}),
        ):
            assert (await browser.post(path, json=body)).status_code == 404


async def test_a_new_password_ends_the_links_that_were_sent_before(house: House) -> None:
    async with house.client_for("anna") as anna, house.client_for(None) as browser:
        await browser.post("/api/links", json={"email": EMAILS["anna"]})
        entry = house.mail.last("anna").secret
        await browser.post("/api/password/forgot", json={"email": EMAILS["anna"]})
        reset = house.mail.last("anna").secret
        assert (
            await anna.post("/api/me/password", json={"current": "demo", "password": "long enough"})
        ).status_code == 204
        assert (await browser.post("/api/links/enter", json={"token": entry})).status_code == 404
        choice = {"token": reset, "password": "someone else's"}
        assert (await browser.post("/api/password/reset", json=choice)).status_code == 404


async def test_nothing_is_hashed_for_a_link_that_was_made_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_password: str) -> str:
        raise AssertionError("a stranger made the server hash")

    monkeypatch.setattr("server.api.links.hash_password", never)
    async with house.client_for(None) as browser:
        choice = {"token": "made-up", "password": "long enough"}
        assert (await browser.post("/api/password/reset", json=choice)).status_code == 404


@pytest.mark.parametrize("path", ["/api/password/forgot", "/api/links"])
async def test_the_answer_is_out_before_anybody_is_looked_for(
    house: House, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the time it takes is the same for those who exist and those who do not."""
    order: list[str] = []
    write = house.db.write

    async def noted(function, *args):  # type: ignore[no-untyped-def]
        if function in (send_reset, send_entry):
            order.append("looked")
        return await write(function, *args)

    monkeypatch.setattr(house.db, "write", noted)
    for email in (EMAILS["anna"], "nobody@laurier.example"):
        sent: list[dict[str, object]] = []

        async def send(message, sent=sent):  # type: ignore[no-untyped-def]
            sent.append(message)
            order.append(message["type"])

        await house.app(_scope(path), _body(email), send)
        assert sent[0]["status"] == 204
    assert order == ["http.response.start", "http.response.body", "looked"] * 2


def _scope(path: str) -> dict[str, object]:
    headers = [(b"host", b"test"), (b"content-type", b"application/json")]
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": headers,
        "query_string": b"",
        "client": ("::1", 1),
    }


def _body(email: str):  # type: ignore[no-untyped-def]
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": f'{{"email": "{email}"}}'.encode(), "more_body": False}

    return receive


async def test_a_manager_cannot_have_the_house_write_to_everybody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.api.party.INVITATIONS", 3)
    async with house.client_for("sophie") as sophie:
        statuses = [
            (
                await sophie.post(
                    "/api/team", json={"email": f"p{n}@elsewhere.example", "name": "P", "role": "viewer"}
                )
            ).status_code
            for n in range(5)
        ]
    assert statuses == [201] * 3 + [429] * 2


async def test_guessing_is_counted_for_each_kind_of_door(house: House) -> None:
    async with house.client_for("anna") as anna:
        for _ in range(PER_PERSON):
            guess = {"current": "wrong", "password": "long enough"}
            assert (await anna.post("/api/me/password", json=guess)).status_code == 403
        assert (await anna.post("/api/me/password", json=guess)).status_code == 429


async def test_two_accounts_never_share_an_address_whatever_its_capitals(house: House) -> None:
    with house.db.writing() as session:
        company = a_company(session)
        add_person(session, company_id=company.id, email="Marc@Fleuve.example")
    async with house.client_for("eve") as eve:
        member = {"email": "MARC@fleuve.EXAMPLE", "name": "Marc", "role": "viewer"}
        assert (await eve.post("/api/team", json=member)).status_code == 409
