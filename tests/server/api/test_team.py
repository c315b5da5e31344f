import pytest

from tests.server.house import EMAILS, House

pytestmark = pytest.mark.anyio
JULES = {"email": "Jules@boreale.example", "name": "Jules", "role": "viewer"}


async def test_a_team_is_its_own_company_alone(house: House) -> None:
    async with house.client_for("paul") as paul:
        people = (await paul.get("/api/team")).json()["items"]
        assert [person["email"] for person in people] == [EMAILS["anna"], EMAILS["paul"]]


async def test_an_invited_colleague_comes_in_by_the_mail_with_the_role_he_was_given(house: House) -> None:
    async with house.client_for("sophie") as sophie, house.client_for(None) as browser:
        assert (await sophie.post("/api/team", json=JULES)).status_code == 201
        mail = house.mail.last("jules@boreale.example")
        assert (mail.kind, mail.facts["company"]) == ("invitation_member", "Ébénisterie Boréale")
        assert (await browser.get(f"/api/invitations/{mail.secret}")).json()["team"] is True
        reply = await browser.post(f"/api/invitations/{mail.secret}", json={"language": "en"})
        assert (reply.json()["role"], reply.json()["user"]["language"]) == ("viewer", "en")


@pytest.mark.parametrize("email", [EMAILS["luc"], EMAILS["anna"]])
async def test_an_address_is_one_person_wherever_he_works(house: House, email: str) -> None:
    async with house.client_for("sophie") as sophie:
        reply = await sophie.post("/api/team", json=JULES | {"email": email})
        assert (reply.status_code, reply.json()["code"]) == (409, "already_member")
    assert house.mail.posted == []


async def test_only_managers_change_the_team(house: House) -> None:
    async with house.client_for("luc") as luc:
        reply = await luc.post("/api/team", json=JULES)
        assert (reply.status_code, reply.json()["code"]) == (403, "role_too_low")


async def test_another_companys_people_do_not_exist(house: House) -> None:
    async with house.client_for("eve") as eve:
        reply = await eve.patch(f"/api/team/{house.person('luc').id}", json={"role": "viewer"})
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert house.person("luc").role == "standard"


@pytest.mark.parametrize("change", [{"role": "standard"}, {"active": False}])
async def test_a_company_keeps_a_manager(house: House, change: dict[str, object]) -> None:
    async with house.client_for("sophie") as sophie:
        path = f"/api/team/{house.person('sophie').id}"
        reply = await sophie.patch(path, json=change)
        assert (reply.status_code, reply.json()["code"]) == (409, "last_manager")
        await sophie.patch(f"/api/team/{house.person('luc').id}", json={"role": "manager"})
        assert (await sophie.patch(path, json=change)).status_code == 200


async def test_who_is_let_go_is_out_at_once_and_so_are_the_programs_he_set_up(house: House) -> None:
    ended: list[str] = []
    house.services.revocations.subscribe(ended.append)
    async with house.client_for("sophie") as sophie, house.client_for("luc") as luc:
        path = f"/api/team/{house.person('luc').id}"
        await sophie.patch(path, json={"role": "manager"})
        token = (await luc.post("/api/tokens", json={"name": "ERP", "scopes": ["read"]})).json()
        ended.clear()
        assert (await sophie.patch(path, json={"active": False})).json()["active"] is False
        assert (await luc.get("/api/me")).status_code == 401
        bearer = {"Authorization": f"Bearer {token['token']}"}
        async with house.client_for(None) as program:
            assert (await program.get("/api/team", headers=bearer)).status_code == 401
    assert ended[0] == house.person("luc").id
    assert token["id"] in ended
    assert len(ended) == 3


async def test_who_is_let_go_is_told_so_by_his_own_session_which_never_opens_anything_again(
    house: House,
) -> None:
    async with house.client_for("sophie") as sophie, house.client_for("luc") as luc:
        path = f"/api/team/{house.person('luc').id}"
        assert (await luc.get("/api/me/dismissal")).status_code == 404
        await sophie.patch(path, json={"active": False})
        assert (await luc.get("/api/me/dismissal")).status_code == 204
        assert (await sophie.get("/api/me/dismissal")).status_code == 404
        await sophie.patch(path, json={"active": True})
        assert (await luc.get("/api/me/dismissal")).status_code == 404
        assert (await luc.get("/api/me")).status_code == 401


async def test_a_new_role_counts_from_the_next_request_and_is_announced(house: House) -> None:
    ended: list[str] = []
    house.services.revocations.subscribe(ended.append)
    async with house.client_for("sophie") as sophie, house.client_for("luc") as luc:
        path = f"/api/team/{house.person('luc').id}"
        await sophie.patch(path, json={"role": "viewer"})
        assert (await luc.get("/api/me")).json()["role"] == "viewer"
        await sophie.patch(path, json={"role": "viewer"})
    assert ended == [house.person("luc").id]
