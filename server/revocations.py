"""A signal within the process: someone's right to be here has ended.

    stop = revocations.subscribe(close_sockets)     # close_sockets("3f2a…"), on the event loop, at once
    revocations.announce(person_id)                 # or a session id, or an API token id

Ids of people, sessions and tokens never meet, so one signal serves them all. Other processes find out when
they next identify the caller, and of open sockets within seconds (`server.open_sockets`).
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

Listener = Callable[[str], None]


class Revocations:
    """Who listens for ended rights; used on the event loop only."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each revoked id from now on; return what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self, *ids: str) -> None:
        """Tell every listener that these people, sessions or tokens have lost their rights."""
        for one in ids:
            for listener in tuple(self._listeners):
                listener(one)

    @contextmanager
    def watched(self, ids: Collection[str | None]) -> Iterator[Callable[[], bool]]:
        """For the length of the block: what says whether one of these has lost its rights meanwhile."""
        ended = False

        def hear(one: str) -> None:
            nonlocal ended
            ended = ended or one in ids

        stop = self.subscribe(hear)
        try:
            yield lambda: ended
        finally:
            stop()
