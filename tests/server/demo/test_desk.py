from datetime import timedelta
from pathlib import Path

import pytest

from server.app import create_app
from server.demo.desk import Desk, NotTaken
from server.people.identity import Principal
from server.settings import Settings
from tests.server.filled import MONDAY, every_order, filled_demo, running

pytestmark = pytest.mark.sqlite


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path)


async def principal(folder: Path, email: str) -> tuple[Principal, str]:
    """Someone of the demo, and an order of his that is being changed."""
    async with running(folder) as site:
        client = await site.signed_in(email)
        me = (await client.get("/api/me")).json()
        order = next(row for row in await every_order(client, "client") if row["status"] == "changed")
    user, company = me["user"], me["company"]
    person = Principal(
        user["id"], user["name"], email, "fr", company["id"], company["name"], me["role"], session_id="here"
    )
    return person, order["id"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("email", "cell", "why"),
    [
        ("paul@laurier.example", "client/reference", "read_only_member"),
        ("anna@laurier.example", "supplier/promised_date", "not_yours"),
        ("anna@laurier.example", "record/number", "server_only"),
    ],
)
async def test_the_gate_stands_between_a_desk_and_the_order(
    folder: Path, anyio_backend: str, email: str, cell: str, why: str
) -> None:
    person, order_id = await principal(folder, email)
    app = create_app(Settings(data=folder), clock=lambda: MONDAY)
    async with app.router.lifespan_context(app):
        desk = await Desk.at(app.state.services, person, order_id)
        with pytest.raises(NotTaken, match=why):
            await desk.write({cell: "2027-01-05"})


@pytest.mark.anyio
async def test_two_desks_share_an_order_that_is_put_away_between_them(
    folder: Path, anyio_backend: str
) -> None:
    """The demo's days go by in seconds, so that the order is idle whenever somebody looks for those that are."""
    person, order_id = await principal(folder, "anna@laurier.example")
    today = [MONDAY]
    app = create_app(Settings(data=folder), clock=lambda: today[0])
    async with app.router.lifespan_context(app):
        services = app.state.services
        desks = []
        for _ in range(2):
            desks.append(await Desk.at(services, person, order_id))
            today[0] += timedelta(days=1)
            await services.rooms.housekeeping.sweep()
        for number, desk in enumerate((*desks, *desks)):
            await desk.write({"client/reference": f"PO-{number}"})
