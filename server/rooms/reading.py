"""Reading an order as it is committed, while what is in memory may be ahead of that."""

from collections.abc import Callable
from dataclasses import dataclass

from schema.order import Content, State
from server.gate.replica import Replica

Look = Callable[[Replica, int], Callable[[], None]]
"""Reads a replica that stands at a journal entry, at once; what it returns is called when all that is committed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An order as it was committed with journal entry `seq`."""

    content: Content
    state: State
    seq: int


def copy_of(content: Content) -> Content:
    """The order as it stands now; values are never changed in place, so the roots are enough."""
    return Content(
        dict(content.client),
        dict(content.supplier),
        dict(content.record),
        dict(content.comments),
        content.note,
    )
