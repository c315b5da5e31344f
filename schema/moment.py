"""An instant as an order's record and the API spell it: in UTC, to the second, `2026-03-02T14:05:09Z`."""

from datetime import UTC, datetime, timedelta
from typing import Final

_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"
_LATEST_ZONE: Final = timedelta(hours=12)
"""How far the last zone on earth is behind UTC."""


def moment(at: datetime) -> str:
    """The text of an instant, which must be in UTC; what is finer than a second is dropped."""
    return at.strftime(_FORM)


def read_moment(text: str) -> datetime:
    """The instant that `moment` wrote. Raises ValueError for any other text."""
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)


def last_today(at: datetime) -> str:
    """The day that it still is somewhere at an instant, `YYYY-MM-DD`: every day before it is over everywhere."""
    return (at.astimezone(UTC) - _LATEST_ZONE).date().isoformat()
