"""What an update does to each key of an order, read from its structs and deletions: the writes that are judged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schema.cells import line_key
from schema.refusals import Refusal
from server.gate.act import Act
from server.gate.place import Place
from server.gate.replica import Replica
from server.gate.screen import Screened
from server.gate.standing import OF_EACH_LIMIT, Standing
from server.yjs.ranges import Ranges
from server.yjs.structs import DELETED, Id, Struct

FEW_DELETIONS: Final = 64


@dataclass(slots=True)
class Write:
    """All that one update does to one key, as one chain of entries; the last of them is what its author wants.

    ids: the entries themselves, of a run the last ones: what is deleted may be a million in a few bytes. passing: a
    later piece of the same update writes over the last of them, so that nobody wants it to stand.
    """

    place: Place
    base: Id | None
    tip: Id | None
    ids: list[Id]
    value: Any
    seen: bool
    passing: bool = False
    refusal: Refusal | None = None

    @property
    def stands(self) -> bool:
        """Whether the key is to show its value."""
        return self.refusal is None and not self.passing


def writes_of(
    replica: Replica, screened: Screened, has: Mapping[int, int] | None, act: Act
) -> Iterator[Write]:
    """Every write of a screened update, one for each key and chain. `has`: as for `gate.admit`; `act`: that of which it
    is the whole or a piece."""
    chains: dict[Place, list[Write]] = {}
    for struct, place in screened.structs:
        if place[1] is not None:
            _chain(replica, chains.setdefault(place, []), struct, place, act)
    for writes in chains.values():
        for write in writes:
            if write.tip in act.gone:
                write.value = None
        for write in _shown_last(replica, writes, act):
            if write.value is None and not act.goes_on(write.tip):
                # What the same update brought about, its author has not seen, so that he cannot have emptied it.
                standing = replica.index.standing(write.place)
                write.passing |= act.has_seen(write.place, standing.entry)
                write.seen &= not _may_be_beaten(standing, write.base, has, act)
            yield write
    act.places.update(chains)
    if screened.deletions:
        yield from _all_clears(replica, screened, has, act)


def _shown_last(replica: Replica, writes: list[Write], act: Act) -> list[Write]:
    """Of several chains at one key their author's own document shows one at most. If it does, that is what he wants,
    whatever others he had begun and something else has beaten there."""
    shown = [write for write in writes if write.value is not None]
    if not shown and not act.shows_elsewhere(writes[0].place, replica.index):
        return writes
    for write in shown[1:]:
        write.seen = False
    beaten = [write for write in writes if write.value is None]
    for write in beaten:
        write.passing = True
    return [*beaten, *shown]


def writes_ahead(replica: Replica, line: str, has: Mapping[int, int] | None, act: Act) -> Iterator[Write]:
    """What later pieces of an act do to the product of a line, and then to its substitute."""
    for place, over, value in act.promises(line, replica.index):
        seen = _has_seen(replica, place, over, act)
        if value is None:
            seen &= not _may_be_beaten(replica.index.standing(place), over, has, act)
        yield Write(place, over, None, [], value, seen)
    offered: Place = ("supplier", line_key(line, "substitute"))
    clear = None if act.names(offered, replica.index) else _clear_ahead(replica, offered, has, act)
    if clear is not None:
        yield clear


def _clear_ahead(replica: Replica, place: Place, has: Mapping[int, int] | None, act: Act) -> Write | None:
    """The emptying of a cell that comes with an act's last piece, as all that it deletes does."""
    standing = replica.index.standing(place)
    if standing.entry in act.gone:
        return Write(place, standing.entry, None, [], None, seen=True)
    if has is not None:
        clear = _late_clear(place, standing, act.gone, has)
        return None if clear is not None and replica.index.shown((place,), has, act.gone) else clear
    before = [] if act.repeats else [each for each in standing.aliases if each in act.gone]
    return Write(place, before[-1], None, [], None, seen=True) if before else None


def _all_clears(
    replica: Replica, screened: Screened, has: Mapping[int, int] | None, act: Act
) -> Iterator[Write]:
    # Some clients, pycrdt's provider among them, send back what they are given, and what was deleted with it.
    yield from _clears(replica, screened, act, live=has is None and not act.repeats)
    if has is not None:
        late = _late_clears(replica, act.gone, has)
        yield from (each for each in late if each.place not in act.places)


def _chain(replica: Replica, writes: list[Write], struct: Struct, place: Place, act: Act) -> None:
    ids = [
        (struct.client, clock) for clock in range(max(struct.clock, struct.end - OF_EACH_LIMIT), struct.end)
    ]
    value = None if struct.kind == DELETED else struct.content[-1]
    for write in writes:
        if write.tip == struct.origin:
            write.ids += ids
            write.tip, write.value = ids[-1], value
            write.passing = act.goes_on(write.tip)
            return
    seen = _has_seen(replica, place, struct.origin, act)
    writes.append(Write(place, struct.origin, ids[-1], ids, value, seen, act.goes_on(ids[-1])))


def _has_seen(replica: Replica, place: Place, origin: Id | None, act: Act) -> bool:
    index = replica.index
    return index.seen(place, origin) or act.has_seen(place, index.standing(place).entry)


def _late_clears(replica: Replica, gone: Ranges, has: Mapping[int, int]) -> Iterator[Write]:
    """Cells that were emptied while something else came to stand there."""
    late = (_late_clear(place, standing, gone, has) for place, standing in replica.filled())
    clears = {clear.place: clear for clear in late if clear is not None}
    # When an order is put away, late writes are forgotten: one of his may be what his own document shows.
    shown = replica.index.shown(clears, has, gone) if clears else ()
    yield from (clear for place, clear in clears.items() if place not in shown)


def _late_clear(place: Place, standing: Standing, gone: Ranges, has: Mapping[int, int]) -> Write | None:
    """A synchronisation repeats every old deletion. But whoever has not got what stands, and has of what stood before
    only what is deleted, has deleted it himself."""
    if standing.entry is None or standing.since or _has(has, standing.entry):
        return None
    groups = (*standing.past, standing.aliases)
    before = [each for group in groups for each in group if _has(has, each)]
    if not before or not all(each in gone for each in before):
        return None
    seen = any(each in standing.aliases and each not in standing.restated for each in before)
    return Write(place, before[-1], None, [], None, seen)


def _may_be_beaten(standing: Standing, base: Id | None, has: Mapping[int, int] | None, act: Act) -> bool:
    """Whether what an author brings deleted may be what he wrote, and not what he emptied: it never arrived, and the
    server's own entry, with which a value was put back, has beaten it in his document. It has where that entry is
    there and shows; and may have where what he wrote over was written anew already."""
    if has is None:
        return False
    shows = any(_has(has, each) and each not in act.gone for each in standing.stood)
    return shows or base in standing.restated


def _has(has: Mapping[int, int], entry: Id) -> bool:
    return entry[1] < has.get(entry[0], 0)


def _clears(replica: Replica, screened: Screened, act: Act, *, live: bool) -> Iterator[Write]:
    """Entries that are deleted without a new one in their place: a cell emptied. live: each of them was deleted just
    now, so that one that no longer stands tells of somebody who emptied what he saw."""
    deleted = [each for each in _deleted_entries(replica, screened, act.gone) if each[0] not in act.places]
    # Of a key one entry at most is there to be deleted: who names two repeats what was deleted at other times.
    live = live and len({place for place, _ in deleted}) == len(deleted)
    for place, entry in deleted:
        standing = replica.index.standing(place)
        if entry == standing.entry:
            if replica.content.root(place[0]).get(place[1] or "") is not None:
                yield Write(place, entry, None, [], None, True)
        elif live and place[1] in replica.content.root(place[0]):
            yield Write(place, entry, None, [], None, replica.index.seen(place, entry))


def _deleted_entries(replica: Replica, screened: Screened, gone: Ranges) -> Iterator[tuple[Place, Id]]:
    if gone.length <= FEW_DELETIONS:
        for client, clock, length in screened.deletions:
            for each in range(clock, clock + length):
                place = replica.index.place(client, each)
                if place is not None and place[1] is not None:
                    yield place, (client, each)
        return
    for place, entry in replica.live_entries():
        if entry in gone:
            yield place, entry
