"""When a mail that could not be sent is tried again, and when it is given up. Pure."""

from datetime import timedelta
from typing import Final

_MINUTES: Final = (1, 5, 15, 60, 120, 240, 240, 360, 360, 480, 720)

ATTEMPTS: Final = len(_MINUTES) + 1
"""Twelve attempts over about two days."""

JITTER: Final = 0.2
"""The share by which a delay may grow, so that mails which failed together do not come back together."""


def delay_after(attempt: int, chance: float) -> timedelta | None:
    """How long to wait after the failed attempt (counted from 1); None to give up. `chance`: 0 to 1."""
    if attempt >= ATTEMPTS:
        return None
    return timedelta(minutes=_MINUTES[attempt - 1]) * (1 + JITTER * chance)
