"""A commit waits for who is likely to write again at once, and for nobody else."""

import asyncio

import pytest

from server.rooms import commit_delay
from server.rooms.commit_delay import CROWD, SIBLINGS, CommitDelay

pytestmark = pytest.mark.anyio

ONES = [f"one {number}" for number in range(SIBLINGS)]
OTHERS = [f"other {number}" for number in range(SIBLINGS)]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes lately is remembered however slow the machine is."""
    monkeypatch.setattr(commit_delay, "REMEMBERED", 3600.0)


async def waits(delay: CommitDelay) -> "asyncio.Task[None] | None":
    """What waits; None when it did not have to."""
    waiting = asyncio.create_task(delay.wait())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return None if waiting.done() else waiting


def alternating(*halves: list[str]) -> CommitDelay:
    """A committer's, after commits of each half."""
    delay = CommitDelay()
    for writers in halves:
        delay.taken(writers)
    delay.arrived()
    return delay


async def test_two_halves_come_together() -> None:
    delay = alternating(ONES, OTHERS)
    waiting = await waits(delay)
    assert waiting is not None
    for _ in range(2 * SIBLINGS - 2):
        delay.arrived()
    await asyncio.sleep(0)
    assert not waiting.done()
    delay.arrived()
    await waiting

    delay.taken(ONES + OTHERS)
    for _ in range(2 * SIBLINGS):
        delay.arrived()
    assert await waits(delay) is None, "all have written again"


async def test_few_are_not_waited_for() -> None:
    assert await waits(alternating(ONES[:3], OTHERS[:3])) is None


async def test_nor_are_very_many() -> None:
    crowd = [str(number) for number in range(CROWD)]
    assert await waits(alternating(crowd, ONES)) is None


async def test_who_wrote_long_ago_is_not_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    delay = alternating(ONES, OTHERS)
    monkeypatch.setattr(commit_delay, "REMEMBERED", -1.0)
    assert await waits(delay) is None


async def test_a_wrong_guess_is_given_up_and_not_made_again_soon() -> None:
    delay = alternating(ONES, OTHERS)
    await delay.wait()  # nobody comes
    passed = []
    for _ in range(2):
        count = 0
        while (waiting := await waits(delay)) is None:
            count += 1
        passed.append(count)
        await waiting  # nobody comes again
    assert passed == [1, 2]


async def test_who_keeps_coming_is_waited_for_no_longer_than_is_bearable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commit_delay, "LONGEST", -1.0)
    delay = alternating(ONES, OTHERS)
    waiting = await waits(delay)
    assert waiting is not None
    monkeypatch.setattr(delay, "_expected", 1 << 30)

    async def keep_coming() -> None:
        while not waiting.done():
            delay.arrived()
            await asyncio.sleep(0)

    await asyncio.wait_for(keep_coming(), 60)
