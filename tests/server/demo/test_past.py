from datetime import UTC, datetime, timedelta

import pytest

from server.demo.past import Calendar


@pytest.mark.parametrize("day", range(20, 27))
def test_working_days_never_fall_on_a_weekend_and_keep_their_order(day: int) -> None:
    present = datetime(2026, 11, day, 3, 0, tzinfo=UTC)
    calendar = Calendar(present)
    days = [calendar.day(back, "16:59") for back in range(1, 30)]
    assert all(one.weekday() < 5 for one in days)
    assert days == sorted(days, reverse=True)
    assert days[0] < present


def test_today_is_told_in_minutes() -> None:
    calendar = Calendar(datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    assert calendar.present - calendar.ago(45) == timedelta(minutes=45)
    with pytest.raises(ValueError, match="today"):
        calendar.day(0)


def test_a_date_ahead_is_written_as_a_cell_holds_it() -> None:
    calendar = Calendar(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    assert (calendar.date(1), calendar.date(0), calendar.date(-1)) == (
        "2026-11-23",
        "2026-11-20",
        "2026-11-19",
    )
