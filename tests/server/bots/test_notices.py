"""What the bot proposes is sent within the company's tolerance, or told to its people."""

from typing import Any

import pytest

from tests.server.bots.works import FEBRUARY, JANUARY, Works

pytestmark = pytest.mark.anyio


async def test_what_is_within_the_tolerance_is_sent_with_one_mail(works: Works) -> None:
    await works.settings(mode="send_within_tolerance", tolerance_percent="20", tolerance_days=30)
    order_id = await works.doors_wanted("10", requested_date="2026-12-20")
    await works.stock(works.doors("8", ("2", JANUARY)))
    view = await works.view("anna", order_id)
    assert (view["status"], view["turn"]) == ("changed", "client")
    mails = works.mails(order_id, "changed")
    assert len({mail.to for mail in mails}) == len(mails) == 2  # Anna and Marc
    assert all("Stock (Ébénisterie Boréale)" in mail.text for mail in mails)
    assert works.mails(order_id, "proposed") == []
    await works.must("anna", order_id, "accept")


async def test_sendings_gather_for_a_quiet_period(works: Works) -> None:
    await works.settings(mode="send_within_tolerance", tolerance_percent="50")
    order_id = await works.doors_wanted("10")
    await works.stock(works.doors("8"))
    people = len(works.mails(order_id, "changed"))
    await works.stock(works.doors("7"))
    await works.stock(works.doors("6"))
    assert len(works.mails(order_id, "changed")) == people
    works.forward(hours=1)
    await works.bot.catch_up()
    assert len(works.mails(order_id, "changed")) == 2 * people
    assert (await works.view("anna", order_id))["turn"] == "client"


@pytest.mark.parametrize(
    ("level", "settings"),
    [
        (("7", ("3", JANUARY)), {"tolerance_percent": "20", "tolerance_days": 60}),
        (("8", ("2", FEBRUARY)), {"tolerance_percent": "20", "tolerance_days": 30}),
        (("8", ("2", JANUARY)), {"tolerance_percent": "19.9", "tolerance_days": 60}),
    ],
    ids=["too short", "too late", "just too short"],
)
async def test_what_is_beyond_the_tolerance_waits_for_people(
    works: Works, level: Any, settings: dict[str, Any]
) -> None:
    await works.settings(mode="send_within_tolerance", **settings)
    order_id = await works.doors_wanted("10", requested_date="2026-12-20")
    await works.stock(works.doors(level[0], *level[1:]))
    assert "signatures/supplier" not in (await works.content(order_id)).record
    assert works.mails(order_id, "proposed") != []


async def test_the_bot_never_sends_what_people_have_not_finished(works: Works) -> None:
    await works.settings(mode="send_within_tolerance", tolerance_percent="50")
    order_id = await works.doors_wanted("10")
    await works.write("luc", order_id, "supplier", {"lines/a/unit_price": "99.00"})
    await works.stock(works.doors("8"))
    assert await works.offered(order_id) == {"a/quantity": "8"}
    assert "signatures/supplier" not in (await works.content(order_id)).record


async def test_the_bot_never_agrees(works: Works) -> None:
    await works.settings(mode="send_within_tolerance", tolerance_percent="50")
    order_id = await works.doors_wanted("10")
    await works.stock(works.doors("8"))
    await works.stock(works.doors("10"))
    works.forward(hours=1)
    await works.bot.catch_up()
    view = await works.view("sophie", order_id)
    assert await works.offered(order_id) == {}
    assert view["status"] != "agreed"


async def test_proposals_are_told_once_after_they_gathered(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    await works.stock(works.doors("8"))
    await works.stock(works.doors("7"))
    assert works.mails(order_id, "proposed") == []
    works.forward(minutes=6)
    await works.bot.catch_up()
    people = {mail.to for mail in works.mails(order_id, "proposed")}
    assert len(people) == len(works.mails(order_id, "proposed")) == 2  # Sophie and Luc; Lise only reads
    await works.bot.catch_up()
    assert len(works.mails(order_id, "proposed")) == 2
