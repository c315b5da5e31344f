"""A large update, taken in pieces, so that nobody's edit holds up what others do.

Each piece is an update in its own right, screened, judged and committed like any other; between two of them everybody
else has a turn, in the same order too. Yet what one person did at once must come out as if it had been judged at once.
For that the gate is told of each piece what the other pieces hold:

- an entry that a later piece writes over is not what its author wants: it is neither judged nor shown; nor is one that
  comes deleted while another piece has the value that he sees at its key;
- what is deleted is known from the first piece on, though it comes with the last;
- the cells of a line may come before the product that makes it a line, and before the substitute by which they count;
- whoever sets a price beside a product has seen the list price that came with the product;
- of a line that an earlier piece took away, nothing more is to be said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from schema.cells import line_in, line_made_at, names_product, parse
from server.gate.act import Act, Promise
from server.gate.place import Place
from server.gate.screen import Known
from server.yjs.causal import Circular, in_causal_order
from server.yjs.ranges import Ranges
from server.yjs.structs import ANY, STRING, Id, Struct
from server.yjs.update import Update

PIECE: Final = 64
"""Structs in one piece: a few milliseconds, if all are refused."""


_Base = Place | Id
"""Where a chain of entries begins: at a key, or over an entry that the update does not hold."""


class _Chain(NamedTuple):
    """Entries of which each was written over the one before. number: in which piece the last of them, `tip`, comes;
    value: what that shows, None where it is deleted."""

    base: _Base
    tip: Id
    number: int
    value: Any


class Bulk(Act):
    """One large update, in pieces of `size` structs. Made of nothing but the update, so that it may be made beside the
    loop. clients: whose structs it holds."""

    def __init__(self, update: Update, size: int) -> None:
        structs = _in_order(update.structs)
        text = "".join(struct.content for struct in structs if struct.kind == STRING)
        super().__init__(Ranges(update.deletions), text)
        self._cuts = [structs[at : at + size] for at in range(0, len(structs), size)] or [[]]
        self.clients = frozenset(struct.client for struct in structs)
        self._deletions = update.deletions
        self._at = 0
        self._over = {
            struct.origin: number
            for number, piece in enumerate(self._cuts)
            for struct in piece
            if struct.origin is not None
        }
        self._chains = self._find_chains()
        self._shown: set[Place | None] | None = None
        self._promises: dict[str, list[tuple[int, Promise]]] | None = None
        self._defaults: dict[Place, Id] = {}
        self._lines_gone: set[str] = set()

    def _find_chains(self) -> Sequence[_Chain]:
        chains: list[_Chain] = []
        chain_of: dict[Id, int] = {}
        for number, piece in enumerate(self._cuts):
            for struct in piece:
                at = None if struct.origin is None else chain_of.get(struct.origin)
                base = _base_of(struct) if at is None else chains[at].base
                if base is None:
                    continue
                tip = (struct.client, struct.end - 1)
                shows = struct.kind == ANY and tip not in self.gone
                chain = _Chain(base, tip, number, struct.content[-1] if shows else None)
                if at is not None and chains[at].tip == struct.origin:
                    chains[at] = chain
                else:
                    at = len(chains)
                    chains.append(chain)
                chain_of[tip] = at
        return chains

    def pieces(self) -> Iterator[Update]:
        """One after the other; what is asked of the bulk meanwhile is asked of the piece that came last. The last
        piece has the deletions."""
        for at, structs in enumerate(self._cuts):
            self._at = at
            yield Update(structs, self._deletions if self.complete else {})

    @property
    def begins(self) -> bool:
        """Whether the present piece is the first."""
        return self._at == 0

    @property
    def complete(self) -> bool:
        """Whether the present piece is the last."""
        return self._at == len(self._cuts) - 1

    def goes_on(self, entry: Id | None) -> bool:
        """Whether a later piece writes over an entry of this one."""
        return entry is not None and self._over.get(entry, -1) > self._at

    def shows_elsewhere(self, place: Place, known: Known) -> bool:
        """Whether another piece writes the value that its author's own document shows at a key; asked where the present
        one does not."""
        if self._shown is None:
            self._shown = {_place_of(chain.base, known) for chain in self._chains if chain.value is not None}
        return place in self._shown

    def promises(self, line: str, known: Known) -> Iterator[Promise]:
        """What later pieces write to the product of a line, and then to its substitute."""
        return (promise for number, promise in self._promised(known).get(line, ()) if number > self._at)

    def names(self, place: Place, known: Known) -> bool:
        """Whether any piece writes to a place at which a product may be named."""
        line = line_in(place[1] or "") or ""
        return any(promise.place == place for _, promise in self._promised(known).get(line, ()))

    def _promised(self, known: Known) -> Mapping[str, list[tuple[int, Promise]]]:
        if self._promises is None:
            self._promises = {}
            for number, promise in sorted(self._find_promises(known), key=_products_first):
                line = line_in(promise.place[1] or "") or ""
                self._promises.setdefault(line, []).append((number, promise))
        return self._promises

    def _find_promises(self, known: Known) -> Iterator[tuple[int, Promise]]:
        for base, _, number, value in self._chains:
            place = _place_of(base, known)
            if place is None or place[1] is None or not _may_name_product(place[1]):
                continue
            if not names_product(place[0], place[1]):
                continue
            if value is not None or not self.shows_elsewhere(place, known):
                yield number, Promise(place, None if isinstance(base[0], str) else base, value)

    def emptied(self, places: Iterable[Place]) -> None:
        """Remember of keys that are to be emptied now which lines that takes away."""
        self._lines_gone.update(line for place in places if (line := line_made_at(*place)) is not None)

    def took_away(self, place: Place) -> bool:
        """Whether a key is a cell of a line that this update took away."""
        cell = None if place[1] is None else parse(place[0], place[1])
        return cell is not None and cell.line in self._lines_gone

    def set_by_default(self, place: Place, entry: Id | None) -> None:
        """Remember the server's own entry, which this update brought about."""
        self.places.add(place)
        if entry is not None:
            self._defaults[place] = entry

    def has_seen(self, place: Place, entry: Id | None) -> bool:
        """Whether what stands at a key was brought about by this update."""
        return entry is not None and self._defaults.get(place) == entry


def _base_of(struct: Struct) -> _Base | None:
    """Where a chain begins with this; None in the note."""
    if struct.origin is not None:
        return struct.origin
    return None if struct.root is None or struct.key is None else (struct.root, struct.key)


def _place_of(base: _Base, known: Known) -> Place | None:
    return base if isinstance(base[0], str) else known.place(*base)


def _may_name_product(key: str) -> bool:
    """Whether it is worth asking."""
    return key.endswith(("/product", "/substitute"))


def _products_first(numbered: tuple[int, Promise]) -> bool:
    return line_made_at(*numbered[1].place) is None


def _in_order(structs: list[Struct]) -> list[Struct]:
    try:
        return list(in_causal_order(structs))
    except Circular:
        return structs  # which the screen refuses
