"""The stock bot end to end: a served house, real sockets, its own decisions."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from persistence.clock import now
from persistence.due_look import GRACE, looks_due, owe_looks
from persistence.product import Product
from persistence.stock import Level, set_levels
from schema.refusals import Refusal
from server.bots import proposal
from server.bots.stock_bot import StockBot
from server.mail.formats import day
from server.operate.stock import import_levels
from server.rooms.awareness import decode_awareness
from server.rooms.pending import FULL_CHANGES
from tests.server.bots.works import FEBRUARY, JANUARY, Works

pytestmark = pytest.mark.anyio


async def test_a_short_order_says_what_there_is_and_when_the_rest_comes(works: Works) -> None:
    await works.stock(works.doors("4", ("6", JANUARY)))
    order_id = await works.doors_wanted("10")
    assert await works.offered(order_id) == {
        "a/quantity": "4",
        "a/backorder_quantity": "6",
        "a/backorder_date": JANUARY,
    }
    reason = (await works.content(order_id)).supplier["lines/a/reason"]
    assert reason.startswith("Il en reste 4 le ")
    assert reason.endswith(", 6 de plus le 3 janvier 2027.")


async def test_every_open_order_concerned_is_answered_at_once_and_first_come_first_served(
    works: Works,
) -> None:
    orders = [await works.doors_wanted("4") for _ in range(3)]
    assert [await works.offered(order_id) for order_id in orders] == [{}, {}, {}]
    await works.stock(works.doors("6", ("5", JANUARY)))
    assert [await works.offered(order_id) for order_id in orders] == [
        {},
        {"a/quantity": "2", "a/backorder_quantity": "2", "a/backorder_date": JANUARY},
        {"a/quantity": "0", "a/backorder_quantity": "3", "a/backorder_date": JANUARY},
    ]


async def test_what_somebody_looks_at_is_written_first_and_changes_nobodys_share(works: Works) -> None:
    orders = [await works.doors_wanted("4") for _ in range(3)]
    await works.put_away(orders[0])
    async with works.peer("anna", orders[2]):
        await works.stock(works.doors("1"))
    numbers = {
        order_id: decision.number for order_id in orders for decision in await works.decisions(order_id)
    }
    assert min(numbers, key=lambda order_id: numbers[order_id] or 0) == orders[2]
    assert [(await works.offered(order_id))["a/quantity"] for order_id in orders] == ["1", "0", "0"]


async def test_what_no_order_wants_is_done_with_once_it_was_asked(works: Works) -> None:
    await works.stock(works.shirts("S", "5"), works.doors("5"))
    assert await works.services.db.read(looks_due, works.services.clock() + 2 * GRACE) == []


async def test_signing_again_neither_costs_nor_wins_a_place(works: Works) -> None:
    first, second = await works.doors_wanted("4"), await works.doors_wanted("4")
    await works.write("anna", first, "client", {"lines/a/job_reference": "J-1", "lines/a/quantity": "5"})
    await works.must("anna", first, "send")
    await works.stock(works.doors("5"))
    assert await works.offered(first) == {}
    assert await works.offered(second) == {"a/quantity": "0"}


async def test_sizes_are_counted_point_by_point(works: Works) -> None:
    await works.stock(works.shirts("S", "2", ("1", JANUARY)), works.shirts("M", "10"))
    order_id = await works.wanted(
        {"lines/s/product": "shirt", "lines/s/quantity/S": "3", "lines/s/quantity/M": "4"}
    )
    assert await works.offered(order_id) == {
        "s/quantity/S": "2",
        "s/backorder_quantity/S": "1",
        "s/backorder_date": JANUARY,
    }


async def test_a_variant_is_served_from_its_own_stock(works: Works) -> None:
    panel = {"product_id": works.products["panel"], "arrivals": []}
    await works.stock(
        panel | {"variant": "wood=oak", "on_hand": "1"}, panel | {"variant": "wood=ash", "on_hand": "9"}
    )
    cells = {"lines/d/product": "panel", "lines/d/quantity": "5", "lines/d/dimensions/width": "20",
             "lines/d/dimensions/height": "20"}  # fmt: skip
    oak = await works.wanted(cells | {"lines/d/characteristics/wood": "oak"})
    ash = await works.wanted(cells | {"lines/d/characteristics/wood": "ash"})
    assert await works.offered(oak) == {"d/quantity": "1"}
    assert await works.offered(ash) == {}


async def test_what_is_not_followed_is_left_alone(works: Works) -> None:
    order_id = await works.doors_wanted("1000")
    await works.stock(works.shirts("S", "0"))
    assert await works.offered(order_id) == {}
    assert await works.decisions(order_id) == []


async def test_the_bot_takes_its_words_back_when_there_is_enough(works: Works) -> None:
    await works.stock(works.doors("4"))
    order_id = await works.doors_wanted("10")
    assert await works.offered(order_id) == {"a/quantity": "4"}
    await works.stock(works.doors("10"))
    content = await works.content(order_id)
    assert await works.offered(order_id) == {}
    assert "lines/a/reason" not in content.supplier
    assert (await works.view("anna", order_id))["status"] == "waiting"


async def test_what_the_client_changes_is_answered_anew(works: Works) -> None:
    await works.stock(works.doors("4"))
    order_id = await works.doors_wanted("10")
    await works.write("anna", order_id, "client", {"lines/a/quantity": "3"})
    assert await works.offered(order_id) == {}
    await works.write("anna", order_id, "client", {"lines/a/withdrawn": True})
    assert await works.offered(order_id) == {}


async def test_an_agreed_order_holds_its_stock_and_a_cancelled_one_gives_it_back(works: Works) -> None:
    await works.stock(works.doors("10"))
    early = await works.doors_wanted("2")
    agreed = await works.doors_wanted("8")
    await works.must("sophie", agreed, "accept")
    await works.write("anna", early, "client", {"lines/a/quantity": "5"})
    assert await works.offered(early) == {"a/quantity": "2"}, "what is agreed comes before what is only asked"
    (level,) = (await works.get("luc", "/api/stock")).json()["items"]
    assert (level["reserved"], level["asked"], level["free"]) == ("8", "5", "2")
    await works.must("anna", agreed, "cancel", reason="Erreur")
    await works.must("sophie", agreed, "cancel", reason="Erreur")
    await works.bot.catch_up()
    assert await works.offered(early) == {}


async def test_an_amended_order_keeps_what_was_agreed_and_queues_for_more(works: Works) -> None:
    await works.stock(works.doors("6"))
    order_id = await works.doors_wanted("4")
    await works.must("sophie", order_id, "accept")
    rival = await works.doors_wanted("2")
    await works.must("anna", order_id, "amend")
    await works.write("anna", order_id, "client", {"lines/a/quantity": "7"})
    assert await works.offered(order_id) == {"a/quantity": "6"}, "who was first signed is served first"
    assert await works.offered(rival) == {"a/quantity": "0"}


async def test_a_delivered_order_takes_what_it_held_from_the_shelf(works: Works) -> None:
    await works.stock(works.doors("10"))
    order_id = await works.doors_wanted("4")
    await works.must("sophie", order_id, "accept")
    await works.must("sophie", order_id, "deliver")
    (level,) = (await works.get("luc", "/api/stock")).json()["items"]
    assert (level["on_hand"], level["reserved"]) == ("6", "0")


async def test_a_persons_value_is_never_touched(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    await works.write("luc", order_id, "supplier", {"lines/a/quantity": "9"})
    await works.stock(works.doors("4"))
    assert await works.offered(order_id) == {"a/quantity": "9"}
    later = await works.doors_wanted("1")
    assert await works.offered(later) == {"a/quantity": "0"}, "what Luc promised counts as he promised it"


async def test_a_value_that_a_person_took_away_stays_away(works: Works) -> None:
    await works.stock(works.doors("4"))
    order_id = await works.doors_wanted("10")
    await works.write("luc", order_id, "supplier", {"lines/a/quantity": None})
    await works.stock(works.doors("3"))
    assert await works.offered(order_id) == {}


async def test_a_reason_in_a_persons_words_stays(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    await works.write("luc", order_id, "supplier", {"lines/a/reason": "Appelez-moi"})
    await works.stock(works.doors("4"))
    assert (await works.content(order_id)).supplier["lines/a/reason"] == "Appelez-moi"
    assert await works.offered(order_id) == {"a/quantity": "4"}


async def test_a_line_is_answered_in_quantities_that_it_may_say(works: Works) -> None:
    """Doors were sold by tenths when they were counted; now they are sold whole."""
    await works.services.db.write(_sell_doors, works, 1)
    await works.stock(works.doors("2.5", ("1", JANUARY)))
    await works.services.db.write(_sell_doors, works, 0)
    order_id = await works.doors_wanted("4")
    assert await works.offered(order_id) == {
        "a/quantity": "2",
        "a/backorder_quantity": "1",
        "a/backorder_date": JANUARY,
    }
    reason = (await works.content(order_id)).supplier["lines/a/reason"]
    assert reason.endswith(", 1 de plus le 3 janvier 2027, 1 qu’aucun arrivage ne couvre.")
    seq = (await works.room(order_id)).seq
    works.bot.stock_changed(works.boreale, [works.products["door"]])
    await works.bot.catch_up()
    assert (await works.room(order_id)).seq == seq, "the rest of a door is no news"


async def test_what_is_sold_in_packs_is_offered_in_packs(works: Works) -> None:
    """A client could not ask for anything else, and nobody takes a pack apart to ship it."""
    await works.services.db.write(_pack_doors, works, "4")
    await works.stock(works.doors("7", ("3", JANUARY)))
    order_id = await works.doors_wanted("12")
    assert await works.offered(order_id) == {
        "a/quantity": "4",
        "a/backorder_quantity": "4",
        "a/backorder_date": JANUARY,
    }


@pytest.mark.parametrize("dry_run", [False, True])
async def test_what_a_line_may_not_say_is_neither_explained_nor_promised(
    works: Works, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    await works.settings(dry_run=dry_run)
    monkeypatch.setattr(proposal, "judge", lambda *_: Refusal("fixed"))
    await works.stock(works.doors("2"))
    order_id = await works.doors_wanted("3")
    content = await works.content(order_id)
    assert {"lines/a/quantity", "lines/a/reason"}.isdisjoint(content.supplier)
    assert await works.decisions(order_id) == []


def _sell_doors(session: Session, works: Works, decimals: int) -> None:
    door = session.get(Product, works.products["door"])
    assert door is not None
    door.decimals = decimals
    session.add(door)


def _pack_doors(session: Session, works: Works, multiple: str) -> None:
    session.get_one(Product, works.products["door"]).multiple = multiple


async def test_the_bot_never_touches_a_price_nor_an_agreed_order(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    await works.must("sophie", order_id, "accept")
    before = dict((await works.content(order_id)).supplier)
    await works.stock(works.doors("1"))
    assert (await works.content(order_id)).supplier == before


async def test_after_three_corrections_of_a_cell_the_bot_leaves_it_to_people(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    for on_hand in ("9", "8", "7", "6"):
        await works.stock(works.doors(on_hand))
    assert await works.offered(order_id) == {"a/quantity": "7"}
    assert [one["last"] for one in await works.decision_views(order_id)] == [True, False, False]
    await works.must("anna", order_id, "send")
    await works.bot.catch_up()
    await works.stock(works.doors("5"))
    assert await works.offered(order_id) == {"a/quantity": "5"}, "the client signed again: a new round"


async def test_the_trail_names_the_bot_and_its_rule(works: Works) -> None:
    await works.stock(works.doors("4"))
    order_id = await works.doors_wanted("10")
    trail = (await works.get("anna", f"/api/orders/{order_id}/changes")).json()["items"]
    (row,) = [one for one in trail if one["cell"] == "supplier/lines/a/quantity"]
    assert (row["name"], row["role"], row["side"], row["rule"]) == ("Stock", "bot", "supplier", "stock 1")


async def test_no_commit_holds_all_that_the_bot_writes_in_a_large_order(works: Works) -> None:
    """G8: all orders wait for a commit, and whoever writes one is made to wait before it holds too much."""
    lines = [f"lines/l{at}" for at in range(60)]
    cells = {f"{line}/product": "door" for line in lines} | {f"{line}/quantity": "2" for line in lines}
    order_id = await works.wanted(cells)
    sizes: list[int] = []
    works.services.rooms.listeners.append(lambda _room, batch: sizes.append(len(batch.trail)))
    await works.stock(works.doors("0", ("120", JANUARY)))
    offered = await works.offered(order_id)
    assert [offered[f"l{at}/quantity"] for at in range(60)] == ["0"] * 60
    assert sum(sizes) == 60 * len(("quantity", "backorder_quantity", "backorder_date", "reason"))
    assert max(sizes) < FULL_CHANGES + 4


async def test_who_is_there_sees_the_bot_in_the_cell_it_writes(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    async with works.peer("anna", order_id) as anna:
        await works.stock(works.doors("4"))
        await anna.until(lambda: bool(anna.presence))
        (entry,) = decode_awareness(_payload(anna.presence[0]))
    assert entry.state == {
        "user": {"id": "stock-bot", "name": "Stock", "side": "supplier", "bot": True},
        "cell": "supplier/lines/a/quantity",
    }


def _payload(message: bytes) -> bytes:
    at = 1
    while message[at] > 127:
        at += 1
    return message[at + 1 :]


# Deciding again, twice, elsewhere, or not at all


async def test_deciding_again_writes_nothing(works: Works) -> None:
    await works.stock(works.doors("4"))
    order_id = await works.doors_wanted("10")
    seq = (await works.room(order_id)).seq
    works.bot.stock_changed(works.boreale, [works.products["door"]])
    await works.bot.catch_up()
    assert (await works.room(order_id)).seq == seq
    assert len(await works.decisions(order_id)) == 1


async def test_two_servers_that_wake_at_once_come_to_the_same(works: Works) -> None:
    orders = [await works.doors_wanted("4") for _ in range(3)]
    beside = works.beside()
    async with beside:
        for order_id in orders:
            await beside.room(order_id)  # both have them in memory
        await works.services.db.write(_set_doors, works, "5")
        bots = [works.bot, beside.bot]
        for bot in bots:
            bot.stock_changed(works.boreale, [works.products["door"]])
        await asyncio.gather(*(bot.catch_up() for bot in bots))
        await asyncio.gather(*(bot.catch_up() for bot in bots))
        for order_id, quantity in zip(orders, (None, "1", "0"), strict=True):
            expected = {} if quantity is None else {"a/quantity": quantity}
            views = await asyncio.gather(works.view("sophie", order_id), beside.view("sophie", order_id))
            assert all(
                {k: v for k, v in view["supplier"].items() if k == "lines/a/quantity"}
                == {f"lines/{k}": v for k, v in expected.items()}
                for view in views
            )
            assert len(await works.decisions(order_id)) == len(expected)


def _set_doors(session: Any, works: Works, on_hand: str) -> None:
    """As a process does that has no bot, or that dies before its own has looked."""
    set_levels(session, works.boreale, [Level(works.products["door"], "", "", on_hand)], now())
    owe_looks(session, works.boreale, [works.products["door"]], now())


async def test_what_another_server_should_have_looked_at_is_taken_once_its_time_is_over(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    await works.services.db.write(_set_doors, works, "4")
    await works.bot.look_around()
    await works.bot.catch_up()
    assert await works.offered(order_id) == {}, "the other one may be at it"
    works.forward(seconds=GRACE.total_seconds() + 1)
    await works.bot.look_around()
    await works.bot.catch_up()
    assert await works.offered(order_id) == {"a/quantity": "4"}
    assert await works.services.db.read(looks_due, works.services.clock() + GRACE) == []


async def test_stock_from_the_command_line_is_answered_at_once(works: Works, tmp_path: Path) -> None:
    order_id = await works.doors_wanted("10")
    sheet = tmp_path / "stock.csv"
    code = await works.services.db.read(_code_of_door, works)
    sheet.write_text(f"code,on_hand\n{code},4\n", encoding="utf-8")
    assert (
        await asyncio.to_thread(import_levels, works.services.db, sheet, "Ébénisterie Boréale", print) == []
    )
    await works.bot.look_around()
    await works.bot.catch_up()
    assert await works.offered(order_id) == {"a/quantity": "4"}


def _code_of_door(session: Any, works: Works) -> str:
    product = session.get(Product, works.products["door"])
    return str(product.code)


async def of_stock(works: Works, order_id: str) -> None:
    rows = {"rows": [works.doors("3")]}
    await works.http.put("/api/stock", json=rows, headers=works.people["luc"].headers)


async def of_an_order(works: Works, order_id: str) -> None:
    async with works.peer("anna", order_id) as anna:
        await anna.write("client", {"lines/a/quantity": "11"})


async def of_settings(works: Works, order_id: str) -> None:
    await works.http.patch("/api/bots", json={"dry_run": True}, headers=works.people["sophie"].headers)


async def of_a_sending(works: Works, order_id: str) -> None:
    await works.must("anna", order_id, "cancel", reason="Erreur")


@pytest.mark.parametrize("change", [of_stock, of_an_order, of_settings, of_a_sending])
async def test_whoever_causes_a_look_notes_it_until_it_is_done(works: Works, change: Any) -> None:
    order_id = await works.doors_wanted("10")
    await works.stock(works.doors("4"))
    with works.deaf_bot() as bot:
        await change(works, order_id)
        due = await works.services.db.read(looks_due, works.services.clock() + 2 * GRACE)
        assert set(due) == {(works.boreale, works.products["door"])}
        works.forward(seconds=2 * GRACE.total_seconds())
        await bot.look_around()
        await bot.catch_up()
        assert await works.services.db.read(looks_due, works.services.clock() + 2 * GRACE) == []


async def test_nothing_is_noted_for_a_bot_that_does_not_work(works: Works) -> None:
    await works.settings(mode="off")
    order_id = await works.doors_wanted("10")
    await works.stock(works.doors("4"))
    await works.write("anna", order_id, "client", {"lines/a/quantity": "11"})
    assert await works.services.db.read(looks_due, works.services.clock() + 2 * GRACE) == []


async def test_what_changed_while_no_server_ran_is_looked_at_on_start(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    await works.services.db.write(_set_doors, works, "4")
    bot = StockBot(works.services)
    await bot.look_around()
    await bot.catch_up()
    assert await works.offered(order_id) == {"a/quantity": "4"}


async def test_an_arrival_that_did_not_come_on_its_day_is_no_longer_counted_on(works: Works) -> None:
    tomorrow = works.day(1)
    await works.stock(works.doors("4", ("6", tomorrow)))
    order_id = await works.doors_wanted("10")
    assert (await works.offered(order_id))["a/backorder_date"] == tomorrow
    works.forward(days=2)
    await works.bot.look_around()
    await works.bot.catch_up()
    assert await works.offered(order_id) == {"a/quantity": "4"}


async def test_a_day_is_over_for_the_bot_when_it_is_over_where_people_are(works: Works) -> None:
    tomorrow = works.day(1)
    await works.stock(works.doors("4", ("6", tomorrow)))
    order_id = await works.doors_wanted("10")
    evening = datetime.fromisoformat(f"{tomorrow}T23:00").replace(tzinfo=ZoneInfo("America/Toronto"))
    works.set_clock(evening.astimezone(UTC))
    await works.bot.look_around()
    await works.bot.catch_up()
    assert (await works.offered(order_id))["a/backorder_date"] == tomorrow
    await works.stock(works.doors("3", ("6", tomorrow)))
    reason = (await works.content(order_id)).supplier["lines/a/reason"]
    assert reason.startswith(f"Il en reste 3 le {day(tomorrow, 'fr')}, ")


async def test_a_bot_that_is_off_or_paused_does_nothing(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    for settings in ({"mode": "off"}, {"mode": "propose", "paused": True}):
        await works.settings(**settings)
        await works.stock(works.doors("4"))
        assert await works.offered(order_id) == {}
    reply = await works.http.patch(
        "/api/bots", json={"paused": False}, headers=works.people["sophie"].headers
    )
    assert reply.status_code == 200, reply.text
    await works.bot.catch_up()
    assert await works.offered(order_id) == {"a/quantity": "4"}, "it starts where it was stopped"


async def test_a_dry_run_says_what_it_would_write_once_and_writes_nothing(works: Works) -> None:
    await works.settings(dry_run=True)
    order_id = await works.doors_wanted("10")
    before = (await works.room(order_id)).seq
    await works.stock(works.doors("4", ("6", FEBRUARY)))
    works.bot.stock_changed(works.boreale, [works.products["door"]])
    await works.bot.catch_up()
    assert await works.offered(order_id) == {}
    assert (await works.room(order_id)).seq == before
    (decision,) = await works.decision_views(order_id)
    assert decision["state"] == "would_write"
    assert {cell["cell"]: cell["after"] for cell in decision["cells"]}["supplier/lines/a/quantity"] == "4"
    reply = await works.post("luc", f"/api/orders/{order_id}/bot-decisions/{decision['id']}/undo", {})
    assert (reply.status_code, reply.json()["code"]) == (409, "not_written")
