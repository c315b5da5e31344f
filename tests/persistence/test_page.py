import pytest

from persistence.page import BadCursor, containing, cursor, folded, key_of, page_of


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ébénisterie Boréale", "ebenisterie boreale"),
        ("  CŒUR d’érable ", "coeur d'erable"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_words_are_compared_without_accents_or_capitals(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize("key", [("a", "b"), ("é/%", "00"), ("", "")])
def test_a_cursor_gives_its_key_back(key: tuple[str, str]) -> None:
    assert key_of(cursor(*key), 2) == key
    assert set(cursor(*key)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize(
    "word", ["", "x", "é", "%%%", "bnVsbA", cursor("a"), cursor("a", "b", "c"), "WzEsMl0"]
)
def test_a_cursor_that_no_page_gave_is_refused(word: str) -> None:
    with pytest.raises(BadCursor):
        key_of(word, 2)


def test_a_page_knows_whether_another_follows() -> None:
    assert page_of(["a", "b"], 2, lambda word: (word,)).next is None
    page = page_of(["a", "b", "c"], 2, lambda word: (word,))
    assert page.items == ["a", "b"]
    assert page.next == cursor("b")
    assert page_of([], 2, lambda word: (word,)).items == []


def test_signs_of_a_pattern_are_taken_as_they_are() -> None:
    assert containing("50%_\\É") == "%50\\%\\_\\\\e%"
