"""An instant as an order's record and the API spell it: in UTC, to the second, `2026-03-02T14:05:09Z`."""

from datetime import datetime


def moment(at: datetime) -> str:
    """The text of an instant, which must be in UTC; what is finer than a second is dropped."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
