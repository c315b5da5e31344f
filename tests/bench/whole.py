"""What concerns a whole order, as it grows: reading it by the API, signing it, and being told that it stands otherwise.

`others wait`: the longest that an edit of another order took to be seen while it was done.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Final

import httpx

from tests.bench.figures import number, spread, table
from tests.bench.prepare import Prepared, prepare
from tests.bench.running import Running
from tests.bench.visitors import edits, fill, peer

LINES: Final = (50, 500, 2_000, 5_000)
TIMES: Final = 5
PATIENCE: Final = 120.0
NEVER: Final = "0" * 64
"""A digest of terms that never stood."""


def main() -> None:
    """Measure orders of several sizes beside one that is edited all the while."""
    with tempfile.TemporaryDirectory(prefix="bench-whole-") as folder:
        asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> None:
    made = prepare(folder, len(LINES) * TIMES + 1)
    rows = []
    with Running(folder) as server:
        for at, lines in enumerate(LINES):
            orders = range(1 + at * TIMES, 1 + (at + 1) * TIMES)
            rows.append([f"{lines:,} lines", *await _of_size(server, made, orders, lines)])
    table("What concerns a whole order, ms", ["", "read", "signed", "told what differs", "others wait"], rows)


async def _of_size(server: Running, made: Prepared, orders: range, lines: int) -> list[str]:
    for order in orders:
        async with peer(server, made, order) as writer:
            await fill(writer, made, lines)
            await writer.saved()
    waits: list[float] = []
    numbers = count(1 + 100_000 * lines)
    async with (
        peer(server, made, 0) as author,
        peer(server, made, 0) as watcher,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{server.port}/api/orders/",
            headers={"Authorization": f"Bearer {made.secret}"},
            timeout=PATIENCE,
        ) as client,
    ):
        if not len(author.client):
            await fill(author, made, 1)
            await watcher.until(lambda: len(watcher.client) > 0)

        async def beside(
            work: Callable[[], Awaitable[httpx.Response]], status: int
        ) -> tuple[float, httpx.Response]:
            done = asyncio.Event()

            async def edit_on() -> None:
                while not done.is_set():
                    waits.extend(await edits(author, watcher, 1, 1, next(numbers)))

            others = asyncio.create_task(edit_on())
            begun = time.perf_counter()
            reply = await work()
            taken = (time.perf_counter() - begun) * 1000
            done.set()
            await others
            assert reply.status_code == status, reply.text[:300]
            return taken, reply

        read, signed, told = [], [], []
        for order in orders:
            name = made.orders[order]
            taken, reply = await beside(lambda: client.get(name), 200)  # noqa: B023 -- awaited here
            read.append(taken)
            taken, _ = await beside(lambda: client.post(f"{name}/send", json={"digest": NEVER}), 409)  # noqa: B023
            told.append(taken)
            digest = reply.json()["digest"]
            taken, _ = await beside(lambda: client.post(f"{name}/send", json={"digest": digest}), 200)  # noqa: B023
            signed.append(taken)
    return [spread(read), spread(signed), spread(told), number(max(waits))]
