"""How often something may be tried: bounded in memory, per process.

wait = throttle.wait(("login", email), limit=5, window=900, at=clock())   # seconds to wait; 0: go ahead
throttle.count(("login", email), at=clock())                              # it failed
"""

from collections import OrderedDict, deque
from collections.abc import Hashable
from datetime import datetime
from math import ceil

KEYS = 20_000
# More than any limit in use; what is older cannot matter.
KEPT = 200


class Throttle:
    """Counts attempts by key in a sliding window. The least used keys are forgotten past KEYS."""

    def __init__(self) -> None:
        self._attempts: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def count(self, key: Hashable, at: datetime) -> None:
        """Note one attempt."""
        attempts = self._attempts.setdefault(key, deque(maxlen=KEPT))
        self._attempts.move_to_end(key)
        attempts.append(at.timestamp())
        if len(self._attempts) > KEYS:
            self._attempts.popitem(last=False)

    def wait(self, key: Hashable, *, limit: int, window: int, at: datetime) -> int:
        """Return the seconds until fewer than `limit` attempts lie in the last `window` seconds."""
        present = at.timestamp()
        recent = [time for time in self._attempts.get(key, ()) if time > present - window]
        return ceil(recent[-limit] + window - present) if len(recent) >= limit else 0

    def excuse(self, key: Hashable) -> None:
        """Take back the last attempt."""
        if self._attempts.get(key):
            self._attempts[key].pop()

    def forget(self, key: Hashable) -> None:
        """Start over, after a success."""
        self._attempts.pop(key, None)
