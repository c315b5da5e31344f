import pytest
from starlette.requests import Request

from server.api.attempts import network
from server.people.identity import Principal, spoken_language
from server.settings import Settings


def request(peer: str = "192.0.2.7", **headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "client": (peer, 4000), "headers": named})


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("192.0.2.7", None, False, "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", False, "192.0.2.7"),
        ("192.0.2.7", None, True, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1, 203.0.113.9", True, "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", None, False, "2001:0db8:0001:0002"),
        ("2001:db8:1:2::1", None, False, "2001:0db8:0001:0002"),
    ],
)
def test_attempts_are_counted_where_they_come_from(
    peer: str, forwarded: str | None, trusted: bool, expected: str
) -> None:
    headers = {"x_forwarded_for": forwarded} if forwarded else {}
    assert network(request(peer, **headers), Settings(trust_proxy=trusted)) == expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "fr"),
        ("en-CA,en;q=0.9,fr;q=0.5", "en"),
        ("fr-CA, en;q=0.5", "fr"),
        ("de", "fr"),
        ("de, EN", "en"),
        ("fr;q=0.3, en;q=0.9", "en"),
        ("fr-CA;q=0.3, en;q=0.5, fr;q=0.9", "fr"),
        ("en ; q=0.8,fr ; q=0.8", "en"),
        ("*", "fr"),
        ("*;q=0.1, en", "en"),
        ("fr;q=0.5, *", "en"),
        ("en;q=0", "fr"),
        ("french, en;q=0.2", "en"),
        ("fr;q=high, en;q=0.2", "en"),
        ("fr;q=1.5, en;q=0.2", "en"),
        (";;, ,=,fr fr,en;q=0.001", "en"),
    ],
)
def test_a_stranger_is_answered_in_the_language_that_his_browser_prefers(
    accepted: str, expected: str
) -> None:
    assert spoken_language(request(accept_language=accepted), None) == expected


@pytest.mark.parametrize(
    ("accepted", "bot", "expected"),
    [("", True, "en"), ("*", True, "en"), ("de", True, "en"), ("fr", True, "fr"), ("fr", False, "en")],
)
def test_a_program_says_its_language_and_a_person_has_his_own(
    accepted: str, bot: bool, expected: str
) -> None:
    principal = Principal("u", "ERP", "", "en", "c", "Boréale", "standard", bot=bot)
    assert spoken_language(request(accept_language=accepted), principal) == expected
