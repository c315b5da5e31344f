"""An order in memory is ahead of its journal by what was done to it since, and by nothing else."""

import pytest

from persistence.journal import JournalEnd, checksum
from server.gate.replica import Replica
from server.gate.writer import new_writer
from server.yjs.state_vector import decode_state_vector
from server.yjs.update import decode_update
from tests.server.gate.test_gate_fuzz import CLIENTS, PEOPLE
from tests.server.in_memory import born, commit, in_memory, write
from tests.server.rooms.test_echoes import Page


def test_what_is_done_is_in_the_journal_once_its_batch_is_committed() -> None:
    copy = in_memory(born()[0])
    write(copy, "BT-1")
    batch = copy.take_batch()
    assert (copy.content.client["reference"], copy.journal.seq, copy.pending.empty) == ("BT-1", 1, False)
    copy.committed(batch)
    assert copy.journal == JournalEnd(2, checksum(batch.merged or b""), 1)
    assert copy.pending.empty


def test_what_comes_while_a_batch_is_on_its_way_goes_with_the_next() -> None:
    copy = in_memory(born()[0])
    write(copy, "BT-1")
    batch = copy.take_batch()
    write(copy, "BT-2")
    copy.committed(batch)
    assert not copy.pending.empty
    assert copy.take_batch().follows == checksum(batch.merged or b"")


def test_after_a_snapshot_only_what_came_later_counts_as_journal() -> None:
    copy = in_memory(born()[0])
    for reference in ("BT-1", "BT-2", "BT-3"):
        write(copy, reference)
        commit(copy)
    copy.shortened(3)
    assert (copy.journal.seq, copy.journal.since_snapshot) == (4, 1)


def test_who_goes_on_from_what_is_stored_gives_up_what_was_in_memory_alone() -> None:
    replica, first = born()
    copy = in_memory(replica)
    write(copy, "BT-1")
    committed = commit(copy)
    write(copy, "BT-2")
    stored = Replica.load(new_writer(), [first, committed], {})
    update, _ = stored.write({("supplier", "confirmation_number"): "C-9"})
    void, missing = copy.restart_from(stored, JournalEnd(3))
    assert [row.after for batch in void for row in batch.trail] == ["BT-2"]
    assert (copy.content.client["reference"], copy.journal.seq, copy.pending.empty) == ("BT-1", 3, True)
    assert missing == update


@pytest.mark.anyio
async def test_who_was_beaten_by_another_server_twice_is_told_what_he_tried() -> None:
    """G4: in his own document the other's value has beaten his by then, and what he sends again is empty."""
    replica, first = born()
    here, there = in_memory(replica), in_memory(Replica.load(new_writer(), [first], {}))
    anna, marc = (Page(PEOPLE[name], CLIENTS[name], first) for name in ("anna", "marc"))
    marc.maps["client"]["reference"] = "PO-1"
    anna.maps["client"]["reference"] = "PO-2"
    for copy, page in ((there, marc), (here, anna)):
        raw, _ = page.sends.popleft()
        copy.edit(page.visitor, raw, decode_update(raw), {}, live=True)
    anna.told.append(commit(there))
    anna.hear()
    stored = Replica.load(new_writer(), [there.replica.since()], dict(there.replica.owners))
    here.restart_from(stored, JournalEnd(2))
    anna.visitor.has = decode_state_vector(anna.doc.get_state())
    again = anna.doc.get_update(stored.state_vector())
    here.edit(anna.visitor, again, decode_update(again), {}, live=False)
    (told,) = here.pending.gathering.refusals
    assert (told.refused.refusal.code, told.refused.tried, told.refused.kept) == ("overtaken", "PO-2", "PO-1")
