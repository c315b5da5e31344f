"""An order in memory is ahead of its journal by what was done to it since, and by nothing else."""

from persistence.journal import JournalEnd, checksum
from server.gate.replica import Replica
from server.gate.writer import new_writer
from tests.server.in_memory import born, commit, in_memory, write


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
