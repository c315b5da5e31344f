"""Who looks at an order is shown what is committed, and what is read for him is what will be."""

from collections.abc import Callable

from server.availability import Availability
from server.gate.replica import Replica
from server.rooms.looks import Looks
from server.rooms.working_copy import WorkingCopy
from tests.server.in_memory import AT, born, in_memory, write


class Reader:
    """Notes what was read for him, and what of it he was told."""

    def __init__(self, copy: WorkingCopy) -> None:
        self.read: list[tuple[str, int]] = []
        self.told: list[tuple[str, int]] = []
        self.looks = Looks(copy, Availability("order", lambda: AT, lambda _: None), self._never)

    async def _never(self) -> tuple[Replica, int]:
        raise AssertionError("the database takes what is in memory")

    def look(self, replica: Replica, seq: int) -> Callable[[], None]:
        seen = str(replica.content.client.get("reference")), seq
        self.read.append(seen)
        return lambda: self.told.append(seen)


def test_what_is_committed_is_told_at_once() -> None:
    reader = Reader(in_memory(born()[0]))
    reader.looks.look(reader.look)
    assert reader.told == [("None", 1)]


def test_while_a_batch_gathers_nothing_is_read_until_it_is_taken_and_told_when_it_is_committed() -> None:
    copy = in_memory(born()[0])
    reader = Reader(copy)
    write(copy, "BT-1")
    reader.looks.look(reader.look)
    assert reader.read == []
    write(copy, "BT-2")
    batch = copy.take_batch()
    reader.looks.join(batch)
    assert (reader.read, reader.told) == ([("BT-2", 2)], [])
    for _, tell in batch.looks:
        tell()
    assert reader.told == [("BT-2", 2)]


def test_who_looks_while_a_batch_is_on_its_way_is_told_with_it() -> None:
    copy = in_memory(born()[0])
    reader = Reader(copy)
    write(copy, "BT-1")
    batch = copy.take_batch()
    reader.looks.look(reader.look)
    assert (reader.read, reader.told, len(batch.looks)) == ([("BT-1", 2)], [], 1)


def test_who_was_to_be_told_with_a_batch_that_is_void_looks_again() -> None:
    copy = in_memory(born()[0])
    reader = Reader(copy)
    write(copy, "BT-1")
    copy.take_batch()
    reader.looks.look(reader.look)
    stored, _ = born()
    void, _ = copy.restart_from(stored, copy.journal)
    reader.looks.leave(void)
    reader.looks.look_again()
    assert reader.told == [("None", 1)]
