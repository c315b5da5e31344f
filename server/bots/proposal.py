"""How a bot proposes cells: by the judge and the writer of everybody, in the order's own queue."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from schema.refusals import Refusal
from server.gate.author import Author
from server.gate.judge import Bench, judge
from server.gate.outcome import Change
from server.gate.place import Place
from server.rooms.batch import Effect
from server.rooms.room import Room


class Proposal(NamedTuple):
    """What became of proposed cells: written together, or refused together.

    refused: those that may not stand, and why. committed: as for `Room.write`.
    """

    changes: list[Change]
    refused: dict[Place, Refusal]
    committed: "asyncio.Future[bool]"


def judged(room: Room, author: Author, cells: Mapping[Place, Any]) -> dict[Place, Refusal]:
    """Which of some cells may not stand as the order is now, and why."""
    bench = Bench(room.content, room.state)
    verdicts = {
        place: judge(place[0], place[1] or "", value, author, bench) for place, value in cells.items()
    }
    return {place: refusal for place, refusal in verdicts.items() if refusal is not None}


def propose(
    room: Room,
    author: Author,
    cells: Mapping[Place, Any],
    effects: Callable[[list[Change]], list[Effect]],
) -> Proposal:
    """Write cells in one step, or none of them where one may not stand, and show their author at work.

    effects: what else to commit with the changes. Raises OrderUnavailable.
    """
    room.availability.require()
    if refused := judged(room, author, cells):
        return Proposal([], refused, room.settled())
    changes = [
        Change(place, before, value)
        for place, value in cells.items()
        if (before := room.content.root(place[0]).get(place[1] or "")) != value
    ]
    if not changes:
        return Proposal([], {}, room.settled())
    committed = room.write({change.place: change.after for change in changes}, [], author, effects(changes))
    room.show_at_work(author, changes[0].address)
    return Proposal(changes, {}, committed)
