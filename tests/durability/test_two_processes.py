"""Two processes serve one database: nothing acknowledged is lost, there is one history, and all see it live."""

import asyncio

import pytest
from sqlmodel import Session, col, select

from persistence.journal import Journal
from persistence.order import Order
from schema.closes import Close
from tests.durability.evidence import Evidence
from tests.durability.scribe import Scribe
from tests.durability.served import Furnished, Served
from tests.server.orders.house import House
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio

EDITS = 60


async def test_two_processes_write_one_history_and_lose_nothing(furnished: Furnished) -> None:
    order_id = furnished.orders[0]
    scribes = [
        Scribe("anna", "client", "lines/a/quantity", "lines/d/unit_price", 1_000),
        Scribe("sophie", "supplier", "lines/a/unit_price", "lines/d/quantity", 10_000),
        Scribe("luc", "supplier", "lines/s/unit_price", "lines/s/quantity/S", 20_000),
    ]
    async with Served(furnished) as one, Served(furnished) as two:
        servers = (one, two, one)
        await asyncio.gather(
            *(_insist(server, order_id, scribe) for server, scribe in zip(servers, scribes, strict=True))
        )
        readers = [one.peer("paul", order_id), two.peer("lise", order_id)]
        for reader in readers:
            await reader.__aenter__()
        assert readers[0].state() == readers[1].state()
        for reader in readers:
            await reader.leave()
    Evidence(furnished.folder, order_id).assert_holds_everything(*scribes)


async def _insist(server: Served, order_id: str, scribe: Scribe) -> None:
    """Write a share, coming back whenever the connection was closed, until all of it is saved."""
    while len(scribe.written) < EDITS or not await _visit(server, order_id, scribe, 0):
        await _visit(server, order_id, scribe, EDITS - len(scribe.written))


async def _visit(server: Served, order_id: str, scribe: Scribe, count: int) -> bool:
    """Whether everything was saved when he left."""
    peer = server.peer(scribe.name, order_id, scribe.doc)
    async with peer:
        await scribe.write_until_closed(peer, count)
        if peer.closed is None:
            await peer.barrier()
            await peer.saved()
    scribe.note_acknowledged(peer)
    assert peer.closed in (1000, Close.REPLAYED, Close.GAP), peer.closed
    return peer.closed == 1000 and peer.durable == peer.sent


async def test_who_only_reads_is_shown_what_another_process_commits_without_being_closed(
    own_house: House,
) -> None:
    order_id = await own_house.order()
    async with own_house.beside() as other:
        reader: Peer = own_house.peer("anna", order_id)
        async with reader, other.peer("sophie", order_id) as sophie:
            await sophie.write("supplier", {"lines/a/unit_price": "39.90", "promised_date": "2027-01-15"})
            await sophie.write("supplier", {"lines/a/unit_price": "39.80", "promised_date": None})
            await reader.until(lambda: reader.supplier.get("lines/a/unit_price") == "39.80")
            assert reader.state() == sophie.state()
            await reader.write("client", {"lines/a/quantity": "7"})
            await sophie.until(lambda: sophie.client.get("lines/a/quantity") == "7")
            assert (reader.closed, sophie.closed) == (None, None)
        await other.must("sophie", order_id, "cancel", reason="Fini")
        async with own_house.peer("anna", order_id) as late:
            assert late.notices[0]["state"] == "closed"
        entries = await own_house.services.db.read(_entries, order_id)
        last = await own_house.services.db.read(_last, order_id)
        assert entries == list(range(entries[0], last + 1))


def _entries(session: Session, order_id: str) -> list[int]:
    return list(
        session.exec(select(Journal.seq).where(Journal.order_id == order_id).order_by(col(Journal.seq)))
    )


def _last(session: Session, order_id: str) -> int:
    order = session.get(Order, order_id)
    assert order is not None
    return order.seq
