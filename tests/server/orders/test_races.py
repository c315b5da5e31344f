"""Commands and edits that race one another, through one server and through two: the trail tells in which order they
were taken, and in that order the rules allow each of them."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

import httpx
import pytest
from sqlmodel import col, select

from persistence.audit import Audit
from schema.order import Content
from schema.terms import digest_of
from tests.server.orders.house import House
from tests.server.orders.model import CELLS, Hand, Model, value_of
from tests.server.orders.play import ROLES
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio

PEOPLE: Final = ("anna", "marc", "sophie", "luc")
OWN_CELLS: Final = {
    side: [cell for cell in CELLS if cell.startswith(side)] for side in ("client", "supplier")
}
ROUNDS: Final = 25


def cells_of(content: Content) -> dict[str, Any]:
    """What an order says in the cells that the model knows."""
    cells = {cell: content.root(cell.partition("/")[0]).get(cell.partition("/")[2]) for cell in CELLS}
    return {cell: value for cell, value in cells.items() if value is not None}


class Race:
    """People who do something at the same moment, again and again. houses: the servers that they go to."""

    def __init__(self, houses: Sequence[House], order_id: str, seed: int) -> None:
        self.houses, self.order_id = houses, order_id
        self.dice = random.Random(seed)
        self.peers: dict[str, Peer] = {}
        self.digests: list[str] = []
        self.serial = 0
        self.wrote: list[tuple[str, str, Any]] = []
        self.taken: list[tuple[str, str]] = []
        self.log: list[str] = []
        self.model = Model({name: Hand(*role) for name, role in ROLES.items()})
        self.began = 0

    async def run(self) -> None:
        self.model.cells = cells_of(await self.houses[0].content(self.order_id))
        self.model.signed["client"] = self.model.terms
        self.began = len(self.trail())
        async with AsyncExitStack() as stack:
            for name in PEOPLE:
                self.peers[name] = self.dice.choice(self.houses).peer(name, self.order_id)
                await stack.enter_async_context(self.peers[name])
            for _ in range(ROUNDS):
                racing = self.dice.sample(PEOPLE, self.dice.randint(2, len(PEOPLE)))
                await asyncio.gather(*(self.act(name) for name in racing))
            for name in PEOPLE:
                await self.saved(name)
        await self.assert_in_order()

    def trail(self) -> Sequence[Audit]:
        """Every change and every command so far, in their order."""
        with self.houses[0].services.db.reading() as session:
            statement = select(Audit).where(Audit.order_id == self.order_id).order_by(col(Audit.id))
            return session.exec(statement).all()

    async def act(self, name: str) -> None:
        if self.dice.random() < 0.5:
            await self.edit(name)
        else:
            await self.command(name)

    async def edit(self, name: str) -> None:
        side, peer = ROLES[name][1], self.peers[name]
        root, _, key = self.dice.choice(OWN_CELLS[side]).partition("/")
        self.serial += 1
        value = value_of(f"{root}/{key}", self.serial)
        self.log.append(f"{name}: {root}/{key} = {value}")
        self.wrote.append((name, f"{root}/{key}", value))
        peer.edit(root, {key: value})
        if peer.closed is None:
            await peer.flush()
        await self.saved(name)

    async def saved(self, name: str) -> None:
        """Wait until what somebody did is committed, coming back as often as that takes."""
        peer = self.peers[name]
        await peer.saved()
        while peer.closed is not None:
            await peer.leave()
            await peer.come()
            await peer.until(lambda: peer._synced or peer.closed is not None)
            await peer.saved()

    async def command(self, name: str) -> None:
        house = self.dice.choice(self.houses)
        command = self.dice.choice(("send", "send", "accept", "accept", "amend"))
        self.digests.append(digest_of((await house.room(self.order_id)).content))
        digest = self.dice.choice(self.digests[-3:])
        body = {} if command == "amend" else {"digest": digest}
        reply = await self.given(house, name, command, body)
        self.log.append(f"{name}: {command} {reply.status_code}")
        assert reply.status_code in (200, 409, 503), reply.text
        if reply.status_code == 200:
            self.taken.append((name, command))

    async def given(self, house: House, name: str, command: str, body: dict[str, Any]) -> httpx.Response:
        return await house.post(name, f"/api/orders/{self.order_id}/{command}", body)

    async def assert_in_order(self) -> None:
        """Every change and every command of the trail, in its order, is one that the rules allow."""
        house = self.houses[0]
        names = {house.people[name].user_id: name for name in PEOPLE}
        model, taken, shown = self.model, [], []
        for row in self.trail()[self.began :]:
            name = names[row.user_id or ""]
            if row.cell.startswith("command/"):
                command = row.cell.removeprefix("command/")
                assert model.command(name, command), (name, command)
                taken.append((name, command))
                continue
            assert model.may(name, row.cell), (name, row.cell)
            assert model.cells.get(row.cell) == row.value("before"), row.cell
            model._put(row.cell, row.value("after"))
            shown.append((name, row.cell, row.value("after")))
        for each in self.houses:
            room = await each.room(self.order_id)
            await each.services.rooms.catch_up(room)
            assert (room.state, cells_of(room.content)) == (model.state, model.cells)
        assert sorted(taken) == sorted(self.taken)
        refused = {
            (name, item["cell"], item["tried"]) for name, peer in self.peers.items() for item in peer.refusals
        }
        lost = [each for each in self.wrote if each not in shown and each not in refused]
        assert lost == []


async def race(houses: Sequence[House], seed: int) -> None:
    game = Race(houses, await houses[0].order(), seed)
    try:
        await game.run()
    except BaseException as error:
        error.add_note(f"seed {seed}\n" + "\n".join(game.log[-60:]))
        raise


@pytest.fixture(scope="module")
async def two_houses(house: House) -> AsyncIterator[list[House]]:
    """The house, and a second server beside it."""
    other = house.beside()
    await other.start()
    yield [house, other]
    await other.stop()


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
async def test_what_races_is_taken_in_an_order_that_the_rules_allow(
    house: House, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1 G5 G6: nothing is signed, changed or agreed that was not allowed when it was taken, and nothing is lost."""
    if large:
        monkeypatch.setattr("server.orders.service.LARGE_CELLS", 1)
    for seed in range(2):
        await race([house], seed)


async def test_what_races_through_two_servers_is_taken_in_one_order(two_houses: list[House]) -> None:
    """G1 G5 G6: the same."""
    for seed in range(2):
        await race(two_houses, seed)


@pytest.mark.torture
@pytest.mark.parametrize("start", range(0, 200, 20))
async def test_many_races_are_taken_in_an_order_that_the_rules_allow(
    two_houses: list[House], start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1 G5 G6: the same, for long."""
    for seed in range(1_000 + start, 1_020 + start):
        monkeypatch.setattr("server.orders.service.LARGE_CELLS", 1_000 if seed % 2 else 1)
        await race(two_houses[: 1 + seed % 3], seed)
