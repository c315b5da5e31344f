"""Every refusal has a sentence in both languages."""

import re
from string import Formatter

import pytest

from schema.refusals import REFUSALS, Refusal


@pytest.mark.parametrize("code", REFUSALS)
def test_both_sentences_are_whole_and_name_the_same_values(code: str) -> None:
    french, english = REFUSALS[code]
    fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (french, english)]
    assert fields[0] == fields[1]
    assert french != english
    assert re.match(r"[A-Z{É].*[.!?]$", french)
    assert re.match(r"[A-Z{].*[.!?]$", english)


def test_a_sentence_is_filled_with_its_values() -> None:
    refusal = Refusal("below_minimum", {"minimum": "12"})
    assert refusal.sentence("fr") == "La quantité minimale est de 12."
    assert refusal.sentence("en") == "The minimum quantity is 12."


@pytest.mark.parametrize(
    ("value", "french"),
    [
        ("2.5", "2,5"),
        ("12", "12"),
        ("5 1/2", "5 1/2"),
        ("34 1/2 in", "34 1/2\u00a0po"),
        ("876.5 mm", "876,5\u00a0mm"),
        ("∞", "∞"),
        ("Luc Gagnon", "Luc Gagnon"),
        ("v1.2", "v1.2"),
        (5000, "5000"),
    ],
)
def test_numbers_and_measures_are_written_as_the_reader_writes_them(value: object, french: str) -> None:
    refusal = Refusal("not_a_multiple", {"multiple": value})
    assert refusal.sentence("fr") == f"La quantité va par multiples de {french}."
    assert refusal.sentence("en") == f"The quantity goes by multiples of {value}."


def test_a_code_without_a_sentence_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Refusal("nonsense").sentence("fr")
