"""Who is at an order, and in which cell: each visitor's awareness, under his true name."""

from collections.abc import Callable, Iterable
from typing import Any

from server.awareness import Presence, decode_awareness, encode_awareness
from server.judge import Author
from server.visitor import Visitor


class Attendance:
    """The awareness of one order's visitors."""

    def __init__(self, visitors: Iterable[Visitor]) -> None:
        self._visitors = visitors
        self._here: dict[int, Presence] = {}

    def hear(self, visitor: Visitor, payload: bytes, owner: Callable[[int], str | None]) -> None:
        """Take a visitor's own entry; `owner` says to whom a client id is bound. Raises Malformed."""
        taken = {other.awareness_client for other in self._visitors if other is not visitor}
        for entry in decode_awareness(payload):
            bound_to = owner(entry.client)
            if entry.client in taken or (bound_to is not None and bound_to != visitor.author.user_id):
                continue
            if visitor.awareness_client is None and entry.state is not None:
                visitor.awareness_client = entry.client
            if entry.client != visitor.awareness_client:
                continue
            if entry.state is None:
                self._here.pop(entry.client, None)
            else:
                entry = entry._replace(state=entry.state | {"user": _identity(visitor.author)})
                self._here[entry.client] = entry
            self._tell(entry, visitor)

    def leave(self, visitor: Visitor) -> None:
        """Tell the others that a visitor has left."""
        client = visitor.awareness_client
        if client is not None and client in self._here:
            gone = self._here.pop(client)
            self._tell(Presence(client, gone.clock + 1, None), visitor)

    def show(self, author: Author, client: int, clock: int, cell: str) -> None:
        """Show everybody an author of this process in the cell that he changed."""
        self._tell(Presence(client, clock, {"user": _identity(author), "cell": cell}), None)

    def tell_all(self, visitor: Visitor) -> None:
        """Tell a visitor who is here."""
        visitor.push(encode_awareness(list(self._here.values())))

    def greet(self, visitor: Visitor) -> None:
        """Tell a newcomer who is here, if anybody is."""
        if self._here:
            self.tell_all(visitor)

    def _tell(self, entry: Presence, source: Visitor | None) -> None:
        message = encode_awareness([entry])
        for visitor in self._visitors:
            if visitor.synced and visitor is not source:
                visitor.push(message)


def _identity(author: Author) -> dict[str, Any]:
    return {"id": author.user_id, "name": author.name, "side": author.side, "bot": author.role == "bot"}
