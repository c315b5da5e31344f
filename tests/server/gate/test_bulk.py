"""A large update that is judged in pieces comes out as if it had been judged at once."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from pycrdt import Doc, Map, Text, merge_updates

from schema.order import State
from server.gate.author import Author
from server.gate.bulk import Bulk
from server.gate.gate import admit
from server.gate.judge import Bench, Offer
from server.gate.outcome import Outcome
from server.gate.replica import Replica
from server.gate.screen import screen
from server.orders.birth import Beginning, Party, build, first_cells
from server.yjs.state_vector import decode_state_vector
from server.yjs.update import Update, decode_update
from tests.server.gate.test_gate_fuzz import copied

WRITER: Final = 2**40
ANNA: Final = Author("anna", "Anna", "client", "client")
MARC: Final = Author("marc", "Marc", "client", "client")
SOPHIE: Final = Author("sophie", "Sophie", "supplier", "supplier")
CLIENTS: Final = {"anna": 100, "sophie": 2**41}
DOOR: Final = Offer({"code": "P", "unit": "each", "sizing": "none", "decimals": "0", "minimum": "2"}, "41.25")
CLOTH: Final = Offer({"code": "T", "unit": "m", "sizing": "none", "decimals": "2", "multiple": "0.5"}, "9.00")
CATALOGUE: Final = {"door": DOOR, "cloth": CLOTH}
LINES: Final = [f"l{number}" for number in range(6)]
SEEDS: Final = 100


class Stage:
    """An order with some history, and its people's documents, each of which may be behind."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        beginning = Beginning(
            Party({"id": "s", "name": "Boréale"}), Party({"id": "c", "name": "Laurier"}), "client", "CAD"
        )
        at = datetime(2026, 11, 26, tzinfo=UTC)
        replica, first = build(first_cells(beginning, "e", at), WRITER)
        self.state: State = "draft"
        self.docs = {name: Doc[Any](client_id=client) for name, client in CLIENTS.items()}
        for doc in self.docs.values():
            doc.apply_update(first)
        for author in (ANNA, SOPHIE, ANNA, SOPHIE):
            raw, has = self.written(author, 8)
            outcome = self.at_once(replica, author, raw, has)
            for name, doc in self.docs.items():
                if outcome.update is not None and (name == author.user_id or self.chance.random() < 0.5):
                    doc.apply_update(replica.doc.get_update(doc.get_state()))
        self.history, self.owners = replica.doc.get_update(), dict(replica.owners)
        self.state = self.chance.choice(["draft", "draft", "open", "agreed"])

    def loaded(self) -> Replica:
        return Replica.load(WRITER, [self.history], self.owners)

    def written(self, author: Author, acts: int) -> tuple[bytes, Mapping[int, int] | None]:
        """What somebody did away from the server, one act after the other, and what he had then (None: it is told as a
        moment's edit)."""
        doc, chance = self.docs[author.user_id], self.chance
        before, moments = doc.get_state(), list[bytes]()
        subscription = doc.observe(lambda event: moments.append(event.update))
        for _ in range(acts):
            with doc.transaction():
                for _ in range(chance.choice([1, 1, 2, 3])):
                    self._act(doc, author)
        doc.unobserve(subscription)
        if chance.random() < 0.6:
            return doc.get_update(before), decode_state_vector(before)
        return merge_updates(*moments), None

    def _act(self, doc: Doc[Any], author: Author) -> None:
        chance, line = self.chance, self.chance.choice(LINES)
        own = "client" if author is ANNA else "supplier"
        root = chance.choice([own, own, own, "client", "supplier"])
        cells = doc.get(root, type=Map)
        match chance.randrange(9):
            case 0:
                product = chance.choice(["door", "door", "cloth"])
                doc.get(own, type=Map)[f"lines/{line}/product"] = product  # in both, either may be first
            case 1 | 2:
                cells[f"lines/{line}/quantity"] = chance.choice(["1", "2", "7", "2.5", "2.25", "x"])
            case 3:
                cells[f"lines/{line}/unit_price"] = chance.choice(["40.00", "12.50", "-"])
            case 4 if keys := sorted(key for key in cells if "/" in key):
                del cells[chance.choice(keys)]
            case 5:
                cells[chance.choice(["reference", "nowhere at all", "freight"])] = str(chance.randrange(9))
            case 6:
                note = doc.get("note", type=Text)
                note.insert(0, chance.choice(["a", "😀", "é"]))
            case 7:
                offered = chance.choice(["door", "cloth", "cloth", "stranger"])
                doc.get("supplier", type=Map)[f"lines/{line}/substitute"] = offered
            case _:
                doc.get("comments", type=Map)[f"c{chance.randrange(40)}"] = {"text": "Bonjour", "anchor": ""}

    def bench(self, replica: Replica) -> Bench:
        return Bench(replica.content, self.state, CATALOGUE, {}, dict[str, str])

    def at_once(self, replica: Replica, author: Author, raw: bytes, has: Mapping[int, int] | None) -> Outcome:
        screened = screen(decode_update(raw), replica.index, author.user_id)
        return admit(replica, raw, screened, author, self.bench(replica), has=has)

    def in_pieces(
        self, replica: Replica, author: Author, raw: bytes, has: Mapping[int, int] | None, size: int
    ) -> Iterator[Outcome]:
        bulk = Bulk(decode_update(raw), size)
        for piece in bulk.pieces():
            screened = screen(piece, replica.index, author.user_id)
            yield admit(replica, b"", screened, author, self.bench(replica), has=has, bulk=bulk)


def told(outcomes: list[Outcome]) -> Counter[tuple[Any, ...]]:
    """What was refused, but for cells of lines that the same act took away."""
    gone = {
        change.address.split("/")[2]
        for outcome in outcomes
        for change in outcome.changes
        if change.address.endswith("/product") and change.after is None
    }
    return Counter(
        (refused.place, refused.refusal.code, repr(refused.tried))
        for outcome in outcomes
        for refused in outcome.refused
        if not gone & set(refused.address.split("/"))
    )


def compare(seed: int) -> set[str]:
    stage = Stage(seed)
    author = stage.chance.choice([ANNA, SOPHIE])
    raw, has = stage.written(author, 25)
    size = stage.chance.choice([1, 2, 3, 5, 8])
    once, taken = stage.loaded(), stage.loaded()
    behind, before = Doc[Any](), copied(taken.content)
    behind.apply_update(stage.history)
    expected = stage.at_once(once, author, raw, has)
    outcomes = list(stage.in_pieces(taken, author, raw, has, size))
    assert copied(taken.content) == copied(once.content)
    assert told(outcomes) == told([expected])
    stage.docs[author.user_id].apply_update(stage.history)
    changed = {change.place for outcome in outcomes for change in outcome.changes}
    after = copied(taken.content)
    for root in ("client", "supplier", "comments"):
        for key in before[root].keys() | after[root].keys():
            assert before[root].get(key) == after[root].get(key) or (root, key) in changed
    for outcome in outcomes:
        if outcome.update is not None:
            behind.apply_update(outcome.update)
            stage.docs[author.user_id].apply_update(outcome.update)
    for doc in (behind, taken.doc, stage.docs[author.user_id]):
        shown = {  # several times as fast as `to_py`
            root: json.loads(str(doc.get(root, type=Map)))
            for root in ("client", "supplier", "comments", "record")
        }
        assert shown | {"note": str(doc.get("note", type=Text))} == after
    assert decode_state_vector(taken.doc.get_state()) == taken.index.clocks
    return {refused.refusal.code for refused in expected.refused} | {"taken"} & {
        "taken" for _ in expected.changes
    }


def compare_by_name(seed: int) -> set[str]:
    """What fails says with which seed."""
    try:
        return compare(seed)
    except BaseException as error:
        error.add_note(f"seed {seed}")
        raise


def test_in_pieces_an_act_comes_out_as_at_once() -> None:
    """G2 G3 G4 G5: whatever the size of the pieces, the same cells stand, and the same are refused for the same
    reasons, with the author's and everybody's replica in step."""
    met: set[str] = set()
    for seed in range(SEEDS):
        met |= compare_by_name(seed)
    assert {"taken", "overtaken", "not_yours", "unknown_line", "unknown_cell"} <= met


@pytest.mark.torture
@pytest.mark.parametrize(
    ("start", "end"), [(SEEDS, 400), *((start, start + 2_000) for start in range(10_000, 26_000, 2_000))]
)
def test_in_pieces_thousands_of_acts_come_out_as_at_once(start: int, end: int) -> None:
    """G2 G3 G4 G5: the same, for long."""
    for seed in range(start, end):
        compare_by_name(seed)


def draft_and_copy() -> tuple[Stage, Doc[Any], bytes]:
    """A draft, somebody's document of it, and what that has."""
    stage = Stage(1)
    stage.state = "draft"
    doc = Doc[Any](client_id=7)
    doc.apply_update(stage.history)
    return stage, doc, doc.get_state()


def test_a_line_may_be_told_before_its_product() -> None:
    """G4: whoever writes a table column by column loses none of it."""
    stage, doc, before = draft_and_copy()
    cells = doc.get("supplier", type=Map)
    names = [f"n{number}" for number in range(40)]
    with doc.transaction():
        for name in names:
            cells[f"lines/{name}/unit_price"] = "12.50"
        for name in names:
            cells[f"lines/{name}/product"] = "door"
        for name in names:
            doc.get("client", type=Map)[f"lines/{name}/quantity"] = "2"
    replica = stage.loaded()
    outcomes = list(stage.in_pieces(replica, SOPHIE, doc.get_update(before), decode_state_vector(before), 16))
    assert len(outcomes) == 8
    assert told(outcomes) == Counter()
    assert {replica.content.supplier[f"lines/{name}/unit_price"] for name in names} == {"12.50"}
    assert {replica.content.client[f"lines/{name}/quantity"] for name in names} == {"2"}


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_quantity_counts_as_what_is_offered_later_in_the_same_act(size: int) -> None:
    """G4: nor does it count as what is taken back later."""
    stage, doc, before = draft_and_copy()
    supplier = doc.get("supplier", type=Map)
    replica = stage.loaded()
    with doc.transaction():
        for name in ("m", "n"):
            supplier[f"lines/{name}/product"] = "door"
        supplier["lines/m/substitute"] = "cloth"
    list(stage.in_pieces(replica, SOPHIE, doc.get_update(before), decode_state_vector(before), 100))
    doc.apply_update(replica.doc.get_update(doc.get_state()))
    before = doc.get_state()
    with doc.transaction():
        supplier["lines/n/quantity"] = "2.25"
        supplier["lines/m/quantity"] = "2.25"
        supplier["lines/n/substitute"] = "cloth"
        del supplier["lines/m/substitute"]
    outcomes = stage.in_pieces(replica, SOPHIE, doc.get_update(before), decode_state_vector(before), size)
    assert told(list(outcomes)) == Counter(
        {(("supplier", "lines/m/quantity"), "too_many_decimals", "'2.25'"): 1}
    )
    assert replica.content.supplier["lines/n/quantity"] == "2.25"
    assert "lines/m/substitute" not in replica.content.supplier


def test_a_line_whose_product_came_too_late_is_told_whole() -> None:
    """G4: the order was agreed between two pieces, so that the line never came about."""
    stage, doc, before = draft_and_copy()
    cells = doc.get("client", type=Map)
    with doc.transaction():
        cells["lines/n/quantity"] = "2"
        cells["reference"] = "PO-9"
        cells["lines/n/product"] = "door"
    replica = stage.loaded()
    outcomes = []
    for outcome in stage.in_pieces(replica, ANNA, doc.get_update(before), decode_state_vector(before), 1):
        outcomes.append(outcome)
        stage.state = "agreed"
    refused = {refused.address: refused.refusal.code for outcome in outcomes for refused in outcome.refused}
    assert refused["client/lines/n/product"] == "agreed"
    assert refused["client/lines/n/quantity"] == "unknown_line"
    assert not [key for key in replica.content.client if key.startswith("lines/n/")]
    for outcome in outcomes:
        if outcome.update is not None:
            doc.apply_update(outcome.update)
    assert doc.get("client", type=Map).to_py() == replica.content.client


def test_a_price_beside_a_product_has_seen_the_list_price() -> None:
    """G5: the list price came with the same act."""
    stage, doc, before = draft_and_copy()
    cells = doc.get("supplier", type=Map)
    with doc.transaction():
        cells["lines/n/product"] = "door"
        cells["lines/n/unit_price"] = "39.00"
    replica = stage.loaded()
    outcomes = list(stage.in_pieces(replica, SOPHIE, doc.get_update(before), decode_state_vector(before), 1))
    assert told(outcomes) == Counter()
    assert replica.content.supplier["lines/n/unit_price"] == "39.00"


@pytest.mark.parametrize("size", [2, 100])
def test_a_price_refused_beside_a_product_is_told_that_the_list_price_is_kept(size: int) -> None:
    """G4: what was kept is what stands."""
    stage, doc, before = draft_and_copy()
    cells = doc.get("supplier", type=Map)
    with doc.transaction():
        cells["lines/n/product"] = "door"
        cells["lines/n/unit_price"] = "cheap"
    replica, has = stage.loaded(), decode_state_vector(before)
    outcomes = stage.in_pieces(replica, SOPHIE, doc.get_update(before), has, size)
    (refused,) = [refused for outcome in outcomes for refused in outcome.refused]
    assert (refused.address, refused.kept) == ("supplier/lines/n/unit_price", "41.25")
    assert replica.content.supplier["lines/n/unit_price"] == "41.25"


@pytest.mark.parametrize("size", [1, 2, 100])
def test_what_somebody_sees_in_his_own_document_beats_what_is_deleted_there(size: int) -> None:
    """G4 G5: two pages of one person that share what is kept of their work; of two products of a line one is left."""
    stage, doc, before = draft_and_copy()
    other: Doc[Any] = Doc(client_id=3)
    other.apply_update(stage.history)
    other.get("client", type=Map)["lines/n/product"] = "cloth"
    with doc.transaction():
        doc.get("client", type=Map)["lines/n/quantity"] = "2"
        doc.get("client", type=Map)["lines/n/product"] = "door"
    doc.apply_update(other.get_update(before))
    replica = stage.loaded()
    raw, has = doc.get_update(before), decode_state_vector(before)
    outcomes = list(stage.in_pieces(replica, ANNA, raw, has, size))
    assert told(outcomes) == Counter()
    cells = {key: value for key, value in replica.content.client.items() if key.startswith("lines/n/")}
    assert cells == {"lines/n/product": "door", "lines/n/quantity": "2"}


@pytest.mark.parametrize("size", [1, 100])
def test_who_wrote_twice_over_what_the_server_wrote_anew_had_seen_it(size: int) -> None:
    """G4 G5: what he writes over is not what he emptied, though it comes deleted in an earlier piece."""
    stage, doc, before = draft_and_copy()
    replica = stage.loaded()
    marc: Doc[Any] = Doc(client_id=9)
    marc.apply_update(stage.history)
    cells, others = (each.get("client", type=Map) for each in (doc, marc))

    def send(page: Doc[Any], author: Author, since: bytes) -> None:
        assert stage.at_once(replica, author, page.get_update(since), None).refused == []

    others["reference"] = "Marc"
    send(marc, MARC, before)
    doc.apply_update(replica.doc.get_update(before))
    others["reference"], since = "Marc Roy", marc.get_state()
    send(marc, MARC, since)
    since = marc.get_state()
    with marc.transaction():
        del others["reference"]
    send(marc, MARC, since)
    cells["reference"], since = "Anna", doc.get_state()
    send(doc, ANNA, since)
    since = doc.get_state()
    cells["reference"] = "Anna R."
    cells["reference"] = "Anna Roy"
    raw, has = doc.get_update(since), decode_state_vector(doc.get_state())
    outcomes = list(stage.in_pieces(replica, ANNA, raw, has, size))
    assert told(outcomes) == Counter()
    changes = [(change.before, change.after) for outcome in outcomes for change in outcome.changes]
    assert changes == [("Anna", "Anna Roy")]


def test_a_bulk_without_structs_is_one_piece_with_its_deletions() -> None:
    assert list(Bulk(Update([], {1: [(0, 1)]}), 1).pieces()) == [Update([], {1: [(0, 1)]})]
