"""What the C library keeps of memory that many orders have let go of (glibc's; elsewhere nothing is done)."""

import ctypes
from functools import cache
from typing import Any, Final

M_ARENA_MAX: Final = -8
"""Of mallopt(3)."""


def share_one_heap() -> None:
    """Let all threads take from one heap, before there is a second: what one of them has freed another can use. They
    seldom work at once, so that they seldom wait for it."""
    if mallopt := _function("mallopt"):
        mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Give back what can be. What is freed lies in pieces between what is still used, until whole pages are looked for
    (malloc_trim(3)). It takes some milliseconds, and needs no lock of Python's."""
    if trim := _function("malloc_trim"):
        trim(0)


@cache
def _function(name: str) -> Any:
    """One of the C library's; None where it has none."""
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError):
        return None
