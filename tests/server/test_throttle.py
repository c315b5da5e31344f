from datetime import UTC, datetime, timedelta

from server import throttle
from server.throttle import Throttle

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_attempts_are_let_through_until_the_limit_and_again_when_the_oldest_is_past() -> None:
    attempts = Throttle()
    for second in range(3):
        assert attempts.wait("luc", limit=3, window=60, at=NOON) == 0
        attempts.count("luc", NOON + timedelta(seconds=second))
    late = NOON + timedelta(seconds=10)
    assert attempts.wait("luc", limit=3, window=60, at=late) == 50
    assert attempts.wait("anna", limit=3, window=60, at=late) == 0
    assert attempts.wait("luc", limit=3, window=60, at=NOON + timedelta(seconds=60)) == 0


def test_a_success_is_forgiven() -> None:
    attempts = Throttle()
    for key in ("luc", "office"):
        for _ in range(2):
            attempts.count(key, NOON)
    attempts.forget("luc")
    attempts.excuse("office")
    attempts.excuse("nobody")
    assert attempts.wait("luc", limit=1, window=60, at=NOON) == 0
    assert attempts.wait("office", limit=2, window=60, at=NOON) == 0
    assert attempts.wait("office", limit=1, window=60, at=NOON) == 60


def test_memory_is_bounded_whoever_tries() -> None:
    attempts = Throttle()
    for number in range(throttle.KEYS + 10):
        attempts.count(number, NOON)
    assert len(attempts._attempts) == throttle.KEYS
    for _ in range(2 * throttle.KEPT):
        attempts.count("luc", NOON)
    assert len(attempts._attempts["luc"]) == throttle.KEPT
