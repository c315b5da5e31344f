"""An order's document in memory: the pycrdt document, and beside it what the gate must know at once.

pycrdt does not say which entry of a map stands or who wrote an item. The replica keeps it: the values as plain
Python, the next clock and the owner of each client id, the place of every item, and the entry that stands at each
key. Everything here has been judged; whether it is committed is the room's business.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, Final, NamedTuple

from pycrdt import Doc, Map, Text, merge_updates

from schema.cells import MAP_ROOTS
from schema.order import Content
from server.disguise import Disguises
from server.lib0 import ValueLimits
from server.screen import Place
from server.standing import NOTHING, Standing
from server.state_vector import decode_state_vector
from server.structs import DELETED, Id, Struct
from server.update import Limits, Update, decode_update

SERVER: Final = "server"
"""The owner of the client id under which the server writes."""

OWN_LIMITS: Final = Limits(
    update_bytes=1 << 30,
    structs=1 << 30,
    deletions=1 << 30,
    values=ValueLimits(depth=12, text_bytes=1 << 28),
)
"""For bytes that the server itself has stored."""


MERGED_AT_ONCE: Final = 32


class Settled(NamedTuple):
    """What `Replica.settle` gave: the bytes for the journal (none: nothing changed), the server's own entry at each
    key it wrote, and whether the note had to be put back."""

    update: bytes
    written: dict[Place, Id]
    note_mended: bool


class BrokenDocument(Exception):
    """A stored document does not load as an order's document. It stays unavailable, never empty."""


_INDEX: Final = frozenset({"clocks", "second_halves", "_standing", "_starts", "_places", "_interned"})


class Replica:
    """One order in memory. `writer`: the client id under which the server writes."""

    # The index: what must be known to judge an edit. It is made of the whole document, item by item.
    clocks: dict[int, int]
    second_halves: set[Id]
    _standing: dict[Place, Standing]
    _starts: dict[int, list[int]]
    _places: dict[int, list[Place]]
    _interned: dict[Place, Place]

    def __init__(self, writer: int) -> None:
        self.writer = writer
        self.doc: Doc[Any] = Doc(client_id=writer)
        self.maps: dict[str, Map[Any]] = {root: self.doc.get(root, type=Map) for root in sorted(MAP_ROOTS)}
        self.note: Text = self.doc.get("note", type=Text)
        self.content = Content()
        self.owners: dict[int, str] = {writer: SERVER}
        self.disguises = Disguises()
        self._aliases: list[tuple[str, str, str]] = []
        self._begin_index()

    @classmethod
    def load(cls, writer: int, updates: list[bytes], owners: Mapping[int, str]) -> "Replica":
        """The replica of a committed history. Raises BrokenDocument when the history is no order's document."""
        replica = cls.to_read(writer, updates, owners)
        replica.make_index()
        return replica

    @classmethod
    def to_read(cls, writer: int, updates: list[bytes], owners: Mapping[int, str]) -> "Replica":
        """The same for whoever only reads at first: the index, which costs ten times as much as all else, is made when
        it is first asked for. Raises BrokenDocument for what the library does not take."""
        replica = cls(writer)
        if updates:
            with _broken():
                # One merged apply: out of order, or one by one, this library may diverge (decisions, "pycrdt").
                replica.doc.apply_update(merged(updates))
                for root, cells in replica.maps.items():
                    replica.content.root(root).update(cells.to_py() or {})
                replica.content.note = str(replica.note)
            for name in _INDEX:
                delattr(replica, name)
        replica.owners.update(owners)
        return replica

    def __getattr__(self, name: str) -> Any:
        """A part of the index that is not there yet."""
        if name not in _INDEX:
            raise AttributeError(name)
        self.make_index()
        return getattr(self, name)

    def make_index(self) -> None:
        """Make the index, unless it is there. Raises BrokenDocument when this is no order's document."""
        if "clocks" in self.__dict__:
            return
        self._begin_index()
        with _broken():
            self._index(decode_update(self.doc.get_update(), OWN_LIMITS))
        self._index_aliases()

    def _begin_index(self) -> None:
        self.clocks, self.second_halves, self._standing = {}, set(), {}
        self._starts, self._places, self._interned = {}, {}, {}

    def remember_aliases(self, aliases: Iterable[tuple[str, str, str]]) -> None:
        """Learn again, after a load, for which entries the present values stand (`persistence.alias`)."""
        self._aliases = list(aliases)
        if "clocks" in self.__dict__:
            self._index_aliases()

    def _index_aliases(self) -> None:
        aliases, self._aliases = self._aliases, []
        by_place: dict[Place, list[tuple[Id, Id]]] = {}
        for cell, alias, stands in aliases:
            root, _, key = cell.partition("/")
            by_place.setdefault((root, key), []).append((_parse_id(alias), _parse_id(stands)))
        for place, pairs in by_place.items():
            entry = self.standing(place).entry
            if place[1] in self.content.root(place[0]) and entry is not None:
                standing = Standing(entry, _reachable(pairs, entry))
                self._standing[place] = standing.bounded(self.writer, self.owners)

    def aliased(self) -> list[tuple[str, str]]:
        """`(cell, entry)` of the present values that have aliases."""
        return [
            (f"{root}/{key}", f"{standing.entry[0]}:{standing.entry[1]}")
            for (root, key), standing in self.filled()
            if standing.aliases and standing.entry is not None
        ]

    def state(self) -> dict[int, int]:
        """The next clock of each client id, without the index."""
        return decode_state_vector(self.doc.get_state(), OWN_LIMITS.structs)

    # What the screen asks

    def clock(self, client: int) -> int:
        """The next clock of a client id; 0 when it is unknown."""
        return self.clocks.get(client, 0)

    def owner(self, client: int) -> str | None:
        """The user to whom a client id is bound."""
        return self.owners.get(client)

    def place(self, client: int, clock: int) -> Place | None:
        """Where the item with this id belongs; None when the document has no such item."""
        if clock >= self.clocks.get(client, 0):
            return None
        return self._places[client][bisect_right(self._starts[client], clock) - 1]

    def standing(self, place: Place) -> Standing:
        """The entry that stands at a key."""
        return self._standing.get(place, NOTHING)

    def seen(self, place: Place, origin: Id | None) -> bool:
        """Whether whoever wrote over `origin` at a key had seen the value that stands there."""
        standing = self.standing(place)
        if origin == standing.entry or origin in standing.aliases:
            return True
        if standing.since is None or origin is None:
            return False
        return origin[0] == self.writer and origin[1] >= standing.since

    def after(self, place: Place, value: Any, entry: Id | None, *others: Id) -> Standing:
        """What stands at a key once `entry` has put a value there. `others`: whoever writes over these has seen it."""
        standing = self.standing(place)
        before = self.content.root(place[0]).get(place[1] or "")
        if before is None:
            return Standing(entry, tuple(each for each in others if each != entry))
        return standing.still(entry, *others) if value == before else standing.changed(entry, *others)

    # What has been judged

    def integrate(self, update: bytes) -> None:
        """Put bytes into the pycrdt document. Only what `server.update` has decoded or written may come here."""
        self.make_index()
        self.doc.apply_update(update)

    def extend(self, structs: Iterable[tuple[Struct, Place]]) -> None:
        """Take new structs into the index, each with its place."""
        for struct, place in structs:
            self._add_range(struct.client, struct.clock, struct.length, place)
            self.second_halves.update(struct.second_halves())

    def stand(self, place: Place, standing: Standing, value: Any) -> None:
        """Say which entry and which value stand at a key; value None empties it."""
        root, key = place
        cells = self.content.root(root)
        if value is None:
            self._standing[place] = Standing(standing.entry)
            cells.pop(key or "", None)
        else:
            self._standing[place] = standing.bounded(self.writer, self.owners)
            cells[key or ""] = value

    def settle(
        self,
        update: bytes | None,
        expected: Mapping[Place, Any],
        note: str | None = None,
        sealed: Collection[Place] = (),
    ) -> "Settled":
        """Integrate an update, and in the same transaction write whatever does not then show what is expected.

        expected: the value each of these keys must show (None: empty). note: the text the note must show, if any.
        sealed: keys at which the server's own entry must come last, whatever shows, because it is not known which
        one would. What comes out carries the update and the server's own writes, and nothing that either removed.
        """
        self.make_index()
        changed: list[bytes] = []
        subscription = self.doc.observe(lambda event: changed.append(event.update))
        try:
            with self.doc.transaction():
                if update is not None:
                    self.doc.apply_update(update)
                for place, value in expected.items():
                    self._write(place, value, sealed=place in sealed)
                mended = note is not None and rewrite(self.note, note)
        finally:
            self.doc.unobserve(subscription)
        if not changed:
            return Settled(b"", {}, mended)
        (out,) = changed
        resolved = self.resolve(decode_update(out, OWN_LIMITS).structs)
        self.extend(resolved)
        self.content.note = str(self.note)
        written = {
            place: (struct.client, struct.end - 1)
            for struct, place in resolved
            if struct.client == self.writer and place[1] is not None
        }
        return Settled(out, written, mended)

    def _write(self, place: Place, value: Any, *, sealed: bool) -> None:
        cells, key = self.maps[place[0]], place[1] or ""
        if not sealed and cells.get(key) == value:
            return
        if value is not None:
            cells[key] = value
            return
        if sealed:
            cells[key] = True  # an entry that goes out deleted
        del cells[key]

    def filled(self) -> Iterator[tuple[Place, Standing]]:
        """Every key that is not empty, with what stands there."""
        for place, standing in self._standing.items():
            if place[1] in self.content.root(place[0]):
                yield place, standing

    def live_entries(self) -> Iterator[tuple[Place, Id]]:
        """Every key that is not empty, with the entry that stands there."""
        for place, standing in self.filled():
            if standing.entry is not None:
                yield place, standing.entry

    def resolve(self, structs: Iterable[Struct]) -> list[tuple[Struct, Place]]:
        """The place of each struct that pycrdt gave out, by clock; a struct's origin may come later among them."""
        resolved: list[tuple[Struct, Place]] = []
        staged: dict[Id, Place] = {}
        waiting = list(structs)
        while waiting:
            left = []
            for struct in waiting:
                place = self._place_of(struct, staged)
                if place is None:
                    left.append(struct)
                    continue
                resolved.append((struct, place))
                staged.update({(struct.client, struct.clock + i): place for i in range(struct.length)})
            if len(left) == len(waiting):
                raise BrokenDocument("an item refers to nothing that the document has")
            waiting = left
        # A client's earlier struct may have waited for what its later one did not.
        return sorted(resolved, key=lambda each: each[0].clock)

    def _place_of(self, struct: Struct, staged: Mapping[Id, Place]) -> Place | None:
        if struct.root is not None:
            return (struct.root, struct.key)
        reference = struct.origin or struct.right_origin
        if reference is None:
            raise BrokenDocument("an item lies outside the roots")
        return staged.get(reference) or self.place(*reference)

    def _index(self, whole: Update) -> None:
        """Rebuild everything but the owners from the whole document."""
        self._index_places(whole.structs)
        dead = {client: sorted(ranges) for client, ranges in whole.deletions.items()}
        for struct in whole.structs:
            self.second_halves.update(struct.second_halves())
            place = self._place_at(struct.client, struct.clock)
            if place[1] is None or struct.kind == DELETED:
                continue
            last = struct.end - 1
            if not covers(dead.get(struct.client, ()), last):
                self.stand(place, Standing((struct.client, last)), struct.content[-1])
        self.content.note = str(self.note)
        self._index_empty(place for places in self._places.values() for place in places)

    def _index_places(self, structs: list[Struct]) -> None:
        """Place every struct, each client's in order of their clocks, and whatever a struct refers to before it.

        In time linear in their number, however the clients took turns.
        """
        queues: dict[int, deque[Struct]] = {}
        for struct in structs:
            queues.setdefault(struct.client, deque()).append(struct)
        for client, queue in queues.items():
            if queue:
                self._place_until(client, queue[-1].clock, queues)

    def _place_until(self, client: int, clock: int, queues: Mapping[int, deque[Struct]]) -> None:
        goals = [(client, clock)]
        while goals:
            client, clock = goals[-1]
            if clock < self.clocks.get(client, 0):
                goals.pop()
                continue
            queue = queues.get(client)
            if not queue or len(goals) > len(queues) + 1:
                raise BrokenDocument("an item refers to nothing that the document has")
            struct = queue[0]
            reference = struct.origin or struct.right_origin
            if reference is None:
                place: Place = (struct.root or "", struct.key)
            elif reference[1] < self.clocks.get(reference[0], 0):
                place = self._place_at(*reference)
            else:
                goals.append(reference)
                continue
            queue.popleft()
            self._add_range(struct.client, struct.clock, struct.length, place)

    def _place_at(self, client: int, clock: int) -> Place:
        place = self.place(client, clock)
        if place is None:
            raise BrokenDocument("an item was not indexed")
        return place

    def _index_empty(self, places: Iterable[Place]) -> None:
        """Find the last entry of every key that is empty now: what any Yjs client would write over.

        Only pycrdt knows how concurrent entries lie, so it is asked what it would write over, on a copy.
        """
        empty = {place for place in places if place[1] is not None and place not in self._standing}
        if not empty:
            return
        copy: Doc[Any] = Doc()
        copy.apply_update(self.doc.get_update())
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


@contextmanager
def _broken() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the Rust library is a BaseException
        raise BrokenDocument(str(error)) from error


def merged(updates: Sequence[bytes]) -> bytes:
    """Updates that follow one another, as one. In a few at a time: the library takes the square of their number."""
    left = list(updates)
    while len(left) > 1:
        some = (left[at : at + MERGED_AT_ONCE] for at in range(0, len(left), MERGED_AT_ONCE))
        left = [merge_updates(*each) if len(each) > 1 else each[0] for each in some]
    return left[0]


def _parse_id(text: str) -> Id:
    client, _, clock = text.partition(":")
    return (int(client), int(clock))


def _reachable(pairs: Sequence[tuple[Id, Id]], entry: Id) -> tuple[Id, ...]:
    """Every alias of an entry, and of its aliases, oldest first."""
    stood_for: dict[Id, list[Id]] = {}
    oldest_first = dict.fromkeys(alias for alias, _ in pairs)
    for alias, stands in pairs:
        stood_for.setdefault(stands, []).append(alias)
    found: set[Id] = set()
    ahead = [entry]
    while ahead:
        for alias in stood_for.get(ahead.pop(), ()):
            if alias not in found and alias != entry:
                found.add(alias)
                ahead.append(alias)
    return tuple(alias for alias in oldest_first if alias in found)


def rewrite(text: Text, wanted: str) -> bool:
    """Make a text read `wanted` by replacing the part that differs; False when it did already.

    pycrdt counts offsets in UTF-8 bytes.
    """
    shown = str(text)
    if shown == wanted:
        return False
    start = _common(shown, wanted)
    end = _common(shown[start:][::-1], wanted[start:][::-1])
    offset = len(shown[:start].encode())
    removed = shown[start : len(shown) - end]
    if removed:
        del text[offset : offset + len(removed.encode())]
    if inserted := wanted[start : len(wanted) - end]:
        text.insert(offset, inserted)
    return True


def _common(one: str, two: str) -> int:
    """How many leading characters two texts share."""
    return next(
        (i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )


def covers(ranges: Sequence[tuple[int, int]], clock: int) -> bool:
    """Whether sorted ranges `(clock, length)` cover a clock."""
    at = bisect_right(ranges, clock, key=itemgetter(0)) - 1
    return at >= 0 and clock < ranges[at][0] + ranges[at][1]
