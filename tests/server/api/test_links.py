import pytest

from tests.server.house import EMAILS, PASSWORD, House

pytestmark = pytest.mark.anyio


async def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(house: House) -> None:
    async with house.client_for("luc") as elsewhere, house.client_for(None) as browser:
        assert (await browser.post("/api/password/forgot", json={"email": EMAILS["luc"]})).status_code == 204
        choice = {"token": house.mail.last("luc").secret, "password": "a new password"}
        for _ in range(2):
            asked = await browser.get(f"/api/password/reset/{choice['token']}")
            assert (asked.status_code, asked.json()) == (200, {"email": EMAILS["luc"]})
        reply = await browser.post("/api/password/reset", json=choice)
        assert reply.status_code == 200
        assert (await browser.get("/api/me")).json()["user"]["email"] == EMAILS["luc"]
        assert (await elsewhere.get("/api/me")).status_code == 401
        again = await browser.post("/api/password/reset", json=choice)
        assert (again.status_code, again.json()["code"]) == (404, "link_expired")
        asked = await browser.get(f"/api/password/reset/{choice['token']}")
        assert (asked.status_code, asked.json()["code"]) == (404, "link_expired")
        old = {"email": EMAILS["luc"], "password": PASSWORD}
        assert (await browser.post("/api/login", json=old)).status_code == 401


async def test_a_reset_link_expires(house: House) -> None:
    async with house.client_for(None) as browser:
        await browser.post("/api/password/forgot", json={"email": EMAILS["luc"]})
        house.clock.forward(hours=3)
        choice = {"token": house.mail.last("luc").secret, "password": "a new password"}
        assert (await browser.get(f"/api/password/reset/{choice['token']}")).status_code == 404
        assert (await browser.post("/api/password/reset", json=choice)).status_code == 404


@pytest.mark.parametrize("path", ["/api/password/forgot", "/api/links"])
async def test_asking_for_a_link_never_tells_who_has_an_account(house: House, path: str) -> None:
    async with house.client_for(None) as browser:
        known = await browser.post(path, json={"email": EMAILS["anna"]})
        unknown = await browser.post(path, json={"email": "nobody@laurier.example"})
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (204, b"")
    assert [mail.to for mail in house.mail.posted] == [EMAILS["anna"]]


async def test_nobody_can_fill_a_mailbox_with_links(house: House) -> None:
    async with house.client_for(None) as browser:
        for _ in range(30):
            reply = await browser.post("/api/links", json={"email": EMAILS["anna"]})
            assert reply.status_code == 204
    assert len(house.mail.posted) == 10


async def test_a_link_signs_in_once_and_says_where_to_go(house: House) -> None:
    async with house.client_for(None) as browser:
        await browser.post("/api/links", json={"email": EMAILS["anna"]})
        token = {"token": house.mail.last("anna").secret}
        reply = await browser.post("/api/links/enter", json=token)
        assert (reply.status_code, reply.json()["to"]) == (200, "/")
        assert (await browser.get("/api/me")).json()["company"]["name"] == "Cuisines Laurier"
        assert (await browser.post("/api/links/enter", json=token)).status_code == 404


async def test_a_link_of_one_purpose_serves_no_other(house: House) -> None:
    async with house.client_for(None) as browser:
        await browser.post("/api/links", json={"email": EMAILS["anna"]})
        secret = house.mail.last("anna").secret
        choice = {"token": secret, "password": "a new password"}
        assert (await browser.get(f"/api/password/reset/{secret}")).status_code == 404
        assert (await browser.post("/api/password/reset", json=choice)).status_code == 404
        assert (await browser.post("/api/links/enter", json={"token": secret})).status_code == 200
