"""The engine against Yjs itself, behind the provider that browsers use."""

import random
from typing import Any

import pytest

from schema.closes import Close
from tests.server.orders.house import House
from tests.server.orders.proof import CANARY, assert_in_step, assert_nowhere
from tests.yjs.node import Browser, Node, assert_browsers_in_step

pytestmark = pytest.mark.anyio

QUANTITY = "lines/a/quantity"
COOK = "n\u00e9\U0001f469\U0001f3fd\u200d\U0001f373e"
"""A cook of five code points after two letters, and an e that waits for its accent."""
ACCENT = "\u0301\u2713"


async def test_an_unmodified_provider_follows_an_order(house: House, node: Node) -> None:
    """G3: without a word about notices: what is permitted stands, what is not is mended, nothing is pending."""
    order_id = await house.order()
    async with (
        Browser(node, house, "anna", order_id, plain=True) as anna,
        Browser(node, house, "sophie", order_id, plain=True) as sophie,
    ):
        await anna.edit("client", {QUANTITY: "15", "lines/n/product": house.products["spare"]})
        await sophie.edit("supplier", {"freight": "9.50"})
        await sophie.edit("client", {QUANTITY: CANARY})
        await anna.edit("supplier", {"lines/a/unit_price": "0.01"})
        async with house.peer("luc", order_id) as luc:
            await luc.until(lambda: luc.supplier.get("lines/n/unit_price") == "40.00")
            await luc.until(lambda: luc.supplier.get("freight") == "9.50")
            await assert_browsers_in_step(house, order_id, anna, sophie)
            assert (await sophie.state())["client"][QUANTITY] == "15"
            assert (await anna.state())["supplier"]["lines/a/unit_price"] == "41.25"
            await assert_in_step(house, order_id, luc)


async def test_a_refused_edit_of_a_browser_is_told_and_seen_by_nobody(house: House, node: Node) -> None:
    """G2 G3 G4: pycrdt listens while Yjs tries; no frame holds what it tried."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, Browser(node, house, "sophie", order_id) as sophie:
        for root, key in (("client", QUANTITY), ("record", "number"), ("client", "reference")):
            await sophie.edit(root, {key: CANARY})
        for value in (CANARY, "1", None, "2"):
            await sophie.edit("client", {f"{CANARY} é": value})
        told = await sophie.refusals(6)
        assert {item["code"] for item in told} == {"not_yours", "server_only", "unknown_cell"}
        await assert_browsers_in_step(house, order_id, sophie)
        await assert_in_step(house, order_id, anna)
        await assert_nowhere(house, order_id, "sophie", anna)


@pytest.mark.parametrize("what", ["nan", "undefined", "bigint"])
async def test_odd_values_of_javascript_are_refused_in_step(house: House, node: Node, what: str) -> None:
    """G3 G4: values that only JavaScript has."""
    order_id = await house.order()
    name = "sophie" if what == "nan" else "anna"
    async with Browser(node, house, name, order_id) as browser, house.peer("luc", order_id) as luc:
        await browser.ask("odd", what=what)
        (told,) = await browser.refusals(1)
        assert told["code"] == "wrong_type"
        await assert_browsers_in_step(house, order_id, browser)
        await assert_in_step(house, order_id, luc)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("bytes", Close.FORBIDDEN_CONTENT),
        ("nested", Close.FORBIDDEN_CONTENT),
        ("subdocument", Close.FORBIDDEN_CONTENT),
        ("bold", Close.FORBIDDEN_CONTENT),
        ("embed", Close.FORBIDDEN_CONTENT),
        ("root", Close.UNKNOWN_ROOT),
        ("list", Close.UNKNOWN_ROOT),
        ("xml", Close.FORBIDDEN_CONTENT),
    ],
)
async def test_what_an_order_never_holds_closes_a_browser_by_name(
    house: House, node: Node, what: str, code: Close
) -> None:
    """G3: types and roots that are no part of an order; the code says that coming back is useless."""
    order_id = await house.order()
    async with Browser(node, house, "anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        before = sophie.state()
        await anna.ask("odd", what=what)
        assert (await anna.ask("closed"))["code"] == code
        await assert_in_step(house, order_id, sophie)
        assert sophie.state() == before


@pytest.mark.parametrize("first", ["refused", "permitted"])
async def test_an_owners_write_beats_a_mend_in_a_browser(house: House, node: Node, first: str) -> None:
    """G2: whichever comes first, and whichever client id is higher."""
    for anna_id, sophie_id in ((5, 9), (9, 5), (2**32 - 1, 17), (17, 2**32 - 1)):
        order_id = await house.order()
        async with (
            Browser(node, house, "anna", order_id, client=anna_id) as anna,
            Browser(node, house, "sophie", order_id, client=sophie_id) as sophie,
        ):
            for browser, value in ((anna, "15"), (sophie, "666")):
                await browser.ask("disconnect")
                await browser.edit("client", {QUANTITY: value})
            for browser in (sophie, anna) if first == "refused" else (anna, sophie):
                await browser.ask("connect")
            await sophie.refusals(1)
            await assert_browsers_in_step(house, order_id, anna, sophie)
            assert (await sophie.state())["client"][QUANTITY] == "15"


async def test_an_offline_batch_of_a_browser_loses_only_what_is_forbidden(house: House, node: Node) -> None:
    """G4 G5: late, forbidden and permitted edits come together, after the server has started again."""
    order_id = await house.order()
    async with (
        Browser(node, house, "anna", order_id) as anna,
        Browser(node, house, "marc", order_id) as marc,
    ):
        await anna.ask("disconnect")
        await anna.edit("client", {QUANTITY: "15", "reference": "PO-9", "lines/a/job_reference": "Cuisine"})
        await anna.edit("supplier", {"lines/a/unit_price": "0.01"})
        await anna.edit("client", {QUANTITY: "16"})
        await anna.ask("note", at=0, insert="Étage 3 👩🏽‍🍳")
        await marc.edit("client", {QUANTITY: "20"})
        async with house.peer("sophie", order_id) as sophie:
            await sophie.until(lambda: sophie.client[QUANTITY] == "20")
        await anna.ask("connect")
        told = {item["cell"]: item for item in await anna.refusals(2)}
        assert told[f"client/{QUANTITY}"]["code"] == "overtaken"
        assert told[f"client/{QUANTITY}"]["tried"] == "16"
        assert told["supplier/lines/a/unit_price"]["code"] == "not_yours"
        assert len(told) == 2
        await assert_browsers_in_step(house, order_id, anna, marc)
        state = await marc.state()
        assert state["client"]["reference"] == "PO-9"
        assert state["note"] == "Étage 3 👩🏽‍🍳"


async def test_a_note_typed_by_two_keeps_every_character_whole(house: House, node: Node) -> None:
    """G3: Yjs counts UTF-16 and the server UTF-8; emoji and combining marks stay whole on both."""
    order_id = await house.order()
    async with (
        Browser(node, house, "anna", order_id) as anna,
        Browser(node, house, "sophie", order_id) as sophie,
        house.peer("luc", order_id) as luc,
    ):
        await anna.ask("note", at=0, insert=COOK)
        await assert_browsers_in_step(house, order_id, anna, sophie)
        await luc.until(lambda: str(luc.note) == COOK)
        await sophie.ask("note", at=2, insert="🇨🇦 ")
        luc.note += ACCENT
        await luc.flush()
        await luc.saved()
        await assert_browsers_in_step(house, order_id, anna, sophie)
        await anna.ask("note", at=0, remove=2)
        await luc.until(lambda: str(luc.note).startswith("🇨🇦"))
        await assert_browsers_in_step(house, order_id, anna, sophie)
        await assert_in_step(house, order_id, luc)
        assert str(luc.note) == "🇨🇦 " + COOK[2:] + ACCENT


async def test_a_browser_that_cuts_a_character_in_two_is_closed_by_name(house: House, node: Node) -> None:
    """G3: Yjs would replace both halves and the server's library neither: they would never agree again."""
    order_id = await house.order()
    for reloaded in (False, True):
        async with Browser(node, house, "anna", order_id) as anna, house.peer("luc", order_id) as luc:
            if not reloaded:
                await anna.ask("note", at=0, insert=COOK)
                await assert_browsers_in_step(house, order_id, anna)
            await anna.ask("note", at=3, insert=CANARY)
            assert (await anna.ask("closed"))["code"] == Close.FORBIDDEN_CONTENT
            await assert_in_step(house, order_id, luc)
            assert str(luc.note) == COOK
        await house.put_away(order_id)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_random_browsers_end_in_step(house: House, node: Node, seed: int) -> None:
    """G2 G3 G4: three browsers and a pycrdt peer, online and off, in any order; at the end they are one."""
    dice = random.Random(seed)
    order_id = await house.order()
    cells = {"client": [QUANTITY, "reference", "lines/s/quantity/S"], "supplier": ["freight", QUANTITY]}
    async with (
        Browser(node, house, "anna", order_id) as anna,
        Browser(node, house, "marc", order_id) as marc,
        Browser(node, house, "sophie", order_id) as sophie,
        house.peer("luc", order_id) as luc,
    ):
        browsers = [anna, marc, sophie]
        away: set[str] = set()
        for number in range(60):
            browser = dice.choice(browsers)
            root = dice.choice(("client", "supplier"))
            act = dice.random()
            if act < 0.6:
                value: Any = dice.choice([str(number), str(number), None, "-1", float(number)])
                await browser.edit(root, {dice.choice(cells[root]): value})
            elif act < 0.75:
                await browser.ask("note", at=0, insert=dice.choice("é😀ab"))
            elif browser.key in away:
                away.discard(browser.key)
                await browser.ask("connect")
            elif act < 0.9:
                away.add(browser.key)
                await browser.ask("disconnect")
            else:
                await luc.write("supplier", {"lines/a/reason": str(number)})
        for browser in browsers:
            if browser.key in away:
                await browser.ask("connect")
        await assert_browsers_in_step(house, order_id, *browsers)
        await assert_in_step(house, order_id, luc)
