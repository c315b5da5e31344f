"""The same edits come out the same however they reached the server: one by one, as one update, or that in pieces."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import pytest
from pycrdt import Doc, Map, Text, merge_updates

from schema.cells import REGISTERS, parse
from schema.order import Content, Side, other
from schema.policy import Command
from schema.status import state_of
from schema.terms import digest_of
from server.gate.author import Author
from server.gate.breach import Breach
from server.gate.bulk import Bulk
from server.gate.disguise import STRANGE, is_address
from server.gate.gate import admit
from server.gate.judge import Bench, Offer
from server.gate.outcome import Change, Outcome
from server.gate.replica import Replica
from server.gate.screen import screen
from server.orders.birth import Beginning, Party, build, first_cells
from server.orders.commands import Decision, Given, decide
from server.yjs.malformed import Malformed
from server.yjs.state_vector import decode_state_vector
from server.yjs.update import decode_update
from tests.server.gate.test_gate_fuzz import (
    CLIENTS as FIRST_PAGES,
)
from tests.server.gate.test_gate_fuzz import (
    PEOPLE as ALL_PEOPLE,
)
from tests.server.gate.test_gate_fuzz import (
    WRITER,
    assert_all_belongs_to_something,
    assert_permitted,
    copied,
)

PEOPLE: Final = ALL_PEOPLE | {"anna's other page": ALL_PEOPLE["anna"]}
CLIENTS: Final = FIRST_PAGES | {"anna's other page": 2**45}
AT: Final = datetime(2026, 11, 26, tzinfo=UTC)
CATALOGUE: Final = {
    "door": Offer({"unit": "each", "sizing": "none", "decimals": 0, "minimum": "2", "multiple": "2"}, "41.25"),
    "cloth": Offer({"unit": "m", "sizing": "none", "decimals": 2}, "9.00"),
    "shirt": Offer({"unit": "each", "sizing": "scale", "points": ["S", "M"], "decimals": 0}, "12.00"),
    "panel": Offer(
        {
            "unit": "each", "sizing": "dimensions", "decimals": 0, "dimension_unit": "in",
            "dimensions": [{"key": "width", "maximum": "48"}],
            "characteristics": [{"key": "knots", "kind": "number", "required": True}],
        },
        "99.95",
    ),
}  # fmt: skip
LINES: Final = ("a", "b", "c", "d")
VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "quantity": ("2", "3", "4", "0", "2.25", "x", 2.0),
    "quantity/S": ("1", "5", "-1"),
    "unit_price": ("40.00", "12.50", "cheap"),
    "discount": ("5", "101"),
    "promised_date": ("2026-12-05", "soon"),
    "backorder_quantity": ("1", "0.5"),
    "dimensions/width": ("34 1/2", "50"),
    "characteristics/knots": ("3", "many"),
    "withdrawn": (True, "yes"),
    "rejected": (True,),
    "reason": ("Rupture de stock",),
    "position": ("a0", "?"),
    "requested_date": ("2026-12-01",),
}
WHOLE: Final[dict[str, tuple[Any, ...]]] = {
    "reference": ("PO-1", "PO-2", "x" * 501),
    "freight": ("12.50", "beaucoup"),
    "valid_until": ("2026-12-31",),
    "delivery_address": ({"street": "120, rue du Port", "city": "Rimouski"}, {"street": {"deep": "er"}}),
    "nowhere at all": ("1",),
}
BEGUN: Final = {
    "lines/a/product": "door", "lines/a/quantity": "4", "lines/b/product": "cloth", "lines/b/quantity": "2.25",
    "lines/c/product": "shirt", "lines/c/quantity/S": "3",
}  # fmt: skip
COMMANDS: Final[dict[Command, int]] = {
    "send": 8, "accept": 8, "amend": 6, "decline": 1, "cancel": 1, "deliver": 1
}  # fmt: skip
"""Each with how often it is given."""


class Edit(NamedTuple):
    """What somebody does to one key. value: None to empty it; in the note, to strike its first letter."""

    root: str
    key: str
    value: Any


class Act(NamedTuple):
    """What somebody does, in transactions. size: of the pieces. away: it comes with the answer to a synchronisation,
    where it is not sent one by one. jumbled: some depends on what comes later, and keys are written twice, so that
    one by one would be something else."""

    edits: list[list[Edit]]
    size: int
    away: bool
    jumbled: bool


class World:
    """One order, and its people's documents, to whom what is broadcast may come late."""

    def __init__(self, packing: str, made_by: Any) -> None:
        self.packing = packing
        beginning = Beginning(
            Party({"id": "s", "name": "B"}), Party({"id": "c", "name": "L"}), made_by, "CAD"
        )
        self.replica, first = build(first_cells(beginning, "e", AT), WRITER)
        self.docs = {name: Doc[Any](client_id=client) for name, client in CLIENTS.items()}
        self.aliases: list[tuple[str, str, str]] = []
        self.late: dict[str, list[bytes]] = {name: [first] for name in PEOPLE}
        for name in PEOPLE:
            self.hear(name)

    @property
    def content(self) -> Content:
        return self.replica.content

    def put_away(self) -> None:
        """Load the order again, with what is kept beside it."""
        owners, before = dict(self.replica.owners), copied(self.content)
        self.replica = Replica.load(WRITER, [self.replica.doc.get_update()], owners)
        self.replica.remember_aliases(self.aliases)
        assert copied(self.content) == before

    def hear(self, name: str) -> None:
        """Let somebody have what he lacks, in its order."""
        for update in self.late[name]:
            self.docs[name].apply_update(update)
        self.late[name].clear()

    def shown(self, name: str) -> dict[str, Any]:
        doc = self.docs[name]
        cells = {  # several times as fast as `to_py`
            root: json.loads(str(doc.get(root, type=Map)))
            for root in ("client", "supplier", "record", "comments")
        }
        return cells | {"note": str(doc.get("note", type=Text))}

    def filled(self, name: str, root: str) -> set[str]:
        """The keys at which somebody has something."""
        return set(self.docs[name].get(root, type=Map).keys())

    def typed(self, name: str, edits: list[list[Edit]]) -> list[bytes]:
        """What an author's page sends for each of his transactions."""
        doc, sent = self.docs[name], list[bytes]()
        subscription = doc.observe(lambda event: sent.append(event.update))
        for together in edits:
            with doc.transaction():
                for edit in together:
                    _write(doc, edit)
        doc.unobserve(subscription)
        return sent

    def act(self, name: str, act: Act) -> list[Outcome]:
        """Take in what somebody did."""
        before, author = copied(self.content), PEOPLE[name]
        state = state_of(self.content)
        sent = self.typed(name, act.edits)
        packing = "at once" if act.jumbled and self.packing == "one by one" else self.packing
        has = None
        if act.away and packing != "one by one":
            doc = self.docs[name]
            sent, has = [doc.get_update(self.replica.state_vector())], decode_state_vector(doc.get_state())
        if packing != "one by one" and len(sent) > 1:
            sent = [merge_updates(*sent)]
        if packing == "in pieces":
            outcomes = list(self._in_pieces(sent[0] if sent else b"\0\0", author, has, act.size))
        else:
            outcomes = [self._whole(raw, author, has) for raw in sent]
        for outcome in outcomes:
            self.aliases += [
                (f"{root}/{key}", _id(entry), _id(stands)) for (root, key), entry, stands in outcome.aliases
            ]
            for change in outcome.changes:
                assert_permitted(change, author, state)
            self.broadcast(outcome.update, None if outcome.echo else name)
        assert_explained(before, copied(self.content), [each for one in outcomes for each in one.changes])
        assert_all_belongs_to_something(copied(self.content))
        return outcomes

    def _whole(self, raw: bytes, author: Author, has: Any) -> Outcome:
        screened = screen(decode_update(raw), self.replica.index, author.user_id)
        return admit(self.replica, raw, screened, author, self._bench(), has=has)

    def _in_pieces(self, raw: bytes, author: Author, has: Any, size: int) -> Iterator[Outcome]:
        bulk = Bulk(decode_update(raw), size)
        for piece in bulk.pieces():
            screened = screen(piece, self.replica.index, author.user_id)
            yield admit(self.replica, b"", screened, author, self._bench(), has=has, bulk=bulk)

    def _bench(self) -> Bench:
        return Bench(self.content, state_of(self.content), CATALOGUE, {}, dict[str, str])

    def broadcast(self, update: bytes | None, known_to: str | None) -> None:
        for name in PEOPLE:
            if update is not None and name != known_to:
                self.late[name].append(update)

    def command(self, name: str, command: Command) -> str:
        """What became of a command; what the server writes for it goes out as any edit does."""
        given = Given(command, PEOPLE[name], AT, digest_of(self.content), "Parce que", "2026-1")
        decision = decide(self.content, given)
        if not isinstance(decision, Decision):
            return decision.refusal.code
        before = copied(self.content)
        update, changed = self.replica.write(decision.cells)
        changes = [Change(place, old, decision.cells[place]) for place, old in changed.items()]
        assert_explained(before, copied(self.content), changes)
        self.broadcast(update, None)
        return decision.event

    def assert_refused_whole(self, name: str, root: str) -> None:
        """What is no plain value is nobody's: not even what came beside it is taken."""
        before = copied(self.content), dict(self.replica.index.clocks)
        doc: Doc[Any] = Doc(client_id=CLIENTS[name])
        doc.apply_update(self.replica.doc.get_update())
        vector = doc.get_state()
        with doc.transaction():
            doc.get("client", type=Map)["reference"] = "beside"
            doc.get(root, type=Map)["lines/a/quantity"] = Map({"deep": Map({"er": "1"})})
        with pytest.raises((Malformed, Breach)):
            screen(decode_update(doc.get_update(vector)), self.replica.index, name)
        assert (copied(self.content), dict(self.replica.index.clocks)) == before

    def assert_in_step(self) -> None:
        for name in PEOPLE:
            self.hear(name)
            assert self.shown(name) == copied(self.content), name
            assert decode_state_vector(self.docs[name].get_state()) == self.replica.index.clocks, name


def _id(entry: tuple[int, int]) -> str:
    return f"{entry[0]}:{entry[1]}"


def _write(doc: Doc[Any], edit: Edit) -> None:
    if edit.root == "note":
        note = doc.get("note", type=Text)
        if edit.value is not None:
            note.insert(0, edit.value)
        elif len(note):
            del note[: len(str(note)[0].encode())]
    elif edit.value is not None:
        doc.get(edit.root, type=Map)[edit.key] = edit.value
    elif edit.key in doc.get(edit.root, type=Map):
        del doc.get(edit.root, type=Map)[edit.key]


def assert_explained(before: dict[str, Any], after: dict[str, Any], changes: list[Change]) -> None:
    """Played from what stood before, the trail gives what stands; the record is the server's own account."""
    for (root, key), old, new, _ in changes:
        if key is None:
            assert before["note"] == old
            before["note"] = new
            continue
        assert before[root].get(key) == old, (root, key)
        if new is None:
            del before[root][key]
        else:
            before[root][key] = new
    for root in ("client", "supplier", "comments", "note"):
        assert before[root] == after[root]


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


SEEDS: Final = 20
STEPS: Final = 60


def test_the_same_edits_come_out_the_same_however_they_are_packed() -> None:
    """G2 G3 G4 G5 G6: the same cells stand, the same are refused for the same reasons, everybody is in step, and the
    trail explains what each act changed."""
    met = Counter[str]()
    for seed in range(SEEDS):
        met += play(seed, STEPS)
    assert {"taken", "overtaken", "sent", "accepted", "amending", "fixed", "unknown_line"} <= met.keys(), met


@pytest.mark.torture
@pytest.mark.parametrize("start", range(1_000, 9_000, 1_000))
def test_many_edits_come_out_the_same_however_they_are_packed(start: int) -> None:
    """G2 G3 G4 G5 G6: the same, for long."""
    for seed in range(start, start + 1_000):
        play(seed, STEPS)
