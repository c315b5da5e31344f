"""An order in memory: its pycrdt document, its values as plain Python, and the index by which edits are judged.

Everything here has been judged; whether it is committed is the room's business.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final, NamedTuple
from zlib import compress, decompress

from pycrdt import Doc, Map, Text, get_update, merge_updates

from schema.cells import MAP_ROOTS
from schema.order import Content
from server.gate.disguise import Disguises
from server.gate.index import OWN_LIMITS, BrokenDocument, Index
from server.gate.judge import facts_size
from server.gate.panic import panics_as_errors
from server.gate.place import Place, address_of
from server.gate.rewriting import rewrite
from server.gate.standing import Standing, remembered
from server.gate.uncollected import uncollected
from server.gate.writer import SERVER, owner_of
from server.yjs.state_vector import decode_state_vector
from server.yjs.structs import Id, Struct
from server.yjs.update import decode_update

WRITTEN_A_CELL: Final = 8
"""A value that was overwritten is 5 µs when an order is unfolded, a cell 40."""
MERGED_AT_ONCE: Final = 32
WORTH_MERGING: Final = 8
"""Fewer edits than these come into the document sooner together with later ones."""
QUICKLY: Final = 1


class Settled(NamedTuple):
    """What `Replica.settle` gave: the bytes for the journal (none: nothing changed), the server's own entry at each
    key it wrote, and whether the note had to be put back."""

    update: bytes
    written: dict[Place, Id]
    note_mended: bool


class _Folded(NamedTuple):
    """A document as bytes. packed: its update, compressed to a quarter; state: its state vector."""

    packed: bytes
    state: bytes

    @classmethod
    def of(cls, doc: Doc[Any]) -> "_Folded":
        return cls(compress(doc.get_update(), QUICKLY), doc.get_state())

    @property
    def update(self) -> bytes:
        return decompress(self.packed)


_NOTHING_SEEN: Final = b"\x00"
"""The state vector of who has nothing."""


class Replica:
    """One order in memory. `writer`: the client id under which the server writes."""

    def __init__(self, writer: int) -> None:
        self.writer = writer
        self.uses = 1
        """How often what it holds unfolded was asked for."""
        self.owners: dict[int, str] = {writer: SERVER}
        self.is_bound = False
        """Whether it is kept that `writer` is the server's."""
        self.disguises = Disguises()
        self._content = Content()
        self._due: list[bytes] = []
        self._aliases: list[tuple[str, str, str, bool]] = []
        self._folded: _Folded | None = None
        self._standings: list[tuple[Place, Standing]] = []
        self._facts_size: int | None = None
        self._begin()

    def _begin(self) -> None:
        self._doc: Doc[Any] = Doc(client_id=self.writer)
        self._maps: dict[str, Map[Any]] = {root: self._doc.get(root, type=Map) for root in sorted(MAP_ROOTS)}
        self._note: Text = self._doc.get("note", type=Text)

    def _read(self, update: bytes) -> None:
        self._doc.apply_update(update)
        for root, cells in self._maps.items():
            self._content.root(root).update(cells.to_py() or {})
        self._content.note = str(self._note)

    @classmethod
    def load(cls, writer: int, updates: list[bytes], owners: Mapping[int, str]) -> "Replica":
        """The replica of a committed history. Raises BrokenDocument when the history is no order's document."""
        replica = cls.to_read(writer, updates, owners)
        _ = replica.index  # made at once
        return replica

    @classmethod
    def to_read(cls, writer: int, updates: list[bytes], owners: Mapping[int, str]) -> "Replica":
        """The same for whoever only reads at first: the index, which costs ten times as much as all else, is made when
        it is first asked for. Raises BrokenDocument for what the library does not take."""
        replica = cls(writer)
        if updates:
            with _broken():
                # One merged apply: out of order, or one by one, this library may diverge (decisions, "pycrdt").
                replica._read(merged(updates))
        replica.owners.update(owners)
        replica.is_bound = writer in owners
        return replica

    @cached_property
    def index(self) -> Index:
        """What must be known to judge an edit. Raises BrokenDocument when this is no order's document."""
        index = Index(self.writer, self.owners)
        with uncollected(), _broken():
            for (root, key), value in index.read(self.doc.get_update()):
                self.content.root(root)[key or ""] = value
        self._recall(index)
        for place, standing in self._standings:
            index.stand(place, standing)
        self._standings = []
        return index

    @property
    def indexed(self) -> bool:
        """Whether the index has been made."""
        return "index" in self.__dict__

    def remember_aliases(self, aliases: Iterable[tuple[str, str, str, bool]]) -> None:
        """Learn again, after a load, for which entries the present values stand (`persistence.alias`)."""
        self._aliases = list(aliases)
        if self.indexed:
            self._recall(self.index)

    def _recall(self, index: Index) -> None:
        aliases, self._aliases = self._aliases, []
        for place, standing in remembered(aliases, index.standing):
            if self._is_filled(place):
                index.stand(place, standing)

    def _is_filled(self, place: Place) -> bool:
        return place[1] in self.content.root(place[0])

    def aliased(self) -> list[tuple[str, str]]:
        """`(cell, entry)` of the present values that have aliases."""
        return [
            (address_of(place), f"{standing.entry[0]}:{standing.entry[1]}")
            for place, standing in self.filled()
            if standing.aliases and standing.entry is not None
        ]

    @property
    def doc(self) -> Doc[Any]:
        """The pycrdt document, with everything that was judged in it."""
        self._unfold()
        if self._due:
            self._integrate_due()
        return self._doc

    @property
    def maps(self) -> Mapping[str, Map[Any]]:
        """The map roots of the document."""
        _ = self.doc
        return self._maps

    @property
    def note(self) -> Text:
        """The note of the document."""
        _ = self.doc
        return self._note

    @property
    def content(self) -> Content:
        """The order as it stands, always the same object."""
        self.uses += 1
        if self._folded is not None:  # it is asked for several times by each edit
            self._unfold()
        return self._content

    # What can be told without the document

    def owner(self, client: int) -> str | None:
        """To whom a client id belongs; None when nobody has written under it."""
        return owner_of(client, self.owners, self.writer)

    def state(self) -> dict[int, int]:
        """The next clock of each client id; it makes no index."""
        if self.indexed:
            return dict(self.index.clocks)
        return decode_state_vector(self.state_vector(), OWN_LIMITS.structs)

    def state_vector(self) -> bytes:
        """The same, as it is sent."""
        return self.doc.get_state() if self._folded is None else self._folded.state

    def since(self, vector: bytes = _NOTHING_SEEN) -> bytes:
        """The document as an update, without what a state vector has."""
        if self._folded is None:
            return self.doc.get_update(vector)
        update = self._folded.update
        return update if vector == _NOTHING_SEEN else get_update(update, vector)

    @property
    def is_folded(self) -> bool:
        """Whether it is kept as bytes alone."""
        return self._folded is not None

    @property
    def size(self) -> int:
        """How many cells it holds unfolded, and how many take as long to read as all that was ever written."""
        if self._folded is not None:
            return 0
        cells = sum(len(self._content.root(root)) for root in MAP_ROOTS)
        written = self.index.clocks if self.indexed else decode_state_vector(self._doc.get_state())
        return cells + sum(written.values()) // WRITTEN_A_CELL

    def fold(self) -> None:
        """Keep the order as bytes alone, a tenth of what it takes, until the document is asked for again: most orders
        that are open are only looked at."""
        if self._folded is not None:
            return
        known = [each for each in self.index.standings() if each[1].knows_more] if self.indexed else []
        self._folded = _Folded.of(self.doc)
        self._standings += known
        self.__dict__.pop("index", None)
        del self._doc, self._maps, self._note
        for root in MAP_ROOTS:
            self._content.root(root).clear()

    def _unfold(self) -> None:
        self.uses += 1
        if self._folded is not None:
            folded, self._folded = self._folded, None
            self._begin()
            self._read(folded.update)

    def facts_size(self) -> int:
        """How large the product facts are that it keeps, in characters of JSON."""
        if self._facts_size is None:
            self._facts_size = facts_size(self.content)
        return self._facts_size

    # What stands

    def filled(self) -> Iterator[tuple[Place, Standing]]:
        """Every key that is not empty, with what stands there."""
        return (each for each in self.index.standings() if self._is_filled(each[0]))

    def live_entries(self) -> Iterator[tuple[Place, Id]]:
        """Every key that is not empty, with the entry that stands there."""
        for place, standing in self.filled():
            if standing.entry is not None:
                yield place, standing.entry

    def after(self, place: Place, value: Any, entry: Id | None, *others: Id) -> Standing:
        """What stands at a key once `entry` has put a value there. `others`: whoever writes over these has seen it."""
        standing = self.index.standing(place)
        before = self.content.root(place[0]).get(place[1] or "")
        if before is None:
            after = Standing(entry, tuple(each for each in others if each != entry))
        else:
            after = standing.still(entry, *others) if value == before else standing.changed(entry, *others)
        return after.but_restated(*others) if others else after

    # What has been judged

    def integrate(self, update: bytes, structs: Iterable[tuple[Struct, Place]]) -> None:
        """Put bytes into the pycrdt document, and their structs into the index, each with its place. Only what
        `server.yjs.update` has decoded or written may come here."""
        index = self.index  # of what was there before
        self.doc.apply_update(update)
        index.extend(structs)

    def integrate_soon(self, update: bytes, structs: Iterable[tuple[Struct, Place]]) -> None:
        """The same for a plain edit, which comes into the document at the latest when that is asked for: taken in
        together, many cost a third of what they cost one by one."""
        index = self.index
        self._due.append(update)
        if len(self._due) >= MERGED_AT_ONCE:
            self._integrate_due()
        index.extend(structs)

    def integrate_merged(self, update: bytes, parts: Sequence[bytes]) -> None:
        """Put plain edits that have not come into the document yet into it as the one update that they were merged to;
        where others lie between, nothing is done."""
        count = len(parts)
        if count >= WORTH_MERGING and self._due[-count:] == parts:
            self._due[-count:] = [update]
            self._integrate_due()

    def _integrate_due(self) -> None:
        due, self._due = self._due, []
        self._doc.apply_update(due[0] if len(due) == 1 else merge_updates(*due))

    def stand(self, place: Place, standing: Standing, value: Any) -> None:
        """Say which entry and which value stand at a key; value None empties it."""
        root, key = place
        cells = self.content.root(root)
        if root == "record":
            self._facts_size = None
        if value is None:
            self.index.stand(place, Standing(standing.entry))
            cells.pop(key or "", None)
        else:
            self.index.stand(place, standing)
            cells[key or ""] = value

    def write(self, cells: Mapping[Place, Any]) -> tuple[bytes, dict[Place, Any]]:
        """Let cells show these values (None: empty), in the server's own name. The bytes for the journal, and of each
        cell that now shows another value what it showed before."""
        settled = self.settle(None, cells)
        shown = {place: self.content.root(place[0]).get(place[1] or "") for place in cells}
        before = {place: value for place, value in shown.items() if value != cells[place]}
        for place in before:
            entry = settled.written.get(place) or self.index.standing(place).entry
            self.stand(place, self.after(place, cells[place], entry), cells[place])
        return settled.update, before

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
        index = self.index  # of what was there before
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
        resolved = index.resolve(decode_update(out, OWN_LIMITS).structs)
        index.extend(resolved)
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


@contextmanager
def _broken() -> Iterator[None]:
    try:
        with panics_as_errors():
            yield
    except Exception as error:
        raise BrokenDocument(str(error)) from error


def merged(updates: Sequence[bytes]) -> bytes:
    """Updates that follow one another, as one. In a few at a time: the library takes the square of their number."""
    left = list(updates)
    while len(left) > 1:
        some = (left[at : at + MERGED_AT_ONCE] for at in range(0, len(left), MERGED_AT_ONCE))
        left = [merge_updates(*each) if len(each) > 1 else each[0] for each in some]
    return left[0]
