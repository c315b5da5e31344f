from typing import Any

import pytest

from server.rooms.batch import Batch
from server.rooms.pace import ALONE, BESIDE_PEOPLE, LONGEST, RECENTLY, SHORTEST, Pace

pytestmark = pytest.mark.anyio

ROOM: Any = None


class Watch:
    """A clock that only tests move, and the rests that were taken by it."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.rests: list[float] = []
        self.pace = Pace(lambda: self.seconds, self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)

    async def rest_after(self, worked: float) -> float:
        await self.pace.rest(worked)
        return self.rests[-1]


def committed(edits: int) -> Batch:
    return Batch("order", 1, edits=edits)


async def test_work_that_can_wait_leaves_people_more_time_while_they_edit() -> None:
    watch = Watch()
    assert await watch.rest_after(0.01) == ALONE * 0.01
    watch.pace.hear(ROOM, committed(edits=1))
    assert await watch.rest_after(0.01) == BESIDE_PEOPLE * 0.01
    watch.seconds += RECENTLY
    assert await watch.rest_after(0.01) == ALONE * 0.01


async def test_what_a_bot_wrote_is_nobodys_edit() -> None:
    watch = Watch()
    watch.pace.hear(ROOM, committed(edits=0))
    assert not watch.pace.people_edit


async def test_a_rest_is_never_none_and_never_long() -> None:
    watch = Watch()
    assert await watch.rest_after(0) == SHORTEST
    watch.pace.hear(ROOM, committed(edits=1))
    assert await watch.rest_after(60) == LONGEST
