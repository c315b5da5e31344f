"""Whole large orders are worked through one at a time, and nobody's many wait before another's one."""

import asyncio
from functools import partial
from threading import Lock
from time import sleep

import pytest

from server.large_work import LargeWork

pytestmark = pytest.mark.anyio


async def test_one_piece_at_a_time_and_one_of_each_person_in_line() -> None:
    large, busy, done = LargeWork(), Lock(), list[str]()

    def work(user_id: str) -> str:
        assert busy.acquire(blocking=False)
        sleep(0.002)
        busy.release()
        done.append(user_id)
        return user_id

    askers = [*["anna"] * 10, "sophie", "luc"]
    asked = [asyncio.create_task(large.do(asker, partial(work, asker))) for asker in askers]
    assert await asyncio.gather(*asked) == askers
    assert set(done[1:3]) == {"sophie", "luc"}


async def test_what_fails_keeps_nobody_waiting() -> None:
    large = LargeWork()

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await large.do("anna", fail)
    assert await large.do("anna", lambda: 1) == 1
