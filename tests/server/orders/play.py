"""Random people at random replicas, and a model of the rules that shares nothing with the product.

Where somebody sits is a `Seat`: a pycrdt document in this process, or Yjs under Node (tests/yjs), both on real sockets.
"""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, Protocol

from pycrdt import Doc
from sqlalchemy import text
from sqlmodel import col, select

from persistence.audit import Audit
from persistence.order import Order
from persistence.refusal import RefusedEdit
from schema.closes import Close
from schema.order import Content
from server.gate.replica import Replica
from server.gate.writer import OWN_BITS
from server.rooms.projection import project
from server.yjs.structs import entry
from tests.server.orders.ear import Ear
from tests.server.orders.forge import one
from tests.server.orders.house import House
from tests.server.orders.model import CELLS, Hand, Model, Value, bad_value_of, value_of
from tests.server.orders.proof import as_state, assert_in_step

ROLES: Final = {
    "anna": ("client", "client"),
    "marc": ("client", "client"),
    "sophie": ("supplier", "supplier"),
    "luc": ("supplier", "supplier"),
    "bot": ("bot", "supplier"),
    "paul": ("viewer", "client"),
}


class Seat(Protocol):
    """One person's replica and connection. What he does there goes out with `send`, or when he comes back."""

    async def come(self) -> None:
        """Connect with the document at hand; return once everything he brought is committed."""

    async def leave(self) -> None:
        """Disconnect; the document stays."""

    async def edit(self, root: str, cells: dict[str, Any]) -> None:
        """Set cells in one transaction; None clears."""

    async def insert(self, words: str, *, at_end: bool) -> None:
        """Type into the note."""

    async def strike(self, words: str) -> None:
        """Delete words from the note."""

    async def send(self) -> None:
        """Send what was done; return once it is committed."""

    async def cells(self, root: str) -> dict[str, Any]:
        """What his replica shows of a root."""

    async def barrier(self) -> None:
        """Wait for everything that the server had sent."""

    async def forge(self, update: bytes) -> int:
        """Send bytes as an edit, and wait until one is thrown out; the close code."""

    async def heard(self, words: list[str]) -> list[str]:
        """Those of some words that came to him in any message."""

    async def assert_in_step(self, house: House, order_id: str) -> None:
        """His replica is the server's document."""


SeatOf = Callable[[str, int], Seat]
"""The seat of a person by his name, with the client id that he writes under."""


class PycrdtSeat:
    """A pycrdt document on a socket."""

    def __init__(self, house: House, name: str, order_id: str, client: int) -> None:
        self._peer = house.peer(name, order_id, Doc(client_id=client))

    async def come(self) -> None:
        await self._peer.come()
        await self._peer.until(lambda: self._peer._synced)
        await self._peer.saved()

    async def leave(self) -> None:
        await self._peer.leave()

    async def edit(self, root: str, cells: dict[str, Any]) -> None:
        self._peer.edit(root, cells)

    async def insert(self, words: str, *, at_end: bool) -> None:
        self._peer.note.insert(len(str(self._peer.note).encode()) if at_end else 0, words)

    async def strike(self, words: str) -> None:
        shown = str(self._peer.note)
        at = len(shown[: shown.index(words)].encode())
        del self._peer.note[at : at + len(words.encode())]

    async def send(self) -> None:
        await self._peer.flush()
        await self._peer.saved()

    async def cells(self, root: str) -> dict[str, Any]:
        found: dict[str, Any] = getattr(self._peer, root).to_py()
        return found

    async def barrier(self) -> None:
        await self._peer.barrier()

    async def forge(self, update: bytes) -> int:
        await self._peer.send_update(update)
        code = await self._peer.gone()
        await self._peer.leave()
        return code

    async def heard(self, words: list[str]) -> list[str]:
        everything = b"\0".join(self._peer.frames)
        return [word for word in words if word.encode() in everything]

    async def assert_in_step(self, house: House, order_id: str) -> None:
        await assert_in_step(house, order_id, self._peer)


class Play:
    """One order, its people with their replicas, and the model that follows."""

    def __init__(self, house: House, order_id: str, seed: int, seat_of: SeatOf) -> None:
        self.house, self.order_id, self.seat_of = house, order_id, seat_of
        self.dice = random.Random(seed)
        self.seats: dict[str, Seat] = {}
        self.model = Model({name: Hand(*role) for name, role in ROLES.items()})
        self.log: list[str] = []
        self.serial = 0
        self.ears = [Ear(house, name) for name in ("lise", "paul")]

    async def begin(self) -> None:
        for ear in self.ears:
            await ear.open()
        content = await self.house.content(self.order_id)
        for cell in CELLS:
            root, _, key = cell.partition("/")
            value = content.root(root).get(key)
            if value is not None:
                self.model.cells[cell] = value
        self.model.signed["client"] = self.model.terms
        writer = (await self.house.room(self.order_id)).replica.writer
        for name, distance in zip(ROLES, self.dice.sample(range(1, 1_000), len(ROLES)), strict=True):
            # Only the order of client ids matters: below and above all of the server's, the same for the same seed.
            client = abs(writer + self.dice.choice((-1, 1)) * (distance << OWN_BITS))
            self.seats[name] = self.seat_of(name, client)
            await self.seats[name].come()

    async def still(self) -> None:
        """Everybody who is here has heard everything."""
        await (await self.house.room(self.order_id)).settled()
        await asyncio.gather(*(self.seats[name].barrier() for name in self.present))

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

    async def choose(self, name: str, cell: str | None = None) -> tuple[str, Value]:
        hand = self.model.hands[name]
        own = [each for each in CELLS if each.startswith(hand.side)]
        cell = cell or self.dice.choice(own if self.dice.random() < 0.75 else list(CELLS))
        self.serial += 1
        good = value_of(cell, self.serial)
        tried: list[Value] = [good, good, good, bad_value_of(cell, self.serial), None]
        value = self.dice.choice(tried)
        root, _, key = cell.partition("/")
        here = await self.seats[name].cells(root)
        if value is None and key not in here:
            value = good
        self.log.append(f"{name} {'here' if hand.online else 'away'}: {cell} = {value!r}")
        return cell, value

    async def put(self, name: str, cell: str, value: Value) -> None:
        root, _, key = cell.partition("/")
        await self.seats[name].edit(root, {key: value})

    async def edit(self) -> None:
        name = self.dice.choice(list(ROLES))
        hand = self.model.hands[name]
        cell, value = await self.choose(name)
        await self.put(name, cell, value)
        if not hand.online:
            self.model.write_away(name, cell, value)
            return
        await self.seats[name].send()
        self.model.arrive(name, cell, value, self.model.versions[cell])

    async def race(self) -> None:
        """Two who are here change one cell without having seen each other."""
        pair = self.dice.sample(self.present, 2) if len(self.present) > 1 else []
        cell = self.dice.choice(list(CELLS))
        chosen = [(name, *await self.choose(name, cell)) for name in pair]
        version = self.model.versions[cell]
        for name, _, value in chosen:
            await self.put(name, cell, value)
        for name, _, value in chosen:
            await self.seats[name].send()
            self.model.arrive(name, cell, value, version)

    async def note(self) -> None:
        name = self.dice.choice(list(ROLES))
        hand, seat = self.model.hands[name], self.seats[name]
        if hand.online and self.model.tokens and self.dice.random() < 0.4:
            token = self.dice.choice(sorted(self.model.tokens))
            await seat.strike(token)
            self.model.strike(name, token)
        else:
            self.serial += 1
            token = f"[{name}{self.serial} né́😀]"
            await seat.insert(token, at_end=self.dice.choice((False, True)))
            if not hand.online:
                hand.tokens.append(token)
            else:
                self.model.write_note(name, token)
        self.log.append(f"{name}: note {token}")
        if hand.online:
            await seat.send()

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
        words = f"{name} <{self.serial}>"
        await self.seats[name].edit("comments", {key: {"text": words, "anchor": ""}})
        if not hand.online:
            hand.comments[key] = words
            return
        await self.seats[name].send()
        self.model.comment(name, key, words)

    async def go(self) -> None:
        if len(self.present) > 2:
            name = self.dice.choice(self.present)
            self.log.append(f"{name} leaves")
            await self.seats[name].leave()
            self.model.leave(name)

    async def return_(self) -> None:
        away = [name for name in ROLES if name not in self.present]
        if away:
            name = self.dice.choice(away)
            self.log.append(f"{name} returns")
            await self.seats[name].come()
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
        self.log.append(f"{name} misbehaves")
        self.model.hidden.append((name, "forged"))
        forged = entry(self.dice.getrandbits(50), 7, "forged", root="client", key="reference")
        assert await self.seats[name].forge(one(forged)) == Close.GAP
        await self.seats[name].come()

    async def put_away(self) -> None:
        """All leave, the order is put away, and those who were here load it again."""
        here = self.present
        self.log.append("put away")
        for name in here:
            await self.seats[name].leave()
        await self.house.put_away(self.order_id)
        for name in here:
            await self.seats[name].come()

    async def end(self) -> None:
        """Everybody returns; then everything must agree with everything."""
        for name in [name for name in ROLES if name not in self.present]:
            self.log.append(f"{name} returns")
            await self.seats[name].come()
            self.model.come(name)
        await self.still()
        for seat in self.seats.values():
            await seat.assert_in_step(self.house, self.order_id)
        content = await self.house.content(self.order_id)
        self.assert_as_the_model_says(content)
        self.assert_durable(content)
        await self.assert_hidden()

    async def assert_hidden(self) -> None:
        """What was refused, overtaken or written over before it arrived came to nobody but its author (G2): in no
        message of the order's socket or a list's, in no row, no mail and no answer."""
        hidden = self.model.hidden
        for name, seat in self.seats.items():
            assert await seat.heard([words for author, words in hidden if author != name]) == [], name
        for ear in self.ears:
            secret = [words for author, words in hidden if author != ear.name]
            assert await ear.heard(self.order_id, secret) == [], ear.name
        rows = self.house.rows_of(self.order_id)
        for author, words in hidden:
            own = f" {self.house.people[author].user_id} "
            assert [row for row in rows if words in row and own not in row] == []
            assert [row for row in rows if words in row and not row.startswith("refused_edit")] == []
        for name in ("luc", "lise", "marc"):
            secret = [words for author, words in hidden if author != name]
            for path in (f"/api/orders/{self.order_id}", f"/api/orders/{self.order_id}/changes?limit=200"):
                reply = await self.house.get(name, path)
                assert [words for words in secret if words in reply.text] == [], (name, path)
            (row,) = [
                str(row)
                for row in (await self.house.get(name, "/api/orders")).json()["items"]
                if row["id"] == self.order_id
            ]
            assert [words for words in secret if words in row] == [], name

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


async def play(house: House, seed: int, steps: int, seat_of: Callable[[str], SeatOf]) -> None:
    """Play an order from a seed. `seat_of`: for an order, who sits where."""
    order_id = await house.order()
    game = Play(house, order_id, seed, seat_of(order_id))
    try:
        await game.begin()
        for _ in range(steps):
            await game.step()
        await game.end()
    except BaseException as error:
        error.add_note(f"seed {seed}\n" + "\n".join(game.log[-60:]))
        raise
    finally:
        for seat in game.seats.values():
            await seat.leave()
        for ear in game.ears:
            await ear.close()
