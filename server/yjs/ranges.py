"""Ranges of ids, as deletions name them: `(clock, length)` by client."""

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter

from server.yjs.structs import Deletions, Id


def by_client(deletions: Iterable[tuple[int, int, int]]) -> Deletions:
    """The same ranges `(client, clock, length)` by client."""
    grouped: Deletions = {}
    for client, clock, length in deletions:
        grouped.setdefault(client, []).append((clock, length))
    return grouped


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
    """Deleted ids, asked one by one. `length`: how many clocks they cover."""

    def __init__(self, deletions: Deletions) -> None:
        self._ranges = {client: list(disjoint(ranges)) for client, ranges in deletions.items()}
        self.length = sum(length for ranges in self._ranges.values() for _, length in ranges)

    def __contains__(self, entry: Id | None) -> bool:
        if entry is None:
            return False
        ranges, clock = self._ranges.get(entry[0], ()), entry[1]
        at = bisect_right(ranges, clock, key=itemgetter(0)) - 1
        return at >= 0 and clock < ranges[at][0] + ranges[at][1]

    def covers(self, deletions: Deletions) -> bool:
        """Whether all of these are among them."""
        return all(
            self._covers(client, clock, length)
            for client, ranges in deletions.items()
            for clock, length in ranges
        )

    def _covers(self, client: int, clock: int, length: int) -> bool:
        ranges = self._ranges.get(client, ())
        at = bisect_right(ranges, clock, key=itemgetter(0)) - 1
        return at >= 0 and clock + length <= ranges[at][0] + ranges[at][1]
