"""How French is set."""

import re
from typing import Any, Final

_MEASURE: Final = re.compile(r"(\d[\d /]*)(?:\.(\d+))?(?: (in|mm|cm))?\Z", re.ASCII)


def bound(text: str) -> str:
    """The text without a line's end inside quotation marks or before a colon, as the browser sets its own."""
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", text)


def written(value: Any) -> Any:
    """A number or a measure as it is written in French: `12.5` → `12,5`, `34 1/2 in` → `34 1/2 po`; else as it is."""
    match = _MEASURE.match(value) if isinstance(value, str) else None
    if match is None:
        return value
    whole, decimals, unit = match.groups()
    number = f"{whole},{decimals}" if decimals else whole
    return f"{number}\u00a0{'po' if unit == 'in' else unit}" if unit else number
