"""What stands at a key of a map root, and whose writes over it are late.

A write is late when its author had not seen the present value. That is read from its origin: the entry over which he
wrote. The server writes values anew (a mend, a permitted write restated), so one value may have stood under several
entries.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from server.gate.place import Place, place_at
from server.gate.writer import SERVER
from server.yjs.structs import Id

PAST_LIMIT: Final = 16
ALIASES_LIMIT: Final = 256
OF_EACH_LIMIT: Final = 16


class Standing(NamedTuple):
    """The entry that stands at a key, and what the gate must know of those before it.

    entry: the rightmost entry of the key (its content may be deleted: the cell is empty). aliases: the entries of
    which whoever wrote over one had seen the present value, oldest first; an empty cell has none, since nobody who
    fills it is late. past: those of earlier values and of late writes since the cell was last empty, oldest first:
    whoever has some of them, all deleted, and not what stands, has emptied an older value. It is not kept when the
    order is put away. since: for each client id of the server, the clock from which on every entry under it at this key
    is an alias, where they became too many to be listed. restated: those of the aliases that the server wrote anew at
    once, so that nobody but their author was shown them. In his document one may have been beaten by what it was
    written beside: that it is deleted there does not tell that he has emptied the cell.
    """

    entry: Id | None
    aliases: tuple[Id, ...] = ()
    past: tuple[tuple[Id, ...], ...] = ()
    since: tuple[Id, ...] = ()
    restated: tuple[Id, ...] = ()

    @property
    def stood(self) -> tuple[Id, ...]:
        """Every entry under which the present value has stood, oldest first."""
        return self.aliases if self.entry is None else (*self.aliases, self.entry)

    @property
    def knows_more(self) -> bool:
        """Whether this says more than which entry stands, which the document tells itself."""
        return bool(self.aliases or self.past or self.since)

    def still(self, entry: Id | None, *others: Id) -> "Standing":
        """The same value stands under another entry; `others`: aliases that came about on the way."""
        aliases = dict.fromkeys((*self.stood, *others))
        return self._replace(entry=entry, aliases=tuple(each for each in aliases if each != entry))

    def changed(self, entry: Id | None, *others: Id) -> "Standing":
        """Another value stands now."""
        # Where not all aliases are listed, nobody can tell what somebody has of them.
        past = self._and_past(self.stood) if not self.since else ()
        return Standing(entry, tuple(each for each in others if each != entry), past)

    def late(self, *entries: Id) -> "Standing":
        """The value stands, and somebody wrote these who had not seen it."""
        return self._replace(past=self._and_past(entries))

    def _and_past(self, entries: tuple[Id, ...]) -> tuple[tuple[Id, ...], ...]:
        return (*self.past, entries)[-PAST_LIMIT:] if entries else self.past

    def but_restated(self, *aliases: Id) -> "Standing":
        """The same where the server wrote these anew at once."""
        more = tuple(each for each in aliases if each in self.aliases and each not in self.restated)
        return self._replace(restated=(*self.restated, *more))

    def bounded(self, owners: Mapping[int, str]) -> "Standing":
        """The same without aliases that nobody but their own author could still write over.

        Whatever others try, it drops neither the entry of the value itself nor anything of the server's.
        """
        if len(self.aliases) <= ALIASES_LIMIT:
            return self
        since = dict(self.since)
        for client, clock in self.aliases:
            if owners.get(client) == SERVER:
                since[client] = min(clock, since.get(client, clock))
        left = dict.fromkeys(owners.values(), OF_EACH_LIMIT)
        kept = [self.aliases[0]]
        for each in reversed(self.aliases[1:]):
            owner = owners.get(each[0], "")
            if left.get(owner, 0) > 0:
                left[owner] -= 1
                kept.insert(1, each)
        restated = tuple(each for each in self.restated if each in kept)
        return self._replace(aliases=tuple(kept), since=tuple(since.items()), restated=restated)


NOTHING: Final = Standing(None)


def remembered(
    aliases: Iterable[tuple[str, str, str, bool]], standing: Callable[[Place], Standing]
) -> Iterator[tuple[Place, Standing]]:
    """What stands where, with the aliases that are kept of it: `(cell, entry, stands, restated)`, oldest first."""
    by_place: dict[Place, list[tuple[Id, Id]]] = {}
    anew: dict[Place, list[Id]] = {}
    for cell, alias, stands, restated in aliases:
        by_place.setdefault(place_at(cell), []).append((_parse_id(alias), _parse_id(stands)))
        if restated:
            anew.setdefault(place_at(cell), []).append(_parse_id(alias))
    for place, pairs in by_place.items():
        entry = standing(place).entry
        if entry is not None:
            known = Standing(entry, _reachable(pairs, entry))
            yield place, known.but_restated(*anew.get(place, ()))


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
