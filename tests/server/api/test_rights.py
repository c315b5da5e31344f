import pytest

from schema.policy import POLICY, STATES
from tests.server.house import House

pytestmark = pytest.mark.anyio


async def test_a_member_reads_his_columns_of_the_table_and_a_reader_those_of_readers(house: House) -> None:
    async with house.client_for("anna") as anna, house.client_for("paul") as paul:
        told = (await anna.get("/api/rights")).json()
        assert told["client"]["role"] == "client"
        assert told["client"]["states"] == {state: POLICY.column("client", state) for state in STATES}
        assert told["supplier"]["states"]["draft"] == POLICY.column("supplier", "draft")
        assert (await paul.get("/api/rights")).json()["client"]["role"] == "viewer"


async def test_nobody_without_a_session_reads_it(house: House) -> None:
    async with house.client_for(None) as browser:
        assert (await browser.get("/api/rights")).status_code == 401


async def test_they_travel_compressed_and_a_browser_that_has_them_is_sent_nothing(house: House) -> None:
    async with house.client_for("anna") as anna, house.client_for("paul") as paul:
        plain = await anna.get("/api/rights", headers={"Accept-Encoding": "identity"})
        small = await anna.get("/api/rights", headers={"Accept-Encoding": "gzip"})
        assert small.json() == plain.json()
        assert "Content-Encoding" not in plain.headers
        assert int(small.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 10
        known = {"If-None-Match": small.headers["ETag"]}
        again = await anna.get("/api/rights", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert (await paul.get("/api/rights", headers=known)).json()["client"]["role"] == "viewer"
