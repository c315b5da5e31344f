"""What must be known of an order's document to judge an edit: the place of every item, and which entry stands where.

pycrdt tells neither. It is made of the whole document, item by item, and then follows every change.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from pycrdt import Doc, Map

from schema.cells import MAP_ROOTS
from server.gate.note_order import NoteOrder
from server.gate.place import Place
from server.gate.standing import NOTHING, Standing
from server.gate.writer import owner_of
from server.yjs.causal import Circular, in_causal_order
from server.yjs.lib0 import ValueLimits
from server.yjs.ranges import Ranges
from server.yjs.structs import DELETED, Id, Struct
from server.yjs.update import Limits, decode_update

OWN_LIMITS: Final = Limits(
    update_bytes=1 << 30,
    structs=1 << 30,
    deletions=1 << 30,
    text_bytes=1 << 28,
    values=ValueLimits(depth=12, text_bytes=1 << 28),
)
"""For bytes that the server itself has stored."""


_Staged = dict[int, list[tuple[int, int, Place]]]
"""By client: the first clock of a struct, the clock after its last, and its place; in order."""


class BrokenDocument(Exception):
    """A stored document does not load as an order's document. It stays unavailable, never empty."""


class Index:
    """Of one order. `writer`: the client id under which the server writes; `owners`: to whom each client id is bound.

    clocks: the next clock of each client id. second_halves: the ids at which a character of the note goes on.
    """

    def __init__(self, writer: int, owners: Mapping[int, str]) -> None:
        self.clocks: dict[int, int] = {}
        self.second_halves: set[Id] = set()
        self._writer = writer
        self._owners = owners
        self._standing: dict[Place, Standing] = {}
        self._starts: dict[int, list[int]] = {}
        self._places: dict[int, list[Place]] = {}
        self._interned: dict[Place, Place] = {}
        self._written: list[Struct] = []
        self._note_order: NoteOrder | None = None

    def clock(self, client: int) -> int:
        """The next clock of a client id; 0 when it is unknown."""
        return self.clocks.get(client, 0)

    def owner(self, client: int) -> str | None:
        """The user to whom a client id is bound."""
        return owner_of(client, self._owners, self._writer)

    def clients_of(self, user: str) -> int:
        """How many client ids are bound to a user."""
        return sum(1 for owner in self._owners.values() if owner == user)

    def place(self, client: int, clock: int) -> Place | None:
        """Where the item with this id belongs; None when the document has no such item."""
        if clock >= self.clocks.get(client, 0):
            return None
        return self._places[client][bisect_right(self._starts[client], clock) - 1]

    def places(self, client: int, clock: int, length: int) -> Sequence[Place]:
        """Where the items of a range of ids belong, in their order; neighbours in one place count as one."""
        starts = self._starts.get(client, ())
        first = bisect_right(starts, clock) - 1
        return self._places[client][first : bisect_left(starts, clock + length)] if starts else ()

    def shown(self, keys: Collection[Place], has: Mapping[int, int], gone: Ranges) -> set[Place]:
        """Those of the keys at which somebody's own document shows a value: what he has of it is not all deleted. It
        takes as long as the document is large."""
        return {
            place
            for client, clock in has.items()
            for start, end, place in self._runs(client, clock)
            if place in keys and not gone.covers({client: [(start, end - start)]})
        }

    def _runs(self, client: int, until: int) -> Iterator[tuple[int, int, Place]]:
        """Ids of one client that follow one another and belong in one place: the first, and the one after them."""
        starts = self._starts.get(client, [])
        ends = [*starts[1:], self.clock(client)]
        for start, end, place in zip(starts, ends, self._places.get(client, ()), strict=False):
            if start < until:
                yield start, min(end, until), place

    def standing(self, place: Place) -> Standing:
        """The entry that stands at a key."""
        return self._standing.get(place, NOTHING)

    def standings(self) -> Iterable[tuple[Place, Standing]]:
        """Every key that was ever written, with the entry that stands there."""
        return self._standing.items()

    def seen(self, place: Place, origin: Id | None) -> bool:
        """Whether whoever wrote over `origin` at a key had seen the value that stands there."""
        standing = self.standing(place)
        if origin == standing.entry or origin in standing.aliases:
            return True
        if origin is None:
            return False
        return any(origin[0] == client and origin[1] >= clock for client, clock in standing.since)

    def stand(self, place: Place, standing: Standing) -> None:
        """Say which entry stands at a key."""
        self._standing[place] = standing.bounded(self._owners)

    def extend(self, structs: Iterable[tuple[Struct, Place]]) -> None:
        """Take in new structs, each with its place."""
        written = []
        for struct, place in structs:
            self._add_range(struct.client, struct.clock, struct.length, place)
            if place[1] is None:
                self.second_halves.update(struct.second_halves())
                written.append(struct)
        if written:
            self._write(written)

    def _write(self, structs: list[Struct]) -> None:
        in_order = [struct.emptied() for struct in in_causal_order(structs)]
        self._written += in_order
        if self._note_order is not None:
            self._note_order.believe(in_order)

    def arranges(self, structs: Sequence[Struct]) -> bool:
        """Whether somebody can have put these into the note where they say, in this order."""
        order = self._note_order or NoteOrder(self._written)
        if order.add(structs):
            self._note_order = order
            return True
        self._note_order = None  # it may know some that do not come
        return False

    def resolve(self, structs: Iterable[Struct]) -> list[tuple[Struct, Place]]:
        """The place of each struct that pycrdt gave out, by clock; a struct's origin may come later among them."""
        resolved: list[tuple[Struct, Place]] = []
        staged: _Staged = {}
        waiting = list(structs)
        while waiting:
            left = []
            for struct in waiting:
                place = self._place_of(struct, staged)
                if place is None:
                    left.append(struct)
                    continue
                resolved.append((struct, place))
                insort(
                    staged.setdefault(struct.client, []), (struct.clock, struct.end, place), key=itemgetter(0)
                )
            if len(left) == len(waiting):
                raise BrokenDocument("an item refers to nothing that the document has")
            waiting = left
        # A client's earlier struct may have waited for what its later one did not.
        return sorted(resolved, key=lambda each: each[0].clock)

    def _place_of(self, struct: Struct, staged: "_Staged") -> Place | None:
        if struct.root is not None:
            return (struct.root, struct.key)
        reference = struct.origin or struct.right_origin
        if reference is None:
            raise BrokenDocument("an item lies outside the roots")
        ranges = staged.get(reference[0], ())
        at = bisect_right(ranges, reference[1], key=itemgetter(0)) - 1
        if at >= 0 and reference[1] < ranges[at][1]:
            return ranges[at][2]
        return self.place(*reference)

    # Of a whole document

    def read(self, document: bytes) -> Iterator[tuple[Place, Any]]:
        """Take in a whole document; every filled key of its maps, with its value."""
        whole = decode_update(document, OWN_LIMITS)
        self._read_places(whole.structs)
        gone = Ranges(whole.deletions)
        for struct in whole.structs:
            self.second_halves.update(struct.second_halves())
            if struct.kind == DELETED:
                continue
            place = self._place_at(struct.client, struct.clock)
            if place[1] is None:
                continue
            last = (struct.client, struct.end - 1)
            if last not in gone:
                self._standing[place] = Standing(last)
                yield place, struct.content[-1]
        self._read_empty(document)

    def _read_places(self, structs: list[Struct]) -> None:
        try:
            for struct in in_causal_order(structs):
                reference = struct.origin or struct.right_origin
                place = (struct.root or "", struct.key) if reference is None else self._place_at(*reference)
                self._add_range(struct.client, struct.clock, struct.length, place)
                if place[1] is None:
                    self._written.append(struct.emptied())
        except Circular as circle:
            raise BrokenDocument(str(circle)) from None

    def _place_at(self, client: int, clock: int) -> Place:
        place = self.place(client, clock)
        if place is None:
            raise BrokenDocument("an item was not indexed")
        return place

    def _read_empty(self, document: bytes) -> None:
        """Find the last entry of every key that is empty now: what any Yjs client would write over.

        Only pycrdt knows how concurrent entries lie, so it is asked what it would write over, on a copy.
        """
        places = (place for places in self._places.values() for place in places)
        empty = {place for place in places if place[1] is not None and place not in self._standing}
        if not empty:
            return
        copy: Doc[Any] = Doc()
        copy.apply_update(document)
        before = copy.get_state()
        maps = {root: copy.get(root, type=Map) for root in MAP_ROOTS}
        with copy.transaction():
            for root, key in sorted(empty, key=str):
                maps[root][key or ""] = True
        for struct in decode_update(copy.get_update(before), OWN_LIMITS).structs:
            if struct.origin:
                self._standing[self._place_at(*struct.origin)] = Standing(struct.origin)

    def _add_range(self, client: int, clock: int, length: int, place: Place) -> None:
        starts = self._starts.setdefault(client, [])
        places = self._places.setdefault(client, [])
        if not places or places[-1] != place:
            starts.append(clock)
            places.append(self._interned.setdefault(place, place))
        self.clocks[client] = clock + length
