"""Editors for measuring: peers of the tests, and orders that are filled through them as people would."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

from pycrdt import Doc

from tests.bench.prepare import Prepared
from tests.bench.running import Running
from tests.server.peer import Peer

LINES_AT_ONCE: Final = 200


def peer(server: Running, made: Prepared, order: int, doc: "Doc[Any] | None" = None) -> Peer:
    """Somebody at one of the orders, not yet there."""
    return Peer(f"ws://127.0.0.1:{server.port}/ws/orders/{made.orders[order]}", made.secret, doc)


async def fill(writer: Peer, made: Prepared, lines: int) -> None:
    """Give an order its lines."""
    for start in range(0, lines, LINES_AT_ONCE):
        cells: dict[str, str] = {}
        for line in range(start, min(start + LINES_AT_ONCE, lines)):
            path = f"lines/l{line}"
            cells |= {f"{path}/product": made.product, f"{path}/position": f"a{line:05d}"}
            cells |= {f"{path}/quantity": str(line % 90 + 1), f"{path}/job_reference": f"BT-{line}"}
        await writer.write("client", cells)
        assert writer.closed is None, f"closed with {writer.closed}"
    assert not writer.refusals, writer.refusals[:3]


async def edits(writer: Peer, watcher: Peer, lines: int, count: int, first: int = 0) -> list[float]:
    """Milliseconds from an edit of the one to its sight by the other, one after the other. `first`: the number of the
    first, of which each writes its own value."""
    taken = []
    for number in range(first, first + count):
        key, value = f"lines/l{number % lines}/quantity", str(1_000 + number)
        begun = time.perf_counter()
        writer.edit("client", {key: value})
        await writer.flush()
        await watcher.until(lambda: watcher.client.get(key) == value)  # noqa: B023 -- awaited here
        taken.append((time.perf_counter() - begun) * 1000)
    await writer.saved()
    return taken


async def come_together(peers: Sequence[Peer]) -> list[float]:
    """Let all of them come at once; seconds until each has everything."""
    begun = time.perf_counter()

    async def come(one: Peer) -> float:
        async with asyncio.timeout(120):
            while True:
                try:
                    await one.__aenter__()
                    return time.perf_counter() - begun
                except OSError:  # not up yet
                    await asyncio.sleep(0.05)

    return await asyncio.gather(*map(come, peers))
