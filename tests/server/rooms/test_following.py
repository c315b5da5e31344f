"""A server that takes in what another one committed knows as much of the order as that one does."""

import random
from typing import Any

import pytest
from pycrdt import merge_updates

import tests.server.rooms.test_packing
from server.gate.outcome import Outcome
from server.gate.place import NOTE
from server.gate.replica import Replica
from server.rooms.following import NotPlain, follow
from tests.server.gate.test_gate_fuzz import WRITER
from tests.server.rooms.test_packing import STEPS, Act, Edit, World, play


class Followed(World):
    """One order, and another server's replica of it. What brings aliases that one loads, as `server.rooms.rooms` does."""

    def __init__(self, packing: str, made_by: Any) -> None:
        super().__init__(packing, made_by)
        self.chance = random.Random(packing)
        self.often = 0.6
        self.committed: list[bytes] = []
        self.aliased = 0
        self.follower = self._loaded()

    def _loaded(self) -> Replica:
        loaded = Replica.load(WRITER, [self.replica.doc.get_update()], dict(self.replica.owners))
        loaded.remember_aliases(self.aliases)
        self.aliased = len(self.aliases)
        return loaded

    def broadcast(self, update: bytes | None, known_to: str | None) -> None:
        super().broadcast(update, known_to)
        if update is not None:
            self.committed.append(update)

    def act(self, name: str, act: Act) -> list[Outcome]:
        outcomes = super().act(name, act)
        if self.chance.random() < self.often:
            self.catch_up()
        return outcomes

    def catch_up(self) -> None:
        """Let the other server take in what gathered, as one entry of the journal."""
        if not self.committed:
            return
        update = self.committed[0] if len(self.committed) == 1 else merge_updates(*self.committed)
        self.committed.clear()
        try:
            if len(self.aliases) > self.aliased:
                raise NotPlain("somebody was mended")
            follow(self.follower, update)
            self.follower.owners.update(self.replica.owners)
        except NotPlain:
            self.follower = self._loaded()
        self.assert_follower_knows_as_much()

    def assert_follower_knows_as_much(self) -> None:
        here, there = self.replica, self.follower
        assert there.content == here.content
        assert there.index.clocks == here.index.clocks
        stands = {place: standing.entry for place, standing in here.index.standings()}
        assert {place: standing.entry for place, standing in there.index.standings()} == stands
        known = {place: set(standing.aliases) for place, standing in here.filled()}
        assert {place: set(standing.aliases) for place, standing in there.filled()} == known


def test_random_acts_are_followed_by_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """G3 G5: the same cells stand there under the same entries, so that it would judge the next edit alike."""
    monkeypatch.setattr(tests.server.rooms.test_packing, "World", Followed)
    for seed in range(500, 510):
        play(seed, STEPS)


def test_letters_that_are_struck_out_of_the_note_are_followed() -> None:
    """The order was loaded again for each of them, and a large one stopped everybody on that server meanwhile."""
    world = Followed("at once", "client")
    world.often = 0
    for letter in ("b", "a", None):
        (outcome,) = world.act("anna", Act([[Edit("note", "", letter)]], 1, away=False, jumbled=False))
        assert outcome.update is not None
        assert follow(world.follower, outcome.update) == [NOTE]
        world.assert_follower_knows_as_much()
    assert world.follower.content.note == "b"
