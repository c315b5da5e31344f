"""Value rules that hold for every value, beside the golden examples."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.cells import ValueKind
from schema.refusals import REFUSALS
from schema.values import canonical, canonical_decimal, check, dimension_in, parse_dimension, places_of
from tests.schema.contents import VALUES, decimals

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KINDS = st.sampled_from(sorted(get_args(ValueKind)))


@given(kind=KINDS, value=PLAIN)
def test_any_value_passes_or_gets_a_refusal_that_has_a_sentence(kind: ValueKind, value: Any) -> None:
    fault = check(kind, value)
    assert fault is None or fault in REFUSALS


@given(kind=KINDS, value=PLAIN)
def test_any_value_has_a_canonical_form(kind: ValueKind, value: Any) -> None:
    canonical(kind, value)


@given(st.data())
def test_a_canonical_form_passes_and_is_its_own_canonical_form(data: st.DataObject) -> None:
    kind = data.draw(KINDS)
    value = data.draw(VALUES[kind])
    assert check(kind, value) is None
    spelled = canonical(kind, value)
    assert canonical(kind, spelled) == spelled
    if kind != "flag":
        assert check(kind, spelled) is None


@given(decimals(4), decimals(4))
def test_decimals_are_equal_when_their_canonical_forms_are(one: str, other: str) -> None:
    assert (canonical_decimal(one) == canonical_decimal(other)) == (Decimal(one) == Decimal(other))


@pytest.mark.parametrize(("text", "places"), [("12", 0), ("100", 0), ("12.0", 0), ("12.50", 1), ("0.125", 3)])
def test_the_places_of_a_decimal_are_counted_without_zeros_at_its_end(text: str, places: int) -> None:
    assert places_of(text) == places


@given(decimals(3, 99), st.integers(0, 4))
def test_zeros_at_the_end_of_a_decimal_change_nothing(number: str, zeros: int) -> None:
    longer = (number if "." in number else f"{number}.0") + "0" * zeros
    assert canonical_decimal(longer) == canonical_decimal(number)


@given(VALUES["dimension"], VALUES["dimension"])
def test_measures_without_a_unit_are_equal_when_their_canonical_forms_are(one: str, other: str) -> None:
    first, second = parse_dimension(one), parse_dimension(other)
    assert (canonical("dimension", one) == canonical("dimension", other)) == (first == second)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("34 1/2", "in", Fraction(69, 2)),
        ("1 in", "mm", Fraction(254, 10)),
        ("254 mm", "in", Fraction(10)),
        ("2.54 cm", "in", Fraction(1)),
        ("12 cm", "mm", Fraction(120)),
        ("3 5/4", "in", None),
    ],
)
def test_a_measure_in_another_unit_is_exact(text: str, unit: str, expected: Fraction | None) -> None:
    assert dimension_in(text, unit) == expected


@pytest.mark.parametrize("kind", ["text", "characteristic"])
def test_half_of_a_surrogate_pair_is_refused_because_it_could_never_be_signed(kind: ValueKind) -> None:
    assert check(kind, json.loads('"a\\ud83d"')) == "control_character"
    assert check(kind, json.loads('"\\ud83d\\ude00"')) is None
