"""Ranges of ids, as deletions name them: `(clock, length)` by client."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

from server.structs import Id


def covers(ranges: Sequence[tuple[int, int]], clock: int) -> bool:
    """Whether sorted ranges `(clock, length)` cover a clock."""
    at = bisect_right(ranges, clock, key=itemgetter(0)) - 1
    return at >= 0 and clock < ranges[at][0] + ranges[at][1]


def disjoint(ranges: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """The same clocks as ranges `(clock, length)` that are in order and do not overlap."""
    begun, end = -1, -1
    for clock, length in sorted(ranges):
        if clock > end:
            if begun >= 0:
                yield begun, end - begun
            begun, end = clock, clock + length
        else:
            end = max(end, clock + length)
    yield begun, end - begun


class Ranges:
    """Deleted ids, asked one by one: `(client, clock, length)`, disjoint. `length`: how many clocks they cover."""

    def __init__(self, deletions: Sequence[tuple[int, int, int]]) -> None:
        self._ranges: dict[int, list[tuple[int, int]]] = {}
        for client, clock, length in deletions:
            self._ranges.setdefault(client, []).append((clock, length))
        for ranges in self._ranges.values():
            ranges.sort()
        self.length = sum(length for _, _, length in deletions)

    def __contains__(self, entry: Id | None) -> bool:
        return entry is not None and covers(self._ranges.get(entry[0], ()), entry[1])
