"""When things happened in the demo: a calendar that ends today, and a clock that is set to each moment in turn."""

from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time, timedelta, timezone

LOCAL = timezone(timedelta(hours=-5))
"""The hours at which people of the demo work."""


@dataclass
class PastClock:
    """The clock of a server that is being filled."""

    at: datetime

    def __call__(self) -> datetime:
        """Return the moment that is being told."""
        return self.at


@dataclass(frozen=True)
class Calendar:
    """Working days counted back and ahead from the present."""

    present: datetime

    def day(self, back: int, hour: str = "9:00") -> datetime:
        """Return an instant `back` working days before today (1 or more), at a local hour such as `14:32`."""
        if back < 1:
            raise ValueError("today may not have come to that hour yet; use `ago`")
        hours, minutes = map(int, hour.split(":"))
        return datetime.combine(self._working_day(-back), time(hours, minutes), LOCAL)

    def ago(self, minutes: int) -> datetime:
        """Return an instant some minutes before the present."""
        return self.present - timedelta(minutes=minutes)

    def date(self, ahead: int) -> str:
        """Return the date `ahead` working days from today (before it when negative), as a cell holds it."""
        return self._working_day(ahead).isoformat()

    def _working_day(self, steps: int) -> Date:
        day, step = self.present.astimezone(LOCAL).date(), timedelta(days=1 if steps > 0 else -1)
        for _ in range(abs(steps)):
            day += step
            while day.weekday() > 4:
                day += step
        return day
