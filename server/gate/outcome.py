"""What became of one update at the gate."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schema.refusals import Refusal
from server.gate.place import Place, address_of
from server.yjs.structs import Id


class Change(NamedTuple):
    """One cell that now shows another value. `by_server`: written by the server as a consequence."""

    place: Place
    before: Any
    after: Any
    by_server: bool = False

    @property
    def address(self) -> str:
        """Where it is: `client/lines/a/quantity`."""
        return address_of(self.place)


class Refused(NamedTuple):
    """One cell that kept its value."""

    place: Place
    refusal: Refusal
    tried: Any
    kept: Any

    @property
    def address(self) -> str:
        """Where it is: `client/lines/a/quantity`."""
        return address_of(self.place)


class Alias(NamedTuple):
    """At `place`, whoever writes over `entry` has seen the value that `stands` holds. restated: as in `Standing`."""

    place: Place
    entry: Id
    stands: Id
    restated: bool


@dataclass(slots=True)
class Outcome:
    """What became of an update.

    update: bytes to journal and broadcast, None when nothing changed. echo: whether the author needs them too,
    because they hold more than he sent. structural: the server wrote consequences. bound: client ids seen for the
    first time. aliases: what must be known again after a load.
    """

    update: bytes | None
    echo: bool = False
    structural: bool = False
    changes: list[Change] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    bound: list[int] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
