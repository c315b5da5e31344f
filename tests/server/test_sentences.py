import re
from string import Formatter

import pytest

from server import sentences
from server.api.table import ENDPOINTS
from server.http.openapi import problems
from server.problem import FieldError, Problem
from server.sentences import TITLES, declare, known, sentence


def values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_values() -> None:
    for code, (french, english) in sentences._SENTENCES.items():
        assert values_of(french) == values_of(english), code
        assert french != english, code


def test_french_has_a_space_before_a_colon_that_ends_no_line() -> None:
    for code, (french, _) in sentences._SENTENCES.items():
        assert not re.search(r"[^\s\d]:\s", french), code
        assert not re.search(r" [:»]|« ", sentence(code, "fr", **dict.fromkeys(values_of(french), "x"))), code


def test_every_refusal_that_an_endpoint_may_give_has_a_title_and_a_sentence() -> None:
    for endpoint in ENDPOINTS:
        for status, code in problems(endpoint):
            assert status in TITLES, endpoint.path
            assert known(code), (endpoint.path, code)


def test_a_code_is_declared_once() -> None:
    with pytest.raises(ValueError, match="already has a sentence"):
        declare({"not_found": ("Rien.", "Nothing.")})
    with pytest.raises(KeyError):
        sentence("no_such_code", "fr")


def test_a_problem_speaks_the_readers_language() -> None:
    problem = Problem(422, "invalid", errors=[FieldError("name", "too_long", {"maximum": 120})])
    for language, title, message in (
        ("fr", "À corriger", "Au plus 120 caractères."),
        ("en", "Needs correction", "At most 120 characters."),
    ):
        view = problem.view(language)  # type: ignore[arg-type]  # the two words of the loop
        assert (view.title, view.errors[0].message) == (title, message)
