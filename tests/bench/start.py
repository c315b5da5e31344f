"""How long a start takes, and 500 people who come back at once after one."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from tests.bench.figures import percentile, spread, table
from tests.bench.prepare import prepare
from tests.bench.running import Running
from tests.bench.visitors import come_together, fill, peer

STARTS: Final = 7
PEOPLE: Final = 500
ORDERS: Final = 100
LINES: Final = 50
RETURNS: Final = 3


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> None:
    made = prepare(folder, ORDERS)
    starts = []
    for _ in range(STARTS):
        with Running(folder) as server:
            starts.append(server.seconds * 1000)
    server = Running(folder)
    writers = [peer(server, made, order) for order in range(ORDERS)]
    for writer in writers:
        await writer.__aenter__()
        await fill(writer, made, LINES)
        await writer.leave()
    people = [peer(server, made, n % ORDERS) for n in range(PEOPLE)]
    await come_together(people)
    medians, lasts, memory, cpu = [], [], [], []
    for _ in range(RETURNS):
        server.kill()
        for one in people:
            await one.leave()
        server = Running(folder, port=server.port)
        begun = server.cpu_seconds()
        seconds = await come_together(people)
        medians.append(percentile(seconds, 0.5) * 1000)
        lasts.append(max(seconds) * 1000)
        memory.append(server.megabytes())
        cpu.append(server.cpu_seconds() - begun)
    for one in people:
        await one.leave()
    server.kill()
    rows = [
        ["start, from the command to the first answer, ms", spread(starts)],
        [
            f"{PEOPLE} come back at once to {ORDERS} orders of {LINES} lines: the half are served, ms",
            spread(medians),
        ],
        ["the last is served, ms", spread(lasts)],
        ["server CPU for it, s", spread(cpu)],
        ["memory then, MB", spread(memory)],
    ]
    table("Starting, and everybody at once", ["", "median [least–greatest]"], rows)
