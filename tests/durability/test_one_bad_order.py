"""What goes wrong with one order stops neither who waits for it nor the server's other work."""

import asyncio
import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

import server.app
import server.gauges
import server.rooms.committer
import server.rooms.room
import server.rooms.rooms
import server.rooms.working_copy
from persistence.journal import DamagedJournal, JournalEnd
from server.availability import OrderUnavailable
from server.gate.index import BrokenDocument
from server.gate.replica import Replica
from server.metrics import OLDEST_UNSAVED
from server.rooms.batch import Batch
from server.rooms.batch_writer import write_batches
from server.rooms.housekeeping import CUT_AFTER, IDLE_SECONDS
from server.rooms.room import Room
from tests.server.orders.house import House

pytestmark = pytest.mark.anyio

NOTHING = b"\0\0"


async def test_an_order_is_loaded_again_while_only_an_acknowledgement_waits(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G8: an update that changes nothing is acknowledged with the next commit; to wait for it held up the loop."""
    order_id, other_id = await own_house.order(), await own_house.order()
    room, other = await own_house.room(order_id), await own_house.room(other_id)
    free = threading.Event()

    def write_slowly(session: Session, batches: list[Batch]) -> set[str]:
        free.wait(120)
        return write_batches(session, batches)

    async with own_house.peer("sophie", order_id) as sophie:
        with monkeypatch.context() as slow:
            slow.setattr(server.rooms.committer, "write_batches", write_slowly)
            written = other.write({("record", "audit"): "x"}, [], None)
            await asyncio.sleep(0.05)
            await sophie.send_update(NOTHING)
            await asyncio.sleep(0.05)
            assert not room.at_rest
            own_house.services.rooms.distrust(room)
            await asyncio.sleep(0.05)  # the loop still turns
            free.set()
            assert await written
        await room.writable()
        await sophie.write("supplier", {"lines/a/unit_price": "39.90"})
        assert (await own_house.content(order_id)).supplier["lines/a/unit_price"] == "39.90"


async def test_what_is_still_committed_while_an_order_is_loaded_again_is_in_it_afterwards(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: else what was written next stood beside it, judged by a document in which it was not."""
    order_id = await own_house.order()
    room, rooms = await own_house.room(order_id), own_house.services.rooms
    read_again, written = rooms._read_again, list[asyncio.Future[bool]]()
    writing, free = threading.Event(), threading.Event()

    def write_slowly(session: Session, batches: list[Batch]) -> set[str]:
        writing.set()
        free.wait(120)
        return write_batches(session, batches)

    async def read(held: Room) -> Any:
        stored = await read_again(held)
        if not written:
            written.append(held.write({("record", "audit"): "x"}, [], None))
            await asyncio.to_thread(writing.wait, 60)
        asyncio.get_running_loop().call_soon(free.set)  # after whatever is done at once with what was read
        return stored

    monkeypatch.setattr(server.rooms.committer, "write_batches", write_slowly)
    monkeypatch.setattr(rooms, "_read_again", read)
    rooms.distrust(room)
    await asyncio.gather(*rooms._rebuilding)
    assert await written[0]
    stored, seq = await rooms.committed_replica(order_id)
    assert (room.seq, room.content.record["audit"]) == (seq, "x")
    assert room.content == stored.content


async def test_an_order_that_cannot_be_loaded_again_is_put_out_of_use(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await own_house.order()
    room = await own_house.room(order_id)

    async def read(*_: object) -> Any:
        raise PoolTimeout("no connection is free")

    with monkeypatch.context() as broken:
        broken.setattr(own_house.services.rooms, "_read", read)
        own_house.services.rooms.distrust(room)
        await asyncio.gather(*own_house.services.rooms._rebuilding)
    assert await own_house.room(order_id) is not room


async def test_who_waits_for_a_commit_is_answered_when_telling_of_it_fails(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await own_house.room(await own_house.order())

    def tell(*_: object) -> dict[Any, list[bytes]]:
        raise RuntimeError("a message cannot be made")

    with monkeypatch.context() as broken:
        broken.setattr(server.rooms.room, "news_of", tell)
        written, reading = (
            room.write({("record", "audit"): "x"}, [], None),
            asyncio.create_task(room.durable()),
        )
        assert await asyncio.wait_for(written, 60)
        assert (await asyncio.wait_for(reading, 60)).content.record["audit"] == "x"


async def test_who_reads_an_order_that_is_given_up_meanwhile_is_told_so(own_house: House) -> None:
    """G8: he waited until his time was up, or was shown what nobody will commit."""
    order_id = await own_house.order()
    room = await own_house.room(order_id)
    with own_house.services.db.writing() as session:  # another process goes on with it, and its entry is lost
        session.connection().execute(
            text('UPDATE "order" SET seq = seq + 1 WHERE id = :order'), {"order": order_id}
        )
    written = room.write({("record", "audit"): "x"}, [], None)
    reading = asyncio.create_task(room.durable())
    assert not await written
    with pytest.raises(OrderUnavailable):
        await asyncio.wait_for(reading, 60)


@pytest.mark.parametrize("chore", ["sweep", "fold"])
async def test_the_housekeeping_goes_on_past_an_order_that_fails(
    own_house: House, monkeypatch: pytest.MonkeyPatch, chore: str
) -> None:
    bad, good = [await own_house.room(await own_house.order()) for _ in range(2)]
    bad.copy.journal = JournalEnd(bad.seq, None, CUT_AFTER)
    folded: list[object] = []

    def to_read(*_: object) -> Replica:
        raise BrokenDocument("it does not load")

    def fold(copy: Any, **_: object) -> bool:
        folded.append(copy)
        if copy is bad.copy:
            raise BrokenDocument("it does not load")
        return True

    monkeypatch.setattr(Replica, "to_read", to_read)
    monkeypatch.setattr(server.rooms.working_copy.WorkingCopy, "fold_if_unused", fold)
    own_house.ahead += timedelta(seconds=IDLE_SECONDS)
    await getattr(own_house.services.rooms.housekeeping, chore)()
    if chore == "sweep":
        assert own_house.services.rooms.loaded() == [bad]
    else:
        assert {bad.copy, good.copy} <= set(folded)


async def test_the_others_are_followed_past_an_order_that_cannot_be(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [await own_house.order() for _ in range(2)]
    rooms = own_house.services.rooms
    followed = []

    async def hear_of(order_id: str, _seq: int) -> None:
        followed.append(order_id)
        raise DamagedJournal(order_id)

    monkeypatch.setattr(rooms, "hear_of", hear_of)
    async with own_house.peer("sophie", orders[0]), own_house.peer("sophie", orders[1]):
        await rooms.watch()
    assert set(followed) == set(orders)


async def test_where_the_database_is_away_no_further_order_is_asked_for(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [await own_house.order() for _ in range(2)]
    rooms = own_house.services.rooms
    asked = []

    async def hear_of(order_id: str, _seq: int) -> None:
        asked.append(order_id)
        raise OrderUnavailable(order_id) from OperationalError("SELECT", {}, ConnectionError("away"))

    await rooms.housekeeping.stop()
    monkeypatch.setattr(rooms, "hear_of", hear_of)
    async with own_house.peer("sophie", orders[0]), own_house.peer("sophie", orders[1]):
        with pytest.raises(OrderUnavailable):
            await rooms.watch()
    assert len(asked) == 1


async def test_a_database_that_hangs_is_told_to_who_watches(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()
    monkeypatch.setattr(server.app, "HEALTH_SECONDS", 0.05)
    monkeypatch.setattr(server.app, "_alive", lambda _session: free.wait(120))
    reply = await own_house.http.get("/healthz")
    free.set()
    assert (reply.status_code, reply.json()["status"]) == (503, "failed")


@pytest.mark.parametrize("fault", [OperationalError, DatabaseError])
async def test_a_database_that_answers_with_an_error_is_told_to_who_watches_in_the_same_words(
    own_house: House, monkeypatch: pytest.MonkeyPatch, fault: type[DatabaseError]
) -> None:
    def refuse(_session: Session) -> None:
        raise fault("SELECT 1", None, Exception("it is away"))

    monkeypatch.setattr(server.app, "_alive", refuse)
    reply = await own_house.http.get("/healthz")
    assert (reply.status_code, reply.json()) == (503, {"status": "failed", "orders": []})


async def test_a_database_that_hangs_stops_no_gauge(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long edits wait is asked for just then; the mails in the outbox cannot be counted."""
    free, counting, shown = threading.Event(), threading.Event(), asyncio.Event()

    def hang(_session: Session) -> dict[str, int]:
        counting.set()
        free.wait(120)
        return {}

    def show(seconds: float) -> None:
        if seconds == 7.5 and counting.is_set():
            shown.set()

    monkeypatch.setattr(server.gauges, "count_by_state", hang)
    monkeypatch.setattr(server.gauges, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(OLDEST_UNSAVED, "set", show)
    rooms: Any = SimpleNamespace(committer=SimpleNamespace(waiting_seconds=7.5))
    async with server.gauges.watching(own_house.services.db, rooms):
        async with asyncio.timeout(60):
            await shown.wait()
        assert not free.is_set()
        free.set()
