"""A signal within the process: someone's right to be here has ended.

    stop = revocations.subscribe(close_sockets)     # close_sockets("3f2a…"), on the event loop, at once
    revocations.announce(person_id)                 # or a session id, or an API token id

Ids of people, sessions and tokens never meet, so one signal serves them all. Other processes find out when
they next identify the caller, and of open sockets and waiting commands within half a second (see `open_sockets`).
"""

from collections.abc import Callable

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
