"""What becomes of one update at the gate: the commonest, and those that only look like it.

All that people do to one another through a served order is in `orders/`.
"""

from collections.abc import Callable
from typing import Any, Final

from pycrdt import Doc, Map

from schema.refusals import Refusal
from server.gate.author import Author
from server.gate.gate import admit
from server.gate.judge import Bench, Offer
from server.gate.outcome import Change, Outcome, Refused
from server.gate.place import Place
from server.gate.screen import screen
from server.orders.birth import build
from server.yjs.update import decode_update

WRITER: Final = 2**40
ANNA: Final = Author("anna", "Anna", "client", "client")
SOPHIE: Final = Author("sophie", "Sophie", "supplier", "supplier")
IDS: Final = {"anna": 7, "sophie": 2**41}
DOOR: Final = {"code": "P", "sizing": "none", "decimals": 0}
REFERENCE: Final[Place] = ("client", "reference")
QUANTITY: Final[Place] = ("client", "lines/a/quantity")
FREIGHT: Final[Place] = ("supplier", "freight")
CELLS: Final[dict[Place, Any]] = {
    ("client", "lines/a/product"): "door",
    ("record", "products/a"): DOOR,
    QUANTITY: "4",
    REFERENCE: "BT-1",
    FREIGHT: "20",
}


class Gate:
    """An open order of one line, and the documents of its people, all of which have it as it is."""

    def __init__(self) -> None:
        self.replica, self.sent = build(CELLS, WRITER)
        self.docs = {name: Doc[Any](client_id=client) for name, client in IDS.items()}
        for doc in self.docs.values():
            doc.apply_update(self.sent)

    def hear(self, author: Author) -> None:
        """Let somebody have what the server has."""
        doc = self.docs[author.user_id]
        doc.apply_update(self.replica.doc.get_update(doc.get_state()))

    def act(self, author: Author, *acts: Callable[[Doc[Any]], None]) -> Outcome:
        """Admit what somebody does in his document, all of it in one update."""
        doc = self.docs[author.user_id]
        before = doc.get_state()
        with doc.transaction():
            for each in acts:
                each(doc)
        self.sent = doc.get_update(before)
        screened = screen(decode_update(self.sent), self.replica.index, author.user_id)
        bench = Bench(self.replica.content, "open", {"door": Offer(DOOR, "41.25")})
        return admit(self.replica, self.sent, screened, author, bench, has=None)

    def shows(self, place: Place) -> Any:
        """What a cell shows; the document says the same."""
        root, key = place
        shown = self.replica.content.root(root).get(key or "")
        assert self.replica.maps[root].get(key or "") == shown
        return shown


def written(place: Place, value: Any) -> Callable[[Doc[Any]], None]:
    return lambda doc: doc.get(place[0], type=Map).__setitem__(place[1], value)


def emptied(place: Place) -> Callable[[Doc[Any]], None]:
    return lambda doc: doc.get(place[0], type=Map).__delitem__(place[1])


def test_a_value_over_the_one_that_stands_goes_out_as_it_came() -> None:
    gate = Gate()
    outcome = gate.act(ANNA, written(REFERENCE, "BT-2"))
    assert (outcome.update, outcome.echo) == (gate.sent, False)
    assert outcome.changes == [Change(REFERENCE, "BT-1", "BT-2")]
    assert outcome.bound == [IDS["anna"]]


def test_a_client_id_is_bound_once() -> None:
    gate = Gate()
    gate.act(ANNA, written(REFERENCE, "BT-2"))
    assert gate.act(ANNA, written(REFERENCE, "BT-3")).bound == []


def test_the_same_value_again_is_no_change() -> None:
    assert Gate().act(ANNA, written(REFERENCE, "BT-1")).changes == []


def test_a_permitted_value_does_not_carry_a_forbidden_deletion_along() -> None:
    """G2, G4: the other company's cell stays, and what was permitted stands."""
    gate = Gate()
    outcome = gate.act(ANNA, written(REFERENCE, "BT-2"), emptied(FREIGHT))
    assert outcome.changes == [Change(REFERENCE, "BT-1", "BT-2")]
    assert outcome.refused == [Refused(FREIGHT, Refusal("not_yours"), None, "20")]
    assert (gate.shows(REFERENCE), gate.shows(FREIGHT)) == ("BT-2", "20")


def test_a_permitted_value_carries_a_permitted_deletion_along() -> None:
    gate = Gate()
    outcome = gate.act(ANNA, written(REFERENCE, "BT-2"), emptied(QUANTITY))
    changes = {Change(REFERENCE, "BT-1", "BT-2"), Change(QUANTITY, "4", None)}
    assert (set(outcome.changes), outcome.refused) == (changes, [])
    assert gate.shows(QUANTITY) is None


def test_what_was_written_and_taken_back_at_once_empties_the_cell() -> None:
    gate = Gate()
    outcome = gate.act(ANNA, written(REFERENCE, "BT-2"), emptied(REFERENCE))
    assert outcome.changes == [Change(REFERENCE, "BT-1", None)]
    assert gate.shows(REFERENCE) is None


def test_what_was_tried_and_taken_back_where_nothing_stands_is_not_even_refused() -> None:
    place: Place = ("supplier", "payment_terms")
    outcome = Gate().act(ANNA, written(place, "60 jours"), emptied(place))
    assert (outcome.changes, outcome.refused) == ([], [])


def test_a_line_that_appears_brings_the_facts_and_the_list_price() -> None:
    gate, product = Gate(), ("client", "lines/b/product")
    gate.act(ANNA, written(product, "door"))
    assert gate.shows(("record", "products/b")) == DOOR
    assert gate.shows(("supplier", "lines/b/unit_price")) == "41.25"


def test_a_substitute_brings_its_facts_over_one_that_stood() -> None:
    gate, place = Gate(), ("supplier", "lines/a/substitute")
    for _ in range(2):
        gate.act(SOPHIE, written(place, "door"))
        assert gate.shows(("record", "substitutes/a")) == DOOR
        gate.act(SOPHIE, emptied(place))
        assert gate.shows(("record", "substitutes/a")) is None


def test_what_is_neither_permitted_nor_in_time_is_refused_for_the_right_that_is_missing() -> None:
    """G2: who may not write is not told what stands now, as one who came too late is."""
    gate = Gate()
    gate.act(SOPHIE, written(FREIGHT, "25"))
    outcome = gate.act(ANNA, written(FREIGHT, "0"))
    assert outcome.refused == [Refused(FREIGHT, Refusal("not_yours"), "0", "25")]


def test_an_alias_is_told_once() -> None:
    """What the journal keeps of it must not grow with each edit after it."""
    gate = Gate()
    gate.act(ANNA, written(REFERENCE, "BT-2"))
    first = gate.act(ANNA, written(REFERENCE, "BT-2"))
    second = gate.act(ANNA, written(REFERENCE, "BT-2"))
    entries = [[alias.entry for alias in outcome.aliases] for outcome in (first, second)]
    assert entries == [[(IDS["anna"], 0)], [(IDS["anna"], 1)]]


def test_all_replicas_agree_afterwards() -> None:
    """G3."""
    gate = Gate()
    gate.act(ANNA, written(REFERENCE, "BT-2"), emptied(FREIGHT))
    gate.act(SOPHIE, written(FREIGHT, "25"), written(QUANTITY, "8"))
    for author in (ANNA, SOPHIE):
        gate.hear(author)
        doc = gate.docs[author.user_id]
        for root in ("client", "supplier"):
            assert doc.get(root, type=Map).to_py() == gate.replica.content.root(root)
