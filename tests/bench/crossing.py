"""How long a change takes to visitors of another server on the same PostgreSQL database, beside those of its own."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from tests.bench.figures import number, percentile, table
from tests.bench.prepare import prepare
from tests.bench.running import Running
from tests.bench.visitors import edits, fill, peer
from tests.postgres import cluster

EDITS: Final = 500
LINES: Final = 20


def main() -> None:
    """Measure with two servers."""
    url = cluster().database()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-crossing-") as folder:
            asyncio.run(_measure(Path(folder), url))
    finally:
        cluster().drop(url)


async def _measure(folder: Path, url: str) -> None:
    made = prepare(folder, 1, url)
    with Running(folder / "one", url) as one, Running(folder / "other", url) as other:
        async with peer(one, made, 0) as writer:
            await fill(writer, made, LINES)
            async with peer(one, made, 0) as near, peer(other, made, 0) as far:
                rows = []
                at_home = await edits(writer, near, LINES, EDITS)
                across = await edits(writer, far, LINES, EDITS)
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        here, there = percentile(at_home, share), percentile(across, share)
        rows.append([f"{name}, ms", number(here), number(there), f"{number(there / here)} ×"])
    table("From an edit to its sight, PostgreSQL", ["", "the same server", "another server", "ratio"], rows)
