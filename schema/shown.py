"""Showing a refused value to its author as JSON, whatever it was."""

import json
import math
from typing import Any, Final

SHOWN_LIMIT: Final = 2_000


def plain(value: Any) -> Any:
    """The value itself where JSON can carry it in few characters; else the beginning of its text."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        return _described(value)
    return value if len(text) <= SHOWN_LIMIT else text[:SHOWN_LIMIT] + "…"


def _described(value: Any) -> str:
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else str(value)
    return repr(value)[:SHOWN_LIMIT]
