"""Values as people read them in Quebec and Canada: `1 234,50 $`, `12 décembre 2026`, `34 1/2 po`."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from schema.language import Language
from schema.values import parse_dimension

NOTHING: Final = "—"
_NO_BREAK: Final = "\u00a0"
# Control characters, and those that turn the direction of writing: a name could read as another with them.
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}

# Signs after the amount in French, before it in English; the dollars of others are named.
_SIGNS: Final[dict[str, tuple[str, str]]] = {
    "CAD": ("$", "$"),
    "USD": ("$ US", "US$"),
    "EUR": ("€", "€"),
    "GBP": ("£", "£"),
}

# One, and several, in each language.
_UNITS: Final[dict[str, dict[Language, tuple[str, str]]]] = {
    "m": {"fr": ("m", "m"), "en": ("m", "m")},
    "kg": {"fr": ("kg", "kg"), "en": ("kg", "kg")},
    "box": {"fr": ("boîte", "boîtes"), "en": ("box", "boxes")},
    "pair": {"fr": ("paire", "paires"), "en": ("pair", "pairs")},
    "sq_ft": {"fr": ("pi²", "pi²"), "en": ("sq. ft.", "sq. ft.")},
    "h": {"fr": ("h", "h"), "en": ("h", "h")},
}

_DIMENSION_UNITS: Final[dict[str, tuple[str, str]]] = {
    "in": ("po", "in"),
    "mm": ("mm", "mm"),
    "cm": ("cm", "cm"),
}


def number(value: Decimal, language: Language, places: int = 0) -> str:
    """A decimal with its thousands apart and at least `places` decimals: `1 234,5`, `1,234.5`."""
    exponent = value.as_tuple().exponent
    digits = max(places, -exponent if isinstance(exponent, int) else 0)
    english = f"{value:,.{digits}f}"
    if language == "en":
        return english
    return english.replace(",", _NO_BREAK).replace(".", ",")


def money(value: Decimal, currency: str, language: Language) -> str:
    """An amount with at least two decimals: `41,50 $` or `$41.50`."""
    amount = number(value, language, places=2)
    french, english = _SIGNS.get(currency, (currency, currency + _NO_BREAK))
    return f"{amount}{_NO_BREAK}{french}" if language == "fr" else f"{english}{amount}"


def percent(value: Decimal, language: Language) -> str:
    """`5 %` or `5%`."""
    return f"{number(value, language)}{_NO_BREAK if language == 'fr' else ''}%"


def day(value: str, language: Language) -> str:
    """`2026-12-01` as `1er décembre 2026` or `December 1, 2026`. Raises ValueError for no date."""
    found = date.fromisoformat(value)
    month = _MONTHS[language][found.month - 1]
    if language == "en":
        return f"{month} {found.day}, {found.year}"
    return f"{'1er' if found.day == 1 else found.day} {month} {found.year}"


def flag(value: Any, language: Language) -> str:
    """A yes or no, from the document (`True`) or from the terms (`"true"`)."""
    yes = value in (True, "true")
    return ("oui" if yes else "non") if language == "fr" else ("yes" if yes else "no")


def quantity(value: Decimal, unit: str | None, language: Language) -> str:
    """`12`, `12,5 kg`; things counted one by one have no unit."""
    names = _UNITS.get(unit or "")
    if names is None:
        return number(value, language)
    several = value >= 2 if language == "fr" else value != 1
    return f"{number(value, language)}{_NO_BREAK}{names[language][several]}"


def dimension(text: str, unit: str | None, language: Language) -> str:
    """A measure with its unit; inches keep their fractions: `69/2` → `34 1/2 po`."""
    parsed = parse_dimension(text)
    if parsed is None:
        return text
    measure, given = parsed
    unit = given or unit
    names = _DIMENSION_UNITS.get(unit or "")
    written = _mixed(measure) if unit not in ("mm", "cm") else _decimal(measure, language)
    return f"{written}{_NO_BREAK}{names[0 if language == 'fr' else 1]}" if names else written


def _mixed(measure: Fraction) -> str:
    whole, rest = divmod(measure, 1)
    if rest == 0:
        return str(whole)
    return f"{whole} {rest}" if whole else str(rest)


def _decimal(measure: Fraction, language: Language) -> str:
    value = Decimal(measure.numerator) / Decimal(measure.denominator)
    return number(round(value, 4).normalize() if value % 1 else Decimal(int(value)), language)


_HOME: Final = "CA"
_ADDRESS_PARTS: Final = ("label", "street", "city", "region", "postal_code", "country")


def address(value: Mapping[str, Any], language: Language) -> str:
    """An address on one line; in French the province is between parentheses; a country is told where it is another."""
    part = {name: str(value.get(name) or "").strip() for name in _ADDRESS_PARTS}
    if language == "fr" and part["city"] and part["region"]:
        part["city"], part["region"] = f"{part['city']} ({part['region']})", ""
    if part["country"] == _HOME:
        part["country"] = ""
    place = " ".join(filter(None, (part["city"], part["region"], part["postal_code"])))
    return ", ".join(filter(None, (part["label"], part["street"], place, part["country"]))) or NOTHING


def one_line(text: str) -> str:
    """A text with its line breaks and runs of blanks as single spaces, without signs that are not seen."""
    return " ".join(_UNSEEN.sub(" ", text).split())
