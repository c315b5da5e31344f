"""What Yjs itself writes for who does with it what nobody should: each ends with a code, and harms nobody."""

from typing import Final

import pytest

from schema.closes import SENTENCES, Close
from tests.server.orders.forge import sync
from tests.server.orders.house import House
from tests.server.orders.proof import CANARY, assert_in_step, assert_nowhere
from tests.yjs.node import Browser, Node, assert_browsers_in_step

pytestmark = pytest.mark.anyio

QUANTITY: Final = "lines/a/quantity"
FORGERIES: Final = {
    "underTheirId": Close.IDENTITY,
    "withTheirNextEdit": Close.IDENTITY,
    "overTheirNextEdit": Close.UNKNOWN_REFERENCE,
    "deletingTheirNextEdit": Close.UNKNOWN_REFERENCE,
    "beforeTheirNextLetters": Close.UNKNOWN_REFERENCE,
    "betweenTheirNextLetters": Close.UNKNOWN_REFERENCE,
    "inTheirNextMap": Close.FORBIDDEN_CONTENT,
    "withAGap": Close.GAP,
    "withASkippedRange": Close.FORBIDDEN_CONTENT,
    "withACollectedRange": Close.FORBIDDEN_CONTENT,
    "asItemsOfAMap": Close.WRONG_TYPE,
    "asLettersOfAMap": Close.WRONG_TYPE,
    "asEntriesOfTheNote": Close.WRONG_TYPE,
    "inASecondVersion": Close.MALFORMED,
    "underAHugeKey": Close.TOO_LARGE,
    "withAHugeValue": Close.TOO_LARGE,
    "withAHugeText": Close.TOO_LARGE,
    "withManyEntries": Close.TOO_LARGE,
    "underManyIds": Close.FLOOD,
}


async def test_everything_that_yjs_can_forge_is_tried(node: Node) -> None:
    assert set((await node.ask("forgeries"))["names"]) == set(FORGERIES)


@pytest.mark.parametrize("what", FORGERIES)
async def test_what_yjs_forged_closes_its_author_by_name_and_reaches_nobody(
    house: House, node: Node, what: str
) -> None:
    """G2 G3 G6 G8: above all, nothing of it waits for an edit of the other company, to be taken in as hers."""
    order_id = await house.order()
    async with (
        Browser(node, house, "anna", order_id, holds=True) as anna,
        Browser(node, house, "sophie", order_id) as sophie,
        house.peer("luc", order_id) as luc,
    ):
        await sophie.edit("supplier", {"lines/a/reason": "honnête"})
        await assert_browsers_in_step(house, order_id, anna, sophie)
        theirs = (await sophie.ask("look"))["client"]
        before = (luc.state(), (await house.room(order_id)).seq)
        update = (await anna.ask("forgery", what=what, theirs=theirs, word=CANARY))["update"]
        code = (await anna.ask("forge", message=list(sync(2, bytes(update)))))["code"]
        assert code == FORGERIES[what]
        assert code in SENTENCES
        await assert_in_step(house, order_id, luc)
        assert (luc.state(), (await house.room(order_id)).seq) == before
        await sophie.edit("supplier", {"freight": "12.00"})
        await sophie.ask("note", at=0, insert="abc")
        await anna.ask("connect")
        await assert_browsers_in_step(house, order_id, anna, sophie)
        await assert_in_step(house, order_id, luc)
        assert (luc.supplier["freight"], str(luc.note)) == ("12.00", "abc")
        await assert_nowhere(house, order_id, "anna", luc)


async def test_two_people_under_one_client_id_are_told_apart(house: House, node: Node) -> None:
    """G2 G6: a cloned profile, or a fixed id: it is of who wrote first, and the other does not write in that name."""
    order_id = await house.order()
    async with (
        Browser(node, house, "sophie", order_id, client=77) as sophie,
        Browser(node, house, "anna", order_id, client=77) as anna,
        house.peer("luc", order_id) as luc,
    ):
        await anna.ask("disconnect")
        await sophie.edit("supplier", {"freight": "12.00"})
        await assert_browsers_in_step(house, order_id, sophie)
        await anna.edit("client", {"reference": CANARY})
        await anna.edit("client", {"reference": f"{CANARY} 2"})
        # Her page has more under Sophie's id than Sophie's has sent, as if the server had lost it.
        assert (await anna.ask("returns"))["code"] == Close.EPOCH
        await assert_in_step(house, order_id, luc)
        assert luc.supplier["freight"] == "12.00"
        assert luc.client.get("reference") is None
        await assert_nowhere(house, order_id, "anna", luc)


@pytest.mark.parametrize("state", ["agreed", "closed"])
async def test_the_note_of_a_locked_order_comes_back_in_a_browser(
    house: House, node: Node, state: str
) -> None:
    """G2 G3 G4: neither letters that are added nor letters that are taken out stay."""
    words = "Livrer à l’arrière 👩🏽‍🍳🚚"
    order_id = await house.order("draft")
    async with Browser(node, house, "anna", order_id) as anna:
        await anna.ask("note", at=0, insert=words)
        await assert_browsers_in_step(house, order_id, anna)
    await house.bring(order_id, state)  # type: ignore[arg-type]
    for name in ("anna", "sophie", "paul"):
        async with Browser(node, house, name, order_id) as browser, house.peer("luc", order_id) as luc:
            await browser.ask("note", at=2, insert=CANARY)
            await browser.refusals(1)
            await browser.ask("note", at=0, remove=7)
            told = await browser.refusals(2)
            await assert_browsers_in_step(house, order_id, browser)
            await assert_in_step(house, order_id, luc)
            assert [item["cell"] for item in told] == ["note", "note"]
            assert str(luc.note) == words
            await assert_nowhere(house, order_id, name, luc, beside=["anna", "sophie", "paul"])


async def test_what_is_not_ones_own_comes_back_to_a_browser_that_deletes_it(house: House, node: Node) -> None:
    """G2 G3 G4: the price of the other company, the server's record, a comment, a line; and another's product."""
    order_id = await house.order()
    async with Browser(node, house, "anna", order_id) as anna, house.peer("luc", order_id) as luc:
        await anna.edit("comments", {"c1": {"text": "Bonjour", "anchor": ""}})
        await assert_browsers_in_step(house, order_id, anna)
        await luc.until(lambda: "comments/c1" in luc.record)
        before = luc.state()
        gone = {
            "supplier": ["lines/a/unit_price"],
            "record": ["number", "signatures/client", "comments/c1"],
            "comments": ["c1"],
            "client": ["lines/a/product"],
        }
        for root, keys in gone.items():
            await anna.edit(root, dict.fromkeys(keys))
        await anna.edit("client", {"lines/x/product": house.foreign_product, "lines/x/quantity": "4"})
        told = {item["cell"]: item["code"] for item in await anna.refusals(8)}
        assert told == {
            "supplier/lines/a/unit_price": "not_yours",
            "record/number": "server_only",
            "record/signatures/client": "server_only",
            "record/comments/c1": "server_only",
            "comments/c1": "add_only",
            "client/lines/a/product": "fixed",
            "client/lines/x/product": "unknown_product",
            "client/lines/x/quantity": "unknown_line",
        }
        await assert_browsers_in_step(house, order_id, anna)
        await assert_in_step(house, order_id, luc)
        assert luc.state() == before


async def test_a_browser_is_shown_under_its_true_name_whatever_it_says(house: House, node: Node) -> None:
    """G6: neither its own name nor another's place can be claimed."""
    order_id = await house.order()
    async with (
        Browser(node, house, "sophie", order_id) as sophie,
        Browser(node, house, "anna", order_id) as anna,
        house.peer("luc", order_id) as luc,
    ):
        await sophie.edit("supplier", {"freight": "12.00"})
        theirs = (await sophie.ask("look"))["client"]
        await anna.ask("pretend", name=CANARY, theirs=theirs)
        await luc.until(lambda: any(b'"name":"Anna"' in frame for frame in luc.presence))
        await anna.ask("barrier")
        await sophie.ask("barrier")
        await luc.barrier()
        states = (await sophie.ask("present"))["states"]
        assert "Anna" in [state["user"]["name"] for state in states.values() if "user" in state]
        assert CANARY not in str(states)
        assert not [frame for frame in luc.frames if CANARY.encode() in frame]


async def test_what_a_browser_undoes_and_does_again_is_an_edit_like_any_other(
    house: House, node: Node
) -> None:
    """G3 G4: Yjs writes older values anew; permitted and refused ones, and everybody stays in step."""
    order_id = await house.order()
    async with Browser(node, house, "anna", order_id) as anna, house.peer("luc", order_id) as luc:
        await anna.ask("undo", root="client", cells={QUANTITY: "15", "reference": "PO-1"})
        await anna.ask("undo", root="supplier", cells={"lines/a/unit_price": "1.00", "freight": CANARY})
        await assert_browsers_in_step(house, order_id, anna)
        await assert_in_step(house, order_id, luc)
        assert luc.client[QUANTITY] == "15"
        assert luc.supplier["lines/a/unit_price"] == "41.25"
        assert "freight" not in luc.supplier.to_py()
        await assert_nowhere(house, order_id, "anna", luc)
