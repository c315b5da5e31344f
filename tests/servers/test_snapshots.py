"""Two servers that put a snapshot in place of the same journal at once, while a third loads the order."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

import persistence.journal
from persistence.clock import now
from persistence.database import Database
from persistence.journal import Snapshot, cut, load_history
from server.rooms.room import Room
from server.rooms.rooms import Rooms
from tests.databases import put_on_postgresql, url_of
from tests.server.orders.house import House
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio
ENTRIES = 20
ROUNDS = 15


@contextmanager
def held_snapshot(database: Database, order_id: str) -> Iterator[None]:
    """Whoever wants to write the order's snapshot waits, one behind the other."""
    with database.writing() as session:
        session.connection().execute(
            text("SELECT seq FROM snapshot WHERE order_id = :id FOR UPDATE"), {"id": order_id}
        )
        yield


def _waiting(session: Session) -> int:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return int(session.connection().execute(text(waiting)).scalar_one())


async def until_waiting(database: Database, count: int) -> None:
    async with asyncio.timeout(60):
        while await database.read(_waiting) < count:  # noqa: ASYNC110  # another process makes it so
            await asyncio.sleep(0.02)


async def test_an_older_snapshot_never_takes_the_place_of_a_newer_one(tmp_path: Path) -> None:
    """Or what came between the two would be gone: the newer one has cut it from the journal."""
    put_on_postgresql(tmp_path)
    async with House(tmp_path) as house:
        order = await house.order("open")
        async with house.peer("anna", order) as anna:
            for number in range(ENTRIES):
                await anna.write("client", {"reference": f"PO-{number}"})
        seq = (await house.room(order)).seq
    database = Database(url_of(tmp_path))
    await database.write(cut, order, 1, b"first", now())
    with held_snapshot(database, order):
        newer = asyncio.create_task(database.write(cut, order, seq, b"newer", now()))
        await until_waiting(database, 1)
        older = asyncio.create_task(database.write(cut, order, seq - 5, b"older", now()))
        await until_waiting(database, 2)
    await asyncio.gather(newer, older)
    with database.reading() as session:
        assert load_history(session, order).updates == [b"newer"]
        assert session.get_one(Snapshot, order).seq == seq
    database.close()


async def test_a_first_snapshot_that_another_server_puts_in_its_place_meanwhile_is_no_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it covers is not in the journal any more; that is not taken for a database that was put back."""
    put_on_postgresql(tmp_path)
    async with House(tmp_path) as house:
        order = await house.order("open")
        seq = (await house.room(order)).seq
    database = Database(url_of(tmp_path))
    look = persistence.journal._checksum_at

    def look_too_late(session: Session, order_id: str, at: int) -> int | None:
        monkeypatch.undo()
        with database.writing() as other:
            assert cut(other, order, seq, b"theirs", now())
        return look(session, order_id, at)

    monkeypatch.setattr(persistence.journal, "_checksum_at", look_too_late)
    assert await database.write(cut, order, seq, b"ours", now())
    with database.reading() as session:
        assert load_history(session, order).updates == [b"theirs"]
    assert not await database.write(cut, order, seq + 1, b"of what is lost", now())
    database.close()


async def test_two_servers_cut_one_journal_at_once_while_a_third_loads_the_order(
    two: tuple[House, House],
) -> None:
    one, other = two
    order = await one.order("open")
    async with one.beside() as third, one.peer("anna", order) as anna, other.peer("sophie", order) as sophie:
        for number in range(ROUNDS):
            await anna.write("client", {"reference": f"PO-{number}"})
            await sophie.until(partial(_shows, sophie, f"PO-{number}"))
            rooms = [await house.room(order) for house in two]
            cuts = [_cut(house.services.rooms, room) for house, room in zip(two, rooms, strict=True)]
            loads = [third.services.rooms.committed_replica(order) for _ in range(3)]
            await asyncio.gather(*cuts, *loads)
            replica, seq = await third.services.rooms.committed_replica(order)
            assert (replica.content, seq) == (rooms[0].content, rooms[0].seq)


def _shows(peer: Peer, reference: str) -> bool:
    return bool(peer.client.get("reference") == reference)


async def _cut(rooms: Rooms, room: Room) -> None:
    await rooms.housekeeping.cut(room)
