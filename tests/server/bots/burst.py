"""How long people's edits take while the bot has much to do: `python -m tests.server.bots.burst`.

The same edits, one after the other on one order, alone and then beside 10,000 changes of stock, and beside one product
that runs short in 500 orders; an edit is timed from sending to the server's word that it is committed.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import structlog

from persistence.product import add_product
from persistence.stock import UNSAID
from server.catalogue.stock_rules import Wanted
from server.catalogue.stock_writing import write_rows
from tests.server.bots.works import Works


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of edits, and how long what they were beside took, in seconds."""

    alone: list[float]
    beside: list[float]
    seconds: float

    def line(self, percent: int) -> str:
        alone, beside = (quantiles(times, n=100)[percent - 1] for times in (self.alone, self.beside))
        return f"p{percent}: {alone:.1f} ms alone, {beside:.1f} ms beside it, ratio {beside / alone:.2f}"

    def __str__(self) -> str:
        told = f"{self.seconds:.1f} s, {len(self.beside)} edits meanwhile"
        return "\n".join([told, *(self.line(percent) for percent in (50, 95, 99))])


async def measure(folder: Path, *, changes: int = 10_000, products: int = 500, orders: int = 20) -> Timed:
    """Time edits without and with a burst of changes of levels, by which `orders` run short again and again."""
    async with Works(folder) as works:
        ids = await works.services.db.write(_add_products, works.boreale, products)
        for number in range(orders):
            await works.wanted_of(ids[number], "10")
        order_id = await works.doors_wanted("10")
        return await _beside(works, order_id, _burst(works, ids, changes))


async def measure_shortage(folder: Path, *, orders: int = 500) -> Timed:
    """Time edits without and with one product that runs short: every order that wants it gets an answer."""
    async with Works(folder) as works:
        (product,) = await works.services.db.write(_add_products, works.boreale, 1)
        first = await works.wanted_of(product, "10")
        short = [first, *(works.copy(first) for _ in range(orders - 1))]
        order_id = await works.doors_wanted("10")
        timed = await _beside(works, order_id, _shortage(works, product))
        assert all([await works.offered(one) == {"a/quantity": "0"} for one in short])
        return timed


async def _beside(works: Works, order_id: str, work: Coroutine[Any, Any, None]) -> Timed:
    async with works.peer("luc", order_id) as luc:
        await _edits(luc, 50)  # warm
        alone = await _edits(
            luc, 500
        )  # half of them before and half after: a machine is not always equally busy
        began = perf_counter()
        task = asyncio.create_task(work)
        beside: list[float] = []
        while not task.done():
            beside += await _edits(luc, 5)
        await task
        took = perf_counter() - began
        return Timed(alone + await _edits(luc, 500), beside, took)


async def _edits(luc: Any, count: int) -> list[float]:
    times = []
    for number in range(count):
        began = perf_counter()
        await luc.write("supplier", {"lines/a/unit_price": f"{number % 90 + 1}.50"})
        times.append((perf_counter() - began) * 1000)
        await asyncio.sleep(0.002)  # a person pauses between two keys
    return times


async def _burst(works: Works, ids: list[str], changes: int) -> None:
    for start in range(0, changes, len(ids)):
        on_hand = str(start // len(ids) % 10)
        rows = {n: Wanted(id_, None, "", "", on_hand, UNSAID) for n, id_ in enumerate(ids[: changes - start])}
        await write_rows(works.services, works.boreale, rows)
    await works.bot.catch_up()


async def _shortage(works: Works, product: str) -> None:
    await write_rows(works.services, works.boreale, {0: Wanted(product, None, "", "", "0", UNSAID)})
    await works.bot.catch_up()


def _add_products(session: Any, supplier_id: str, count: int) -> list[str]:
    return [
        add_product(
            session, supplier_id, {"code": f"B-{n}", "name_fr": "Boulon", "unit": "each", "price": "1"}
        ).id
        for n in range(count)
    ]


async def main() -> None:
    with TemporaryDirectory() as folder:
        print("10,000 changes of stock:", await measure(Path(folder)))
    with TemporaryDirectory() as folder:
        print("500 orders of one product that runs short:", await measure_shortage(Path(folder)))


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(main())
