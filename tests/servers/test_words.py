"""What one server commits, shows and takes away is heard by the other, which does not look for itself here."""

import asyncio
import json
from functools import partial
from typing import Any

import pytest
from pycrdt import Awareness, create_awareness_message
from websockets.asyncio.client import ClientConnection, connect

from schema.closes import Close
from server.gate.writer import SERVER
from tests.server.orders.house import House
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio
Two = tuple[House, House]


async def test_a_change_crosses(two: Two) -> None:
    one, other = two
    order = await one.order("open")
    async with one.peer("anna", order) as anna, other.peer("sophie", order) as sophie:
        for quantity in ("13", "14", "15"):
            await anna.write("client", {"lines/a/quantity": quantity})
            await sophie.until(partial(_shows, sophie, quantity))
        await sophie.write("supplier", {"lines/a/unit_price": "39.00"})
        await anna.until(lambda: anna.supplier["lines/a/unit_price"] == "39.00")
        assert (await one.content(order)).supplier == (await other.content(order)).supplier
        assert anna.closed is None
        assert sophie.closed is None


async def test_what_was_taken_in_step_by_step_is_what_a_load_would_give(two: Two) -> None:
    one, other = two
    order = await one.order("open")
    async with one.peer("anna", order) as anna, other.peer("sophie", order) as sophie:
        await anna.write("client", {"reference": "PO-1", "lines/a/job_reference": "J"})
        await anna.write("client", {"reference": "PO-2", "lines/a/job_reference": None})
        await anna.write("client", {"lines/a/job_reference": "K"})
        with anna.doc.transaction():
            anna.note += "Livrer à l’arrière 🚪"
        await anna.flush()
        await anna.saved()
        await sophie.until(lambda: sophie.state() == anna.state())
    followed = (await other.room(order)).replica
    fresh, _ = await other.services.rooms.committed_replica(order)
    assert followed.content == fresh.content
    assert followed.index.clocks == fresh.index.clocks
    new = {(replica.writer, SERVER) for replica in (followed, fresh)}  # each load writes under another
    assert followed.owners.items() - new == fresh.owners.items() - new
    assert dict(followed.live_entries()) == dict(fresh.live_entries())


async def test_a_command_changes_everybodys_rights_everywhere(two: Two) -> None:
    one, other = two
    order = await one.order("open")
    async with other.peer("sophie", order) as sophie, other.peer("anna", order):
        await one.must("sophie", order, "accept")
        await sophie.until(lambda: sophie.notices[-1].get("state") == "agreed")
        assert (await other.view("anna", order))["status"] == "agreed"
        await sophie.write("supplier", {"lines/a/unit_price": "1.00"})
        await sophie.until(lambda: bool(sophie.refusals))


async def test_people_see_each_other_whoever_came_first(two: Two) -> None:
    one, other = two
    order = await one.order("open")
    async with one.peer("anna", order) as anna:
        await _stand(anna, "client/reference")
        async with other.peer("sophie", order) as sophie:
            await sophie.until(lambda: _cells(sophie).get("Anna") == "client/reference")
            await _stand(sophie, "supplier/freight")
            await anna.until(lambda: _cells(anna).get("Sophie") == "supplier/freight")
        await anna.until(lambda: b"null" in anna.presence[-1])


async def test_a_right_that_ends_closes_its_sockets_everywhere(two: Two) -> None:
    one, other = two
    order = await one.order("open")
    async with other.peer("sophie", order) as sophie:
        reply = await one.post("sophie", "/api/logout", {})
        assert reply.status_code == 204
        assert await sophie.gone() == Close.SIGNED_OUT


async def test_a_list_hears_what_another_server_committed(two: Two) -> None:
    one, other = two
    order = await one.order("open")
    headers = other.people["sophie"].headers
    async with (
        connect(f"ws://127.0.0.1:{other.port}/ws/orders", additional_headers=headers) as listing,
        one.peer("anna", order) as anna,
    ):
        pong = await listing.ping()
        await pong  # the list is open
        await anna.write("client", {"reference": "PO-77"})
        row = (await _news(listing))["row"]
        assert (row["id"], row["reference"]) == (order, "PO-77")


async def test_a_list_hears_that_stock_was_changed_on_another_server(two: Two) -> None:
    one, other = two
    rows = [{"product_id": one.products["door"], "on_hand": "4"}]
    address = f"ws://127.0.0.1:{other.port}/ws/orders"
    async with (
        connect(address, additional_headers=other.people["luc"].headers) as ours,
        connect(address, additional_headers=other.people["eve"].headers) as rivals,
    ):
        for listing in (ours, rivals):
            await (await listing.ping())
        reply = await one.http.put("/api/stock", json={"rows": rows}, headers=one.people["luc"].headers)
        assert reply.json() == {"kept": 1, "errors": []}
        assert await _news(ours) == {"type": "stock"}
        await (await rivals.ping())  # whatever it was told has come
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_news(rivals), 0.05)


async def _news(listing: ClientConnection) -> dict[str, Any]:
    """What a list is told next, but that its socket lives."""
    told: dict[str, Any] = json.loads(await listing.recv())
    return told if told["type"] != "alive" else await _news(listing)


def _shows(peer: Peer, quantity: str) -> bool:
    return bool(peer.client["lines/a/quantity"] == quantity)


async def _stand(peer: Peer, cell: str) -> None:
    awareness = Awareness(peer.doc)
    awareness.set_local_state({"cell": cell})
    await peer.send_raw(create_awareness_message(awareness.encode_awareness_update([peer.doc.client_id])))


def _cells(peer: Peer) -> dict[str, str]:
    """In which cell each person was last seen."""
    found = {}
    for message in peer.presence:
        text = message.decode("utf-8", "replace")
        for part in text.split('{"cell":')[1:]:
            state = json.loads('{"cell":' + part[: part.rindex("}}") + 2])
            found[state["user"]["name"]] = state["cell"]
    return found
