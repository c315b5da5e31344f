"""Which province or territory people mean, however they write it: `QC`, `Québec`, `quebec`, `Qué.`.

`regions.csv` is the table. Capitals, accents, and whatever is no letter make no difference.
"""

import csv
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

_HOME: Final = frozenset({"ca", "can", "canada"})
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")


def region_at(place: Mapping[str, Any]) -> str:
    """The two letters of a place's province, for its taxes; empty where it tells none, so that another place is asked.

    A place in another country keeps what it says, which bears no tax of ours, or else its country.
    """
    region, country = str(place.get("region") or ""), str(place.get("country") or "")
    if country and _plain(country) not in _HOME:
        return f"{country}-{region}"
    return region_named(region) or ("" if country else region)


def region_named(text: str) -> str | None:
    """The two letters of a province or territory by one of its names; None for any other text."""
    return _REGIONS.get(_plain(text))


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if letter in _LETTERS)


def _read() -> dict[str, str]:
    text = files("schema").joinpath("regions.csv").read_text(encoding="utf-8")
    return {_plain(row["name"]): row["region"] for row in csv.DictReader(text.splitlines())}


_REGIONS: Final = _read()
