"""Showing a refused value to its author as JSON, whatever it was."""

import json
import math
from typing import Any, Final

SHOWN_LIMIT: Final = 100_000
"""Characters: any value that some cell may hold is shown whole, so that its author can apply it again."""


def plain(value: Any) -> Any:
    """The value itself where JSON can carry it and it is not beyond all measure; else the beginning of its text."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        return _described(value)
    if len(text) <= SHOWN_LIMIT:
        return value
    return (value if isinstance(value, str) else text)[:SHOWN_LIMIT] + "…"


def _described(value: Any) -> str:
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else str(value)
    return repr(value)[:SHOWN_LIMIT]
