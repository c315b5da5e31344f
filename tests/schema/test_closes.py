"""The table of close codes."""

from schema.closes import SENTENCES, Close


def test_every_close_code_has_a_sentence() -> None:
    assert SENTENCES.keys() == set(Close)


def test_our_own_codes_lie_in_the_private_range() -> None:
    assert all(close < 1014 or 4000 <= close <= 4999 for close in Close)
