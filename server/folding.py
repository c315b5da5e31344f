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
CROWD_CELLS: Final = 12_000
"""With more cells than these unfolded, some 2 KB each, orders that were only opened or filled wait half as long. When
hundreds are opened in a few seconds, the process keeps about what was unfolded at the most."""
PASSING_LOOKS: Final = 2
"""Who opens an order needs it at one look or two, and who fills it edits it at as many. One that is edited at more is
being worked on; those who come one after the other only to look do not work on it."""
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

    def is_due(self, *, used: bool, cells: int, edited: bool = False, crowded: bool = False) -> bool:
        """Whether to fold now. `used`: whether the document was needed since this was asked last; `edited`: whether it
        was changed, too; `cells`: how many it has, 0 once it is folded; `crowded`: whether all orders together have
        more than CROWD_CELLS."""
        if used:
            self._learn(self._unused - self._patience)
            self._edited += edited
            if self._edited > PASSING_LOOKS:
                self._factor = max(self._factor, AT_WORK)
            self._unused, self._patience = 0, self._factor * max(1, cells // CELLS_A_LOOK)
            return False
        self._unused += 1
        passing = crowded and cells and self._edited <= PASSING_LOOKS
        if passing and self._unused >= max(1, self._patience // 2):
            self._patience = self._unused
        return self._unused == self._patience

    def _learn(self, folded_for: int) -> None:
        """`folded_for`: looks; less than nothing where the order was not folded at all."""
        if folded_for >= FLEETING_LOOKS:
            self._factor, self._edited = 1, 0
        elif folded_for >= 0 and self._patience:
            self._factor = min(2 * self._factor, MOST_PATIENT)
