"""People who write without pause and remember what they wrote, and how far it was acknowledged."""

import asyncio
import contextlib
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from pycrdt import Doc
from websockets.exceptions import ConnectionClosed

from schema.order import Side
from tests.server.peer import Peer

Kind = Literal["comment", "note", "cell", "refused"]
KINDS: tuple[Kind, ...] = ("cell", "comment", "note", "cell", "refused")


@dataclass(frozen=True, slots=True)
class Written:
    """One edit. mark: its value, of which there is only one; message: the number under which it was sent."""

    kind: Kind
    key: str
    mark: str
    message: int


class Scribe:
    """One person, who writes a cell of his own, and one that is the other side's. `written`: everything, in order."""

    def __init__(self, name: str, side: Side, cell: str, forbidden: str, first: int) -> None:
        self.name = name
        self.side = side
        self.cell = cell
        self.forbidden = forbidden
        self.doc: Doc[Any] = Doc()
        self.written: list[Written] = []
        self.acknowledged: set[Written] = set()
        self._next = first
        self._before = 0

    async def write_until_closed(self, peer: Peer, limit: int = 400) -> None:
        """Write until the connection ends, or enough is written; a little waiting, so that commits vary in size."""
        with contextlib.suppress(ConnectionClosed):
            for turn in range(limit):
                self._write_one(peer)
                await peer.flush()
                await (peer.saved() if turn % 7 == 6 else asyncio.sleep(0))
            await peer.saved()

    def note_acknowledged(self, peer: Peer) -> None:
        """Remember what of the last connection was acknowledged."""
        self.acknowledged |= {each for each in self.written[self._before :] if each.message <= peer.durable}
        self._before = len(self.written)

    def _write_one(self, peer: Peer) -> None:
        kind = KINDS[self._next % len(KINDS)]
        self._next += 1
        key, mark = self._edit(peer, kind, self._next)
        self.written.append(Written(kind, key, mark, peer.sent + 1))

    def _edit(self, peer: Peer, kind: Kind, number: int) -> tuple[str, str]:
        match kind:
            case "cell":
                mark = str(number)
                peer.edit(self.side, {self.cell: mark})
                return f"{self.side}/{self.cell}", mark
            case "refused":
                other: Side = "supplier" if self.side == "client" else "client"
                mark = f"{number}.66"
                peer.edit(other, {self.forbidden: mark})
                return f"{other}/{self.forbidden}", mark
            case "comment":
                key, mark = uuid.uuid4().hex, f"c{number}."
                peer.edit("comments", {key: {"text": mark, "anchor": ""}})
                return key, mark
            case "note":
                mark = f"<{number}>"
                peer.note += mark
                return "note", mark
