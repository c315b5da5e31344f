"""The same acts, drawn by lot, in worlds that pack them otherwise: whatever comes of them is the same in all.

print(play(seed=7, steps=60))                   # what was met on the way, and how often
"""

import json
import random
from collections import Counter, defaultdict
from typing import Any

from schema.cells import REGISTERS, parse
from schema.order import Side, other
from schema.policy import Command
from schema.status import state_of
from server.gate.disguise import STRANGE, is_address
from server.gate.outcome import Outcome
from tests.server.gate.test_gate_fuzz import (
    copied,
)
from tests.server.rooms.world import (
    BEGUN,
    CATALOGUE,
    COMMANDS,
    LINES,
    PEOPLE,
    VALUES,
    WHOLE,
    Act,
    Edit,
    World,
)


def told(outcomes: list[Outcome], *, away: bool) -> Counter[tuple[Any, ...]]:
    """What was refused, but for cells of lines that the same act took away, of which nothing need be said, and but for
    what was emptied away, which may be told twice or not at all (docs/guarantees.md)."""
    gone = {
        key.split("/")[1]
        for outcome in outcomes
        for (_, key), _, new, _ in outcome.changes
        if key is not None and key.endswith("/product") and new is None
    }
    return Counter(
        (
            _named(*each.place),
            each.refusal.code,
            _text(each.tried),
            _text(each.kept) if _is_kept(*each.place) else "",
        )
        for outcome in outcomes
        for each in outcome.refused
        if not gone & set(each.address.split("/")) and not (away and each.tried is None)
    )


def _named(root: str, key: str | None) -> tuple[str, str | None]:
    """A cell; all keys that are no addresses are one, since for whoever writes one over another's both may be told."""
    return root, key if key is None or is_address(root, key) else STRANGE


def _is_kept(root: str, key: str | None) -> bool:
    """Whether what stands at a key does not come and go with what else is in the same act, as facts and list prices
    do."""
    return root != "record" and not (key or "").endswith("/unit_price")


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


class Play:
    """The same acts in three worlds, of which each packs them otherwise."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        made_by = self.dice.choice(["client", "supplier"])
        self.worlds = [World(packing, made_by) for packing in ("one by one", "at once", "in pieces")]
        self.met = Counter[str]()
        self.unheard: set[str] = set()
        """Who emptied a cell, was refused and has not heard of it: away he would have emptied it again."""
        self.refused = defaultdict[str, set[tuple[str, str | None]]](set)
        """What was refused to each without his having heard of it. Whether he has seen what stands there, when he
        empties it, depends on whether that came with the same piece as what was refused."""
        maker = "anna" if made_by == "client" else "sophie"
        for world in self.worlds:
            world.act(
                maker, Act([[Edit(made_by, *cell) for cell in BEGUN.items()]], 4, away=False, jumbled=False)
            )
            world.assert_in_step()
        answerer = "sophie" if made_by == "client" else "anna"
        course: list[tuple[str, Command]] = [(maker, "send"), (answerer, "accept"), (answerer, "amend")]
        for name, command in course[: self.dice.randrange(4)]:
            self._give(name, command)

    @property
    def over(self) -> bool:
        """Whether the order was closed and little can happen any more."""
        return state_of(self.worlds[0].content) == "closed" and self.dice.random() < 0.2

    def step(self) -> None:
        dice, name = self.dice, self.dice.choice([*PEOPLE, "anna", "sophie", "sophie"])
        match dice.randrange(24):
            case 0 | 1 | 2:
                self._give(name, dice.choices(list(COMMANDS), list(COMMANDS.values()))[0])
            case 3:
                root = dice.choice(["client", "supplier", "comments", "record"])
                for world in self.worlds:
                    world.assert_refused_whole(name, root)
            case 4 | 5 | 6:
                self.unheard.discard(name)
                self.refused[name].clear()
                for world in self.worlds:
                    world.hear(name)
            case 7:
                self.unheard.clear()
                self.refused.clear()
                for world in self.worlds:
                    world.assert_in_step()
            case 8:
                dice.choice(self.worlds).replica.fold()
            case 9:
                for world in self.worlds:
                    world.put_away()
            case _:
                self._act(name)

    def _give(self, name: str, command: Command) -> None:
        answers = {world.command(name, command) for world in self.worlds}
        assert len(answers) == 1, answers
        self.met.update(answers)
        self._assert_alike()

    def _act(self, name: str) -> None:
        dice, jumbled = self.dice, self.dice.random() < 0.3
        edits = self._jumbled(name) if jumbled else self._in_order(name)
        away = dice.random() < 0.4 and name not in self.unheard
        act = Act(edits, dice.choice([1, 2, 3, 5]), away, jumbled)
        outcomes = [world.act(name, act) for world in self.worlds]
        first = told(outcomes[0], away=away)
        for world, each in zip(self.worlds[1:], outcomes[1:], strict=True):
            assert told(each, away=away) == first, (world.packing, name, act)
        self._assert_alike()
        if any(refused.tried is None for outcome in outcomes[0] for refused in outcome.refused):
            self.unheard.add(name)
        # Whether he empties such a value, or it was beaten on its way, nobody can tell of one who brings it later.
        if any(alias.restated for each in outcomes for outcome in each for alias in outcome.aliases):
            self.unheard.add(name)
        self.refused[name] |= {refused.place for outcome in outcomes[0] for refused in outcome.refused}
        self.met.update(refused.refusal.code for outcome in outcomes[0] for refused in outcome.refused)
        self.met["taken"] += sum(len(outcome.changes) for outcome in outcomes[0])

    def _assert_alike(self) -> None:
        first = copied(self.worlds[0].content)
        for world in self.worlds[1:]:
            assert copied(world.content) == first, world.packing

    def _shown(self, name: str) -> dict[str, list[str]]:
        """The cells that somebody has, without those that were refused to him and are put back soon."""
        return {
            root: sorted(
                key for key in self.worlds[0].filled(name, root) if (root, key) not in self.refused[name]
            )
            for root in REGISTERS
        }

    def _jumbled(self, name: str) -> list[list[Edit]]:
        """Some transactions, as they come."""
        side, shown = PEOPLE[name].side, self._shown(name)
        return [
            [self._edit(side, shown) for _ in range(self.dice.choice([1, 1, 2]))]
            for _ in range(self.dice.choice([2, 4, 12]))
        ]

    def _in_order(self, name: str) -> list[list[Edit]]:
        """Some transactions, each key in one of them; products before what depends on them, and what is taken away
        last."""
        side, shown = PEOPLE[name].side, self._shown(name)
        edits: dict[tuple[str, str], Edit] = {}
        for _ in range(self.dice.choice([1, 2, 4, 8])):
            edit = self._edit(side, shown)
            edits.setdefault((edit.root, "" if edit.root == "note" else edit.key), edit)
        ordered = sorted(edits.values(), key=_rank)
        # Only who sets a price in the moment in which he adds the line has seen the list price that comes with it.
        together = [[edit] for edit in ordered if not edit.key.endswith("/unit_price")]
        for price in (edit for edit in ordered if edit.key.endswith("/unit_price")):
            line = price.key.removesuffix("unit_price") + "product"
            added = [each for each in together if each[0].key == line and each[0].value is not None]
            if added:
                added[0].append(price)
            else:
                together.append([price])
        return together

    def _edit(self, own: Side, shown: dict[str, list[str]]) -> Edit:
        dice = self.dice
        root: Side = dice.choice([own, own, own, "client", "supplier"])
        line = dice.choice(LINES)
        match dice.randrange(12):
            case 0 | 1 | 2:
                # A line is made in its author's own register: nobody moves one from there to the other in one act.
                return Edit(own, f"lines/{line}/product", dice.choice([*CATALOGUE, *CATALOGUE, "stranger"]))
            case 3:
                return Edit(
                    "supplier", f"lines/{line}/substitute", dice.choice([*CATALOGUE, "stranger", None])
                )
            case 4:
                return Edit(root, *self._of_whole())
            case 5:
                return Edit("note", "", dice.choice(["a", "é", "😀", None]))
            case 6:
                comment = dice.choice([{"text": "Bonjour", "anchor": ""}, {"text": ""}, None])
                return Edit("comments", f"c{dice.randrange(9)}", comment)
            case 7 if keys := shown[root]:
                return Edit(root, dice.choice(keys), None)
            case 8:
                return Edit("record", dice.choice(["number", f"products/{line}", "made_by"]), "forged")
            case _:
                noun = dice.choice(["quantity", "quantity", *VALUES])
                key = f"lines/{line}/{noun}"
                return Edit(root if parse(root, key) else other(root), key, dice.choice(VALUES[noun]))

    def _of_whole(self) -> tuple[str, Any]:
        key = self.dice.choice(list(WHOLE))
        return key, self.dice.choice(WHOLE[key])


def _rank(edit: Edit) -> int:
    if edit.key.endswith("/product"):
        return 0 if edit.value is not None else 3
    return 1 if edit.key.endswith("/substitute") else 2


def play(seed: int, steps: int) -> Counter[str]:
    game = Play(seed)
    try:
        for _ in range(steps):
            if not game.over:
                game.step()
        for world in game.worlds:
            world.assert_in_step()
    except BaseException as error:
        error.add_note(f"seed {seed}")
        raise
    return game.met
