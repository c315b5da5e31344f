"""Time alone: reminders once a period, and offers that are over."""

import asyncio
import threading

import pytest

from schema.order import Content, Side
from schema.status import turn_of
from server.bots.reminder_bot import expire_offers, remind
from tests.server.bots.works import Works

pytestmark = pytest.mark.anyio


async def test_who_owes_an_answer_is_reminded_once_a_period(works: Works) -> None:
    await works.settings(reminder_days=3)
    order_id = await works.doors_wanted("10")
    works.forward(days=2)
    assert await remind(works.services) == 0
    works.forward(days=4)
    assert await remind(works.services) == 1
    assert await remind(works.services) == 0, "once a period"
    people = [mail.to for mail in works.mails(order_id, "reminder")]
    assert len(people) == len(set(people)) == 2  # Sophie and Luc, whose turn it is
    works.forward(days=7)
    assert await remind(works.services) == 1
    await works.must("sophie", order_id, "accept")
    works.forward(days=30)
    assert await remind(works.services) == 0, "nobody owes anything any more"


async def test_nobodys_edit_waits_until_it_is_found_whose_turn_it_is(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an order of thousands of lines that takes as long as would tell everybody that nothing is saved."""
    await works.settings(reminder_days=3)
    waiting, edited = await works.doors_wanted("10"), await works.order("draft")
    begun, saved, waited = asyncio.Event(), threading.Event(), list[bool]()
    loop = asyncio.get_running_loop()

    def slow(content: Content) -> Side | None:
        loop.call_soon_threadsafe(begun.set)
        waited.append(saved.wait(20))
        return turn_of(content)

    monkeypatch.setattr("server.bots.reminder_bot.turn_of", slow)
    works.forward(days=4)
    reminding = asyncio.create_task(remind(works.services))
    await begun.wait()
    await works.write("anna", edited, "client", {"reference": "PO-1"})
    saved.set()
    assert (await reminding, waited) == (1, [True])
    assert works.mails(waiting, "reminder")


async def test_a_client_who_owes_an_answer_is_reminded_in_his_suppliers_name(works: Works) -> None:
    await works.settings(reminder_days=3)
    order_id = await works.doors_wanted("10")
    await works.write("luc", order_id, "supplier", {"lines/a/quantity": "8"})
    await works.must("luc", order_id, "send")
    works.forward(days=4)
    assert await remind(works.services) == 1
    mails = works.mails(order_id, "reminder")
    assert len(mails) == 2  # Anna and Marc
    assert all("Boréale" in mail.text for mail in mails)


@pytest.mark.parametrize("settings", [{"reminder_days": None}, {"reminder_days": 3, "paused": True}])
async def test_nobody_is_reminded_where_the_supplier_does_not_want_it(
    works: Works, settings: dict[str, int]
) -> None:
    await works.settings(**settings)
    await works.doors_wanted("10")
    works.forward(days=40)
    assert await remind(works.services) == 0


async def test_a_draft_is_nobodys_to_be_reminded_of(works: Works) -> None:
    await works.settings(reminder_days=3)
    await works.order("draft")
    works.forward(days=40)
    assert await remind(works.services) == 0


async def offered_until(works: Works, day: str, *, sent: bool = True) -> str:
    order_id = await works.doors_wanted("10")
    await works.write("luc", order_id, "supplier", {"valid_until": day})
    if sent:
        await works.must("luc", order_id, "send")
    return order_id


async def test_an_offer_expires_when_its_last_day_is_over_everywhere(works: Works) -> None:
    day = works.day(in_days=10)
    order_id = await offered_until(works, day)
    works.forward(days=10, hours=6)
    assert await expire_offers(works.services) == 0
    works.forward(days=12)
    assert await expire_offers(works.services) == 1
    view = await works.view("anna", order_id)
    assert view["status"] == "closed"
    assert (await works.content(order_id)).record["closing"]["kind"] == "expired"
    assert await expire_offers(works.services) == 0


async def test_an_offer_that_was_never_sent_or_was_prolonged_does_not_expire(works: Works) -> None:
    unsent = await offered_until(works, works.day(in_days=1), sent=False)
    prolonged = await offered_until(works, works.day(in_days=1))
    await works.write("luc", prolonged, "supplier", {"valid_until": works.day(in_days=90)})
    works.forward(days=30)
    assert await expire_offers(works.services) == 0
    for order_id in (unsent, prolonged):
        assert "closing" not in (await works.content(order_id)).record


async def test_an_agreed_order_does_not_expire(works: Works) -> None:
    order_id = await offered_until(works, works.day(in_days=1))
    await works.must("anna", order_id, "accept")
    works.forward(days=30)
    assert await expire_offers(works.services) == 0
