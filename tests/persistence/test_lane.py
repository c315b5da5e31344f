import asyncio
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from persistence.lane import Lane

pytestmark = pytest.mark.anyio


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("test")
    yield made
    made.close()


async def test_pieces_are_done_one_after_the_other_in_one_thread(lane: Lane) -> None:
    seen: list[tuple[int, int]] = []

    def note(number: int) -> None:
        seen.append((number, threading.get_ident()))

    await asyncio.gather(*(lane.run(partial(note, number)) for number in range(20)))
    assert [number for number, _ in seen] == list(range(20))
    assert len({thread for _, thread in seen}) == 1
    assert seen[0][1] != threading.get_ident()


async def test_what_a_piece_raises_is_raised_where_it_was_asked_for_and_the_next_is_done(lane: Lane) -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await lane.run(fail)
    assert await lane.run(lambda: "done") == "done"


async def test_who_stops_waiting_does_not_stop_the_work(lane: Lane) -> None:
    go_on, began, did = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        go_on.wait(10)
        did.set()

    waiting = asyncio.create_task(lane.run(work))
    assert await asyncio.to_thread(began.wait, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    assert await lane.run(did.is_set)


async def test_a_closed_lane_has_finished_and_may_begin_again(lane: Lane) -> None:
    did: list[int] = []
    asked = [asyncio.ensure_future(lane.run(partial(did.append, number))) for number in range(5)]
    await asyncio.sleep(0)
    lane.close()
    assert did == list(range(5))
    await asyncio.gather(*asked)
    assert await lane.run(lambda: 7) == 7
