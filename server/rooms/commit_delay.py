"""How long a commit waits for edits that are on their way: what PostgreSQL calls `commit_delay` and `commit_siblings`.

A commit costs the same for one edit as for twenty. Peers that write again as soon as they are answered, as bots do,
part into two halves: while what the one wrote is committed, the other is answered and writes, so that every commit
holds half of what it could. Waiting once for the other half brings them together, and they stay so.

Whether somebody will write again can only be guessed, from who wrote lately. Where the guess was wrong, nobody waits
for a growing number of commits; and where few write, or very many, nobody waits at all.
"""

import asyncio
from collections.abc import Hashable, Iterable
from typing import Final

SIBLINGS: Final = 8
"""Fewer writers than these are not waited for: each of them would lose more by it than all gain."""
CROWD: Final = 64
"""Nor are more: by then the commit itself is a small part of what their edits cost."""
PAUSE: Final = 0.002
"""Seconds without an edit after which nobody is expected any more."""
LONGEST: Final = 0.02
"""Seconds that a commit waits at most."""
REMEMBERED: Final = 0.02
"""Seconds after which nobody who wrote is expected to write again at once."""
MOST_PASSED: Final = 64
"""Commits that go by without waiting after guesses that were wrong again and again."""


class CommitDelay:
    """Of one committer."""

    def __init__(self) -> None:
        self._lately: frozenset[Hashable] = frozenset()
        self._before: frozenset[Hashable] = frozenset()
        self._at = 0.0
        self._arrived = 0
        self._expected = 0
        self._enough: asyncio.Future[bool] | None = None
        self._passing = 0
        self._next_passing = 1

    def arrived(self) -> None:
        """One more edit waits to be committed."""
        self._arrived += 1
        if self._enough is not None and self._arrived >= self._expected and not self._enough.done():
            self._enough.set_result(True)

    def taken(self, writers: Iterable[Hashable]) -> None:
        """What had arrived is being committed; `writers`: whose edits these are."""
        self._before, self._lately = self._lately, frozenset(writers)
        self._at = asyncio.get_running_loop().time()
        self._arrived = 0

    async def wait(self) -> None:
        """Wait for who is expected, if anybody is; return once all of them have written, or it is not worth it."""
        self._expected = self._siblings()
        if self._arrived >= self._expected:
            return
        if self._passing:
            self._passing -= 1
            return
        if await self._all_arrive():
            self._next_passing = 1
        else:
            self._passing = self._next_passing
            self._next_passing = min(2 * self._next_passing, MOST_PASSED)

    def _siblings(self) -> int:
        """How many are worth waiting for."""
        if asyncio.get_running_loop().time() - self._at > REMEMBERED:
            return 0
        writers = len(self._lately | self._before)
        return writers if SIBLINGS <= writers <= CROWD else 0

    async def _all_arrive(self) -> bool:
        loop = asyncio.get_running_loop()
        enough: asyncio.Future[bool] = loop.create_future()
        self._enough = enough
        deadline = loop.time() + LONGEST

        def look(arrived: int) -> None:
            if enough.done():
                return
            if self._arrived == arrived or loop.time() > deadline:
                enough.set_result(False)
            else:
                loop.call_later(PAUSE, look, self._arrived)

        loop.call_later(PAUSE, look, self._arrived)
        try:
            return await enough
        finally:
            self._enough = None
