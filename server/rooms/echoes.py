"""What some clients send back of what they were told: pycrdt's `Provider` repeats whatever was new to it.

    echoes.told(update)              # it goes out to everybody, alone or with others
    echoes.holds(deletions)          # they are of what was told, or of a part of it

Entries are known by their ids; a deletion is not, and one that comes back after the cell was filled again would be told
as overtaken. So those are remembered for a while that can be all that is new to somebody: of updates that only delete,
and of what was refused, which comes back to its author deleted.
"""

from collections import deque
from typing import Final

from server.gate.index import OWN_LIMITS
from server.yjs.ranges import Ranges
from server.yjs.structs import DELETED, Deletions
from server.yjs.update import decode_update

REMEMBERED: Final = 64
BYTES: Final = 65_536
"""Of all together: one that empties ten thousand cells is among them."""
_NO_ENTRIES: Final = b"\0"


class Echoes:
    """Of one order."""

    def __init__(self) -> None:
        self._told: deque[bytes] = deque()
        self._bytes = 0
        self._gone: Ranges | None = None  # until it is asked for

    def told(self, update: bytes, *, refused: bool = False) -> None:
        """Remember an update as it was taken in. `refused`: something in it was, and goes out deleted."""
        if (refused or update.startswith(_NO_ENTRIES)) and len(update) <= BYTES:
            self._told.append(update)
            self._bytes += len(update)
            self._gone = None
        while len(self._told) > REMEMBERED or self._bytes > BYTES:
            self._bytes -= len(self._told.popleft())

    def holds(self, deletions: Deletions) -> bool:
        """Whether all of these were told lately."""
        if self._gone is None:
            self._gone = self._all()
        return self._gone.covers(deletions)

    def _all(self) -> Ranges:
        gone: Deletions = {}
        for told in self._told:
            update = decode_update(told, OWN_LIMITS)
            for struct in update.structs:
                if struct.kind == DELETED:
                    gone.setdefault(struct.client, []).append((struct.clock, struct.length))
            if not update.structs:
                for client, ranges in update.deletions.items():
                    gone.setdefault(client, []).extend(ranges)
        return Ranges(gone)
