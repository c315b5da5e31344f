"""Who is at an order, and in which cell: each visitor's awareness, under his true name, on this server and others.

Presence costs more than anything else on the wire, and only the newest is worth something. So what changes within a
moment goes out together, once for each who is here: nobody is sent more, however fast somebody moves.

Everybody is shown under a number of the server's own. A Yjs client goes by the id under which it will write, and before
it has written, whoever knew that id could write under it first, and so keep its owner out.
"""

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Final

from server.gate.author import Author
from server.rooms.awareness import Presence, decode_awareness, encode_awareness
from server.rooms.visitor import Visitor

ELSEWHERE_LIMIT: Final = 1_000
RENEWED_WITHIN: Final = 40.0
"""Seconds. Every Yjs client renews its entry every 15, and forgets what was not renewed for 30."""

PAUSE_SECONDS: Final = 0.1
"""How long after a telling the next one waits, and gathers."""

Show = Callable[[Presence | None], None]


class Attendance:
    """The awareness of one order's visitors. `show` tells other servers; None asks them who is there."""

    def __init__(self, visitors: Iterable[Visitor], show: Show) -> None:
        self._visitors = visitors
        self._show = show
        self._here: dict[int, Presence] = {}
        self._elsewhere: dict[int, tuple[Presence, float]] = {}
        self._untold: dict[int, tuple[Presence, Visitor | None]] = {}
        self._pause: asyncio.TimerHandle | None = None

    def hear(self, visitor: Visitor, payload: bytes, owner: Callable[[int], str | None]) -> None:
        """Take a visitor's own entry; `owner` says to whom a client id is bound. Raises Malformed."""
        shown = {*(other.shown_as for other in self._visitors), *self._elsewhere}
        for said in decode_awareness(payload):
            bound_to = owner(said.client)
            if said.client in shown or (bound_to is not None and bound_to != visitor.author.user_id):
                continue
            if visitor.awareness_client is None and said.state is not None:
                visitor.awareness_client = said.client
                self._go_on_as_before(visitor)
            if said.client != visitor.awareness_client:
                continue
            state = None if said.state is None else said.state | {"user": _identity(visitor.author)}
            entry = Presence(visitor.shown_as, said.clock, state)
            if state is None:
                self._here.pop(entry.client, None)
            else:
                self._here[entry.client] = entry
            self._tell(entry, visitor)
            self._show(entry)

    def _go_on_as_before(self, visitor: Visitor) -> None:
        """His page may have come back over another connection before the first was noticed to be dead: he is one, and
        does not see himself."""
        for other in self._visitors:
            same = other.awareness_client == visitor.awareness_client
            if other is visitor or not same or other.author.user_id != visitor.author.user_id:
                continue
            other.awareness_client = None
            visitor.shown_as, other.shown_as = other.shown_as, visitor.shown_as
            known = self._here.get(visitor.shown_as)
            if known is not None:
                visitor.push(encode_awareness([_left(known)]))

    def leave(self, visitor: Visitor) -> None:
        """Tell the others that a visitor has left."""
        gone = self._here.pop(visitor.shown_as, None)
        if gone is not None:
            left = _left(gone)
            self._tell(left, visitor)
            self._show(left)

    def show(self, author: Author, client: int, clock: int, cell: str) -> None:
        """Show everybody an author of this process in the cell that he changed."""
        entry = Presence(client, clock, {"user": _identity(author), "cell": cell})
        self._tell(entry, None)
        self._show(entry)

    def hear_elsewhere(self, entries: Iterable[Presence]) -> None:
        """Take what another server, which knows its visitors, tells of them."""
        self._forget_unrenewed()
        for entry in entries:
            self._elsewhere.pop(entry.client, None)
            if entry.state is not None and len(self._elsewhere) < ELSEWHERE_LIMIT:
                self._elsewhere[entry.client] = entry, monotonic()
            self._tell(entry, None)

    def show_all(self) -> None:
        """Tell another server, which asked, who is here."""
        for entry in self._here.values():
            self._show(entry)

    def tell_all(self, visitor: Visitor) -> None:
        """Tell a visitor who is here."""
        visitor.push(encode_awareness(self._present(visitor)))

    def greet(self, visitor: Visitor) -> None:
        """Tell a newcomer who is here, if anybody is."""
        self._show(None)
        if self._present(visitor):
            self.tell_all(visitor)

    def _present(self, reader: Visitor) -> list[Presence]:
        self._forget_unrenewed()
        here = [entry for client, entry in self._here.items() if client != reader.shown_as]
        return here + [entry for entry, _ in self._elsewhere.values()]

    def _forget_unrenewed(self) -> None:
        """Nobody tells who left a server that died. Whoever was heard of longest ago stands first."""
        oldest = monotonic() - RENEWED_WITHIN
        while (first := next(iter(self._elsewhere), None)) is not None and self._elsewhere[first][1] < oldest:
            del self._elsewhere[first]

    def _tell(self, entry: Presence, source: Visitor | None) -> None:
        self._untold[entry.client] = entry, source
        if self._pause is None:
            self._tell_untold()

    def _tell_untold(self) -> None:
        self._pause = None
        if not self._untold:
            return
        untold, self._untold = list(self._untold.values()), {}
        everything = encode_awareness([entry for entry, _ in untold])
        sources = {source for _, source in untold}
        for visitor in self._visitors:
            if not visitor.synced:
                continue
            if visitor not in sources:
                visitor.push(everything)
            elif others := [entry for entry, source in untold if source is not visitor]:
                visitor.push(encode_awareness(others))
        self._pause = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._tell_untold)


def _left(entry: Presence) -> Presence:
    """What tells that somebody is no longer there, after what was told of him last."""
    return Presence(entry.client, entry.clock + 1, None)


def _identity(author: Author) -> dict[str, Any]:
    return {"id": author.user_id, "name": author.name, "side": author.side, "bot": author.role == "bot"}
