"""A replica that is loaded again knows what the one that lived through it all knew."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pycrdt import Doc, Map

from server.birth import Beginning, Party, build, first_cells, new_writer
from server.replica import BrokenDocument, Replica
from server.screen import Place


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
    place = Replica.place

    def counted(self: Replica, client: int, clock: int) -> Place | None:
        nonlocal asked
        asked += 1
        return place(self, client, clock)

    monkeypatch.setattr(Replica, "place", counted)
    replica = Replica.load(writer, [whole], {})
    assert replica.content.client["reference"] == "1999"
    assert asked < 4 * 2_000


def test_an_emptied_cell_is_remembered_by_its_last_entry() -> None:
    writer, first = born()
    doc: Doc[Any] = Doc()
    doc.apply_update(first)
    cells = doc.get("client", type=Map)
    cells["reference"] = "BT-1"
    del cells["reference"]
    replica = Replica.load(writer, [doc.get_update()], {})
    standing = replica.standing(("client", "reference"))
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
