from datetime import timedelta

from server.mail.retry import ATTEMPTS, delay_after


def test_delays_never_shrink_and_start_within_a_minute() -> None:
    delays = [delay_after(attempt, 0) for attempt in range(1, ATTEMPTS)]
    found = [delay for delay in delays if delay is not None]
    assert len(found) == len(delays)
    assert found == sorted(found)
    assert found[0] == timedelta(minutes=1)


def test_a_mail_is_tried_for_about_two_days_then_given_up() -> None:
    total = sum((delay_after(attempt, 0) or timedelta() for attempt in range(1, ATTEMPTS)), timedelta())
    assert timedelta(hours=36) < total < timedelta(hours=60)
    assert delay_after(ATTEMPTS, 0) is None


def test_chance_spreads_the_retries_by_a_fifth() -> None:
    assert delay_after(2, 0) == timedelta(minutes=5)
    assert delay_after(2, 1) == timedelta(minutes=6)
