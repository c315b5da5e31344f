"""People undo what a bot decided."""

import pytest

from tests.server.bots.works import JANUARY, Works

pytestmark = pytest.mark.anyio


async def undo(works: Works, order_id: str, decision_id: str, name: str = "luc") -> tuple[int, str]:
    reply = await works.post(name, f"/api/orders/{order_id}/bot-decisions/{decision_id}/undo", {})
    await works.bot.catch_up()
    return reply.status_code, reply.json().get("code", reply.json().get("state"))


async def test_what_a_person_undoes_goes_back_and_stays_undone(works: Works) -> None:
    await works.stock(works.doors("4", ("6", JANUARY)))
    order_id = await works.doors_wanted("10")
    (decision,) = await works.decision_views(order_id)
    assert await undo(works, order_id, decision["id"]) == (200, "undone")
    assert await works.offered(order_id) == {}
    await works.stock(works.doors("3"))
    await works.write("anna", order_id, "client", {"lines/a/quantity": "11"})
    await works.must("anna", order_id, "send")
    await works.bot.catch_up()
    assert await works.offered(order_id) == {}
    (undone,) = await works.decision_views(order_id)
    assert (undone["state"], undone["undone_by"]) == ("undone", "Luc")
    assert await undo(works, order_id, decision["id"]) == (409, "already_undone")


async def test_undoing_leaves_what_somebody_changed_since(works: Works) -> None:
    await works.stock(works.doors("4", ("6", JANUARY)))
    order_id = await works.doors_wanted("10")
    await works.write("luc", order_id, "supplier", {"lines/a/quantity": "5"})
    (decision,) = await works.decision_views(order_id)
    assert await undo(works, order_id, decision["id"]) == (200, "undone")
    assert await works.offered(order_id) == {"a/quantity": "5"}


async def test_an_undone_line_leaves_the_other_orders_as_they_are(works: Works) -> None:
    first, second = await works.doors_wanted("5"), await works.doors_wanted("5")
    await works.stock(works.doors("4"))
    (decision,) = await works.decision_views(first)
    await undo(works, first, decision["id"])
    assert await works.offered(second) == {"a/quantity": "0"}


async def test_only_people_of_the_supplier_who_may_write_undo(works: Works) -> None:
    await works.stock(works.doors("4"))
    order_id = await works.doors_wanted("10")
    (decision,) = await works.decision_views(order_id)
    outcomes = {
        name: await undo(works, order_id, decision["id"], name) for name in ("anna", "eve", "lise", "bot")
    }
    assert outcomes == {
        "anna": (404, "not_found"),
        "eve": (404, "not_found"),
        "lise": (403, "role_too_low"),
        "bot": (403, "people_only"),
    }
    assert (await works.get("anna", f"/api/orders/{order_id}/bot-decisions")).status_code == 404
