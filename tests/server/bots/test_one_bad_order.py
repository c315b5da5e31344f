"""One order that takes no edits, or fails, keeps no bot from the others."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import server.bots.notices
from persistence.bot_notice import owe_notice
from tests.server.bots.works import Works

pytestmark = pytest.mark.anyio


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Works]:
    async with Works(tmp_path) as served:
        yield served


async def test_an_order_that_takes_no_edits_is_looked_at_again_and_stops_nobody(works: Works) -> None:
    held = await works.doors_wanted("4")
    other = await works.wanted({"lines/s/product": "shirt", "lines/s/quantity/S": "3"})
    room = await works.room(held)
    room.stalled()
    await works.stock(works.doors("1"))
    await works.stock(works.shirts("S", "1"))
    assert (await works.offered(other))["s/quantity/S"] == "1"
    assert await works.offered(held) == {}
    room.availability.recover()
    works.forward(minutes=2)
    await works.bot.look_around()
    await works.bot.catch_up()
    assert (await works.offered(held))["a/quantity"] == "1"


async def test_what_a_bot_did_is_not_undone_while_the_order_takes_no_edits(works: Works) -> None:
    order_id = await works.doors_wanted("4")
    await works.stock(works.doors("1"))
    (decision,) = await works.decision_views(order_id)
    room = await works.room(order_id)
    room.stalled()
    reply = await works.post("luc", f"/api/orders/{order_id}/bot-decisions/{decision['id']}/undo", {})
    assert (reply.status_code, reply.json()["code"]) == (503, "order_unavailable")


async def test_an_order_nobody_can_be_told_of_keeps_back_no_other(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [await works.doors_wanted("4") for _ in range(2)]
    await works.stock(works.doors("1"))
    tell = server.bots.notices._mail_people

    def fail_once(session: Any, notice: Any, content: Any, services: Any) -> None:
        if notice.order_id == orders[0]:
            raise KeyError("odd")
        tell(session, notice, content, services)

    monkeypatch.setattr(server.bots.notices, "_mail_people", fail_once)
    works.forward(hours=1)
    await works.bot.catch_up()
    assert [bool(works.mails(order_id, "proposed")) for order_id in orders] == [False, True]


async def test_many_orders_nobody_can_be_told_of_keep_back_no_other(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are looked at at once; and they are told of when that is possible."""
    order_id = await works.doors_wanted("4")
    await works.stock(works.doors("1"))
    odd = [works.copy(order_id) for _ in range(60)]
    with works.services.db.writing() as session:
        for each in odd:
            at = works.services.clock() - timedelta(hours=1)
            owe_notice(session, each, works.boreale, at, timedelta(0), timedelta(0))
    tell = server.bots.notices._mail_people

    def fail_for_the_odd(session: Any, notice: Any, content: Any, services: Any) -> None:
        if notice.order_id in odd:
            raise KeyError("odd")
        tell(session, notice, content, services)

    with monkeypatch.context() as failing:
        failing.setattr(server.bots.notices, "_mail_people", fail_for_the_odd)
        works.forward(hours=1)
        for _ in range(3):
            await works.bot.catch_up()
        assert works.mails(order_id, "proposed") != []
    works.forward(hours=2)
    for _ in range(3):
        await works.bot.catch_up()
    assert all(works.mails(each, "proposed") for each in odd)
