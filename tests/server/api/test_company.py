import pytest

from tests.server.house import House

pytestmark = pytest.mark.anyio
PORT = {"label": "Atelier", "street": "120, rue du Port", "city": "Rimouski", "region": "QC"}


async def test_what_is_given_changes_and_the_rest_stays(house: House) -> None:
    async with house.client_for("anna") as anna:
        await anna.patch("/api/company", json={"addresses": [PORT], "payment_terms": "Net 30"})
        file = (await anna.patch("/api/company", json={"phone": "418 555-0101"})).json()
        assert file["name"] == "Cuisines Laurier"
        assert (file["phone"], file["payment_terms"]) == ("418 555-0101", "Net 30")
        assert file["addresses"][0] | {"id": ""} == {
            **PORT,
            "id": "",
            "postal_code": "",
            "country": "CA",
            "kind": "both",
        }
        assert (await anna.get("/api/company")).json() == file


async def test_an_address_that_keeps_its_id_stays_the_same_address(house: House) -> None:
    async with house.client_for("anna") as anna, house.client_for("eve") as eve:
        first = (await anna.patch("/api/company", json={"addresses": [PORT]})).json()["addresses"][0]
        moved = [PORT | {"label": "Quai"}, first | {"street": "122, rue du Port"}]
        after = (await anna.patch("/api/company", json={"addresses": moved})).json()["addresses"]
        assert [one["label"] for one in after] == ["Quai", "Atelier"]
        assert after[1]["id"] == first["id"]
        assert after[0]["id"] != first["id"]
        stolen = (await eve.patch("/api/company", json={"addresses": [first]})).json()["addresses"][0]
        assert stolen["id"] != first["id"]
        assert len((await anna.get("/api/company")).json()["addresses"]) == 2


async def test_what_is_wrong_is_said_field_by_field_in_the_readers_language(house: House) -> None:
    async with house.client_for("sophie") as sophie:
        wrong = {"addresses": [{"city": "x" * 201}], "name": "", "currency": "dollars", "colour": "red"}
        reply = await sophie.patch("/api/company", json=wrong)
        assert reply.status_code == 422
        errors = {error["field"]: error for error in reply.json()["errors"]}
        assert {field: error["code"] for field, error in errors.items()} == {
            "addresses.0.city": "too_long",
            "name": "required",
            "currency": "wrong_form",
            "colour": "unknown_field",
        }
        assert errors["addresses.0.city"]["message"] == "Au plus 200 caractères."


async def test_only_a_manager_changes_the_file(house: House) -> None:
    async with house.client_for("luc") as luc, house.client_for(None) as browser:
        assert (await luc.get("/api/company")).status_code == 200
        assert (await luc.patch("/api/company", json={"phone": "1"})).status_code == 403
        assert (await browser.get("/api/company")).status_code == 401
