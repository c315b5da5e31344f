"""A limit to what is logged: whoever sends what is logged can send it a thousand times a second, for days.

handler.addFilter(LogLimit())

Each kind of line, by its level and its words without their values, has a limit of its own, so that a flood of one hides
no other: of all requests that are noted, those that failed are a kind by themselves. What was left out is told once a
minute. Whatever is left out, the metrics count it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

import structlog

BURST: Final = 1_000
SUSTAINED: Final = 10.0
"""Lines of one kind a second that are written in the long run."""
TRACEBACK: Final = 10.0
"""For how many lines one with a traceback counts."""
TOLD_SECONDS: Final = 60.0
KINDS: Final = 256
"""Kinds that are told apart; more can only be words with values in them."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Kind:
    since: float
    told: float
    left: float = BURST
    omitted: int = 0


class LogLimit(logging.Filter):
    """Lets a line pass while its kind has not had too many. `clock`: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[int, str], _Kind] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        at, name = self._clock(), _name_of(record)
        if (record.levelno, name) not in self._kinds and len(self._kinds) >= KINDS:
            name = ""
        kind = self._kinds.setdefault((record.levelno, name), _Kind(since=at, told=at - TOLD_SECONDS))
        kind.left = min(BURST, kind.left + (at - kind.since) * SUSTAINED)
        kind.since = at
        cost = TRACEBACK if record.exc_info else 1.0
        if kind.left >= cost:
            kind.left -= cost
        else:
            cost, kind.omitted = 0.0, kind.omitted + 1
        if kind.omitted and at - kind.told >= TOLD_SECONDS:
            omitted, kind.omitted, kind.told = kind.omitted, 0, at
            _log.warning("lines left out", of=name, count=omitted)
        return bool(cost)


def _name_of(record: logging.LogRecord) -> str:
    event = record.msg.get("event") if isinstance(record.msg, dict) else record.msg
    return f"{record.name}: {event}"[:200]
