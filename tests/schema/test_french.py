import pytest

from schema.french import bound
from schema.refusals import Refusal


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Rien n’est signé : envoyez-les.", "Rien n’est signé\u00a0: envoyez-les."),
        ("choisissez « Modifier »", "choisissez «\u00a0Modifier\u00a0»"),
        ("à 14:02, 3 fois", "à 14:02, 3 fois"),
    ],
)
def test_no_line_ends_inside_quotation_marks_or_before_a_colon(typed: str, set_: str) -> None:
    assert bound(typed) == set_
    assert bound(set_) == set_


def test_a_refusal_is_set_so_in_french_and_left_alone_in_english() -> None:
    refusal = Refusal("agreed")
    assert "acceptée\u00a0: pour" in refusal.sentence("fr")
    assert "«\u00a0Modifier\u00a0»" in refusal.sentence("fr")
    assert "\u00a0" not in refusal.sentence("en")
