import pytest

from tests.server.house import EMAILS, PASSWORD, House

pytestmark = pytest.mark.anyio


async def test_who_signs_in_is_told_who_he_is_and_gets_a_cookie_that_scripts_cannot_read(
    house: House,
) -> None:
    async with house.client_for(None) as browser:
        reply = await browser.post(
            "/api/login", json={"email": "Sophie@Boreale.example", "password": PASSWORD}
        )
        assert reply.status_code == 200
        assert reply.json()["user"]["email"] == EMAILS["sophie"]
        assert reply.json()["company"]["supplies"] is True
        assert reply.json()["company"]["currency"] == "CAD"
        assert reply.json()["role"] == "manager"
        for attribute in ("HttpOnly", "SameSite=Lax", "Path=/"):
            assert attribute in reply.headers["set-cookie"]
        assert (await browser.get("/api/me")).json() == reply.json()


async def test_the_cookie_is_for_https_alone_where_people_come_by_https(house: House) -> None:
    house.services.settings = house.services.settings.model_copy(
        update={"public_url": "https://order.example"}
    )
    async with house.client_for(None) as browser:
        reply = await browser.post("/api/login", json={"email": EMAILS["sophie"], "password": PASSWORD})
        assert "Secure" in reply.headers["set-cookie"]


@pytest.mark.parametrize("email", [EMAILS["sophie"], "nobody@boreale.example"])
async def test_a_wrong_password_and_an_unknown_person_look_the_same(house: House, email: str) -> None:
    async with house.client_for(None) as browser:
        reply = await browser.post("/api/login", json={"email": email, "password": "guess"})
        assert (reply.status_code, reply.json()["code"]) == (401, "wrong_credentials")
        assert "set-cookie" not in reply.headers


async def test_an_unknown_person_costs_a_verification_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str | None] = []

    async def verify(kept: str | None, password: str) -> bool:
        verified.append(kept)
        return False

    monkeypatch.setattr("server.api.accounts.verify_password", verify)
    async with house.client_for(None) as browser:
        await browser.post("/api/login", json={"email": "nobody@boreale.example", "password": "guess"})
    assert verified == [None]


async def test_signing_out_ends_the_session_and_tells_who_listens(house: House) -> None:
    ended: list[str] = []
    house.services.revocations.subscribe(ended.append)
    async with house.client_for("sophie") as sophie:
        left = await sophie.post("/api/logout")
        assert (left.status_code, left.headers["clear-site-data"]) == (204, '"cache"')
        assert len(ended) == 1
    secret = house.secret_of("sophie")
    async with house.client_for(None) as browser:
        authorization = {"Authorization": f"Bearer {secret}"}
        assert (await browser.post("/api/logout", headers=authorization)).status_code == 204
        assert (await browser.get("/api/me", headers=authorization)).status_code == 401


async def test_a_session_ends_after_thirty_days_without_use_and_use_pushes_it_on(house: House) -> None:
    async with house.client_for("luc") as luc:
        house.clock.forward(days=29)
        assert (await luc.get("/api/me")).status_code == 200
        house.clock.forward(days=29)
        assert (await luc.get("/api/me")).status_code == 200
        house.clock.forward(days=31)
        assert (await luc.get("/api/me")).status_code == 401


async def test_being_seen_is_written_down_once_a_minute_at_most(house: House) -> None:
    async with house.client_for("luc") as luc:
        house.clock.forward(minutes=2)
        await luc.get("/api/me")
        first = house.person("luc").last_seen
        house.clock.forward(seconds=30)
        await luc.get("/api/me")
        assert house.person("luc").last_seen == first == house.clock().replace(minute=4, second=11)


async def test_guessing_is_slowed_down_and_says_until_when(house: House) -> None:
    async with house.client_for(None) as browser:
        for _ in range(10):
            await browser.post("/api/login", json={"email": EMAILS["anna"], "password": "guess"})
        refused = await browser.post("/api/login", json={"email": EMAILS["anna"], "password": PASSWORD})
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
        assert 0 < int(refused.headers["retry-after"]) <= 900
        other = await browser.post("/api/login", json={"email": EMAILS["paul"], "password": PASSWORD})
        assert other.status_code == 200
        house.clock.forward(minutes=16)
        again = await browser.post("/api/login", json={"email": EMAILS["anna"], "password": PASSWORD})
        assert again.status_code == 200


async def test_one_address_cannot_try_everybody(house: House) -> None:
    async with house.client_for(None) as browser:
        for _ in range(100):
            house.services.throttle.count(("login", "127.0.0.1"), house.clock())
        reply = await browser.post("/api/login", json={"email": EMAILS["eve"], "password": PASSWORD})
        assert reply.status_code == 429


async def test_a_new_name_and_language_are_kept_and_the_rest_is_left_alone(house: House) -> None:
    async with house.client_for("paul") as paul:
        reply = await paul.patch("/api/me", json={"language": "en"})
        assert reply.json()["user"]["language"] == "en"
        assert reply.json()["user"]["name"] == "Paul"
        refused = await paul.patch("/api/me", json={"name": "  "})
        assert refused.json()["errors"][0]["field"] == "name"
        assert refused.headers["content-language"] == "en"


async def test_a_new_password_needs_the_old_one_and_signs_out_everywhere_else(house: House) -> None:
    ended: list[str] = []
    house.services.revocations.subscribe(ended.append)
    async with house.client_for("luc") as here, house.client_for("luc") as elsewhere:
        wrong = await here.post("/api/me/password", json={"current": "guess", "password": "long enough"})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
        short = await here.post("/api/me/password", json={"current": PASSWORD, "password": "short"})
        assert short.json()["errors"][0]["code"] == "too_short"
        new = {"current": PASSWORD, "password": "long enough"}
        assert (await here.post("/api/me/password", json=new)).status_code == 204
        assert (await here.get("/api/me")).status_code == 200
        assert (await elsewhere.get("/api/me")).status_code == 401
        assert len(ended) == 1
        credentials = {"email": EMAILS["luc"], "password": "long enough"}
        assert (await elsewhere.post("/api/login", json=credentials)).status_code == 200


async def test_one_can_sign_out_everywhere_else(house: House) -> None:
    async with house.client_for("luc") as here, house.client_for("luc") as elsewhere:
        assert (await here.delete("/api/me/sessions")).status_code == 204
        assert (await here.get("/api/me")).status_code == 200
        assert (await elsewhere.get("/api/me")).status_code == 401
