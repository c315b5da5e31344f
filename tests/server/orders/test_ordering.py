"""The two rules about what came at the same time: an owner's write beats a mend, and nothing is overwritten unseen."""

import asyncio
from threading import Event
from typing import Any

import pytest
from pycrdt import Doc
from sqlmodel import Session

import server.rooms.committer
from persistence.alias import aliases_of, forget_aliases
from persistence.refusal import open_refusals
from server.gate.standing import ALIASES_LIMIT
from server.rooms.batch import Batch
from server.rooms.batch_writer import write_batches
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step
from tests.server.peer import PATIENCE, Peer

pytestmark = pytest.mark.anyio

QUANTITY = "lines/a/quantity"
PRICE = "lines/a/unit_price"
IDS = [
    (7, 5),
    (5, 7),
    (2**53 - 1, 3),
    (3, 2**53 - 1),
    (2731870797014487, 6496142773262023),
    (4313351457084073, 811547621081946),
    (178494831534641, 4948572848958262),
    (2606464975706633, 8917351976825343),
    (530049495315032, 4686798115588332),
    (3244798557543534, 7023320689323130),
    (7447796155399690, 2357357680972814),
    (8493423302734411, 230944374983433),
]
"""Client ids of two people: concurrent entries are ordered by them, so both orders must give the same."""


def away(house: House, name: str, order_id: str, client_id: int) -> Peer:
    """Somebody who will come with his own client id."""
    return house.peer(name, order_id, Doc(client_id=client_id))


async def offline(peer: Peer, root: str, cells: dict[str, Any]) -> None:
    """Synchronise, go away, and edit there."""
    async with peer:
        pass
    peer.edit(root, cells)


def unheard(house: House, name: str, peer: Peer, order_id: str, client_id: int) -> Peer:
    """Somebody's connection that is lost before he hears an answer: his own document stays as it is."""
    sent = away(house, name, order_id, client_id)
    sent.doc.apply_update(peer.doc.get_update())
    return sent


@pytest.mark.parametrize(
    "pairs",
    [pytest.param(IDS[:6], id="some"), pytest.param(IDS[6:], id="others", marks=pytest.mark.torture)],
)
@pytest.mark.parametrize("reloaded", [False, True], ids=["in memory", "loaded again"])
@pytest.mark.parametrize("key", [QUANTITY, "lines/a/job_reference"], ids=["over a value", "over nothing"])
@pytest.mark.parametrize("first", ["refused", "permitted"])
async def test_an_owners_write_beats_a_mend_whatever_the_client_ids(
    house: House, first: str, key: str, reloaded: bool, pairs: list[tuple[int, int]]
) -> None:
    """G2: a refused write costs no permitted one its effect, concurrent or later."""
    for anna_id, sophie_id in pairs:
        order_id = await house.order()
        anna, sophie = away(house, "anna", order_id, anna_id), away(house, "sophie", order_id, sophie_id)
        await offline(anna, "client", {key: "15"})
        await offline(sophie, "client", {key: "666"})
        for peer in (sophie, anna) if first == "refused" else (anna, sophie):
            async with peer:
                await peer.saved()
            if reloaded:
                await house.put_away(order_id)
        async with anna, sophie:
            await assert_in_step(house, order_id, anna, sophie)
            assert anna.client[key] == "15"
            assert anna.refusals == []
            assert {item["code"] for item in sophie.refusals} == {"not_yours"}
            await anna.write("client", {key: "16"})
            await assert_in_step(house, order_id, anna, sophie)
            assert sophie.client[key] == "16"
            assert anna.refusals == []


@pytest.mark.parametrize("reloaded", [False, True], ids=["in memory", "loaded again"])
async def test_an_owner_is_not_overtaken_by_his_own_write_that_was_restated(
    house: House, reloaded: bool
) -> None:
    """G2 G5: what the server wrote anew beside a mend is still his, when he writes over his own entry offline."""
    for anna_id, sophie_id in IDS[:6]:
        order_id = await house.order()
        anna, sophie = away(house, "anna", order_id, anna_id), away(house, "sophie", order_id, sophie_id)
        await offline(anna, "client", {QUANTITY: "15"})
        async with sophie:
            await sophie.write("client", {QUANTITY: "666"})
        async with unheard(house, "anna", anna, order_id, anna_id) as sent:
            await sent.saved()
        assert (await house.content(order_id)).client[QUANTITY] == "15"
        if reloaded:
            await house.put_away(order_id)
        anna.edit("client", {QUANTITY: "16"})
        async with anna, sophie:
            await assert_in_step(house, order_id, anna, sophie)
            assert sophie.client[QUANTITY] == "16"
            assert anna.refusals == []


async def test_an_owner_is_not_late_for_a_mend_that_a_server_of_the_version_before_wrote(
    house: House,
) -> None:
    """G2: during an upgrade it keeps with the refusal what this one keeps as an alias."""
    order_id = await house.order()
    anna = house.peer("anna", order_id)
    await offline(anna, "client", {QUANTITY: "15"})
    async with house.peer("sophie", order_id) as sophie:
        await sophie.write("client", {QUANTITY: "666"})
    await house.put_away(order_id)
    with house.services.db.writing() as session:
        (_, over, mend, _), *_ = aliases_of(session, order_id)
        forget_aliases(session, order_id, 1 << 30)
        assert aliases_of(session, order_id) == []
        (refused,) = open_refusals(session, order_id, house.people["sophie"].user_id)
        refused.over, refused.mend = over, mend
    async with anna:
        await assert_in_step(house, order_id, anna)
        assert (anna.client[QUANTITY], anna.refusals) == ("15", [])


async def test_an_owners_write_beats_many_mends_after_a_restart(own_house: House) -> None:
    """G2: mends upon mends, by two people, and the server starts again between them."""
    order_id = await own_house.order()
    anna = own_house.peer("anna", order_id)
    await offline(anna, "client", {QUANTITY: "15"})
    for attempt in range(4):
        async with own_house.peer("sophie", order_id) as sophie, own_house.peer("luc", order_id) as luc:
            for peer in (sophie, luc, sophie):
                peer.edit("client", {QUANTITY: f"{attempt}66"})
                peer.edit("client", {QUANTITY: f"{attempt}67"})
                await peer.flush()
            await sophie.saved()
            await luc.saved()
            await assert_in_step(own_house, order_id, sophie, luc)
        if attempt % 2:
            await own_house.restart()
            anna = own_house.peer("anna", order_id, anna.doc)
    async with anna, own_house.peer("sophie", order_id) as sophie:
        await assert_in_step(own_house, order_id, anna, sophie)
        assert sophie.client[QUANTITY] == "15"
        assert anna.refusals == []


@pytest.mark.parametrize("reloaded", [False, True], ids=["in memory", "loaded again"])
async def test_a_colleague_who_had_not_seen_a_newer_value_is_overtaken_and_told_both(
    house: House, reloaded: bool
) -> None:
    """G5: whichever client id would win, the value that stands stays; "apply mine" puts the late one in."""
    for anna_id, marc_id in IDS[:8]:
        order_id = await house.order()
        anna, marc = away(house, "anna", order_id, anna_id), away(house, "marc", order_id, marc_id)
        await offline(anna, "client", {QUANTITY: "15"})
        await offline(marc, "client", {QUANTITY: "20"})
        async with marc:
            await marc.saved()
            assert marc.refusals == []
        if reloaded:
            await house.put_away(order_id)
        async with anna, marc:
            await assert_in_step(house, order_id, anna, marc)
            assert anna.client[QUANTITY] == "20"
            (told,) = anna.refusals
            assert (told["cell"], told["code"]) == (f"client/{QUANTITY}", "overtaken")
            assert (told["tried"], told["kept"], told["by"]) == ("15", "20", "Marc")
            assert "Marc" in told["message"]
            await anna.write("client", {QUANTITY: "15"})
            await assert_in_step(house, order_id, anna, marc)
            assert marc.client[QUANTITY] == "15"
            assert len(anna.refusals) == 1
        async with house.peer("anna", order_id) as again:
            await again.until(lambda: bool(again.refusals))
            assert again.refusals == [told]


async def test_two_colleagues_typing_at_once_lose_nothing_silently(house: House) -> None:
    """G5: both online, both updates on their way: one stands, the other is told."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("marc", order_id) as marc:
        anna.edit("client", {QUANTITY: "15"})
        await marc.write("client", {QUANTITY: "20"})
        await anna.flush()
        await assert_in_step(house, order_id, anna, marc)
        assert marc.client[QUANTITY] == "20"
        assert [item["code"] for item in anna.refusals] == ["overtaken"]
        assert marc.refusals == []


async def test_who_overtook_somebody_in_the_same_commit_is_the_one_who_is_named(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4 G5: the trail knows of him only once that is written; until then it names who wrote before both."""
    begun, go_on = Event(), Event()

    def write_late(session: Session, batches: list[Batch]) -> set[str]:
        begun.set()
        assert go_on.wait(PATIENCE)
        return write_batches(session, batches)

    order_id = await house.order()
    async with house.peer("sophie", order_id) as sophie, house.peer("luc", order_id) as luc:
        monkeypatch.setattr(server.rooms.committer, "write_batches", write_late)
        await luc.write_soon("supplier", {"confirmation_number": "C-1"})
        assert await asyncio.to_thread(begun.wait, PATIENCE)
        for peer, price in ((sophie, "1.25"), (luc, "4.25")):
            await peer.write_soon("supplier", {PRICE: price})
            await peer.barrier()
        go_on.set()
        await luc.saved()
        await assert_in_step(house, order_id, sophie, luc)
        (told,) = luc.refusals
        assert (told["code"], told["tried"], told["kept"], told["by"]) == (
            "overtaken",
            "4.25",
            "1.25",
            "Sophie",
        )
        assert sophie.refusals == []


async def test_who_is_overtaken_by_a_list_price_is_told_and_may_come_again(house: House) -> None:
    """G4 G8: nobody wrote it but the server."""
    order_id = await house.begin("supplier")
    luc = house.peer("luc", order_id)
    async with house.peer("sophie", order_id) as sophie:
        await sophie.write("supplier", {"lines/a/product": house.products["door"]})
        async with luc:
            pass
        luc.edit("supplier", {PRICE: "4.25"})
        await sophie.write("supplier", {"lines/a/product": None})
        await sophie.write("supplier", {"lines/a/product": house.products["spare"]})
        async with luc:
            await assert_in_step(house, order_id, sophie, luc)
            (told,) = luc.refusals
            assert (told["code"], told["kept"]) == ("overtaken", "40.00")
            assert told["message"].startswith("Le système ")
            assert sophie.closed is None
    async with house.peer("luc", order_id) as again:
        await again.until(lambda: bool(again.refusals))
        assert again.refusals == [told]
        assert again.closed is None


async def test_two_colleagues_who_write_the_same_agree(house: House) -> None:
    """G5: equal values are no conflict; either may clear the cell afterwards, online or offline."""
    for anna_id, marc_id in IDS[:6]:
        for later in ("anna", "marc"):
            order_id = await house.order()
            anna, marc = away(house, "anna", order_id, anna_id), away(house, "marc", order_id, marc_id)
            await offline(anna, "client", {"reference": "PO-1"})
            await offline(marc, "client", {"reference": "PO-1"})
            for peer in (anna, marc):
                async with peer:
                    await peer.saved()
                    assert peer.refusals == []
            clearing = anna if later == "anna" else marc
            await offline(clearing, "client", {"reference": None})
            async with anna, marc:
                await assert_in_step(house, order_id, anna, marc)
                assert "reference" not in marc.client.to_py()


@pytest.mark.parametrize("reloaded", [False, True], ids=["in memory", "loaded again"])
async def test_who_had_seen_one_of_two_equal_values_is_not_late(house: House, reloaded: bool) -> None:
    """G5: a value that a second person wrote once more is the one that everybody had seen."""
    for anna_id, marc_id in IDS[:6]:
        order_id = await house.order()
        anna, marc = away(house, "anna", order_id, anna_id), away(house, "marc", order_id, marc_id)
        await offline(marc, "client", {QUANTITY: "15"})
        async with house.peer("anna", order_id) as colleague:
            await colleague.write("client", {QUANTITY: "15"})
            async with anna:
                await assert_in_step(house, order_id, anna)
        async with marc:
            await marc.saved()
        if reloaded:
            await house.put_away(order_id)
        anna.edit("client", {QUANTITY: "16"})
        async with anna, marc:
            await assert_in_step(house, order_id, anna, marc)
            assert marc.client[QUANTITY] == "16"
            assert anna.refusals == marc.refusals == []


@pytest.mark.parametrize("reloaded", [False, True], ids=["in memory", "loaded again"])
async def test_no_number_of_refused_writes_makes_an_owner_late(house: House, reloaded: bool) -> None:
    """G2: somebody fills a cell with refused writes; who had seen any of the mends, or none, had seen the value."""
    order_id = await house.order()
    anna, marc, paul = (house.peer(name, order_id) for name in ("anna", "marc", "paul"))
    await offline(anna, "client", {QUANTITY: "15"})
    async with paul:
        for number in range(ALIASES_LIMIT):
            if number == ALIASES_LIMIT // 4:
                await paul.saved()
                await offline(marc, "client", {"lines/d/quantity": "15"})
            paul.edit("client", {QUANTITY: f"{number}66", "lines/d/quantity": f"{number}66"})
            await paul.flush()
        await paul.saved()
    standing = (await house.room(order_id)).replica.index.standing(("client", QUANTITY))
    assert len(standing.aliases) < ALIASES_LIMIT
    if reloaded:
        await house.put_away(order_id)
    async with anna, marc, paul:
        await assert_in_step(house, order_id, anna, marc, paul)
        assert paul.client[QUANTITY] == paul.client["lines/d/quantity"] == "15"
        assert anna.refusals == marc.refusals == []
    assert {item["code"] for item in paul.refusals} == {"read_only_member"}


async def test_a_clear_beats_a_mend_and_is_no_victim_of_one(house: House) -> None:
    """G2: an owner empties a cell that somebody else tried to fill at the same time."""
    for anna_id, sophie_id in IDS[:6]:
        for first in ("clear", "refused"):
            order_id = await house.order()
            anna, sophie = away(house, "anna", order_id, anna_id), away(house, "sophie", order_id, sophie_id)
            await offline(anna, "client", {QUANTITY: None})
            await offline(sophie, "client", {QUANTITY: "666"})
            for peer in (anna, sophie) if first == "clear" else (sophie, anna):
                async with peer:
                    await peer.saved()
            async with anna, sophie:
                await assert_in_step(house, order_id, anna, sophie)
                assert QUANTITY not in anna.client.to_py(), first


async def test_a_clear_made_beside_a_newer_value_leaves_it_and_is_told(house: House) -> None:
    """G5: emptying a cell is a change like any other."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("marc", order_id) as marc:
        anna.edit("client", {QUANTITY: None})
        await marc.write("client", {QUANTITY: "20"})
        await anna.flush()
        await assert_in_step(house, order_id, anna, marc)
        assert anna.client[QUANTITY] == "20"
        (told,) = anna.refusals
        assert (told["code"], told["tried"], told["kept"], told["by"]) == ("overtaken", None, "20", "Marc")


async def test_an_offline_clear_never_empties_a_newer_value(house: House) -> None:
    """G5: the newer value stays."""
    order_id = await house.order()
    anna = house.peer("anna", order_id)
    await offline(anna, "client", {QUANTITY: None})
    async with house.peer("marc", order_id) as marc:
        await marc.write("client", {QUANTITY: "20"})
        async with anna:
            await assert_in_step(house, order_id, anna, marc)
            assert anna.client[QUANTITY] == "20"


async def test_a_null_is_an_empty_cell_for_everybody(house: House) -> None:
    """G3: `set(key, null)` and then `delete(key)` leave every replica in step, also after a reload."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        with anna.doc.transaction():
            anna.client["reference"] = None
        anna.edit("client", {"reference": None})
        await anna.flush()
        await assert_in_step(house, order_id, anna, sophie)
        with anna.doc.transaction():
            anna.client["reference"] = None
        await anna.flush()
        await assert_in_step(house, order_id, anna, sophie)
        assert "reference" not in anna.client.to_py()
    await house.put_away(order_id)
    async with anna, sophie:
        await assert_in_step(house, order_id, anna, sophie)


async def test_coming_and_going_changes_nothing(house: House) -> None:
    """G6: who only looks leaves no trace in the journal, the lists or the trail, whatever his replica repeats."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        anna.note += "Bonjour"
        await anna.flush()
        await anna.saved()
        del anna.note[2:5]
        await anna.flush()
        await anna.write("client", {"reference": "PO-1"})
        await anna.write("client", {"reference": None})
        await sophie.write("client", {"reference": "non"})
        await assert_in_step(house, order_id, anna, sophie)
    room = await house.room(order_id)
    seq, changed = room.seq, (await house.get("sophie", "/api/orders")).json()["items"]
    paul = house.peer("paul", order_id)
    for _ in range(2):
        for peer in (anna, sophie, paul):
            async with peer:
                await peer.saved()
                await assert_in_step(house, order_id, peer)
        await house.put_away(order_id)
    room = await house.room(order_id)
    assert room.seq == seq
    assert (await house.get("sophie", "/api/orders")).json()["items"] == changed
    assert paul.refusals == []
