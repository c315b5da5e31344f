"""Three servers on one database under load, for long: one after the other is killed or cut off, and people come back to
whichever lives. At the end nothing that was acknowledged is lost, and everybody has the same."""

import asyncio
import random
from collections.abc import Sequence

import pytest
from sqlmodel import col, select

from persistence.audit import Audit
from persistence.database import Database
from persistence.journal import Journal, Snapshot
from persistence.order import Order
from tests.databases import url_of
from tests.journeys.cable import Cable
from tests.servers.editor import OWN, Editor
from tests.servers.fleet import Fleet

pytestmark = pytest.mark.anyio
EDITS_BETWEEN = 40
"""That are acknowledged between one disturbance and the next."""
LONGEST_SECONDS = 14.0
"""That a machine is frozen, or a cable carries nothing: longer than the database waits for either."""
RENEW_SECONDS = 3.0


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(3))
async def test_three_servers_of_which_one_after_the_other_dies_lose_nothing(fleet: Fleet, seed: int) -> None:
    await _torture(fleet, orders=5, disturbances=30, seed=seed)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(2))
async def test_three_machines_that_freeze_and_whose_cables_fail_lose_nothing(fleet: Fleet, seed: int) -> None:
    """And whoever is at an order is shown there once, in the cell in which he is."""
    await _torture(fleet, orders=5, disturbances=40, seed=seed, machines=True)


async def _torture(
    fleet: Fleet, orders: int, disturbances: int, seed: int, *, machines: bool = False
) -> None:
    draw = random.Random(seed)
    start, disturb = (_start_machine, _disturb_machine) if machines else (_start_process, _disturb)
    for _ in range(3):
        await start(fleet)
    editors = [Editor(fleet, order, name, draw) for order in fleet.orders(orders) for name in OWN]
    left = disturbances
    editing = asyncio.gather(*(editor.edit_while(lambda: left > 0) for editor in editors))
    while left:
        await _until_more_is_acknowledged(editors, editing)
        await disturb(fleet, draw)
        left -= 1
    await editing
    for editor in editors:  # each has what all the others wrote
        await editor.settle()
    await _until_all_see_the_same(editors)
    await _until_all_see_one_another(editors)
    for editor in editors:
        _has_what_was_acknowledged(editor)
        await editor.leave()
        assert {refusal["code"] for refusal in editor.refusals} <= {"overtaken"}
    _trail_and_journal_are_whole(fleet, editors)
    assert fleet.faults() == []


async def _until_more_is_acknowledged(
    editors: Sequence[Editor], editing: "asyncio.Future[list[None]]"
) -> None:
    enough = sum(editor.acknowledged for editor in editors) + EDITS_BETWEEN
    while sum(editor.acknowledged for editor in editors) < enough:
        if editing.done():
            await editing
        await asyncio.sleep(0.02)


async def _disturb(fleet: Fleet, draw: random.Random) -> None:
    """Kill a server and start another, or take the database from one and give it back."""
    await asyncio.sleep(draw.random() / 10)
    server = draw.choice(fleet.living)
    if draw.random() < 0.7:
        await server.kill()
        await fleet.start(1)
    else:
        server.cut()
        await asyncio.sleep(3 * draw.random())
        server.mend()


async def _start_process(fleet: Fleet) -> None:
    await fleet.start(1)


async def _start_machine(fleet: Fleet) -> None:
    await fleet.start_with_cables()


async def _disturb_machine(fleet: Fleet, draw: random.Random) -> None:
    """Kill a machine and start another; freeze it; or cut a cable of its, or let it carry nothing, for a while."""
    await asyncio.sleep(draw.random() / 10)
    server = draw.choice(fleet.living)
    match draw.choice(("kill", "kill", "freeze", "to_people", "to_database", "to_database")):
        case "kill":
            await server.kill()
            await fleet.start_with_cables()
        case "freeze":
            server.freeze()
            await asyncio.sleep(LONGEST_SECONDS * draw.random())
            server.thaw()
        case name:
            cable: Cable = getattr(server, name)
            draw.choice((cable.cut, cable.fall_silent))()
            await asyncio.sleep(LONGEST_SECONDS * draw.random())
            cable.mend()


async def _until_all_see_one_another(editors: Sequence[Editor]) -> None:
    """Who was at a server that died is shown until the others have not heard of him for a while."""
    people = {
        editor: sorted(
            (other.name.title(), f"{other.root}/{other.cell}")
            for other in editors
            if other.order == editor.order and other is not editor
        )
        for editor in editors
    }
    async with asyncio.timeout(120):
        while [editor for editor in editors if editor.sees() != people[editor]]:
            await asyncio.gather(*(editor.stand() for editor in editors))
            await asyncio.sleep(RENEW_SECONDS)


async def _until_all_see_the_same(editors: Sequence[Editor]) -> None:
    async with asyncio.timeout(60):
        for order in {editor.order for editor in editors}:
            beside = [editor for editor in editors if editor.order == order]
            while not _see_the_same(beside):
                for editor in beside:
                    await editor.settle()
                await asyncio.sleep(0.02)


def _see_the_same(editors: Sequence[Editor]) -> bool:
    first, *others = (editor.peer.state() for editor in editors)
    return all(state == first for state in others)


def _has_what_was_acknowledged(editor: Editor) -> None:
    state = editor.peer.state()
    assert state[editor.root][editor.cell] == str(editor.acknowledged)
    assert [word for word in editor.words() if state["note"].count(word) != 1] == []


def _trail_and_journal_are_whole(fleet: Fleet, editors: Sequence[Editor]) -> None:
    database = Database(url_of(fleet.house.folder))
    with database.reading() as session:
        for editor in editors:
            address = f"{editor.root}/{editor.cell}"
            statement = select(Audit).where(Audit.order_id == editor.order, Audit.cell == address)
            written = [row.value("after") for row in session.exec(statement.order_by(col(Audit.id)))]
            assert written == [str(number) for number in range(1, editor.acknowledged + 1)]
        for order in {editor.order for editor in editors}:
            last = session.exec(select(Order.seq).where(Order.id == order)).one()
            cut = session.exec(select(Snapshot.seq).where(Snapshot.order_id == order)).first() or 0
            entries = session.exec(
                select(Journal.seq).where(Journal.order_id == order, col(Journal.seq) > cut)
            )
            assert sorted(entries) == list(range(cut + 1, last + 1))
    database.close()
