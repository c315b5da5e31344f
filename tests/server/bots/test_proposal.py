"""How an author inside the server proposes cells: by the same judge, the same writer, the same trail."""

from typing import Any

import pytest

from server.bots.proposal import propose
from server.gate.author import Author
from server.gate.outcome import Change
from server.gate.place import Place
from server.rooms.batch import Effect
from tests.server.bots.works import Works

pytestmark = pytest.mark.anyio

BOT = Author("bot-x", "Essai", "supplier", "bot", "trial 1")


def nothing_else(_: list[Change]) -> list[Effect]:
    return []


async def test_what_may_stand_is_written_in_one_step(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    room = await works.room(order_id)
    cells: dict[Place, Any] = {
        ("supplier", "lines/a/quantity"): "4",
        ("supplier", "lines/a/backorder_date"): "2027-01-03",
    }
    proposal = propose(room, BOT, cells, nothing_else)
    assert await proposal.committed
    assert {change.address for change in proposal.changes} == {f"{root}/{key}" for root, key in cells}
    assert await works.offered(order_id) == {"a/quantity": "4", "a/backorder_date": "2027-01-03"}


async def test_where_one_cell_may_not_stand_nothing_is_written(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    room = await works.room(order_id)
    cells: dict[Place, Any] = {
        ("supplier", "lines/a/quantity"): "4",
        ("supplier", "lines/a/unit_price"): "0.01",
        ("client", "lines/a/quantity"): "4",
        ("record", "number"): "1",
        ("supplier", "lines/a/backorder_date"): "soon",
        ("supplier", "lines/zz/quantity"): "4",
    }
    proposal = propose(room, BOT, cells, nothing_else)
    assert proposal.changes == []
    assert {place[1]: refusal.code for place, refusal in proposal.refused.items()} == {
        "lines/a/unit_price": "people_only",
        "lines/a/quantity": "not_yours",
        "number": "server_only",
        "lines/a/backorder_date": "not_a_date",
        "lines/zz/quantity": "unknown_line",
    }
    assert await works.offered(order_id) == {}


async def test_what_already_stands_is_no_proposal(works: Works) -> None:
    order_id = await works.doors_wanted("10")
    room = await works.room(order_id)
    for _ in range(2):
        assert await propose(room, BOT, {("supplier", "lines/a/quantity"): "4"}, nothing_else).committed
    seq = room.seq
    again = propose(room, BOT, {("supplier", "lines/a/quantity"): "4"}, nothing_else)
    assert (again.changes, again.refused, room.seq) == ([], {}, seq)


@pytest.mark.parametrize("state", ["draft", "agreed", "closed"])
async def test_nothing_is_proposed_where_the_table_does_not_permit_it(works: Works, state: str) -> None:
    order_id = await works.order(state)  # type: ignore[arg-type]
    room = await works.room(order_id)
    proposal = propose(room, BOT, {("supplier", "lines/a/quantity"): "4"}, nothing_else)
    assert proposal.changes == []
    assert len(proposal.refused) == 1
