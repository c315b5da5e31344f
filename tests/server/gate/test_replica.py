"""A replica that is loaded again knows what the one that lived through it all knew."""

import gc
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from pycrdt import Doc, Map, Text, merge_updates

from server.gate.author import Author
from server.gate.gate import admit
from server.gate.index import BrokenDocument, Index
from server.gate.judge import Bench
from server.gate.place import Place
from server.gate.replica import MERGED_AT_ONCE, WORTH_MERGING, Replica, merged
from server.gate.screen import screen
from server.gate.standing import Standing
from server.gate.writer import new_writer
from server.orders.birth import Beginning, Party, build, first_cells
from server.rooms.following import follow
from server.rooms.reading import copy_of
from server.yjs.structs import DELETED, Struct
from server.yjs.update import LIMITS, decode_update, encode_update


def born() -> tuple[int, bytes]:
    """The server's client id and the first update of an order."""
    beginning = Beginning(
        Party({"id": "s", "name": "Boréale"}), Party({"id": "c", "name": "Laurier"}), "client", "CAD"
    )
    writer = new_writer()
    return writer, build(first_cells(beginning, "e", datetime(2026, 11, 23, tzinfo=UTC)), writer)[1]


def alternating(first: bytes, times: int) -> bytes:
    """A document in which two buyers overwrite one cell by turns."""
    docs: list[Doc[Any]] = [Doc(), Doc()]
    for doc in docs:
        doc.apply_update(first)
    for turn in range(times):
        here, there = docs[turn % 2], docs[1 - turn % 2]
        here.get("client", type=Map)["reference"] = str(turn)
        there.apply_update(here.get_update(there.get_state()))
    return docs[0].get_update()


def test_a_history_of_turns_is_indexed_in_time_linear_in_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    writer, first = born()
    whole = alternating(first, 2_000)
    asked = 0
    place = Index.place

    def counted(self: Index, client: int, clock: int) -> Place | None:
        nonlocal asked
        asked += 1
        return place(self, client, clock)

    monkeypatch.setattr(Index, "place", counted)
    replica = Replica.load(writer, [whole], {})
    assert replica.content.client["reference"] == "1999"
    assert asked < 1.5 * 2_000


def test_the_collector_rests_while_a_long_history_is_indexed() -> None:
    writer, first = born()
    replica = Replica.to_read(writer, [alternating(first, 2_000)], {})
    passes: list[str] = []
    gc.collect()
    gc.callbacks.append(lambda phase, _: passes.append(phase))
    try:
        _ = replica.index
        assert passes.count("start") <= 1  # once it is over
    finally:
        gc.callbacks.pop()


@pytest.mark.parametrize("place", [("client", "reference"), ("client", "nowhere at all"), ("note", None)])
def test_what_an_update_says_that_was_deleted_costs_nothing_for_its_length(place: Place) -> None:
    """G8: a few bytes may stand for a million entries that are gone."""
    writer, first = born()
    replica = Replica.load(writer, [first], {})
    root, key = place
    gone = Struct(
        424242, 0, LIMITS.deleted_length, DELETED, None, None, root, None, key, key is not None, None
    )
    data = encode_update([gone], {424242: [(0, gone.length)]})
    paul = Author("paul", "Paul", "client", "viewer")
    tracemalloc.start()
    for has in (None, {424242: gone.length}):
        screened = screen(decode_update(data), replica.index, paul.user_id)
        admit(replica, data, screened, paul, Bench(replica.content, "open"), has=has)
    follow(Replica.load(writer, [first], {}), data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert replica.index.clock(424242) == gone.length
    assert peak < 1 << 20


def test_an_emptied_cell_is_remembered_by_its_last_entry() -> None:
    writer, first = born()
    doc: Doc[Any] = Doc()
    doc.apply_update(first)
    cells = doc.get("client", type=Map)
    cells["reference"] = "BT-1"
    del cells["reference"]
    replica = Replica.load(writer, [doc.get_update()], {})
    standing = replica.index.standing(("client", "reference"))
    assert standing.entry == (doc.client_id, 0)
    assert "reference" not in replica.content.client


def test_the_note_is_rewritten_around_emoji_and_combining_marks() -> None:
    writer, first = born()
    replica = Replica.load(writer, [first], {})
    for text in (
        "Portes e\u0301rable 👩\u200d🔧 livrées",
        "Portes érable 👩\u200d🔧 👍 livrées vite",
        "👍",
        "",
    ):
        replica.settle(None, {}, text)
        assert replica.content.note == text == str(replica.note)


def test_bytes_that_are_no_document_do_not_load() -> None:
    with pytest.raises(BrokenDocument):
        Replica.load(1, [b"\x01\x01\x07\x05\x04\x00"], {})


def test_who_only_reads_finds_what_the_index_would_say_without_one() -> None:
    writer, first = born()
    doc: Doc[Any] = Doc()
    doc.apply_update(first)
    cells = doc.get("client", type=Map)
    for key, value in {
        "reference": "BT-1",
        "contact": {"name": "Anna é😀"},
        "count": 3,
        "list": [1, 2.5, True],
    }.items():
        cells[key] = value
    cells["reference"] = "BT-2"
    cells["gone"] = "x"
    del cells["gone"]
    doc.get("note", type=Text).insert(0, "Quai 4 😀")
    whole = doc.get_update()
    reading, indexed = Replica.to_read(writer, [whole], {}), Replica.load(writer, [whole], {})
    assert reading.content == indexed.content
    assert reading.state() == indexed.state() == indexed.index.clocks
    assert not reading.indexed, "nobody has asked for it yet"
    assert reading.index.standing(("client", "reference")) == indexed.index.standing(("client", "reference"))
    assert reading.content == indexed.content


def test_the_first_write_finds_the_index_and_leaves_it_whole() -> None:
    writer, first = born()
    reading, indexed = Replica.to_read(writer, [first], {}), Replica.load(writer, [first], {})
    for replica in (reading, indexed):
        written = replica.settle(None, {("record", "number"): "2026-0001"}).written
        replica.stand(("record", "number"), Standing(written["record", "number"]), "2026-0001")
    again = Replica.load(writer, [reading.doc.get_update()], {})
    for replica in (reading, again):
        assert replica.index.clocks == indexed.index.clocks
        assert [replica.index.place(writer, clock) for clock in range(indexed.index.clock(writer))] == [
            indexed.index.place(writer, clock) for clock in range(indexed.index.clock(writer))
        ]


def test_aliases_are_known_whenever_the_index_is_made() -> None:
    writer, first = born()
    doc: Doc[Any] = Doc()
    doc.apply_update(first)
    doc.get("client", type=Map)["reference"] = "BT-1"
    whole, entry = doc.get_update(), f"{doc.client_id}:0"
    aliases = [("client/reference", "9:4", entry, False)]
    reading, indexed = Replica.to_read(writer, [whole], {}), Replica.load(writer, [whole], {})
    for replica in (reading, indexed):
        replica.remember_aliases(aliases)
        assert replica.index.seen(("client", "reference"), (9, 4))


def test_a_long_journal_is_merged_to_the_same_bytes_a_few_at_a_time() -> None:
    doc: Doc[Any] = Doc()
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    cells = doc.get("client", type=Map)
    for turn in range(3 * MERGED_AT_ONCE + 5):
        cells[f"k{turn % 7}"] = str(turn)
    doc.unobserve(subscription)
    assert merged(updates) == merge_updates(*updates)
    assert merged(updates[:1]) == updates[0]


def lived() -> Replica:
    """A replica whose index knows more than its document tells."""
    writer, first = born()
    replica = Replica.load(writer, [first], {7: "anna"})
    place = ("client", "reference")
    for turn, value in enumerate(("BT-1", "BT-2")):
        written = replica.settle(None, {place: value}).written[place]
        replica.stand(place, replica.after(place, value, written, (7, turn)), value)
    replica.settle(None, {}, "Quai 4 😀")
    return replica


def test_a_folded_replica_is_the_same_when_it_is_needed_again() -> None:
    replica, again = lived(), lived()
    place = ("client", "reference")
    content, standing = replica.content, replica.index.standing(place)
    assert standing.knows_more
    before, state, whole = copy_of(content), replica.state(), replica.since()
    replica.fold()
    assert replica.size == 0
    uses = replica.uses
    assert (replica.state(), replica.since()) == (state, whole)
    assert replica.uses == uses, "what a visitor is sent at first needs no document"
    assert replica.content is content
    assert content == before
    assert replica.index.standing(place) == standing
    assert replica.index.clocks == state
    assert len(replica.index.clocks) == len(again.index.clocks)


def test_a_folded_replica_gives_what_a_peer_lacks() -> None:
    replica = lived()
    peer: Doc[Any] = Doc()
    peer.apply_update(replica.since())
    vector = peer.get_state()
    replica.settle(None, {("client", "reference"): "BT-3"})
    replica.fold()
    peer.apply_update(replica.since(vector))
    assert peer.get("client", type=Map).to_py() == {**replica.content.client, "reference": "BT-3"}


def test_plain_edits_are_in_the_document_whenever_it_is_asked_for() -> None:
    writer, first = born()
    replica = Replica.load(writer, [first], {})
    doc: Doc[Any] = Doc()
    doc.apply_update(first)
    for turn in range(MERGED_AT_ONCE + 3):
        before = doc.get_state()
        doc.get("client", type=Map)["reference"] = str(turn)
        update = doc.get_update(before)
        replica.integrate_soon(update, replica.index.resolve(decode_update(update).structs))
    assert replica.maps["client"]["reference"] == str(MERGED_AT_ONCE + 2)
    assert replica.doc.get_state() == doc.get_state()


def test_edits_that_were_committed_together_come_into_the_document_as_the_one_update_they_were_merged_to() -> (
    None
):
    writer, first = born()
    replica = Replica.load(writer, [first], {})
    doc: Doc[Any] = Doc()
    doc.apply_update(first)

    def edit(turn: int) -> bytes:
        before = doc.get_state()
        doc.get("client", type=Map)["reference"] = str(turn)
        update = doc.get_update(before)
        replica.integrate_soon(update, replica.index.resolve(decode_update(update).structs))
        return update

    left = edit(0)
    together = [edit(turn) for turn in range(1, WORTH_MERGING + 1)]
    replica.integrate_merged(merge_updates(*together), together)
    late = [edit(turn) for turn in range(WORTH_MERGING + 1, MERGED_AT_ONCE)]
    # What others lie between, or what is in the document already, stays as it is.
    replica.integrate_merged(merge_updates(left, *late), [left, *late])
    replica.integrate_merged(merge_updates(*together), together)
    assert replica.maps["client"]["reference"] == str(MERGED_AT_ONCE - 1)
    assert replica.doc.get_state() == doc.get_state()


def test_what_was_overwritten_counts_in_what_it_takes_to_unfold() -> None:
    """An order of a few cells and a long past is not let go of at every pause: everybody waits while it is read."""
    writer, first = born()
    young, old = (Replica.load(writer, [alternating(first, times)], {}) for times in (2, 802))
    assert old.size - young.size == 100
    old.fold()
    assert old.size == 0
