"""Random people at random replicas, against a model of the rules that shares nothing with the product."""

import asyncio
import json
import random
import re
from collections import Counter
from typing import Any

import pytest
from pycrdt import Doc
from sqlalchemy import text
from sqlmodel import col, select

from persistence.audit import Audit
from persistence.order import Order
from persistence.refusal import RefusedEdit
from schema.closes import Close
from schema.order import Content
from server.projection import project
from server.replica import Replica
from server.update import entry
from tests.server.orders.forge import one
from tests.server.orders.house import House
from tests.server.orders.model import BAD, CELLS, Hand, Model, Value, value_of
from tests.server.orders.proof import as_state, assert_in_step
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio

ROLES = {
    "anna": ("client", "client"),
    "marc": ("client", "client"),
    "sophie": ("supplier", "supplier"),
    "luc": ("supplier", "supplier"),
    "bot": ("bot", "supplier"),
    "paul": ("viewer", "client"),
}
PINNED = (
    (1, 60),
    (2, 60),
    (3, 60),
    (5, 60),
    (101, 150),
    (120, 150),
    (127, 150),
    (317, 150),
    (319, 150),
    (1021, 250),
    (1047, 250),
)


class Play:
    """One order, its people with their replicas, and the model that follows."""

    def __init__(self, house: House, order_id: str, seed: int) -> None:
        self.house, self.order_id = house, order_id
        self.dice = random.Random(seed)
        self.peers: dict[str, Peer] = {}
        self.model = Model({name: Hand(*role) for name, role in ROLES.items()})
        self.log: list[str] = []
        self.serial = 0

    async def begin(self) -> None:
        content = await self.house.content(self.order_id)
        for cell in CELLS:
            root, _, key = cell.partition("/")
            value = content.root(root).get(key)
            if value is not None:
                self.model.cells[cell] = value
        self.model.signed["client"] = self.model.terms
        writer = (await self.house.room(self.order_id)).replica.writer
        for name, distance in zip(ROLES, self.dice.sample(range(1, 1_000), len(ROLES)), strict=True):
            # Only the order of client ids matters: below and above the server's, the same for the same seed.
            client = abs(writer + self.dice.choice((-1, 1)) * distance)
            self.peers[name] = self.house.peer(name, self.order_id, Doc(client_id=client))
            await self.come(name)

    async def come(self, name: str) -> None:
        peer = self.peers[name]
        await peer.come()
        await peer.until(lambda: peer._synced)
        await peer.saved()

    async def still(self) -> None:
        """Everybody who is here has heard everything."""
        await (await self.house.room(self.order_id)).settled()
        await asyncio.gather(*(self.peers[name].barrier() for name in self.present))

    @property
    def present(self) -> list[str]:
        return [name for name, hand in self.model.hands.items() if hand.online]

    async def step(self) -> None:
        acts = (
            [self.edit] * 8
            + [self.race] * 2
            + [self.note] * 2
            + [self.comment, self.go, self.go, self.return_]
        )
        acts += [self.command] * 3 + [self.misbehave, self.put_away]
        act = self.dice.choice(acts)
        await act()
        await self.still()

    def choose(self, name: str, cell: str | None = None) -> tuple[str, Value]:
        hand = self.model.hands[name]
        own = [each for each in CELLS if each.startswith(hand.side)]
        cell = cell or self.dice.choice(own if self.dice.random() < 0.75 else list(CELLS))
        self.serial += 1
        good = value_of(cell, self.serial)
        tried: list[Value] = [good, good, good, BAD.get(cell, good), None]
        value = self.dice.choice(tried)
        root, _, key = cell.partition("/")
        here = getattr(self.peers[name], root).to_py()
        if value is None and key not in here:
            value = good
        self.log.append(f"{name} {'here' if hand.online else 'away'}: {cell} = {value!r}")
        return cell, value

    def put(self, name: str, cell: str, value: Value) -> None:
        root, _, key = cell.partition("/")
        self.peers[name].edit(root, {key: value})

    async def edit(self) -> None:
        name = self.dice.choice(list(ROLES))
        hand = self.model.hands[name]
        cell, value = self.choose(name)
        self.put(name, cell, value)
        if not hand.online:
            hand.edits[cell] = value
            return
        await self.peers[name].flush()
        await self.peers[name].saved()
        self.model.arrive(name, cell, value, self.model.versions[cell])

    async def race(self) -> None:
        """Two who are here change one cell without having seen each other."""
        pair = self.dice.sample(self.present, 2) if len(self.present) > 1 else []
        cell = self.dice.choice(list(CELLS))
        chosen = [(name, *self.choose(name, cell)) for name in pair]
        version = self.model.versions[cell]
        for name, _, value in chosen:
            self.put(name, cell, value)
        for name, _, value in chosen:
            await self.peers[name].flush()
            await self.peers[name].saved()
            self.model.arrive(name, cell, value, version)

    async def note(self) -> None:
        name = self.dice.choice(list(ROLES))
        hand, peer = self.model.hands[name], self.peers[name]
        shown = str(peer.note)
        if hand.online and self.model.tokens and self.dice.random() < 0.4:
            token = self.dice.choice(sorted(self.model.tokens))
            at = len(shown[: shown.index(token)].encode())
            del peer.note[at : at + len(token.encode())]
            self.model.strike(name, token)
        else:
            self.serial += 1
            token = f"[{name}{self.serial} né́😀]"
            peer.note.insert(self.dice.choice((0, len(shown.encode()))), token)
            if not hand.online:
                hand.tokens.append(token)
            else:
                self.model.write_note(name, token)
        self.log.append(f"{name}: note {token}")
        if hand.online:
            await peer.flush()
            await peer.saved()

    async def comment(self) -> None:
        name = self.dice.choice(list(ROLES))
        hand = self.model.hands[name]
        known = sorted(self.model.comments)
        self.serial += 1
        key = (
            self.dice.choice(known)
            if known and hand.online and self.dice.random() < 0.3
            else f"c{self.serial}"
        )
        self.log.append(f"{name}: comment {key}")
        self.peers[name].edit("comments", {key: {"text": f"{name} {self.serial}", "anchor": ""}})
        if not hand.online:
            hand.comments[key] = f"{name} {self.serial}"
            return
        await self.peers[name].flush()
        await self.peers[name].saved()
        self.model.comment(name, key, f"{name} {self.serial}")

    async def go(self) -> None:
        if len(self.present) > 2:
            name = self.dice.choice(self.present)
            self.log.append(f"{name} leaves")
            await self.peers[name].leave()
            self.model.leave(name)

    async def return_(self) -> None:
        away = [name for name in ROLES if name not in self.present]
        if away:
            name = self.dice.choice(away)
            self.log.append(f"{name} returns")
            await self.come(name)
            self.model.come(name)

    async def command(self) -> None:
        name = self.dice.choice(list(ROLES))
        ending = self.model.state == "amending" or self.dice.random() < 0.05
        command = self.dice.choice(["send", "send", "accept", "accept", "amend"] + ["decline"] * ending)
        reply = await self.house.command(name, self.order_id, command, reason="Parce que")
        self.log.append(f"{name}: {command} {reply.status_code}")
        assert (reply.status_code == 200) is self.model.command(name, command), reply.text[:200]

    async def misbehave(self) -> None:
        """A forged edit closes its author, who comes back to where he was."""
        name = self.dice.choice(self.present)
        peer = self.peers[name]
        self.log.append(f"{name} misbehaves")
        forged = entry(self.dice.getrandbits(50), 7, "forged", root="client", key="reference")
        await peer.send_update(one(forged))
        assert await peer.gone() == Close.GAP
        await peer.leave()
        await self.come(name)

    async def put_away(self) -> None:
        """All leave, the order is put away, and those who were here load it again."""
        here = self.present
        self.log.append("put away")
        for name in here:
            await self.peers[name].leave()
        await self.house.put_away(self.order_id)
        for name in here:
            await self.come(name)

    async def end(self) -> None:
        """Everybody returns; then everything must agree with everything."""
        for name in [name for name in ROLES if name not in self.present]:
            self.log.append(f"{name} returns")
            await self.come(name)
            self.model.come(name)
        await self.still()
        await assert_in_step(self.house, self.order_id, *self.peers.values())
        content = await self.house.content(self.order_id)
        self.assert_as_the_model_says(content)
        self.assert_durable(content)

    def assert_as_the_model_says(self, content: Content) -> None:
        model = self.model
        cells = {cell: content.root(cell.partition("/")[0]).get(cell.partition("/")[2]) for cell in CELLS}
        assert {cell: value for cell, value in cells.items() if value is not None} == model.cells
        assert set(re.findall(r"\[[^]]*\]", content.note)) == model.tokens
        assert {key: comment["text"] for key, comment in content.comments.items()} == model.comments
        with self.house.services.db.reading() as session:
            rows = session.exec(select(RefusedEdit).where(RefusedEdit.order_id == self.order_id)).all()
        names = {self.house.people[name].user_id: name for name in ROLES}
        told = Counter((names[row.user_id], row.cell, row.code == "overtaken") for row in rows)
        assert told - model.refused - model.free == Counter()
        assert model.refused - told == Counter()

    def assert_durable(self, content: Content) -> None:
        """The row that lists read, the trail, and the journal each lead to the same order (G6)."""
        with self.house.services.db.reading() as session:
            row = session.get_one(Order, self.order_id)
            first, writer = session.connection().execute(
                text('SELECT j."update", o.writer FROM journal j JOIN "order" o ON o.id = j.order_id '
                     "WHERE o.id = :id AND j.seq = 1"), {"id": self.order_id},
            ).one()  # fmt: skip
            trail = session.exec(
                select(Audit).where(Audit.order_id == self.order_id).order_by(col(Audit.id))
            ).all()
            history = session.connection().execute(
                text('SELECT "update" FROM journal WHERE order_id = :id ORDER BY seq'), {"id": self.order_id}
            )
            updates = [update for (update,) in history]
        assert {key: getattr(row, key) for key in project(content)} == project(content)
        assert as_state(Replica.load(writer, updates, {}).content) == as_state(content)
        told = as_state(Replica.load(writer, [first], {}).content)
        for entry_ in trail:
            if not entry_.cell.startswith("command/"):
                replay(told, entry_)
        assert {root: told[root] for root in told if root != "record"} == {
            root: value for root, value in as_state(content).items() if root != "record"
        }


def replay(told: dict[str, Any], row: Audit) -> None:
    """Apply one row of the trail; what it says was there before must have been there."""
    before, after = (json.loads(each) if each else None for each in (row.before, row.after))
    if row.cell == "note":
        assert told["note"] == (before or "")
        told["note"] = after or ""
        return
    root, _, key = row.cell.partition("/")
    assert told[root].get(key) == before, row.cell
    told[root].pop(key, None) if after is None else told[root].update({key: after})


async def play(house: House, seed: int, steps: int) -> None:
    game = Play(house, await house.order(), seed)
    try:
        await game.begin()
        for _ in range(steps):
            await game.step()
        await game.end()
    except BaseException as error:
        error.add_note(f"seed {seed}\n" + "\n".join(game.log[-60:]))
        raise
    finally:
        for peer in game.peers.values():
            await peer.leave()


@pytest.mark.parametrize(("seed", "steps"), PINNED)
async def test_a_random_order_ends_as_the_model_says(house: House, seed: int, steps: int) -> None:
    """G1 G2 G3 G4 G5 G6 G9: replicas, row, trail, journal and refusals, after anything that people may do."""
    await play(house, seed, steps)


@pytest.mark.torture
@pytest.mark.parametrize("start", range(0, 400, 20))
async def test_many_random_orders_end_as_the_model_says(house: House, start: int) -> None:
    """G1 G2 G3 G4 G5 G6 G9: the same, for long."""
    for seed in range(1_000 + start, 1_020 + start):
        await play(house, seed, 250)
