"""A database that was put back while its orders kept their epochs: whose page is ahead starts anew, he alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

import server.rooms.housekeeping
from persistence.journal import load_history
from persistence.order import Order
from schema.closes import Close
from server.metrics import PAGES_AHEAD
from server.operate.check import check_orders
from server.rooms.rooms import Rooms
from server.yjs.state_vector import encode_state_vector
from tests.server.orders.forge import sync
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio

NEW_LINE = {"lines/n/product": "door", "lines/n/quantity": "3"}


def lose(house: House, order_id: str, seq: int, bound: set[int]) -> None:
    """Take an order's rows back to a journal entry, and to the client ids that were bound by then."""
    params = {"id": order_id, "seq": seq}
    with house.services.db.writing() as session:
        session.get_one(Order, order_id).seq = seq
        connection = session.connection()
        for table in ("journal", "audit"):
            connection.execute(text(f"DELETE FROM {table} WHERE order_id = :id AND seq > :seq"), params)  # noqa: S608
        for client in client_ids(house, order_id) - bound:
            connection.execute(text("DELETE FROM client_binding WHERE client = :client"), {"client": client})


def client_ids(house: House, order_id: str) -> set[int]:
    with house.services.db.reading() as session:
        return set(load_history(session, order_id).owners)


@asynccontextmanager
async def put_back(house: House, order_id: str, *, serving: bool = False) -> AsyncIterator[None]:
    """What is committed to an order meanwhile is lost: afterwards another server begins on what was before, or this one
    is left to find out."""
    seq, bound = (await house.room(order_id)).seq, client_ids(house, order_id)
    yield
    if serving:
        lose(house, order_id, seq, bound)
        return
    await house.stop()
    lose(house, order_id, seq, bound)
    house.services.db.close()  # it was opened once more
    await house.start()


def again(house: House, name: str, before: Peer) -> Peer:
    """Somebody who comes back with the document that he has."""
    return house.peer(name, before.url.rpartition("/")[2], before.doc)


def pages_ahead() -> float:
    return float(PAGES_AHEAD._value.get())


async def test_a_page_that_has_what_the_server_lost_starts_anew(own_house: House) -> None:
    """G1: it is not merged with what the server writes under the same clocks, even once there is more of that."""
    order_id = await own_house.order("draft")
    anna, before = own_house.peer("anna", order_id), pages_ahead()
    async with put_back(own_house, order_id), anna:
        await anna.write("client", own_house.with_products(NEW_LINE))
    lost = anna.state()
    async with own_house.peer("marc", order_id) as marc:
        other = {"lines/o/product": "spare", "lines/p/product": "shirt", "lines/q/product": "door"}
        await marc.write("client", own_house.with_products(other))
        async with again(own_house, "anna", anna) as back:
            assert await back.gone() == Close.EPOCH
        assert back.state() == lost  # all of it is there to be copied
        await assert_in_step(own_house, order_id, marc)
        async with own_house.peer("anna", order_id) as anew:
            await anew.write("client", own_house.with_products(NEW_LINE))
            await assert_in_step(own_house, order_id, marc, anew)
    assert pages_ahead() == before + 1


async def test_a_page_that_lacks_nothing_of_the_server_s_brings_its_own_work_back(own_house: House) -> None:
    """G1: what one wrote oneself under what the server still has is simply sent again."""
    order_id = await own_house.order("draft")
    anna = own_house.peer("anna", order_id)
    async with anna:
        await anna.write("client", {"reference": "PO-1"})
    async with put_back(own_house, order_id), anna:
        await anna.write("client", {"reference": "PO-2"})
    async with again(own_house, "anna", anna) as back:
        await back.saved()
        assert (await own_house.content(order_id)).client["reference"] == "PO-2"
        await assert_in_step(own_house, order_id, back)


async def test_a_colleague_s_page_does_not_bring_another_s_work_back_as_its_own(own_house: House) -> None:
    """G6: what Anna wrote is not Marc's, whose page has it."""
    order_id = await own_house.order("draft")
    anna, marc = own_house.peer("anna", order_id), own_house.peer("marc", order_id)
    async with anna:
        await anna.write("client", {"reference": "PO-1"})
    async with put_back(own_house, order_id), marc, anna:
        await anna.write("client", {"reference": "PO-2"})
        await marc.until(lambda: marc.client["reference"] == "PO-2")
    async with again(own_house, "marc", marc) as back:
        assert await back.gone() == Close.EPOCH


@pytest.fixture
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the database now and then."""

    async def nothing(_rooms: Rooms) -> None:
        return

    monkeypatch.setattr(Rooms, "watch", nothing)


@pytest.mark.usefixtures("unwatched")
async def test_a_database_that_is_put_back_while_it_is_served_is_found_out_by_the_next_edit(
    own_house: House,
) -> None:
    """G3: the order leaves the memory, and whoever comes back with the lost starts anew."""
    order_id = await own_house.order("draft")
    marc = own_house.peer("marc", order_id)
    async with own_house.peer("anna", order_id) as anna, marc:
        async with put_back(own_house, order_id, serving=True):
            await anna.write("client", own_house.with_products(NEW_LINE))
            await marc.barrier()
        anna.edit("client", {"reference": "PO-2"})
        await anna.flush()
        assert await anna.gone() == await marc.gone() == Close.UNAVAILABLE
    async with again(own_house, "marc", marc) as back:
        assert await back.gone() == Close.EPOCH


async def test_a_database_that_is_put_back_is_found_out_though_nobody_edits(own_house: House) -> None:
    """G1: what is shown as saved, and is not there any more, is not shown for long."""
    order_id = await own_house.order("draft")
    async with own_house.peer("marc", order_id) as marc, own_house.peer("anna", order_id) as anna:
        async with put_back(own_house, order_id, serving=True):
            await anna.write("client", own_house.with_products(NEW_LINE))
            await marc.barrier()
        assert await marc.gone() == Close.UNAVAILABLE
    async with again(own_house, "marc", marc) as back:
        assert await back.gone() == Close.EPOCH


@pytest.mark.usefixtures("unwatched")
async def test_an_edit_does_not_follow_what_another_server_wrote_in_the_place_of_the_lost(
    own_house: House,
) -> None:
    """G1: the numbers of the journal fit again, and what they number is another thing."""
    order_id = await own_house.order("open")
    anna = own_house.peer("anna", order_id)
    async with own_house.beside() as beside, anna:
        async with put_back(own_house, order_id, serving=True):
            await anna.write("client", {"reference": "PO-1"})
            await anna.write("client", {"reference": "PO-2"})
        async with beside.peer("sophie", order_id) as sophie:
            await sophie.write("supplier", {"freight": "12.00"})
            await sophie.write("supplier", {"freight": "13.00"})
        anna.edit("client", {"reference": "PO-3"})
        await anna.flush()
        assert await anna.gone() == Close.UNAVAILABLE
        async with again(own_house, "anna", anna) as back:  # what is lost was hers, and she sends it again
            await back.saved()
            assert (back.client["reference"], back.supplier["freight"]) == ("PO-3", "13.00")
            await assert_in_step(own_house, order_id, back)
    assert list(check_orders(own_house.services.db)) == []


async def test_an_order_that_nobody_looks_at_is_not_read_as_it_was_before_it_was_put_back(
    own_house: House,
) -> None:
    """G1: it is still in memory, with what is lost, or with what another server wrote in its place."""
    order_id = await own_house.order("open")
    async with own_house.beside() as beside:
        async with put_back(own_house, order_id, serving=True), own_house.peer("anna", order_id) as anna:
            await anna.write("client", {"reference": "PO-1"})
            await anna.write("client", {"reference": "PO-2"})
        assert "reference" not in (await own_house.view("anna", order_id))["client"]
        async with put_back(own_house, order_id, serving=True), own_house.peer("anna", order_id) as anna:
            await anna.write("client", {"reference": "PO-3"})
        async with beside.peer("sophie", order_id) as sophie:
            await sophie.write("supplier", {"freight": "12.00"})
        view = await own_house.view("anna", order_id)
        assert ("reference" in view["client"], view["supplier"]["freight"]) == (False, "12.00")


async def test_an_order_that_was_put_back_is_not_put_away_as_it_was_before(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: a snapshot of what is lost would stand for what the journal has, and for what is written from then on."""
    monkeypatch.setattr(server.rooms.housekeeping, "CUT_AFTER", 1)
    order_id = await own_house.order("open")
    async with own_house.beside() as beside:
        async with put_back(own_house, order_id, serving=True), own_house.peer("anna", order_id) as anna:
            await anna.write("client", {"reference": "PO-1"})
            await anna.write("client", {"reference": "PO-2"})
        async with beside.peer("sophie", order_id) as sophie:
            await sophie.write("supplier", {"freight": "12.00"})
            await own_house.put_away(order_id)
            await sophie.write("supplier", {"freight": "13.00"})
        view = await own_house.view("anna", order_id)
        assert ("reference" in view["client"], view["supplier"]["freight"]) == (False, "13.00")
        stored, seq = await beside.services.rooms.committed_replica(order_id)
        assert (stored.content.supplier, seq) == (view["supplier"], view["seq"])


async def test_who_lies_about_what_he_has_is_sent_away_alone(house: House) -> None:
    """G8: nobody else hears of it, and the order keeps its document."""
    order_id = await house.order()
    room = await house.room(order_id)
    epoch = room.epoch
    async with house.peer("sophie", order_id) as sophie, house.peer("eve", order_id) as eve:
        assert eve.closed == Close.NOT_FOUND
        for claimed in ({room.replica.writer: 1}, dict.fromkeys(room.replica.state(), 2**40)):
            async with house.peer("anna", order_id) as anna:
                await anna.send_raw(sync(0, encode_state_vector(claimed)))
                assert await anna.gone() == Close.EPOCH
        await sophie.write("supplier", {"freight": "12.00"})
        assert sophie.closed is None
        async with house.peer("anna", order_id) as anna:
            await assert_in_step(house, order_id, sophie, anna)
    assert (await house.room(order_id)).epoch == epoch


async def test_a_server_that_lags_behind_another_believes_what_that_one_committed(own_house: House) -> None:
    """G3: a page that comes from the other server has what this one has not heard of yet."""
    order_id = await own_house.order()
    async with own_house.beside() as beside:
        anna = own_house.peer("anna", order_id)
        async with beside.peer("sophie", order_id) as sophie, anna:
            await sophie.write("supplier", {"freight": "12.00"})
            told = (await beside.room(order_id)).replica.state_vector()
            await anna.send_raw(sync(0, told))
            await anna.barrier()
            assert anna.closed is None
