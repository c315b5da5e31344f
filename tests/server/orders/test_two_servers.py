"""Two servers on one database: safe whatever is sent where (design: the journal names the entry it follows)."""

import asyncio

import pytest
from sqlmodel import col, select

import server.rooms.housekeeping
from persistence.journal import Journal
from persistence.order import Order
from server.rooms.rooms import Rooms
from tests.server.orders.house import House
from tests.server.orders.proof import as_state, assert_in_step
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio

QUANTITY = "lines/a/quantity"


async def stay(peer: Peer) -> None:
    """Come back, as an ordinary provider does, until everything that was edited is committed."""
    for _ in range(20):
        if peer.closed is not None:
            await peer.leave()
            await peer.come()
            await peer.until(lambda: peer._synced or peer.closed is not None)
        await peer.saved()
        if peer.closed is None:
            return
    raise AssertionError("the order could not be written from here")


async def test_two_servers_that_commit_at_once_make_one_history(own_house: House) -> None:
    """G1 G3 G6: who loses the race loads again and judges again; nothing is lost, nothing is written twice."""
    order_id = await own_house.order()
    async with own_house.beside() as beside:
        anna, sophie = own_house.peer("anna", order_id), beside.peer("sophie", order_id)
        async with anna, sophie:
            for number in range(1, 16):
                anna.edit("client", {"reference": f"PO-{number}", QUANTITY: str(number)})
                sophie.edit("supplier", {"freight": f"{number}.5"})
                await asyncio.gather(_flush(anna), _flush(sophie))
                await asyncio.gather(stay(anna), stay(sophie))
            assert anna.refusals == []
            assert sophie.refusals == []
        with own_house.services.db.reading() as session:
            seqs = list(
                session.exec(
                    select(Journal.seq).where(Journal.order_id == order_id).order_by(col(Journal.seq))
                )
            )
            assert seqs == list(range(1, len(seqs) + 1))
            assert session.get_one(Order, order_id).seq == seqs[-1]
        for served in (own_house, beside):
            await served.put_away(order_id)
        here, there = await own_house.content(order_id), await beside.content(order_id)
        assert as_state(here) == as_state(there)
        assert (here.client["reference"], here.client[QUANTITY]) == ("PO-15", "15")
        assert here.supplier["freight"] == "15.5"
        async with own_house.peer("luc", order_id) as luc:
            await assert_in_step(own_house, order_id, luc)


async def _flush(peer: Peer) -> None:
    if peer.closed is None:
        await peer.flush()


async def test_an_edit_of_one_value_on_two_servers_stands_once(own_house: House) -> None:
    """G5: two colleagues on two servers: one value stands, and whoever is late is told both."""
    order_id = await own_house.order()
    async with own_house.beside() as beside:
        anna, marc = own_house.peer("anna", order_id), beside.peer("marc", order_id)
        async with anna, marc:
            anna.edit("client", {QUANTITY: "15"})
            marc.edit("client", {QUANTITY: "20"})
            await asyncio.gather(_flush(anna), _flush(marc))
            await asyncio.gather(stay(anna), stay(marc))
        for served in (own_house, beside):
            await served.put_away(order_id)
        content = await own_house.content(order_id)
        late = [peer for peer in (anna, marc) if peer.refusals]
        assert len(late) == 1
        (told,) = late[0].refusals
        assert told["code"] == "overtaken"
        assert {told["tried"], told["kept"]} == {"15", "20"}
        assert content.client[QUANTITY] == told["kept"]


async def test_a_signature_on_one_server_is_not_given_for_terms_changed_on_another(own_house: House) -> None:
    """G9: accept names the digest its author saw; a change that was committed elsewhere makes it stale."""
    order_id = await own_house.order()
    digest = (await own_house.view("sophie", order_id))["digest"]
    async with own_house.beside() as beside:
        async with beside.peer("anna", order_id) as anna:
            await anna.write("client", {QUANTITY: "99"})
        reply = await own_house.post("sophie", f"/api/orders/{order_id}/accept", {"digest": digest})
        assert (reply.status_code, reply.json()["code"]) == (409, "stale_digest")
        assert [error["field"] for error in reply.json()["errors"]] == [f"client/{QUANTITY}"]


async def test_what_another_server_committed_and_put_away_is_shown(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G3: also where a snapshot covers it before this one has heard of it, so that there is no entry left to show."""
    order_id = await own_house.order()
    monkeypatch.setattr(server.rooms.housekeeping, "CUT_AFTER", 1)
    async with own_house.beside() as beside, beside.peer("sophie", order_id) as sophie:
        with monkeypatch.context() as deaf:
            deaf.setattr(Rooms, "hear_of", _hear_nothing)
            async with own_house.peer("anna", order_id) as anna:
                await anna.write("client", {"reference": "PO-1"})
            await own_house.put_away(order_id)
        await beside.services.rooms.watch()
        assert (await beside.content(order_id)).client.get("reference") == "PO-1"
        await sophie.until(lambda: sophie.client.get("reference") == "PO-1" or sophie.closed is not None)
        await assert_in_step(beside, order_id, sophie)


async def _hear_nothing(_rooms: Rooms, _order_id: str, _seq: int) -> None:
    return


async def test_what_is_shown_as_saved_is_there_after_the_server_is_gone(own_house: House) -> None:
    """G1: a second server, which shares only the file, has everything that the first said was saved."""
    order_id = await own_house.order()
    async with own_house.peer("anna", order_id) as anna:
        for number in range(3):
            await anna.write("client", {"reference": f"PO-{number}"})
            assert anna.durable == anna.sent
            async with own_house.beside() as beside:
                assert (await beside.content(order_id)).client["reference"] == f"PO-{number}"
