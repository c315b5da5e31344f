"""One damaged order, brought back out of an older backup while the server goes on: on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from sqlalchemy import text

from persistence.bot_decision import last_writers
from persistence.bot_settings import change_settings
from persistence.clock import now
from persistence.due_look import GRACE, looks_due
from schema.closes import Close
from server.cli import main
from server.operate.check import check_orders
from server.rooms.rooms import LOOKS_UNTIL_READ
from tests.databases import url_of
from tests.postgres import cluster
from tests.server.orders.ear import Ear
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("own_settings")]

Salvage = Callable[..., Awaitable[tuple[int, str]]]
QUANTITY = "lines/a/quantity"


@pytest.fixture
def on_sqlite(own_house: House) -> bool:
    return own_house.services.db.is_sqlite


@pytest.fixture
def salvage(
    own_house: House,
    on_sqlite: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Salvage:
    """Give the command as an operator does; its exit code, and what it says."""
    if not on_sqlite:
        monkeypatch.setenv("SHARED_ORDER_DATABASE_URL", url_of(own_house.folder))

    async def command(order_id: str, backup: str, *more: str) -> tuple[int, str]:
        words = ["restore", backup, "--order", order_id, "--data", str(own_house.folder), *more]
        code = await anyio.to_thread.run_sync(main, words)
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


@pytest.fixture
async def backed_up(
    own_house: House, on_sqlite: bool, tmp_path: Path
) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """Back everything up as an operator does; where it is."""
    made = []

    async def back_up() -> str:
        if on_sqlite:
            file = tmp_path / "monday.backup"
            words = ["backup", str(file), "--data", str(own_house.folder)]
            assert await anyio.to_thread.run_sync(main, words) == 0
            return str(file)
        made.append(await anyio.to_thread.run_sync(cluster().restored, url_of(own_house.folder)))
        return made[-1]

    yield back_up
    for url in made:
        cluster().drop(url)


def damage(house: House, order_id: str, rot: bytes = b"\xff") -> bytes:
    """Let the last thing that was written to an order be kept so that nobody can read it; what was kept of it."""
    last = "WHERE order_id = :order AND seq = (SELECT max(seq) FROM journal WHERE order_id = :order)"
    with house.services.db.writing() as session:
        connection, given = session.connection(), {"rot": rot, "order": order_id}
        kept: bytes = connection.execute(text(f'SELECT "update" FROM journal {last}'), given).scalar_one()  # noqa: S608
        connection.execute(text(f'UPDATE journal SET "update" = :rot {last}'), given)  # noqa: S608
    return bytes(kept)


def faults(house: House) -> list[str]:
    return list(check_orders(house.services.db))


async def changes(house: House, order_id: str) -> list[tuple[str, Any, Any]]:
    """The trail as its people read it, newest first."""
    reply = await house.get("anna", f"/api/orders/{order_id}/changes?limit=200")
    return [(each["cell"], each["before"], each["after"]) for each in reply.json()["items"]]


def without_epoch(state: dict[str, Any]) -> dict[str, Any]:
    return state | {"record": {key: value for key, value in state["record"].items() if key != "epoch"}}


async def test_a_damaged_order_comes_back_as_the_backup_has_it_and_nothing_else_changes(
    own_house: House, salvage: Salvage, backed_up: Callable[[], Awaitable[str]]
) -> None:
    order_id, other = await own_house.order("open"), await own_house.order("open")
    async with own_house.peer("anna", order_id) as anna:
        await anna.barrier()
        then = anna.state()
    backup = await backed_up()
    async with own_house.peer("anna", order_id) as anna:
        await anna.write("client", {QUANTITY: "13", "lines/a/job_reference": "kitchen 4"})
    await own_house.must("anna", order_id, "send")
    await own_house.must("sophie", order_id, "accept")
    await own_house.put_away(order_id)
    damage(own_house, order_id)
    assert [each.partition(":")[0] for each in faults(own_house)] == [f"order {order_id}"]
    before, others = own_house.rows_of(order_id), own_house.rows_of(other)

    code, said = await salvage(order_id, backup)
    assert code == 1
    assert f'client/{QUANTITY}  "12" → "13"  Anna' in said
    assert "command/accept" in said
    assert said.endswith("Nothing was changed. To bring it back as it was before all that, say --force.\n")
    assert own_house.rows_of(order_id) == before

    code, said = await salvage(order_id, backup, "--force")
    assert (code, said.startswith(f"Order {order_id} is back as it stood at ")) == (0, True)
    assert f'client/{QUANTITY}  "12" → "13"  Anna' in said
    assert faults(own_house) == []
    assert own_house.rows_of(other) == others
    assert (await changes(own_house, order_id))[:3] == [
        ("command/restore", None, None),
        (f"client/{QUANTITY}", "13", "12"),
        ("client/lines/a/job_reference", "kitchen 4", None),
    ]
    assert "command/accept" in {cell for cell, _, _ in await changes(own_house, order_id)}

    for query in (
        f"?epoch={then['record']['epoch']}",
        "",
    ):  # a browser, and a program that knows of no epochs
        async with own_house.peer("anna", order_id, anna.doc, query) as back:
            assert await back.gone() == Close.EPOCH
        assert back.client[QUANTITY] == "13"  # it is there to be copied
    async with own_house.peer("anna", order_id) as anew, own_house.peer("sophie", order_id) as sophie:
        assert without_epoch(anew.state()) == without_epoch(then)
        assert anew.state()["record"]["epoch"] != then["record"]["epoch"]
        await anew.write("client", {QUANTITY: "13"})
        await assert_in_step(own_house, order_id, anew, sophie)
    await own_house.must("anna", order_id, "send")
    await own_house.must("sophie", order_id, "accept")
    assert faults(own_house) == []


async def test_who_is_at_the_order_meanwhile_starts_anew_with_what_he_has(
    own_house: House, salvage: Salvage, backed_up: Callable[[], Awaitable[str]]
) -> None:
    """The server has in its memory what is damaged on the disk."""
    order_id = await own_house.order("open")
    backup = await backed_up()
    async with own_house.peer("anna", order_id) as anna:
        await anna.write("client", {QUANTITY: "13"})
        damage(own_house, order_id)
        assert (await salvage(order_id, backup, "--force"))[0] == 0
        assert await anna.gone() == Close.UNAVAILABLE
    async with own_house.peer("anna", order_id, anna.doc) as back:
        assert await back.gone() == Close.EPOCH
    async with own_house.peer("anna", order_id) as anew:
        assert anew.client[QUANTITY] == "12"
        await anew.write("client", {QUANTITY: "14"})
    assert faults(own_house) == []


async def troubles(house: House) -> list[str]:
    """The orders that an operator is told of at `/healthz`."""
    return [each["id"] for each in (await house.http.get("/healthz")).json()["orders"]]


async def test_a_server_names_it_no_more_and_tells_who_has_a_list_open(
    own_house: House, salvage: Salvage, backed_up: Callable[[], Awaitable[str]]
) -> None:
    """Also before anybody opens it."""
    order_id, other = await own_house.order("open"), await own_house.order("open")
    backup = await backed_up()
    for each in (order_id, other):
        await own_house.put_away(each)
        damage(own_house, each)
        async with own_house.peer("anna", each) as anna:
            assert await anna.gone() == Close.UNAVAILABLE
    assert sorted(await troubles(own_house)) == sorted([order_id, other])
    ear = Ear(own_house, "anna")
    await ear.open()
    assert (await salvage(order_id, backup, "--force"))[0] == 0
    await ear.until(order_id)
    async with asyncio.timeout(60):
        while await troubles(own_house) != [other]:  # noqa: ASYNC110  # the server's
            await asyncio.sleep(0.05)
    await ear.close()
    assert not [message for message in ear.told if other in message]


async def test_an_order_that_was_mended_in_another_way_is_named_no_more(own_house: House) -> None:
    """Though nobody opens it: it would wake somebody every night."""
    rooms = own_house.services.rooms
    await rooms.housekeeping.stop()
    order_id, other = await own_house.order("open"), await own_house.order("open")
    for each in (order_id, other):
        await own_house.put_away(each)
    damage(own_house, other)
    kept = damage(own_house, order_id)
    for each in (order_id, other):
        async with own_house.peer("anna", each) as anna:
            assert await anna.gone() == Close.UNAVAILABLE
    await rooms.look_at_damaged()
    damage(own_house, order_id, kept)
    for _ in range(2 * LOOKS_UNTIL_READ):
        await rooms.look_at_damaged()
    assert await troubles(own_house) == [other]


async def test_what_somebody_wrote_stays_his_for_the_bots(
    own_house: House, salvage: Salvage, backed_up: Callable[[], Awaitable[str]]
) -> None:
    """They leave alone what a person has decided, and correct what the server or a bot wrote."""
    order_id, offered = await own_house.order("open"), f"supplier/{QUANTITY}"
    async with own_house.peer("sophie", order_id) as sophie:
        await sophie.write("supplier", {QUANTITY: "10"})
    backup = await backed_up()
    async with own_house.peer("luc", order_id) as luc:
        await luc.write("supplier", {QUANTITY: "8"})
    await own_house.put_away(order_id)
    damage(own_house, order_id)
    assert (await salvage(order_id, backup, "--force"))[0] == 0
    with own_house.services.db.reading() as session:
        assert last_writers(session, [order_id])[order_id, offered] == own_house.people["sophie"].user_id


async def test_the_products_of_which_it_asked_are_looked_at_again(
    own_house: House, salvage: Salvage, backed_up: Callable[[], Awaitable[str]]
) -> None:
    order_id = await own_house.order("agreed")
    backup = await backed_up()
    await own_house.must("sophie", order_id, "deliver")
    await own_house.put_away(order_id)
    with own_house.services.db.writing() as session:
        change_settings(session, own_house.people["sophie"].company_id, {"mode": "propose"})
    damage(own_house, order_id)
    code, said = await salvage(order_id, backup, "--force")
    assert (code, "It had been delivered since" in said) == (0, True)
    with own_house.services.db.reading() as session:
        due = {product for _, product in looks_due(session, now() + 2 * GRACE)}
    assert due == {own_house.products[name] for name in ("door", "shirt", "panel")}
    assert faults(own_house) == []


@pytest.mark.parametrize("spoilt", ["'\"99\"'", "'half a wor'"])
async def test_a_trail_that_is_damaged_too_is_that_of_the_backup(
    own_house: House, salvage: Salvage, backed_up: Callable[[], Awaitable[str]], spoilt: str
) -> None:
    order_id = await own_house.order("open")
    async with own_house.peer("anna", order_id) as anna:
        await anna.write("client", {QUANTITY: "13"})
    then = await changes(own_house, order_id)
    backup = await backed_up()
    async with own_house.peer("anna", order_id) as anna:
        await anna.write("client", {QUANTITY: "14"})
    await own_house.put_away(order_id)
    with own_house.services.db.writing() as session:
        statement = f"""UPDATE audit SET after = {spoilt} WHERE order_id = :order AND after = '"13"'"""  # noqa: S608
        session.connection().execute(text(statement), {"order": order_id})
    assert len(faults(own_house)) == 1
    code, said = await salvage(order_id, backup, "--force")
    assert (code, '"13" → "14"  Anna' in said) == (0, True)
    assert "The order's trail is damaged, too; that of the backup takes its place." in said
    assert await changes(own_house, order_id) == [("command/restore", None, None), *then]
    assert faults(own_house) == []


async def test_who_comes_first_after_it_was_brought_back_finds_the_new_one_though_the_old_was_still_in_memory(
    own_house: House, salvage: Salvage, backed_up: Callable[[], Awaitable[str]]
) -> None:
    order_id = await own_house.order("open")
    backup = await backed_up()
    async with own_house.peer("anna", order_id) as anna:
        await anna.write("client", {QUANTITY: "13"})
    damage(own_house, order_id)
    assert (await salvage(order_id, backup, "--force"))[0] == 0
    async with own_house.peer("anna", order_id) as anew:
        assert anew.client[QUANTITY] == "12"
        await anew.write("client", {QUANTITY: "14"})
        await assert_in_step(own_house, order_id, anew)
    assert faults(own_house) == []
