"""When an order in memory is worth folding: most orders that are open are only looked at.

Unfolding takes some 20 µs a cell, the index as much again. So the larger an order is, the longer it waits unused; and
the longer, the oftener it was unfolded again soon after.
"""

from typing import Final

LOOK_SECONDS: Final = 0.5
"""How often it is asked. As much time again, and an order that is not needed any more is no longer in the way of the
next ones: many may be opened in a second."""
CELLS_A_LOOK: Final = 200
FLEETING_LOOKS: Final = 60
"""An order that is needed again so soon was folded too early."""
MOST_PATIENT: Final = 64
"""Each time an order was folded too early it waits twice as long from then on, up to so many times."""
TOO_EARLY_ONCE: Final = 2
"""How many times as long one waits that was folded too early once."""
CROWD_CELLS: Final = 12_000
"""With more cells than these unfolded, some 2 KB each, there is a crowd: orders that were only opened or filled wait
for a glance alone. When hundreds are opened in a few seconds, the process keeps about what was unfolded at the most."""
GLANCE_SECONDS: Final = 0.1
"""How often it is asked in a crowd."""
PASSING_LOOKS: Final = 2
"""Who opens an order needs it at one look or two, and may edit it at as many. One that is edited at more is being
worked on; those who come one after the other only to look do not work on it."""
AT_WORK: Final = 16
"""How many times longer than one that is only opened an order waits that is being worked on: people pause, and the next
edit of each would wait, and everybody's with it, until all is unfolded."""
PIECE_SECONDS: Final = 0.005
"""How long orders may be folded one after the other while everybody else waits."""


class Folding:
    """Of one order. Asked every LOOK_SECONDS."""

    def __init__(self) -> None:
        self._unused = 0
        self._patience = 0
        self._factor = 1
        self._edited = 0
        self._folded_at: int | None = None
        """How many looks it had been unused for."""

    @property
    def is_passing(self) -> bool:
        """Whether it was only opened or filled, and was needed again soon after it was folded once at most: when it was
        opened before it was filled. Whoever begins to edit pauses between two edits for longer than a glance takes."""
        return self._edited == 0 and self._factor <= TOO_EARLY_ONCE

    def folded(self) -> None:
        """It has been folded, for whatever reason."""
        self._folded_at = self._unused

    def is_due(self, *, used: bool, cells: int, edited: bool = False) -> bool:
        """Whether to fold now. `used`: whether the document was needed since this was asked last; `edited`: whether it
        was changed, too, otherwise than by a large update, which fills it however long that takes; `cells`: how many
        it has."""
        if used:
            if self._folded_at is not None:
                self._learn(self._unused - self._folded_at)
                self._folded_at = None
            self._edited += edited
            if self._edited > PASSING_LOOKS:
                self._factor = max(self._factor, AT_WORK)
            self._unused, self._patience = 0, self._factor * max(1, cells // CELLS_A_LOOK)
            return False
        self._unused += 1
        return self._unused == self._patience and self._folded_at is None

    def _learn(self, looks: int) -> None:
        """It was folded for so many, and is needed again."""
        if looks >= FLEETING_LOOKS:
            self._factor, self._edited = 1, 0
        else:
            self._factor = min(2 * self._factor, MOST_PATIENT)
