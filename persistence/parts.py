"""Many values in one question: a statement of the database names a few thousand at most."""

from collections.abc import Sequence
from typing import Any, Final

AT_ONCE: Final = 500


def in_parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    """`values` in parts that a statement can name."""
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]
