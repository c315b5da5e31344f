"""What some clients send back of what they were told: pycrdt's `Provider` repeats every update.

    echoes.told(update)              # it goes out to everybody
    echoes.holds(update)             # it came from one of them

Entries are known by their ids; a deletion is not, and one that comes back after the cell was filled again would empty
it. So updates that only delete are remembered for a while, if they are as small as those of a cell or two.
"""

from collections import deque
from typing import Final

REMEMBERED: Final = 32
BYTES: Final = 256
_NO_ENTRIES: Final = b"\0"


class Echoes:
    """The last updates of one order that were told and only delete."""

    def __init__(self) -> None:
        self._told: deque[bytes] = deque(maxlen=REMEMBERED)

    def told(self, update: bytes) -> None:
        """Remember what is shown, if it deletes and does nothing else."""
        if update.startswith(_NO_ENTRIES) and len(update) <= BYTES:
            self._told.append(update)

    def holds(self, update: bytes) -> bool:
        """Whether it was told lately, byte for byte."""
        return update in self._told
