"""Taking in what another process committed to an order that is in memory here, without loading it again.

Another process has judged it. What must be found out is which entries stand now, and that is plain only where each
new entry was written over the one that stood. Anything else is left to a load.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from server.gate.index import OWN_LIMITS
from server.gate.panic import panics_as_errors
from server.gate.place import NOTE, Place
from server.gate.replica import Replica
from server.gate.standing import Standing
from server.yjs.ranges import Ranges
from server.yjs.structs import DELETED, Deletions, Id, Struct
from server.yjs.update import decode_update

MANY_DELETIONS: Final = 4_096
"""Above which what stands is looked for among them, and not each of them among what stands."""


class NotPlain(Exception):
    """The order must be loaded again: it does not follow from what is in memory which entries stand."""


class _Step(NamedTuple):
    entry: Id | None
    value: Any


def follow(replica: Replica, update: bytes) -> list[Place]:
    """Take in the next journal entry of an order, which brought no aliases; the places it changed. Raises NotPlain."""
    try:
        with panics_as_errors():
            decoded = decode_update(update, OWN_LIMITS)
            resolved = replica.index.resolve(decoded.structs)
            steps = _steps(replica, resolved, decoded.deletions)
            _require_next(replica, decoded.structs)
            replica.integrate(update, sorted(resolved, key=lambda each: (each[0].client, each[0].clock)))
    except NotPlain:
        raise
    except Exception as error:
        raise NotPlain(str(error)) from error
    for place, step in steps.items():
        _stand(replica, place, step)
    if NOTE in {place for _, place in resolved} or _deletes_note(replica, decoded.deletions):
        replica.content.note = str(replica.note)
        return [*steps, NOTE]
    return list(steps)


def _require_next(replica: Replica, structs: Iterable[Struct]) -> None:
    clocks: dict[int, int] = {}
    for struct in sorted(structs, key=lambda each: (each.client, each.clock)):
        if struct.clock != clocks.get(struct.client, replica.index.clock(struct.client)):
            raise NotPlain("it does not follow what is in memory")
        clocks[struct.client] = struct.end


def _steps(
    replica: Replica, resolved: list[tuple[Struct, Place]], deletions: Deletions
) -> dict[Place, _Step]:
    """What stands afterwards at each key that is written or emptied."""
    steps: dict[Place, _Step] = {}
    gone = Ranges(deletions)
    for struct, place in resolved:
        if place[1] is None:
            continue
        stood = steps[place].entry if place in steps else replica.index.standing(place).entry
        if struct.origin != stood:
            raise NotPlain("an entry beside the one that stood")
        entry = (struct.client, struct.end - 1)
        empty = struct.kind == DELETED or entry in gone
        steps[place] = _Step(entry, None if empty else struct.content[-1])
    for place, entry in _emptied(replica, deletions, gone):
        if place not in steps:
            steps[place] = _Step(entry, None)
    return steps


def _emptied(replica: Replica, deletions: Deletions, gone: Ranges) -> list[tuple[Place, Id]]:
    if gone.length > MANY_DELETIONS:
        return [(place, entry) for place, entry in replica.live_entries() if entry in gone]
    found = []
    for client, ranges in deletions.items():
        for clock, length in ranges:
            for each in range(clock, clock + length):
                place = replica.index.place(client, each)
                if place is None or place[1] is None or place[1] not in replica.content.root(place[0]):
                    continue
                if replica.index.standing(place).entry == (client, each):
                    found.append((place, (client, each)))
    return found


def _stand(replica: Replica, place: Place, step: _Step) -> None:
    root, key = place
    shown = replica.maps[root].get(key or "")
    if shown != step.value:
        raise NotPlain(f"{root}/{key} shows something else")
    if step.value == replica.content.root(root).get(key or ""):
        # Whoever wrote the same over it would have brought an alias: it was emptied in between.
        replica.stand(place, Standing(step.entry), step.value)
    else:
        replica.stand(place, replica.after(place, step.value, step.entry), step.value)


def _deletes_note(replica: Replica, deletions: Mapping[int, list[tuple[int, int]]]) -> bool:
    return any(
        NOTE in replica.index.places(client, *each) for client, ranges in deletions.items() for each in ranges
    )
