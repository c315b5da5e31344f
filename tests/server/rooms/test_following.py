"""A server that takes in what another one committed knows as much of the order as that one does."""

import random
from typing import Any, Final

import pytest
from pycrdt import merge_updates

import tests.server.rooms.play
from server.gate.outcome import Outcome
from server.gate.place import NOTE
from server.gate.replica import Replica
from server.gate.writer import SERVER
from server.rooms.following import NotPlain, follow
from tests.server.gate.test_gate_fuzz import WRITER
from tests.server.rooms.play import play
from tests.server.rooms.test_packing import STEPS
from tests.server.rooms.world import Act, Edit, World

WRITERS: Final = (WRITER, WRITER + 1)
EMPTIED_BETWEEN: Final = 10_287
"""Of an order in which a cell is emptied and filled again as before, and both come to the other server at once."""


class TwoServers(World):
    """One order on two servers, each of which writes under a client id of its own. `replica` is that of the server to
    which everybody goes; now and then they all go to the other one."""

    def __init__(self, packing: str, made_by: Any) -> None:
        super().__init__(packing, made_by)
        self.chance = random.Random(packing)
        self.restless = True
        self.committed: list[bytes] = []
        self.aliased = 0
        self.beside = self._loaded()

    def _loaded(self) -> Replica:
        """The order as the other server loads it."""
        writer = next(each for each in WRITERS if each != self.replica.writer)
        owners = dict.fromkeys(WRITERS, SERVER) | self.replica.owners
        loaded = Replica.load(writer, [self.replica.doc.get_update()], owners)
        loaded.remember_aliases(self.aliases)
        self.aliased = len(self.aliases)
        return loaded

    def put_away(self) -> None:
        self.catch_up()
        self.replica, self.beside = self.beside, self.replica
        self.beside = self._loaded()
        self.replica, self.beside = self.beside, self.replica

    def broadcast(self, update: bytes | None, known_to: str | None) -> None:
        super().broadcast(update, known_to)
        if update is not None:
            self.committed.append(update)

    def act(self, name: str, act: Act) -> list[Outcome]:
        if self.restless and self.chance.random() < 0.5:
            self.catch_up()
            self.replica, self.beside = self.beside, self.replica
        return super().act(name, act)

    def catch_up(self) -> None:
        """Let the other server take in what gathered, as one entry of the journal; what brings aliases it loads, as
        `server.rooms.rooms` does."""
        if not self.committed:
            return
        update = self.committed[0] if len(self.committed) == 1 else merge_updates(*self.committed)
        self.committed.clear()
        try:
            if len(self.aliases) > self.aliased:
                raise NotPlain("somebody was mended")
            follow(self.beside, update)
            self.beside.owners.update(self.replica.owners)
        except NotPlain:
            self.beside = self._loaded()
        self.assert_both_know_as_much()

    def assert_both_know_as_much(self) -> None:
        here, there = self.replica, self.beside
        assert there.content == here.content
        assert there.index.clocks == here.index.clocks
        stands = {place: standing.entry for place, standing in here.index.standings()}
        assert {place: standing.entry for place, standing in there.index.standings()} == stands
        known = {place: set(standing.aliases) for place, standing in here.filled()}
        assert {place: set(standing.aliases) for place, standing in there.filled()} == known


def test_an_order_that_is_written_through_two_servers_in_turn_comes_out_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G3 G5: the same cells stand on both under the same entries, and each judges as the other would."""
    monkeypatch.setattr(tests.server.rooms.play, "World", TwoServers)
    for seed in (*range(500, 508), EMPTIED_BETWEEN):
        play(seed, STEPS)


@pytest.mark.torture
def test_many_orders_that_are_written_through_two_servers_in_turn_come_out_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G3 G5: the same, for long."""
    monkeypatch.setattr(tests.server.rooms.play, "World", TwoServers)
    for seed in range(10_000, 10_500):
        play(seed, STEPS)


def test_letters_that_are_struck_out_of_the_note_are_followed() -> None:
    """The order was loaded again for each of them, and a large one stopped everybody on that server meanwhile."""
    world = TwoServers("at once", "client")
    world.restless = False
    for letter in ("b", "a", None):
        (outcome,) = world.act("anna", Act([[Edit("note", "", letter)]], 1, away=False, jumbled=False))
        assert outcome.update is not None
        assert follow(world.beside, outcome.update) == [NOTE]
        world.beside.owners.update(world.replica.owners)
        world.assert_both_know_as_much()
    assert world.beside.content.note == "b"
