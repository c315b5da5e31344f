"""Whether a letter of the note lies where somebody could have put it.

An item of a text names its two neighbours. Replicas agree on the order of all items as long as every item was put
between two that were neighbours in the replica of whoever put it there; what names any others may lie elsewhere in each
of them. What a person had before him is not told. But he had what he named, all that he had written himself, and
whatever was there when those were written: of that, nothing may lie between the two.

The library tells no order of what is deleted. So everything that was ever written is laid out in an array of its own,
in which nothing is: one item for each piece that nothing came into, however long it is.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from pycrdt import Array, Doc

from server.yjs.structs import ANY, Id, Struct
from server.yjs.update import encode_update

_Seen = dict[int, int]
"""By client: everything before this clock."""


class _Piece(NamedTuple):
    """Items of one client that follow one another, and the neighbours of the first and the last."""

    clock: int
    length: int
    origin: Id | None
    right: Id | None

    @property
    def end(self) -> int:
        """The clock after the last."""
        return self.clock + self.length


_clock = attrgetter("clock")


class NoteOrder:
    """Of one order. `structs`: those of the note so far; they are believed."""

    def __init__(self, structs: Iterable[Struct]) -> None:
        self._pieces: dict[int, list[_Piece]] = {}
        """By client, in order; the clock of what stands for a piece in the layout is its index here."""
        self._layout = _laid_out({})
        self.believe(structs)

    def believe(self, structs: Iterable[Struct]) -> None:
        """Take in what is in the document; what is known is known already."""
        new = [each for each in map(self._new_part, structs) if each is not None]
        for struct in new:
            self._append(struct)
        for each in {id for struct in new for id in _cuts(struct)}:
            self._cut(*each)
        if new:
            self._layout = _laid_out(self._pieces)

    def add(self, structs: Sequence[Struct]) -> bool:
        """Take some in, in causal order. False when nobody can have put one of them there; then this is of no more use.
        Whatever they refer to must be among them, or known."""
        new = [each for each in map(self._new_part, structs) if each is not None]
        cuts = {id for struct in new for id in _cuts(struct)}
        if sum(self._cut(*each) for each in cuts):
            self._layout = _laid_out(self._pieces)
        for struct in new:
            if not self._has_neighbours(struct):
                return False
            self._append(struct)
            pieces, before = self._pieces[struct.client], len(self._pieces[struct.client])
            for client, clock in cuts:
                if client == struct.client and struct.clock < clock < struct.end:
                    self._cut(client, clock)
            items = [_item(self._pieces, struct.client, at) for at in range(before - 1, len(pieces))]
            self._layout.doc.apply_update(encode_update(items, {}))
        return True

    def _new_part(self, struct: Struct) -> Struct | None:
        pieces = self._pieces.get(struct.client)
        end = pieces[-1].end if pieces else 0
        if struct.end <= end:
            return None
        return struct if struct.clock >= end else struct.emptied().slice(end - struct.clock)

    def _append(self, struct: Struct) -> None:
        piece = _Piece(struct.clock, struct.length, struct.origin, struct.right_origin)
        self._pieces.setdefault(struct.client, []).append(piece)

    def _cut(self, client: int, clock: int) -> bool:
        """Let a piece begin at a clock. Whether one had to be cut."""
        pieces = self._pieces.get(client, [])
        at = bisect_right(pieces, clock, key=_clock) - 1
        if at < 0 or not pieces[at].clock < clock < pieces[at].end:
            return False
        piece = pieces[at]
        length = clock - piece.clock
        pieces[at : at + 1] = [
            piece._replace(length=length),
            _Piece(clock, piece.length - length, (client, clock - 1), piece.right),
        ]
        return True

    def _has_neighbours(self, struct: Struct) -> bool:
        order: list[str] = json.loads(str(self._layout))  # many times as fast as `to_py`
        start = 0 if struct.origin is None else order.index(self._name(struct.origin)) + 1
        end = len(order) if struct.right_origin is None else order.index(self._name(struct.right_origin))
        if start >= end:
            return start == end
        seen = self._seen_by(struct)
        between = (name.split(":") for name in order[start:end])
        return not any(int(clock) < seen.get(int(client), 0) for client, clock in between)

    def _seen_by(self, struct: Struct) -> _Seen:
        """What its author had before him, at the least."""
        seen: _Seen = {}
        left = [(struct.client, struct.clock)]
        left += [(ref[0], ref[1] + 1) for ref in (struct.origin, struct.right_origin) if ref is not None]
        while left:
            client, clock = left.pop()
            before = seen.get(client, 0)
            if clock <= before:
                continue
            seen[client] = clock
            pieces = self._pieces.get(client, [])
            first, last = (bisect_left(pieces, each, key=_clock) for each in (before, clock))
            for piece in pieces[first:last]:
                left += [(ref[0], ref[1] + 1) for ref in (piece.origin, piece.right) if ref is not None]
        return seen

    def _name(self, item: Id) -> str:
        client, at = _laid(self._pieces, item)
        return _name_of(client, self._pieces[client][at])


def _cuts(struct: Struct) -> Iterator[Id]:
    """Where a piece must begin for a struct to lie between two."""
    if struct.origin is not None:
        yield struct.origin[0], struct.origin[1] + 1
    if struct.right_origin is not None:
        yield struct.right_origin


def _laid_out(pieces: dict[int, list[_Piece]]) -> Array[str]:
    doc: Doc[Any] = Doc(client_id=0)
    layout: Array[str] = doc.get("note", type=Array)
    items = [_item(pieces, client, at) for client, own in pieces.items() for at in range(len(own))]
    if items:
        doc.apply_update(encode_update(items, {}))
    return layout


def _item(pieces: dict[int, list[_Piece]], client: int, at: int) -> Struct:
    piece = pieces[client][at]
    origin = None if piece.origin is None else _laid(pieces, piece.origin)
    right = None if piece.right is None else _laid(pieces, piece.right)
    root = "note" if origin is None and right is None else None
    return Struct(client, at, 1, ANY, origin, right, root, None, None, False, [_name_of(client, piece)])


def _name_of(client: int, piece: _Piece) -> str:
    return f"{client}:{piece.clock}"


def _laid(pieces: dict[int, list[_Piece]], item: Id) -> Id:
    """What stands for the piece with an item."""
    return item[0], bisect_right(pieces[item[0]], item[1], key=_clock) - 1
