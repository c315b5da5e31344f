"""An order and its people's documents, in which each act reaches the server packed in one way."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import pytest
from pycrdt import Doc, Map, Text, merge_updates

from schema.order import Content
from schema.policy import Command
from schema.status import state_of
from schema.terms import digest_of
from server.gate.author import Author
from server.gate.breach import Breach
from server.gate.bulk import Bulk
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
        self.aliases: list[tuple[str, str, str, bool]] = []
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
                (f"{root}/{key}", _id(entry), _id(stands), restated)
                for (root, key), entry, stands, restated in outcome.aliases
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
