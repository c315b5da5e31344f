"""How cost grows with lines, with editors of one order, with open orders, and with history.

An edit is timed from the one who makes it to another who sees it, one edit at a time, with an ordinary client on both
ends; the server's own CPU for each edit is told beside it.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.figures import number, percentile, spread, table
from tests.bench.prepare import Prepared, prepare
from tests.bench.running import Running
from tests.bench.visitors import come_together, edits, fill, peer

EDITS: Final = 200
LINES: Final = (10, 100, 500, 2_000)
EDITORS: Final = (2, 20, 100)
ORDERS: Final = (1, 50, 200)
HISTORY: Final = (0, 1_000, 5_000)


def main() -> None:
    """Measure each alone, everything else small."""
    with tempfile.TemporaryDirectory(prefix="bench-growth-") as folder:
        asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> None:
    made = prepare(folder, max(ORDERS) + len(LINES) + len(EDITORS) + 1)
    spare = iter(range(max(ORDERS), len(made.orders)))
    heads = ["edit seen by another", "p50 ms", "p99 ms", "server CPU ms an edit", "memory MB"]
    with Running(folder) as server:
        rows = [await _edited(server, made, f"{n:,} lines", next(spare), n, 2) for n in LINES]
        rows += [await _edited(server, made, f"{n} editors", next(spare), 10, n) for n in EDITORS]
        opened: list[object] = []
        for n in ORDERS:
            for order in range(len(opened), n):
                one = peer(server, made, order)
                await one.__aenter__()
                await fill(one, made, 10) if not len(one.client) else None
                opened.append(one)
            rows.append(await _edited(server, made, f"{n} open orders", 0, 10, 2))
    table("How an edit's cost grows", heads, rows)
    await _history(folder, made, next(spare))


async def _edited(
    server: Running, made: Prepared, name: str, order: int, lines: int, editors: int
) -> Sequence[str]:
    people = [peer(server, made, order) for _ in range(editors)]
    await come_together(people)
    if not len(people[0].client):
        await fill(people[0], made, lines)
        await people[-1].until(lambda: len(people[-1].client) >= 4 * lines)
    begun = server.cpu_seconds()
    taken = await edits(people[0], people[-1], lines, EDITS)
    cpu = (server.cpu_seconds() - begun) * 1000 / EDITS
    for one in people:
        await one.leave()
    return [
        name,
        number(percentile(taken, 0.5)),
        number(percentile(taken, 0.99)),
        number(cpu),
        number(server.megabytes()),
    ]


async def _history(folder: Path, made: Prepared, order: int) -> None:
    """The first visit after a restart, however long the history before it."""
    rows, so_far = [], 0
    for count in HISTORY:
        with Running(folder) as server:
            async with peer(server, made, order) as writer:
                if not len(writer.client):
                    await fill(writer, made, 50)
                for each in range(so_far, count):
                    writer.edit("client", {f"lines/l{each % 50}/quantity": str(1 + each)})
                    await writer.flush()
                    if each % 50 == 49:
                        await writer.saved()
                await writer.saved()
            so_far = count
        taken = []
        for _ in range(5):
            with Running(folder) as server:
                taken += [second * 1000 for second in await _first_visit(server, made, order)]
        rows.append([f"{count:,} edits", spread(taken)])
    table(
        "The first visit of an order of 50 lines after a restart",
        ["history", "ms until it is all there"],
        rows,
    )


async def _first_visit(server: Running, made: Prepared, order: int) -> list[float]:
    one = peer(server, made, order)
    seconds = await come_together([one])
    await one.leave()
    return seconds
