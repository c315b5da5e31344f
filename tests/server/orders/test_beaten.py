"""Somebody's write that never arrived, and that the server's own entry has beaten in his document by the time he comes
back: what he brings then is an entry that is deleted, as if he had emptied the cell."""

from typing import Any

import pytest
from pycrdt import Doc

from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step

pytestmark = pytest.mark.anyio

EARLIER, LATER = 1_000, 2**52
"""Client ids: of two entries over one, that of the later stands."""


async def changes(house: House, order_id: str) -> list[tuple[str, Any, Any]]:
    """The trail as its people read it, newest first."""
    reply = await house.get("anna", f"/api/orders/{order_id}/changes?limit=200")
    return [(each["cell"], each["before"], each["after"]) for each in reply.json()["items"]]


@pytest.mark.parametrize(("own", "others"), [(EARLIER, LATER), (LATER, EARLIER)], ids=["beaten", "standing"])
@pytest.mark.parametrize("piece", [64, 1])
async def test_what_was_beaten_on_its_way_empties_nothing(
    house: House, own: int, others: int, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4 G5: a value that nobody emptied stays, and who tried another is told."""
    monkeypatch.setattr("server.sockets.edits.PIECE", piece)
    order_id = await house.order()
    async with house.peer("marc", order_id) as marc:
        await marc.write("client", {"requested_date": "2026-12-01"})
    anna = house.peer("anna", order_id, Doc(client_id=own))
    async with anna, house.peer("paul", order_id, Doc(client_id=others)) as paul:
        anna.edit("client", {"requested_date": "2026-12-02", "reference": "PO-2"})  # the network loses it
        await paul.write("client", {"requested_date": "2026-12-03"})
        await anna.barrier()
        await anna.leave()
        await anna.come()
        await anna.until(lambda: anna._synced)
        await assert_in_step(house, order_id, anna, paul)
        stands = "2026-12-01" if own == EARLIER else "2026-12-02"
        content = await house.content(order_id)
        assert (content.client["requested_date"], content.client["reference"]) == (stands, "PO-2")
        codes = [(item["cell"], item["code"]) for item in anna.refusals]
        assert codes == ([("client/requested_date", "overtaken")] if own == EARLIER else [])


async def test_who_emptied_what_he_wrote_has_emptied_it(house: House) -> None:
    """G5: he had seen the value that the server put back beside it."""
    order_id = await house.order()
    async with house.peer("marc", order_id) as marc:
        await marc.write("client", {"requested_date": "2026-12-01"})
    anna = house.peer("anna", order_id, Doc(client_id=EARLIER))
    async with anna, house.peer("paul", order_id, Doc(client_id=LATER)) as paul:
        await anna.leave()
        anna.edit("client", {"requested_date": "2026-12-02"})
        anna.edit("client", {"requested_date": None})
        await paul.write("client", {"requested_date": "2026-12-03"})
        await anna.come()
        await anna.until(lambda: anna._synced)
        await assert_in_step(house, order_id, anna, paul)
        assert "requested_date" not in (await house.content(order_id)).client


@pytest.mark.parametrize("piece", [64, 1])
async def test_what_was_written_over_what_beat_it_stands(
    house: House, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4 G5: his first write comes deleted beside the second, which had seen what stands."""
    monkeypatch.setattr("server.sockets.edits.PIECE", piece)
    order_id = await house.order()
    async with house.peer("marc", order_id) as marc:
        await marc.write("client", {"requested_date": "2026-12-01"})
    anna = house.peer("anna", order_id, Doc(client_id=EARLIER))
    async with anna, house.peer("paul", order_id, Doc(client_id=LATER)) as paul:
        anna.edit("client", {"requested_date": "2026-12-02"})  # the network loses it
        await paul.write("client", {"requested_date": "2026-12-03"})
        await anna.barrier()
        assert anna.client["requested_date"] == "2026-12-01"
        anna.edit("client", {"requested_date": "2026-12-04"})
        await anna.leave()
        await anna.come()
        await anna.until(lambda: anna._synced)
        await assert_in_step(house, order_id, anna, paul)
        assert (await house.content(order_id)).client["requested_date"] == "2026-12-04"
        assert anna.refusals == []
        assert (await changes(house, order_id))[0] == ("client/requested_date", "2026-12-01", "2026-12-04")


@pytest.mark.parametrize("kept", ["in memory", "put away"])
async def test_what_was_beaten_before_the_server_wrote_it_anew_empties_nothing(
    house: House, kept: str
) -> None:
    """G1 G5: what he wrote is saved; his document had it beaten, and he went before he heard of it."""
    order_id = await house.order()
    marc, paul = (
        house.peer(name, order_id, Doc(client_id=client))
        for name, client in (("marc", EARLIER), ("paul", LATER))
    )
    async with marc, paul:
        marc.edit("client", {"requested_date": "2026-12-02"})
        await paul.write("client", {"requested_date": "2026-12-03"})
        await marc.barrier()
        assert "requested_date" not in marc.client
        device = marc.doc.get_update()
        await marc.flush()
        await marc.saved()
    if kept == "put away":
        await house.put_away(order_id)
    page: Doc[Any] = Doc(client_id=EARLIER)
    page.apply_update(device)
    async with house.peer("marc", order_id, page) as back:
        await assert_in_step(house, order_id, back)
        assert (await house.content(order_id)).client["requested_date"] == "2026-12-02"
        assert [item["code"] for item in back.refusals] == ["overtaken"]


@pytest.mark.parametrize("kept", ["in memory", "put away"])
async def test_who_never_heard_that_he_was_overtaken_has_emptied_nothing(house: House, kept: str) -> None:
    """G5 G6: his own document shows his value still, and has deleted the other under it."""
    order_id = await house.order()
    marc, anna = (
        house.peer(name, order_id, Doc(client_id=client))
        for name, client in (("marc", EARLIER), ("anna", LATER))
    )
    async with marc, anna:
        await marc.write("client", {"requested_date": "2026-12-01"})
        await anna.barrier()
        anna.edit("client", {"requested_date": "2026-12-04"})
        await marc.write("client", {"requested_date": "2026-12-03"})
        await anna.barrier()
        assert anna.client["requested_date"] == "2026-12-04"
        device = anna.doc.get_update()
        await anna.flush()
        await anna.saved()
    if kept == "put away":
        await house.put_away(order_id)
    page: Doc[Any] = Doc(client_id=LATER)
    page.apply_update(device)
    async with house.peer("anna", order_id, page) as back:
        await assert_in_step(house, order_id, back)
        assert (await house.content(order_id)).client["requested_date"] == "2026-12-03"
        assert (await changes(house, order_id))[0] == ("client/requested_date", "2026-12-01", "2026-12-03")
