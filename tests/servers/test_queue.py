"""The queue in which words between servers wait is full: nobody's edit waits for that, and words are done without."""

import asyncio
import json
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url
from websockets.asyncio.client import connect

import persistence.signal
from persistence.database import Database
from persistence.signal import queue_filled
from tests.databases import put_on_postgresql, url_of
from tests.server.orders.house import House
from tests.servers.fleet import Fleet

pytestmark = pytest.mark.anyio
LARGE = "SELECT count(pg_notify('elsewhere', repeat('x', 7900) || i)) FROM generate_series(1, 20000) i"


async def test_what_is_not_told_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence.signal, "FULL", 0.0)
    put_on_postgresql(tmp_path)
    async with House(tmp_path) as one, one.beside() as other:
        order = await one.order("open")
        listing = connect(
            f"ws://127.0.0.1:{other.port}/ws/orders", additional_headers=other.people["sophie"].headers
        )
        async with listing as rows, one.peer("anna", order) as anna, other.peer("sophie", order) as sophie:
            await (await rows.ping())  # the list is open
            await anna.write("client", {"reference": "PO-77"})
            await sophie.until(lambda: sophie.client.get("reference") == "PO-77")
            async with asyncio.timeout(60):
                while (row := json.loads(await rows.recv()).get("row", {})).get("reference") != "PO-77":
                    pass
            assert row["id"] == order


async def test_stock_of_which_nothing_is_told_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persistence.signal, "FULL", 0.0)
    put_on_postgresql(tmp_path)
    async with House(tmp_path) as one, one.beside() as other:
        rows = [{"product_id": one.products["door"], "on_hand": "4"}]
        headers = one.people["luc"].headers
        async with connect(f"ws://127.0.0.1:{other.port}/ws/orders", additional_headers=headers) as listing:
            await (await listing.ping())
            reply = await one.http.put("/api/stock", json={"rows": rows}, headers=headers)
            assert reply.json() == {"kept": 1, "errors": []}
            async with asyncio.timeout(60):
                while json.loads(await listing.recv()) != {"type": "stock"}:
                    pass


@pytest.mark.torture
async def test_somebody_who_listens_in_an_endless_transaction_stops_nobody(fleet: Fleet) -> None:
    """Eight gigabytes of words."""
    one, other = await fleet.start(2)
    database = Database(url_of(fleet.house.folder))
    url = make_url(url_of(fleet.house.folder)).set(drivername="postgresql").render_as_string()
    with psycopg.connect(url) as listener, psycopg.connect(url, autocommit=True) as talker:
        listener.execute("LISTEN elsewhere")
        listener.commit()
        listener.execute("SELECT 1")
        with pytest.raises(psycopg.errors.ProgramLimitExceeded, match="too many notifications"):
            await asyncio.to_thread(_fill, talker)
        assert await database.read(queue_filled) > persistence.signal.FULL
        async with one.peer("anna") as anna, other.peer("sophie") as sophie:
            for number in range(5):
                await anna.write("client", {"reference": f"PO-{number}"})
            await sophie.until(lambda: sophie.client.get("reference") == "PO-4")
            listener.close()  # it goes as if killed: to this process it would tell all of it
            async with asyncio.timeout(600):
                while await database.read(queue_filled):  # servers read all of it, once they hear a word
                    await anna.write("client", {"reference": f"PO-{(number := number + 1)}"})
            await sophie.until(lambda: sophie.client.get("reference") == f"PO-{number}")
            assert [peer for peer in (anna, sophie) if peer.availability[-1:] == [False]] == []
    database.close()
    assert fleet.faults() == []


def _fill(talker: psycopg.Connection) -> None:
    while True:
        talker.execute(LARGE)
