"""What a cell may hold, and its canonical form.

Money, quantities and dimensions are decimal strings, dates are `YYYY-MM-DD` (design, section 2): a float in
any of them is refused, so that both languages compute the same digest and the same totals. `check` says what
is wrong with a value by the code of a refusal; `canonical` gives the one spelling under which two equal
values compare equal.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from schema.cells import ValueKind

Value = Any  # plain JSON: what a Yjs map entry can carry
_Check = Callable[[ValueKind, Value], str | None]

_DECIMAL = re.compile(r"(?P<whole>0|[1-9]\d*)(?:\.(?P<decimals>\d+))?\Z", re.ASCII)
_DIMENSION = re.compile(
    r"(?:(?P<whole>\d{1,6}) (?P<num>\d{1,4})/(?P<den>\d{1,4})|(?P<num2>\d{1,12})/(?P<den2>\d{1,7})"
    r"|(?P<decimal>\d{1,6}\.\d{1,6}|\d{1,12}))(?: (?P<unit>in|mm|cm))?\Z",
    re.ASCII,
)
_POSITION = re.compile(r"[0-9A-Za-z]{1,64}\Z")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
# Half of a surrogate pair is no character: it has no UTF-8 form, so it could never be signed. And what turns letters
# round would show a text otherwise than it is signed.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_OBJECT_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")

TEXT_LIMIT: Final = 500
CHARACTERISTIC_LIMIT: Final = 200
OBJECT_TEXT_LIMIT: Final = 300
OBJECT_KEYS_LIMIT: Final = 16
WHOLE_DIGITS_LIMIT: Final = 12
_PLACES: Final[dict[str, int]] = {"money": 2, "number": 4, "price": 4, "quantity": 3, "percent": 3}


def check(kind: ValueKind, value: Value) -> str | None:
    """The refusal code of what is wrong with `value` as a `kind`, or None when it may stand."""
    return _CHECKS[kind](kind, value)


def _check_decimal(kind: ValueKind, value: Value) -> str | None:
    if not isinstance(value, str):
        return "wrong_type"
    match = _DECIMAL.match(value)
    if not match:
        return "negative" if re.match(r"-\d", value, re.ASCII) else "not_a_decimal"
    if len(match["decimals"] or "") > _PLACES[kind]:
        return "too_many_decimals"
    if len(match["whole"]) > WHOLE_DIGITS_LIMIT:
        return "out_of_range"
    return "out_of_range" if kind == "percent" and Decimal(value) > 100 else None


def _check_date(_: ValueKind, value: Value) -> str | None:
    if not isinstance(value, str):
        return "wrong_type"
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return "not_a_date"
    if day.isoformat() != value:
        return "not_a_date"
    return None if 2000 <= day.year <= 2199 else "out_of_range"


def _check_flag(_: ValueKind, value: Value) -> str | None:
    return None if isinstance(value, bool) else "wrong_type"


def _check_text(kind: ValueKind, value: Value) -> str | None:
    if not isinstance(value, str):
        return "wrong_type"
    limit = CHARACTERISTIC_LIMIT if kind == "characteristic" else TEXT_LIMIT
    return _text_fault(value, limit)


def _text_fault(value: str, limit: int) -> str | None:
    if len(value) > limit:
        return "too_long"
    return "control_character" if _CONTROL.search(value) else None


def _check_object(_: ValueKind, value: Value) -> str | None:
    if not isinstance(value, dict):
        return "wrong_type"
    if len(value) > OBJECT_KEYS_LIMIT:
        return "too_long"
    for key, item in value.items():
        if not isinstance(key, str) or not _OBJECT_KEY.match(key) or not isinstance(item, str):
            return "wrong_type"
        if fault := _text_fault(item, OBJECT_TEXT_LIMIT):
            return fault
    return None


def _check_pattern(pattern: re.Pattern[str], code: str) -> _Check:
    def check_pattern(_: ValueKind, value: Value) -> str | None:
        if not isinstance(value, str):
            return "wrong_type"
        return None if pattern.match(value) else code

    return check_pattern


def _check_dimension(_: ValueKind, value: Value) -> str | None:
    if not isinstance(value, str):
        return "wrong_type"
    return None if parse_dimension(value) else "not_a_dimension"


_CHECKS: Final[dict[ValueKind, _Check]] = {
    "address": _check_object,
    "characteristic": _check_text,
    "contact": _check_object,
    "date": _check_date,
    "dimension": _check_dimension,
    "flag": _check_flag,
    "money": _check_decimal,
    "number": _check_decimal,
    "percent": _check_decimal,
    "position": _check_pattern(_POSITION, "not_a_position"),
    "price": _check_decimal,
    "product": _check_pattern(_ID, "unknown_product"),
    "quantity": _check_decimal,
    "text": _check_text,
}


def parse_dimension(text: str) -> tuple[Fraction, str | None] | None:
    """An exact measure and its unit (None: the product's): `34 1/2` → (69/2, None), `876 mm` → (876, "mm").

    None when the text is no measure, a denominator is zero, or a mixed fraction is not proper (`3 5/4`).
    """
    match = _DIMENSION.match(text)
    if not match:
        return None
    part = match.groupdict()
    if part["decimal"]:
        return Fraction(part["decimal"]), part["unit"]
    whole, numerator = int(part["whole"] or 0), int(part["num"] or part["num2"])
    denominator = int(part["den"] or part["den2"])
    if denominator == 0 or (part["whole"] and numerator >= denominator):
        return None
    return whole + Fraction(numerator, denominator), part["unit"]


MILLIMETRES: Final[dict[str, Fraction]] = {"in": Fraction(127, 5), "mm": Fraction(1), "cm": Fraction(10)}
"""Exact length of each unit, in millimetres (an inch is 25.4 mm by definition)."""


def dimension_in(text: str, unit: str) -> Fraction | None:
    """The measure `text` in `unit` (one of MILLIMETRES); a text without a unit is already in it."""
    parsed = parse_dimension(text)
    if parsed is None:
        return None
    measure, given = parsed
    return measure if given is None else measure * MILLIMETRES[given] / MILLIMETRES[unit]


def canonical(kind: ValueKind, value: Value) -> Value:
    """The spelling that a signature covers; strings only, or an object of strings (design, section 2).

    A value that could not pass `check` stays as it is: an old journal must still load.
    """
    if kind == "flag":
        return str(value).lower() if isinstance(value, bool) else value
    if not isinstance(value, str):
        return value
    if kind in _PLACES:
        return canonical_decimal(value)
    return _canonical_dimension(value) if kind == "dimension" else value


def decimal_text(value: Decimal) -> str:
    """A decimal as a cell holds it: plain digits, without trailing zeros."""
    return format(value.normalize(), "f")


def places_of(text: str) -> int:
    """How many decimals a decimal string has, but for trailing zeros: `12.50` → 1."""
    return len(text.rstrip("0").rpartition(".")[2]) if "." in text else 0


def canonical_decimal(text: str) -> str:
    """A decimal string without trailing zeros: `12.50` → `12.5`, `3.0` → `3`."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _canonical_dimension(text: str) -> str:
    parsed = parse_dimension(text)
    if parsed is None:
        return text
    measure, unit = parsed
    return f"{measure} {unit}" if unit else str(measure)
