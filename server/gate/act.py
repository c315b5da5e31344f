"""What one person did at once, as the gate asks of it: an update that is judged as a whole.

One that is judged in pieces (`server.gate.bulk`) answers the same questions from what its other pieces hold.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from server.gate.place import Place
from server.gate.screen import Known
from server.yjs.ranges import Ranges
from server.yjs.structs import Id


class Promise(NamedTuple):
    """What a later piece writes to the product or the substitute of a line, and over what. value: None where it takes
    that back."""

    place: Place
    over: Id | None
    value: Any


class Act:
    """gone: what it deletes. places: the keys that were written so far because of it. relied_on: the lines of which
    cells were judged by the product that a later piece names. repeats: it holds something that the server has already,
    so that its deletions may be old ones too. `text`: all that it writes into the note."""

    def __init__(self, gone: Ranges, text: str) -> None:
        self.gone = gone
        self.places: set[Place] = set()
        self.relied_on: set[str] = set()
        self.repeats = False
        self._text: str | None = text

    @property
    def complete(self) -> bool:
        """Whether nothing more of it is to come."""
        return True

    def goes_on(self, _entry: Id | None) -> bool:
        """Whether a later piece writes over an entry of this one."""
        return False

    def shows_elsewhere(self, _place: Place, _known: Known) -> bool:
        """Whether another piece writes the value that its author's own document shows at a key."""
        return False

    def promises(self, _line: str, _known: Known) -> Iterator[Promise]:
        """What later pieces write to the product of a line, and then to its substitute."""
        return iter(())

    def names(self, _place: Place, _known: Known) -> bool:
        """Whether any piece writes to a place at which a product may be named."""
        return False

    def emptied(self, places: Iterable[Place]) -> None:
        """Remember of keys that are to be emptied now which lines that takes away."""

    def took_away(self, _place: Place) -> bool:
        """Whether a key is a cell of a line that an earlier piece took away."""
        return False

    def take_text(self) -> str | None:
        """All that it writes into the note, for the one refusal that tells of it; None afterwards."""
        text, self._text = self._text, None
        return text

    def set_by_default(self, place: Place, entry: Id | None) -> None:
        """Remember the server's own entry, which this update brought about."""

    def has_seen(self, _place: Place, _entry: Id | None) -> bool:
        """Whether what stands at a key was brought about by an earlier piece."""
        return False
