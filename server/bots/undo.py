"""A person undoes what a bot decided: what the bot wrote, and still stands, goes back to what stood before."""

from typing import Any

from sqlmodel import Session

from persistence.bot_decision import BotDecision, mark_undone
from schema.order import Content
from schema.refusals import Refusal
from server.gate.author import Author
from server.gate.judge import Bench, judge
from server.gate.place import Place, place_at
from server.orders.door import Entry
from server.orders.service import ATTEMPTS, in_time
from server.rooms.batch import Effect, Trail
from server.rooms.room import Room
from server.services import Services


async def undo(services: Services, room: Room, entry: Entry, decision: BotDecision) -> Refusal | None:
    """Undo a written decision in the order's own queue; it stays undone. A refusal when rights forbid it.

    Cells that somebody changed since are left as they are. Raises OrderUnavailable, TimeoutError.
    """
    author, at = entry.author, services.clock()
    trail = [Trail("command/undo", decision.id, decision.line, author, decision.rule)]

    def mark(session: Session) -> None:
        mark_undone(session, decision.id, author.user_id, author.name, at)

    async with in_time(room):
        return await _undo(room, author, decision, trail, mark)


async def _undo(
    room: Room, author: Author, decision: BotDecision, trail: list[Trail], mark: Effect
) -> Refusal | None:
    for _ in range(ATTEMPTS):
        await room.writable()
        cells = _cells(decision, room.content)
        bench = Bench(room.content, room.state)
        for (root, key), value in cells.items():
            if refusal := judge(root, key or "", value, author, bench):
                return refusal
        if await room.write(cells, trail, author, [mark]):
            return None
    raise TimeoutError("another process kept writing this order first")


def _cells(decision: BotDecision, content: Content) -> dict[Place, Any]:
    places = {place_at(cell["cell"]): cell for cell in decision.cells}
    return {
        (root, key): cell["before"]
        for (root, key), cell in places.items()
        if content.root(root).get(key or "") == cell["after"]
    }
