"""Giving memory back to the system once many orders have let go of theirs.

What is freed stays with the C library, in pieces between what is still used, until it is told to look for whole pages
(malloc_trim(3), of glibc; elsewhere nothing is done).
"""

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Give back what can be. It takes some milliseconds, and needs no lock of Python's."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return None
