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


def test_a_code_without_a_sentence_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Refusal("nonsense").sentence("fr")
