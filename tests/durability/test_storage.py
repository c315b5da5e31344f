"""While the database takes nothing an order is read-only and says so, never blank; what is damaged stays closed."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

import server.rooms.committer
import server.rooms.housekeeping
import server.rooms.rooms
from schema.closes import Close
from server.operate.check import check_orders
from server.rooms.batch import Batch
from server.rooms.batch_writer import write_batches
from tests.durability.faults import full, locked
from tests.durability.health import health_of
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("_impatient")]

LARGE = "x" * 15_000
DAMAGE = {
    "a flipped byte in the journal": 'UPDATE journal SET "update" = :flipped WHERE order_id = :id AND seq = :some',
    "a missing entry of the journal": "DELETE FROM journal WHERE order_id = :id AND seq = :some",
    "a missing last entry": "DELETE FROM journal WHERE order_id = :id AND seq = :last",
    "a flipped byte in the snapshot": 'UPDATE snapshot SET "update" = :flipped WHERE order_id = :id',
    "a missing snapshot": "DELETE FROM snapshot WHERE order_id = :id",
}


@pytest.mark.parametrize("fault", [locked, full])
async def test_while_nothing_can_be_written_people_read_and_join_and_nothing_is_lost(
    own_house: House, fault: Callable[[House], AbstractContextManager[None]]
) -> None:
    house = own_house
    order_id = await house.order()
    before = (await house.view("anna", order_id))["client"]["lines/a/quantity"]
    anna, sophie = house.peer("anna", order_id), house.peer("sophie", order_id)
    async with anna:
        with fault(house):
            anna.edit("client", {"lines/a/quantity": "77"})
            anna.note += LARGE
            await anna.flush()
            await anna.until(lambda: anna.availability[-1:] == [False])
            async with sophie:
                assert sophie.client["lines/a/quantity"] == before
                assert sophie.availability[-1:] == [False]
                sophie.edit("supplier", {"promised_date": "2027-01-15"})
                await sophie.flush()
                await sophie.barrier()
                assert (await house.view("sophie", order_id))["client"]["lines/a/quantity"] == before
                refused = await house.command("sophie", order_id, "accept", digest="0" * 64)
                assert (refused.status_code, refused.json()["code"]) == (503, "order_unavailable")
                assert await health_of(house) == (200, "degraded", [(order_id, "read_only")])
            assert anna.durable < anna.sent
            assert anna.closed is None
        async with sophie:
            await anna.until(lambda: anna.availability[-1:] == [True])
            await assert_in_step(house, order_id, anna, sophie)
            assert anna.client["lines/a/quantity"] == "77"
            assert sophie.supplier["promised_date"] == "2027-01-15"
            assert sophie.note.to_py() == LARGE
    assert await health_of(house) == (200, "ok", [])
    assert not list(check_orders(house.services.db))


async def test_who_joined_during_an_outage_is_brought_up_to_date_when_it_ends(own_house: House) -> None:
    house = own_house
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("luc", order_id) as luc:
        with locked(house):
            anna.edit("client", {"lines/a/quantity": "77"})
            await anna.flush()
            await anna.until(lambda: anna.availability[-1:] == [False])
            sophie = house.peer("sophie", order_id)
            await sophie.__aenter__()
            luc.edit("supplier", {"lines/a/unit_price": "39.90"})
            sophie.edit("supplier", {"lines/s/unit_price": "11.90"})
            await luc.flush()
            await sophie.flush()
            await luc.barrier()
            assert sophie.durable < sophie.sent
            assert luc.durable < luc.sent
        await sophie.until(lambda: sophie.availability[-1:] == [True])
        await assert_in_step(house, order_id, anna, luc, sophie)
        assert anna.client["lines/a/quantity"] == sophie.client["lines/a/quantity"] == "77"
        assert anna.supplier["lines/s/unit_price"] == luc.supplier["lines/s/unit_price"] == "11.90"
        await sophie.leave()


async def test_who_waits_for_a_commit_when_the_database_goes_away_gets_what_is_stored(
    own_house: House,
) -> None:
    house = own_house
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna:
        with locked(house):
            anna.edit("client", {"lines/a/quantity": "77"})
            await anna.flush()
            await anna.barrier()
            async with house.peer("sophie", order_id) as sophie:
                assert sophie.client["lines/a/quantity"] == "12"
        await anna.saved()


async def test_a_command_that_the_database_does_not_take_is_answered(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_house
    order_id = await house.order()
    digest = (await house.view("sophie", order_id))["digest"]
    with locked(house), monkeypatch.context() as impatient:
        impatient.setattr("server.orders.service.COMMAND_SECONDS", 0.5)
        reply = await house.command("sophie", order_id, "accept", digest=digest)
        assert (reply.status_code, reply.json()["code"]) == (503, "order_unavailable")
        assert (await house.view("anna", order_id))["status"] == "waiting"
    room = await house.room(order_id)
    await room.settled()
    again = await house.command("sophie", order_id, "accept", digest=digest)
    assert (again.status_code, again.json()["code"]) == (409, "not_allowed_now")
    assert (await house.view("anna", order_id))["status"] == "agreed"


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_damaged_order_stays_closed_and_is_named_and_the_others_live(
    own_house: House, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    house = own_house
    order_id, other_id = await house.order(), await house.order()
    async with house.peer("anna", order_id) as anna:
        for quantity in ("21", "22", "23"):
            await anna.write("client", {"lines/a/quantity": quantity})
    if "snapshot" in damage:
        monkeypatch.setattr(server.rooms.housekeeping, "CUT_AFTER", 1)
    await house.put_away(order_id)
    kept = _damage(house, order_id, damage)

    reply = await house.get("anna", f"/api/orders/{order_id}")
    assert (reply.status_code, reply.json()["code"]) == (503, "order_unavailable")
    async with house.peer("anna", order_id) as anna:
        assert await anna.gone() == Close.UNAVAILABLE
        assert not anna.frames
    async with house.peer("anna", other_id) as anna:
        await anna.write("client", {"lines/a/quantity": "5"})
    assert await health_of(house) == (200, "degraded", [(order_id, "damaged")])

    _repair(house, kept)
    assert (await house.view("anna", order_id))["client"]["lines/a/quantity"] == "23"
    assert await health_of(house) == (200, "ok", [])


Kept = dict[str, list[dict[str, Any]]]


def _damage(house: House, order_id: str, damage: str) -> Kept:
    with house.services.db.writing() as session:
        connection, tables = session.connection(), ("journal", "snapshot")
        kept = {
            table: [
                dict(row)
                for row in connection.execute(
                    text(f"SELECT * FROM {table} WHERE order_id = :id"),  # noqa: S608
                    {"id": order_id},
                ).mappings()
            ]
            for table in tables
        }
        entries = sorted(row["seq"] for row in kept["journal"])
        table = "snapshot" if "snapshot" in damage else "journal"
        whole = bytes(kept[table][0]["update"])
        values = {
            "id": order_id,
            "some": entries[0] if entries else 0,
            "last": entries[-1] if entries else 0,
            "flipped": whole[:-1] + bytes([whole[-1] ^ 1]),
        }
        done = connection.execute(text(DAMAGE[damage]), values)
        assert done.rowcount == 1
        return kept


def _repair(house: House, kept: Kept) -> None:
    with house.services.db.writing() as session:
        for table, rows in kept.items():
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join(f":{name}" for name in row)
                statement = f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
                session.connection().execute(text(statement), row)


async def test_an_order_that_cannot_be_written_is_named_and_never_stops_the_others(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_house
    stuck_id, other_id = await house.order(), await house.order()
    faulty = {stuck_id}

    def write(session: Session, batches: list[Batch]) -> set[str]:
        if faulty & {batch.order_id for batch in batches}:
            raise ValueError("what this order is about cannot be written")
        return write_batches(session, batches)

    monkeypatch.setattr(server.rooms.committer, "write_batches", write)
    async with house.peer("anna", stuck_id) as stuck, house.peer("anna", other_id) as other:
        stuck.edit("client", {"lines/a/quantity": "31"})
        await stuck.flush()
        await stuck.until(lambda: stuck.availability[-1:] == [False])
        for quantity in ("41", "42", "43"):
            await other.write("client", {"lines/a/quantity": quantity})
        assert await health_of(house) == (200, "degraded", [(stuck_id, "read_only")])
        assert stuck.durable < stuck.sent
        faulty.clear()
        await stuck.saved()
        await assert_in_step(house, stuck_id, stuck)
    assert await health_of(house) == (200, "ok", [])


async def test_an_order_that_fails_after_its_commit_is_loaded_afresh_and_stops_nobody(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_house
    failing_id, other_id = await house.order(), await house.order()

    def listen(room: Any, _batch: Batch) -> None:
        if room.order_id == failing_id:
            raise RuntimeError("a listener fails")

    async with house.peer("anna", failing_id) as failing, house.peer("anna", other_id) as other:
        house.services.rooms.listeners.append(listen)
        failing.edit("client", {"lines/a/quantity": "31"})
        await failing.flush()
        assert await failing.gone() == Close.UNAVAILABLE
        house.services.rooms.listeners.remove(listen)
        await other.write("client", {"lines/a/quantity": "41"})
    async with house.peer("anna", failing_id, failing.doc) as again:
        await again.saved()
        assert (await house.content(failing_id)).client["lines/a/quantity"] == "31"


@pytest.mark.parametrize("step", [timedelta(days=-3), timedelta(days=3)])
async def test_a_clock_that_is_set_changes_nothing(own_house: House, step: timedelta) -> None:
    house = own_house
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        await anna.write("client", {"lines/a/quantity": "21"})
        house.ahead += step
        await anna.write("client", {"lines/a/quantity": "22"})
        await sophie.write("supplier", {"lines/a/unit_price": "39.90"})
        await house.services.rooms.housekeeping.sweep()
        await assert_in_step(house, order_id, anna, sophie)
        before = anna.state()
    await house.put_away(order_id)
    async with house.peer("anna", order_id) as anna:
        assert anna.state() == before
    assert not list(check_orders(house.services.db))


def _write(session: Session) -> None:
    session.connection().execute(text("UPDATE number_counter SET last = last"))


async def test_no_thread_that_waits_to_write_keeps_anybody_from_reading(own_house: House) -> None:
    """Eight writers wait for a locked database; reading goes on."""
    house = own_house
    order_id = await house.order()
    db = house.services.db
    with locked(house):
        writers = [asyncio.create_task(db.write(_write)) for _ in range(12)]
        assert (await house.view("anna", order_id))["client"]["lines/a/quantity"] == "12"
        async with house.peer("anna", order_id) as anna:
            assert anna.client["lines/a/quantity"] == "12"
        assert not [writer for writer in writers if writer.done()]
    for writer in writers:
        try:
            await writer
        except OperationalError:
            continue
