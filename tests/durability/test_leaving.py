"""A server that ends takes leave of everybody; an order that nobody needs is put away without a trace."""

import asyncio
import gc
import math
import os
import signal
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, func, select

import server.rooms.housekeeping
import server.rooms.rooms
from persistence.journal import Journal, Snapshot, load_history
from persistence.order import Order
from schema.closes import Close
from server.gate.replica import Replica
from tests.durability.evidence import Evidence
from tests.durability.scribe import Scribe
from tests.durability.served import Furnished, Served
from tests.server.orders.house import House

pytestmark = pytest.mark.anyio

CHURN = 150
POOLED = 30
"""Files that a pool of database connections may open meanwhile."""


async def test_sigterm_saves_what_was_sent_and_sends_everybody_away(furnished: Furnished) -> None:
    order_id = furnished.orders[0]
    scribes = [
        Scribe("anna", "client", "lines/a/quantity", "lines/d/unit_price", 1_000),
        Scribe("sophie", "supplier", "lines/a/unit_price", "lines/d/quantity", 10_000),
    ]
    async with Served(furnished) as server, server.peer("paul", order_id) as reader:
        peers = [server.peer(scribe.name, order_id, scribe.doc) for scribe in scribes]
        for peer in peers:
            await peer.__aenter__()
        writing = [
            asyncio.create_task(scribe.write_until_closed(peer, 10_000))
            for scribe, peer in zip(scribes, peers, strict=True)
        ]
        await peers[0].until(lambda: peers[0].durable > 30)
        server.terminate()
        await asyncio.gather(*writing)
        for scribe, peer in zip(scribes, peers, strict=True):
            assert await peer.gone() == Close.TRY_AGAIN
            scribe.note_acknowledged(peer)
            await peer.leave()
        assert await reader.gone() == Close.TRY_AGAIN
        assert await server.ended() == -signal.SIGTERM
    Evidence(furnished.folder, order_id).assert_holds_acknowledged(*scribes)
    async with Served(furnished) as server:
        for scribe in scribes:
            async with server.peer(scribe.name, order_id, scribe.doc) as peer:
                await peer.barrier()
                await peer.saved()
        server.kill()
        await server.ended()
    Evidence(furnished.folder, order_id).assert_holds_everything(*scribes)


async def test_an_order_is_put_away_with_a_snapshot_and_comes_back_the_same(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.rooms.housekeeping, "CUT_AFTER", 3)
    house = own_house
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        for number in range(6):
            await anna.write("client", {"lines/a/quantity": str(number + 1)})
            await sophie.write("supplier", {"lines/a/unit_price": f"{number + 1}.50"})
        await anna.barrier()
        before = anna.state()
    await house.put_away(order_id)
    entries, snapshot = await house.services.db.read(_stored, order_id)
    assert entries == 0
    assert snapshot is not None
    async with house.peer("anna", order_id) as anna:
        assert anna.state() == before
        await anna.write("client", {"lines/a/quantity": "99"})
    entries, _ = await house.services.db.read(_stored, order_id)
    assert entries == 1


async def test_the_journal_of_an_order_in_long_use_is_cut_while_people_are_at_it(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.rooms.housekeeping, "CUT_OPEN_AFTER", 4)
    house = own_house
    order_id = await house.order()
    room = await house.room(order_id)
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        left = []
        for number in range(6):
            await anna.write("client", {"lines/a/quantity": str(number + 1)})
            await room.settled()
            await house.services.rooms.housekeeping.sweep()
            left.append((await house.services.db.read(_stored, order_id))[0])
        assert left == [0, 1, 2, 3, 0, 1]  # what its beginning left was cut at the first look
        await anna.barrier()
        await sophie.barrier()
        assert anna.state() == sophie.state()


def _stored(session: Session, order_id: str) -> tuple[int, Snapshot | None]:
    count = select(func.count()).select_from(Journal).where(Journal.order_id == order_id)
    return session.exec(count).one(), session.get(Snapshot, order_id)


async def test_a_snapshot_never_holds_what_is_not_committed(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that must stop while its database takes nothing leaves the journal as it is."""
    monkeypatch.setattr(server.rooms.housekeeping, "CUT_AFTER", 1)
    house = own_house
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna:
        await anna.write("client", {"lines/a/quantity": "5"})

        def fail(*_: Any) -> set[str]:
            raise OSError("the disk is gone")

        monkeypatch.setattr("server.rooms.committer.write_batches", fail)
        anna.edit("client", {"lines/a/quantity": "6"})
        await anna.flush()
        await anna.until(lambda: any(notice["type"] == "availability" for notice in anna.notices))
        await house.services.rooms.stop()
        monkeypatch.undo()
        assert await house.services.db.read(_quantity, order_id) == "5"
        house.services.rooms.committer._stopping.clear()
        house.services.rooms.start()


def _quantity(session: Session, order_id: str) -> Any:
    order = session.get(Order, order_id)
    assert order is not None
    history = load_history(session, order_id)
    return Replica.load(order.writer, history.updates, history.owners).content.client["lines/a/quantity"]


async def test_who_comes_while_an_order_is_put_away_finds_it_and_is_shown_everything(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.rooms.housekeeping, "CUT_AFTER", 1)
    monkeypatch.setattr(server.rooms.housekeeping, "IDLE_SECONDS", -1)
    house = own_house
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna:
        await anna.write("client", {"lines/a/quantity": "5"})
    room = await house.room(order_id)
    cutting, go_on = asyncio.Event(), asyncio.Event()
    write = house.services.db.write

    async def slowly(function: Callable[..., Any], *args: Any) -> Any:
        if function is server.rooms.housekeeping._shorten:
            cutting.set()
            await go_on.wait()
        return await write(function, *args)

    monkeypatch.setattr(house.services.db, "write", slowly)
    sweeping = asyncio.create_task(house.services.rooms.housekeeping.sweep())
    await cutting.wait()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        await anna.write("client", {"lines/a/quantity": "6"})
        go_on.set()
        await sweeping
        assert await house.room(order_id) is room
        await sophie.write("supplier", {"lines/a/unit_price": "7.50"})
        await anna.barrier()
        assert anna.supplier["lines/a/unit_price"] == "7.50"
        assert sophie.client["lines/a/quantity"] == "6"


async def test_opening_and_closing_many_orders_leaves_nothing_behind(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_house
    orders = [await house.order() for _ in range(CHURN)]
    await _visit(house, orders[0])
    before = await _traces(house)
    with monkeypatch.context() as long:
        long.setattr(
            server.rooms.housekeeping, "IDLE_SECONDS", math.inf
        )  # however long it takes to visit all
        replicas = [await _visit(house, order_id) for order_id in orders]
        assert len(house.services.rooms.loaded()) >= CHURN
    for order_id in orders:
        await house.put_away(order_id)
    assert not {room.order_id for room in house.services.rooms.loaded()} & set(orders)
    tasks, files = await _traces(house)
    assert tasks == before[0]
    assert files <= before[1] + POOLED
    await house.services.rooms.housekeeping.stop()  # a chore has what was there as it began
    gc.collect()
    assert [replica() for replica in replicas if replica() is not None] == []


async def _visit(house: House, order_id: str) -> "weakref.ref[Replica]":
    async with house.peer("anna", order_id) as anna:
        await anna.write("client", {"lines/a/quantity": "5"})
    return weakref.ref((await house.room(order_id)).replica)


async def _traces(house: House) -> tuple[set[str], int]:
    """The server's lasting tasks, and how many files and sockets are open once the last ones are closed."""
    while any(room.visitors for room in house.services.rooms.loaded()) or _transient():  # noqa: ASYNC110
        await asyncio.sleep(0)
    lasting = {name for task in asyncio.all_tasks() if not (name := task.get_name()).startswith("Task-")}
    return lasting, len(os.listdir("/proc/self/fd"))


def _transient() -> bool:
    return any(task.get_name() in ("pump", "reader", "held") for task in asyncio.all_tasks())
