from typing import Any

import httpx
import pytest

from persistence.token import ApiToken
from tests.server.house import House

pytestmark = pytest.mark.anyio


async def make(client: httpx.AsyncClient, **facts: Any) -> dict[str, Any]:
    reply = await client.post("/api/tokens", json={"name": "ERP", "scopes": ["read", "write"], **facts})
    assert reply.status_code == 201
    token: dict[str, Any] = reply.json()
    return token


def bearer(token: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['token']}"}


async def test_a_program_reads_with_its_token_and_the_secret_is_shown_once(house: House) -> None:
    async with house.client_for("sophie") as sophie, house.client_for(None) as program:
        token = await make(sophie)
        assert (await program.get("/api/company", headers=bearer(token))).json()["supplies"] is True
        listed = (await sophie.get("/api/tokens")).json()["items"]
        assert [one["name"] for one in listed] == ["ERP"]
        assert token["token"] not in str(listed)
    with house.db.reading() as session:
        assert token["token"] not in str(session.get(ApiToken, token["id"]))


async def test_a_program_does_only_what_its_scopes_permit(house: House) -> None:
    async with house.client_for("sophie") as sophie, house.client_for(None) as program:
        token = await make(sophie, scopes=["stock"])
        reply = await program.get("/api/company", headers=bearer(token))
        assert (reply.status_code, reply.json()["code"]) == (403, "scope_missing")


async def test_a_program_has_no_account_and_manages_nothing(house: House) -> None:
    async with house.client_for("sophie") as sophie, house.client_for(None) as program:
        token = await make(sophie)
        for path in ("/api/me", "/api/tokens"):
            reply = await program.get(path, headers=bearer(token))
            assert (reply.status_code, reply.json()["code"]) == (403, "people_only")


async def test_a_revoked_token_and_one_past_its_days_are_signed_out(house: House) -> None:
    ended: list[str] = []
    house.services.revocations.subscribe(ended.append)
    async with house.client_for("sophie") as sophie, house.client_for(None) as program:
        first, second = await make(sophie), await make(sophie, days=30)
        assert (await sophie.delete(f"/api/tokens/{first['id']}")).status_code == 204
        assert ended == [first["id"]]
        assert (await program.get("/api/team", headers=bearer(first))).status_code == 401
        assert (await sophie.delete(f"/api/tokens/{first['id']}")).status_code == 404
        house.clock.forward(days=29)
        assert (await program.get("/api/team", headers=bearer(second))).status_code == 200
        house.clock.forward(days=2)
        assert (await program.get("/api/team", headers=bearer(second))).status_code == 401


async def test_who_is_not_known_is_told_how_to_make_himself_known(house: House) -> None:
    async with house.client_for(None) as program:
        reply = await program.get("/api/company", headers={"Authorization": "Bearer nobody"})
        assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")


async def test_another_companys_tokens_do_not_exist(house: House) -> None:
    async with house.client_for("sophie") as sophie, house.client_for("eve") as eve:
        token = await make(sophie)
        assert (await eve.get("/api/tokens")).json()["items"] == []
        assert (await eve.delete(f"/api/tokens/{token['id']}")).status_code == 404


async def test_the_use_of_a_token_is_noted_once_a_minute_at_most(house: House) -> None:
    async with house.client_for("sophie") as sophie, house.client_for(None) as program:
        token = await make(sophie)
        await program.get("/api/team", headers=bearer(token))
        house.clock.forward(seconds=40)
        await program.get("/api/team", headers=bearer(token))
        listed = (await sophie.get("/api/tokens")).json()["items"][0]
        assert listed["last_used"] == "2026-11-23T14:02:11Z"
        house.clock.forward(seconds=40)
        await program.get("/api/team", headers=bearer(token))
        listed = (await sophie.get("/api/tokens")).json()["items"][0]
        assert listed["last_used"] == "2026-11-23T14:03:31Z"
