"""An order in memory without a server around it, for the tests of what happens to one."""

from datetime import UTC, datetime

from persistence.journal import JournalEnd
from server.gate.replica import Replica
from server.gate.writer import new_writer
from server.orders.birth import Beginning, Party, build, first_cells
from server.rooms.working_copy import WorkingCopy

AT = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


def born(writer: int | None = None) -> tuple[Replica, bytes]:
    """An order's replica, and all that its journal holds. `writer`: the server's client id, if not any."""
    supplier, client = Party({"id": "s", "name": "Boréale"}), Party({"id": "c", "name": "Laurier"})
    return build(first_cells(Beginning(supplier, client, "client", "CAD"), "e", AT), writer or new_writer())


def in_memory(replica: Replica) -> WorkingCopy:
    return WorkingCopy("order", replica, JournalEnd(1), lambda: AT)


def write(copy: WorkingCopy, reference: str) -> None:
    copy.write({("client", "reference"): reference}, [], None, [])


def commit(copy: WorkingCopy) -> bytes:
    """Let what gathered be committed; what went into the journal."""
    batch = copy.take_batch()
    copy.committed(batch)
    return batch.merged or b""
