from collections.abc import Sequence
from typing import Any

import pytest
from pycrdt import Doc, Map, Text

from server.gate.breach import Breach, BreachCode
from server.gate.place import NOTE, Place
from server.gate.screen import CLIENTS_LIMIT, NEW_CLIENTS_LIMIT, screen
from server.yjs.structs import ANY, DELETED, STRING, Deletions, Id, Struct, entry
from server.yjs.update import Update, decode_update, encode_update

ANNA, SOPHIE, SERVER = 100, 200, 1
"""Client ids, bound to the people in whose name these tests speak and to the server."""
QUANTITY: Place = ("client", "lines/1/quantity")
PRICE: Place = ("supplier", "lines/1/unit_price")


class Held:
    """What the server of these tests holds: the place of every clock, and whose each client id is."""

    def __init__(self) -> None:
        self.second_halves: set[Id] = set()
        self.places: dict[int, list[Place]] = {
            ANNA: [QUANTITY, QUANTITY, NOTE, NOTE, NOTE],
            SOPHIE: [PRICE, NOTE],
            SERVER: [("record", "number")],
        }
        self.owners = {ANNA: "anna", SOPHIE: "sophie", SERVER: "server"}

    def clock(self, client: int) -> int:
        return len(self.places.get(client, ()))

    def owner(self, client: int) -> str | None:
        return self.owners.get(client)

    def clients_of(self, user: str) -> int:
        return sum(owner == user for owner in self.owners.values())

    def place(self, client: int, clock: int) -> Place | None:
        known = self.places.get(client, [])
        return known[clock] if clock < len(known) else None

    def arranges(self, structs: Sequence[Struct]) -> bool:
        return True


def struct(
    id: Id,
    kind: int = ANY,
    content: Any = ("1",),
    *,
    origin: Id | None = None,
    right_origin: Id | None = None,
    place: Place | None = None,
    parent: Id | None = None,
    length: int | None = None,
) -> Struct:
    root, key = place or (None, None)
    content = list(content) if kind == ANY else content
    length = length or len(content)
    return Struct(*id, length, kind, origin, right_origin, root, parent, key, key is not None, content)


def text(id: Id, content: str = "a", **neighbours: Any) -> Struct:
    return struct(id, STRING, content, **neighbours)


def assert_breach(code: BreachCode, structs: list[Struct], deletions: Deletions | None = None) -> None:
    update = decode_update(encode_update(structs, deletions or {}))
    with pytest.raises(Breach) as broken:
        screen(update, Held(), "anna")
    assert broken.value.code is code


def test_the_next_edit_over_the_entry_that_stands_is_taken_whole() -> None:
    edit = struct((ANNA, 5), origin=(ANNA, 1))
    screened = screen(Update([edit], {ANNA: [(1, 1)]}), Held(), "anna")
    assert screened.structs == [(edit, QUANTITY)]
    assert screened.deletions == [(ANNA, 1, 1)]
    assert screened.whole


def test_anyone_may_refer_to_and_delete_what_the_server_holds() -> None:
    """Whether he had the right to is for the judge: here all that counts is that it is known."""
    edit = struct((ANNA, 5), origin=(SOPHIE, 0))
    screened = screen(Update([edit], {SOPHIE: [(0, 2)]}), Held(), "anna")
    assert screened.structs == [(edit, PRICE)]
    assert screened.deletions == [(SOPHIE, 0, 2)]


@pytest.mark.parametrize(
    ("ranges", "disjoint"),
    [
        ([(0, 5), (1, 1)], [(0, 5)]),
        ([(3, 1), (0, 1), (3, 2)], [(0, 1), (3, 2)]),
        ([(1, 1), (0, 1), (2, 3)], [(0, 5)]),
        ([(2, 1), (2, 1)], [(2, 1)]),
        ([(0, 2), (1, 3), (0, 1)], [(0, 4)]),
    ],
)
def test_deletions_are_told_once_each_and_in_order(
    ranges: list[tuple[int, int]], disjoint: list[tuple[int, int]]
) -> None:
    """Who looks for an item among sorted ranges would overlook it behind one that lies within another."""
    screened = screen(Update([], {ANNA: ranges}), Held(), "anna")
    assert screened.deletions == [(ANNA, *each) for each in disjoint]


def test_a_new_client_id_is_taken_from_clock_zero() -> None:
    edit = entry(300, 0, "9", root="client", key="reference")
    assert screen(Update([edit], {}), Held(), "anna").structs == [(edit, ("client", "reference"))]


def test_relayed_structs_that_the_server_has_are_dropped() -> None:
    """A synchronisation may repeat what others wrote; it counts for nothing, whatever it now says."""
    forged = struct((SOPHIE, 0), content=["0.01"], place=PRICE)
    servers = struct((SERVER, 0), content=["forged"], place=("record", "number"))
    edit = struct((ANNA, 5), origin=(ANNA, 1))
    screened = screen(Update([forged, edit, servers], {}), Held(), "anna")
    assert screened.structs == [(edit, QUANTITY)]
    assert not screened.whole


def test_a_struct_that_reaches_back_is_cut_to_what_is_new() -> None:
    run = text((ANNA, 2), "abcdef", place=NOTE)
    screened = screen(Update([run], {}), Held(), "anna")
    assert screened.structs == [(run.slice(3), NOTE)]
    assert screened.structs[0][0].origin == (ANNA, 4)
    assert not screened.whole


def test_a_run_of_values_of_one_key_is_taken() -> None:
    run = struct((ANNA, 5), content=["1", "2", "3"], origin=(ANNA, 1))
    assert screen(Update([run], {ANNA: [(5, 2)]}), Held(), "anna").structs == [(run, QUANTITY)]


def test_what_is_deleted_may_lie_in_a_map_and_in_the_note() -> None:
    gone = struct((ANNA, 5), DELETED, None, length=3, origin=(ANNA, 1))
    words = struct((ANNA, 8), DELETED, None, length=3, origin=(ANNA, 4), right_origin=(SOPHIE, 1))
    screened = screen(Update([gone, words], {}), Held(), "anna")
    assert [place for _, place in screened.structs] == [QUANTITY, NOTE]


def test_structs_are_ordered_so_that_references_come_first() -> None:
    """Two pages of one person that edited in turn while offline: each waits for the other."""
    one = [
        struct((300, 0), origin=(ANNA, 1)),
        struct((300, 1), origin=(400, 0)),
        struct((300, 2), origin=(400, 1)),
    ]
    two = [struct((400, 0), origin=(300, 0)), struct((400, 1), origin=(300, 1))]
    for structs in (one + two, two + one):
        screened = screen(Update(structs, {}), Held(), "anna")
        assert [(s.client, s.clock) for s, _ in screened.structs] == [
            (300, 0),
            (400, 0),
            (300, 1),
            (400, 1),
            (300, 2),
        ]
        assert {place for _, place in screened.structs} == {QUANTITY}


def test_a_reference_may_point_into_the_middle_of_a_new_run() -> None:
    run = text((300, 0), "abcdef", place=NOTE)
    other = text((400, 0), "x", origin=(300, 2), right_origin=(300, 3))
    screened = screen(Update([other, run], {}), Held(), "anna")
    assert [place for _, place in screened.structs] == [NOTE, NOTE]


def test_forged_ids_are_a_breach_of_identity() -> None:
    assert_breach(BreachCode.IDENTITY, [struct((SOPHIE, 2), origin=(SOPHIE, 0))])
    assert_breach(BreachCode.IDENTITY, [struct((SERVER, 1), place=("record", "agreed"))])


def test_the_new_end_of_anothers_struct_is_a_breach_of_identity() -> None:
    assert_breach(BreachCode.IDENTITY, [text((SOPHIE, 1), "ab", place=NOTE)])


def test_a_forged_id_behind_relayed_structs_is_a_breach_of_identity() -> None:
    relayed = struct((SOPHIE, 0), place=PRICE)
    known = text((SOPHIE, 1), place=NOTE)
    assert_breach(BreachCode.IDENTITY, [relayed, known, struct((SOPHIE, 2), origin=(SOPHIE, 0))])


def test_a_missing_edit_is_a_gap() -> None:
    assert_breach(BreachCode.GAP, [struct((ANNA, 6), origin=(ANNA, 1))])
    assert_breach(BreachCode.GAP, [entry(300, 1, "9", root="client", key="reference")])


def test_another_users_next_edit_is_an_unknown_reference() -> None:
    """The library would keep it, and integrate it inside the supplier's own next update."""
    assert_breach(BreachCode.UNKNOWN_REFERENCE, [struct((ANNA, 5), origin=(SOPHIE, 2))])
    assert_breach(BreachCode.UNKNOWN_REFERENCE, [text((ANNA, 5), origin=(ANNA, 4), right_origin=(SOPHIE, 2))])
    assert_breach(BreachCode.UNKNOWN_REFERENCE, [struct((ANNA, 5), origin=(999, 0))])


def test_a_pending_deletion_is_an_unknown_reference() -> None:
    assert_breach(BreachCode.UNKNOWN_REFERENCE, [], {SOPHIE: [(2, 1)]})
    assert_breach(BreachCode.UNKNOWN_REFERENCE, [], {SOPHIE: [(0, 3)]})
    assert_breach(BreachCode.UNKNOWN_REFERENCE, [], {999: [(0, 1)]})
    assert_breach(BreachCode.UNKNOWN_REFERENCE, [struct((ANNA, 5), origin=(ANNA, 1))], {ANNA: [(5, 2)]})


def test_references_in_a_circle_are_unknown_references() -> None:
    assert_breach(BreachCode.UNKNOWN_REFERENCE, [struct((ANNA, 5), origin=(ANNA, 5))])
    assert_breach(
        BreachCode.UNKNOWN_REFERENCE,
        [struct((ANNA, 5), origin=(ANNA, 6)), struct((ANNA, 6), origin=(ANNA, 1))],
    )
    circle = [struct((300, 0), origin=(400, 0)), struct((400, 0), origin=(300, 0))]
    assert_breach(BreachCode.UNKNOWN_REFERENCE, circle)


def test_an_item_that_the_server_cannot_place_is_an_unknown_reference() -> None:
    class Forgetful(Held):
        def place(self, client: int, clock: int) -> Place | None:
            return None

    with pytest.raises(Breach) as broken:
        screen(Update([struct((ANNA, 5), origin=(ANNA, 1))], {}), Forgetful(), "anna")
    assert broken.value.code is BreachCode.UNKNOWN_REFERENCE


def test_a_root_that_an_order_has_not_is_unknown() -> None:
    for root in ("clients", "", "Note"):
        assert_breach(BreachCode.UNKNOWN_ROOT, [struct((ANNA, 5), place=(root, "key"))])
        assert_breach(BreachCode.UNKNOWN_ROOT, [text((ANNA, 5), place=(root, None))])


def test_an_item_as_a_parent_is_a_nested_type() -> None:
    assert_breach(BreachCode.FOREIGN_PARENT, [struct((ANNA, 5), parent=(ANNA, 1))])


@pytest.mark.parametrize(
    "wrong",
    [
        struct((ANNA, 5), place=("note", "key")),
        text((ANNA, 5), place=("note", "key")),
        struct((ANNA, 5), place=("client", None)),
        text((ANNA, 5), place=("client", None)),
        text((ANNA, 5), place=QUANTITY),
        text((ANNA, 5), origin=(ANNA, 1)),
        struct((ANNA, 5), place=NOTE),
        struct((ANNA, 5), origin=(ANNA, 4)),
        struct((ANNA, 5), DELETED, None, length=1, place=("record", None)),
    ],
)
def test_a_root_used_as_another_type_is_a_wrong_type(wrong: Struct) -> None:
    assert_breach(BreachCode.WRONG_TYPE, [wrong])


def test_a_map_entry_has_no_right_origin() -> None:
    assert_breach(BreachCode.RIGHT_ORIGIN, [struct((ANNA, 5), right_origin=(ANNA, 1))])
    assert_breach(BreachCode.RIGHT_ORIGIN, [struct((ANNA, 5), origin=(ANNA, 0), right_origin=(ANNA, 1))])


def test_references_into_different_places_cross() -> None:
    assert_breach(BreachCode.CROSSED_PLACES, [text((ANNA, 5), origin=(ANNA, 4), right_origin=(SOPHIE, 0))])


def test_a_known_start_that_claims_another_place_crosses() -> None:
    """Cut to its new part it would lie at the quantity; applied as it came, at the supplier's price."""
    held = Held()
    held.places[ANNA] = [QUANTITY]
    reaching = struct((ANNA, 0), content=["1", "0.01"], place=PRICE)
    with pytest.raises(Breach) as broken:
        screen(Update([reaching], {}), held, "anna")
    assert broken.value.code is BreachCode.CROSSED_PLACES


def test_too_many_new_client_ids_are_refused() -> None:
    fresh = [entry(1000 + n, 0, "1", root="client", key="reference") for n in range(NEW_CLIENTS_LIMIT + 1)]
    assert_breach(BreachCode.TOO_MANY_CLIENTS, fresh)
    assert len(screen(Update(fresh[1:], {}), Held(), "anna").structs) == NEW_CLIENTS_LIMIT


def test_nobody_has_more_client_ids_than_he_can_have_used_and_no_others_pay_for_his() -> None:
    held = Held()
    held.owners |= dict.fromkeys(range(10_000, 10_000 + CLIENTS_LIMIT - 1), "anna")  # and the one she had
    one_more = entry(1000, 0, "1", root="client", key="reference")
    with pytest.raises(Breach) as broken:
        screen(Update([one_more], {}), held, "anna")
    assert broken.value.code is BreachCode.TOO_MANY_CLIENTS
    del held.owners[10_000]
    assert screen(Update([one_more], {}), held, "anna").whole
    held.owners[10_000] = "anna"
    assert screen(Update([one_more], {}), held, "marc").whole
    under_a_known_id = entry(ANNA, 5, "1", root="client", key="reference")
    assert screen(Update([under_a_known_id], {}), held, "anna").whole


def test_a_breach_says_its_code_and_what_was_found() -> None:
    assert str(Breach(BreachCode.GAP, "detail")) == "gap: detail"


def test_the_theft_works_on_the_bare_library_and_not_past_the_screen() -> None:
    """Eve's deletion of Sophie's next edit waits in the library, and takes the edit away when it comes."""
    server: Doc[Any] = Doc(client_id=SERVER)
    sophie: Doc[Any] = Doc(client_id=SOPHIE)
    theft = encode_update([], {SOPHIE: [(0, 1)]})
    server.apply_update(theft)
    sophie.get("supplier", type=Map)["freight"] = "20.00"
    server.apply_update(sophie.get_update())
    assert server.get("supplier", type=Map).to_py() == {}
    held = Held()
    held.places = {}
    with pytest.raises(Breach) as broken:
        screen(decode_update(theft), held, "eve")
    assert broken.value.code is BreachCode.UNKNOWN_REFERENCE


def test_an_offline_day_of_edits_passes_in_one_synchronisation() -> None:
    """Entries written over, texts typed and removed, after concurrent edits of both companies."""
    sophie: Doc[Any] = Doc(client_id=SOPHIE)
    anna: Doc[Any] = Doc(client_id=ANNA)
    sophie.get("supplier", type=Map)["freight"] = "20.00"
    anna.apply_update(sophie.get_update())
    cells, note = anna.get("client", type=Map), anna.get("note", type=Text)
    for quantity in "12345":
        cells["lines/1/quantity"] = quantity
        note += f"é😀{quantity}"
    del cells["lines/1/quantity"]
    cells["lines/1/quantity"] = "6"
    del note[0:6]
    held = Held()
    held.places = {SOPHIE: [("supplier", "freight")]}
    update = decode_update(anna.get_update(sophie.get_state()))
    screened = screen(update, held, "anna")
    assert screened.whole
    assert {place for _, place in screened.structs} == {QUANTITY, NOTE}
    again = encode_update([s for s, _ in screened.structs], update.deletions)
    sophie.apply_update(again)
    assert sophie.get("client", type=Map).to_py() == {"lines/1/quantity": "6"}
    assert str(sophie.get("note", type=Text)) == str(note)


def test_a_long_chain_between_two_clients_is_taken_in_one_pass() -> None:
    """Neither recursion nor repeated scans: 20,000 structs, each of which waits for the other client."""
    length = 10_000
    one = [struct((300, n), origin=(400, n - 1) if n else (ANNA, 1)) for n in range(length)]
    two = [struct((400, n), origin=(300, n)) for n in range(length)]
    calls = 0

    class Counting(Held):
        def clock(self, client: int) -> int:
            nonlocal calls
            calls += 1
            return super().clock(client)

    assert len(screen(Update(two + one, {}), Counting(), "anna").structs) == 2 * length
    assert calls < 8 * length
