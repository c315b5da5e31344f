"""What an update is made of: runs of content, each with its id, its neighbours and its place."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

DELETED: Final = 1
STRING: Final = 4
ANY: Final = 8

Id = tuple[int, int]
"""A client id and a clock."""

Deletions = dict[int, list[tuple[int, int]]]
"""By client: `(clock, length)` of what was deleted."""


class Struct(NamedTuple):
    """One run of content, at the clocks `clock` to `end` of its client.

    `root` or `parent`, and `key`, are on the wire only where there is neither `origin` nor
    `right_origin`; otherwise they are `None`, and the place is that of the origin. `keyed` is the
    flag by which Yjs marks map entries even then; nobody reads it, and merged updates may lose it.
    """

    client: int
    clock: int
    length: int
    """In clocks: values of `ANY`, UTF-16 code units of `STRING`."""
    kind: int
    """`DELETED`, `STRING` or `ANY`."""
    origin: Id | None
    right_origin: Id | None
    root: str | None
    parent: Id | None
    key: str | None
    keyed: bool
    content: Any
    """A list of plain values for `ANY`, a `str` for `STRING`, `None` for `DELETED`."""

    @property
    def end(self) -> int:
        """The clock after the last."""
        return self.clock + self.length

    def slice(self, offset: int) -> "Struct":
        """What follows the first `offset` clocks, as Yjs cuts it (a halved surrogate pair becomes U+FFFD)."""
        if not 0 <= offset < self.length:
            raise ValueError(f"{offset} is not inside a struct of length {self.length}")
        if offset == 0:
            return self
        return self._replace(
            clock=self.clock + offset,
            length=self.length - offset,
            origin=(self.client, self.clock + offset - 1),
            root=None,
            parent=None,
            key=None,
            content=_content_after(self.kind, self.content, offset),
        )

    def singles(self) -> "Iterator[Struct]":
        """The same values, a struct for each: Yjs merges a key's successive values into one run."""
        yield self._replace(length=1, content=self.content[:1])
        for offset in range(1, self.length):
            yield Struct(
                self.client,
                self.clock + offset,
                1,
                self.kind,
                (self.client, self.clock + offset - 1),
                self.right_origin,
                None,
                None,
                None,
                self.keyed,
                self.content[offset : offset + 1],
            )

    def second_halves(self) -> "Iterator[Id]":
        """The clocks at which a character outside the basic plane goes on: nothing may come between its halves."""
        if self.kind != STRING or self.content.isascii():
            return
        clock = self.clock
        for character in self.content:
            if character > "\uffff":
                yield (self.client, clock + 1)
                clock += 1
            clock += 1

    def emptied(self) -> "Struct":
        """The same clocks at the same place, deleted: what goes out instead of refused content."""
        return self._replace(kind=DELETED, content=None)


def entry(client: int, clock: int, value: object, *, root: str, key: str, origin: Id | None = None) -> Struct:
    """The struct that writes `value` under `key` of the map `root`, after the entry `origin` that stands."""
    if origin is None:
        return Struct(client, clock, 1, ANY, None, None, root, None, key, True, [value])
    return Struct(client, clock, 1, ANY, origin, None, None, None, None, True, [value])


def _content_after(kind: int, content: Any, offset: int) -> Any:
    if kind == DELETED:
        return None
    if kind == ANY or content.isascii():
        return content[offset:]
    units = content.encode("utf-16-le")[offset * 2 :]
    # The codec's "replace" would swallow the character after a lone surrogate as well.
    if 0xDC <= units[1] <= 0xDF:
        return "\ufffd" + units[2:].decode("utf-16-le")
    return units.decode("utf-16-le")
