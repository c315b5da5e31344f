from typing import Any

import pytest

from schema.language import LANGUAGES
from server.catalogue.product_rules import ProductFile, faults
from server.problem import FieldError
from server.sentences import sentence

DIMENSION = {"key": "width", "name_fr": "Largeur"}
OPTION = {"key": "oak", "name_fr": "Chêne"}
CHOICE = {"key": "wood", "name_fr": "Essence", "kind": "choice", "options": [OPTION]}


def file_of(**changes: Any) -> ProductFile:
    plain = {"code": "P-100", "name_fr": "Porte", "unit": "each", "price": "12.50"}
    return ProductFile.model_validate(plain | changes)


SOUND: dict[str, dict[str, Any]] = {
    "the least there is": {},
    "free of charge": {"price": "0"},
    "four decimals of a price": {"price": "0.1234"},
    "quantities of three decimals": {"decimals": 3, "minimum": "0.125", "multiple": "0.125"},
    "sizes of every script": {"sizing": "scale", "points": ["S", "10½", "très grand", "特大"]},
    "one measure without bounds": {"sizing": "dimensions", "dimensions": [DIMENSION]},
    "bounds with fractions": {
        "sizing": "dimensions",
        "dimensions": [{**DIMENSION, "minimum": "1/8", "maximum": "34 1/2"}],
    },
    "equal bounds written otherwise": {
        "sizing": "dimensions",
        "dimensions": [{**DIMENSION, "minimum": "34 1/2", "maximum": "34.5"}],
    },
    "bounds of two units": {
        "sizing": "dimensions",
        "dimensions": [{**DIMENSION, "minimum": "25.4 mm", "maximum": "1 in"}],
    },
    "sizes that are not in use": {"sizing": "none", "points": ["S"], "dimensions": [DIMENSION]},
    "a choice, a text and a number": {
        "characteristics": [
            CHOICE,
            {"key": "engraving", "name_fr": "Gravure", "kind": "text"},
            {"key": "knots", "name_fr": "Nœuds", "kind": "number", "required": True},
        ]
    },
    "one option key in two characteristics": {"characteristics": [CHOICE, {**CHOICE, "key": "frame"}]},
}


@pytest.mark.parametrize("changes", SOUND.values(), ids=SOUND.keys())
def test_a_sound_file_has_no_fault(changes: dict[str, Any]) -> None:
    assert faults(file_of(**changes)) == []


FAULTY: dict[str, tuple[dict[str, Any], str, str]] = {
    "no code": ({"code": "  "}, "code", "required"),
    "no French name": ({"name_fr": ""}, "name_fr", "required"),
    "no price": ({"price": ""}, "price", "not_a_decimal"),
    "a price in words": ({"price": "cheap"}, "price", "not_a_decimal"),
    "a comma in a price": ({"price": "12,50"}, "price", "not_a_decimal"),
    "a price below zero": ({"price": "-1"}, "price", "negative"),
    "five decimals of a price": ({"price": "0.12345"}, "price", "too_many_decimals"),
    "a price of thirteen digits": ({"price": "1234567890123"}, "price", "out_of_range"),
    "a price that is not a number": ({"price": "NaN"}, "price", "not_a_decimal"),
    "an exponent": ({"price": "1e3"}, "price", "not_a_decimal"),
    "a minimum finer than quantities": ({"minimum": "1.5"}, "minimum", "decimals_of_unit"),
    "a minimum below zero": ({"minimum": "-2"}, "minimum", "negative"),
    "an empty minimum": ({"minimum": ""}, "minimum", "not_a_decimal"),
    "a multiple of nothing": ({"multiple": "0"}, "multiple", "zero"),
    "a multiple finer than quantities": ({"decimals": 1, "multiple": "0.25"}, "multiple", "decimals_of_unit"),
    "a scale without sizes": ({"sizing": "scale"}, "points", "no_points"),
    "an empty size": ({"sizing": "scale", "points": ["S", ""]}, "points.1", "bad_point"),
    "a slash in a size": ({"sizing": "scale", "points": ["32/34"]}, "points.0", "bad_point"),
    "a size twice": ({"sizing": "scale", "points": ["S", "M", "S "]}, "points.2", "twice"),
    "dimensions without a measure": ({"sizing": "dimensions"}, "dimensions", "no_dimensions"),
    "a measure without a key": ({"dimensions": [{**DIMENSION, "key": ""}]}, "dimensions.0.key", "bad_key"),
    "a key with an accent": ({"dimensions": [{**DIMENSION, "key": "épais"}]}, "dimensions.0.key", "bad_key"),
    "a key with a slash": ({"dimensions": [{**DIMENSION, "key": "a/b"}]}, "dimensions.0.key", "bad_key"),
    "a measure twice": ({"dimensions": [DIMENSION, DIMENSION]}, "dimensions.1.key", "twice"),
    "a measure without a name": (
        {"dimensions": [{"key": "width", "name_fr": ""}]},
        "dimensions.0.name_fr",
        "required",
    ),
    "a bound in words": (
        {"dimensions": [{**DIMENSION, "minimum": "small"}]},
        "dimensions.0.minimum",
        "not_a_dimension",
    ),
    "a fraction over zero": (
        {"dimensions": [{**DIMENSION, "maximum": "1/0"}]},
        "dimensions.0.maximum",
        "not_a_dimension",
    ),
    "bounds upside down by a sixteenth": (
        {"dimensions": [{**DIMENSION, "minimum": "34 1/2", "maximum": "34 7/16"}]},
        "dimensions.0.maximum",
        "minimum_over_maximum",
    ),
    "bounds upside down across units": (
        {"dimensions": [{**DIMENSION, "minimum": "1 in", "maximum": "25.3 mm"}]},
        "dimensions.0.maximum",
        "minimum_over_maximum",
    ),
    "a choice without options": (
        {"characteristics": [{**CHOICE, "options": []}]},
        "characteristics.0.options",
        "no_options",
    ),
    "a characteristic twice": ({"characteristics": [CHOICE, CHOICE]}, "characteristics.1.key", "twice"),
    "an option twice": (
        {"characteristics": [{**CHOICE, "options": [OPTION, OPTION]}]},
        "characteristics.0.options.1.key",
        "twice",
    ),
    "an option without a name": (
        {"characteristics": [{**CHOICE, "options": [{"key": "oak", "name_fr": " "}]}]},
        "characteristics.0.options.0.name_fr",
        "required",
    ),
}


@pytest.mark.parametrize(("changes", "field", "code"), FAULTY.values(), ids=FAULTY.keys())
def test_a_fault_names_its_field(changes: dict[str, Any], field: str, code: str) -> None:
    assert faults(file_of(**changes)) == [FieldError(field, code)]
    assert all(sentence(code, language) for language in LANGUAGES)


def test_all_faults_are_told_at_once() -> None:
    found = faults(file_of(code="", price="-1", sizing="scale", characteristics=[{**CHOICE, "options": []}]))
    assert [fault.field for fault in found] == ["code", "price", "points", "characteristics.0.options"]


def test_spaces_around_what_is_typed_are_dropped() -> None:
    file = file_of(code=" P-1 ", price=" 12.50 ", sizing="scale", points=[" S "])
    assert (file.code, file.price, file.points) == ("P-1", "12.50", ["S"])
