"""How long people's edits take while a burst of stock changes comes in: `python -m tests.server.bots.burst`.

The same edits, one after the other on one order, alone and then beside 10,000 changes of levels that make other orders
short; an edit is timed from sending to the server's word that it is committed.
"""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from persistence.product import add_product
from server.stock_rules import Wanted
from server.stock_writing import write_rows
from tests.server.bots.works import Works


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of edits, and how long the burst itself took, in seconds."""

    alone: list[float]
    beside: list[float]
    burst_seconds: float

    def line(self, percent: int) -> str:
        alone, beside = (quantiles(times, n=100)[percent - 1] for times in (self.alone, self.beside))
        return (
            f"p{percent}: {alone:.1f} ms alone, {beside:.1f} ms beside the burst, ratio {beside / alone:.2f}"
        )


async def measure(
    folder: Path, *, changes: int = 10_000, products: int = 500, orders: int = 20, short: int = 0
) -> Timed:
    """Time edits without and with a burst. short: how many orders one product runs short in at the same time."""
    async with Works(folder) as works:
        ids = await works.services.db.write(_add_products, works.boreale, products)
        for number in range(orders):
            await works.wanted_of(ids[number], "10")
        order_id = await works.doors_wanted("10")
        first = await works.wanted_of(ids[-1], "10")
        for _ in range(short):
            works.copy(first)
        async with works.peer("luc", order_id) as luc:
            alone = await _edits(luc, 200)
            burst = asyncio.create_task(_burst(works, ids, changes))
            beside: list[float] = []
            while not burst.done():
                beside += await _edits(luc, 10)
            seconds = await burst
        await works.bot.catch_up()
        return Timed(alone, beside, seconds)


async def _edits(luc: Any, count: int) -> list[float]:
    times = []
    for number in range(count):
        began = perf_counter()
        await luc.write("supplier", {"lines/a/unit_price": f"{number % 90 + 1}.50"})
        times.append((perf_counter() - began) * 1000)
        await asyncio.sleep(0.002)  # a person pauses between two keys
    return times


async def _burst(works: Works, ids: list[str], changes: int) -> float:
    began = perf_counter()
    for start in range(0, changes, len(ids)):
        on_hand = str(start // len(ids) % 10)
        rows = {n: Wanted(id_, None, "", "", on_hand, ()) for n, id_ in enumerate(ids[: changes - start])}
        await write_rows(works.services, works.boreale, rows)
    await works.bot.catch_up()
    return perf_counter() - began


def _add_products(session: Any, supplier_id: str, count: int) -> list[str]:
    return [
        add_product(
            session, supplier_id, {"code": f"B-{n}", "name_fr": "Boulon", "unit": "each", "price": "1"}
        ).id
        for n in range(count)
    ]


async def main(folder: Path) -> None:
    timed = await measure(folder)
    print(f"{len(timed.beside)} edits beside a burst of {timed.burst_seconds:.1f} s")
    print(timed.line(50), timed.line(99), sep="\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else folder)))
