"""What people tried and the journal did not take, since another process was first: they send it again, and by then it
may be empty in their own documents, where somebody else's beat it. So that they are told what they tried, and not that
they emptied the cell.

    tried.void(batches)              # theirs are void
    tried.told(outcome, author)      # it came back
"""

from collections.abc import Iterable
from typing import Any, Final

from server.gate.author import Author
from server.gate.outcome import Outcome, Refused
from server.gate.place import Place, place_at
from server.rooms.batch import NOTE_CELL, Batch

REMEMBERED: Final = 256
"""Of one order; what was tried before those is told as it comes."""


class Tried:
    """Of one order: by whom and where, the value that he tried last."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, Place], Any] = {}

    def void(self, batches: Iterable[Batch]) -> None:
        """Remember what the authors of these will send again."""
        for batch in batches:
            for row in batch.trail:
                if row.author is not None and row.cell != NOTE_CELL and not row.cell.startswith("command/"):
                    self._remember(row.author, place_at(row.cell), row.after)
            for told in batch.refusals:
                self._remember(told.author, told.refused.place, told.refused.tried)

    def _remember(self, author: Author, place: Place, value: Any) -> None:
        self._values.pop((author.user_id, place), None)
        if value is not None:
            self._values[author.user_id, place] = value
        while len(self._values) > REMEMBERED:
            del self._values[next(iter(self._values))]

    def told(self, outcome: Outcome, author: Author) -> None:
        """Let what became of an author's edit say what he tried, where he sent that before."""
        if self._values:
            outcome.refused = [self._as_tried(refused, author) for refused in outcome.refused]
            for change in outcome.changes:
                self._values.pop((author.user_id, change.place), None)

    def _as_tried(self, refused: Refused, author: Author) -> Refused:
        value = self._values.pop((author.user_id, refused.place), None)
        return refused._replace(tried=value) if refused.tried is None else refused
