"""One product runs short in many orders at once."""

from pathlib import Path

import pytest

from tests.server.bots.burst import measure, measure_shortage
from tests.server.bots.works import JANUARY, Works

pytestmark = pytest.mark.anyio


async def many(works: Works, count: int) -> list[str]:
    """Orders of 10 doors, each sent after the one before; their places in the queue are written as if sent."""
    first = await works.doors_wanted("10")
    return [first, *(works.copy(first) for _ in range(count - 1))]


async def short_of(works: Works, orders: list[str]) -> None:
    """Stock for half of them, and the rest in January."""
    half = str(len(orders) * 5)
    await works.stock(works.doors(half, (half, JANUARY)))


async def answers(works: Works, orders: list[str]) -> list[str]:
    seen = []
    for order_id in orders:
        offered = await works.offered(order_id)
        seen.append("served" if not offered else "later" if offered["a/quantity"] == "0" else "other")
    return seen


async def test_a_shortage_is_answered_in_every_order_and_nothing_is_promised_twice(works: Works) -> None:
    orders = await many(works, 12)
    await short_of(works, orders)
    assert sorted(await answers(works, orders)) == ["later"] * 6 + ["served"] * 6


@pytest.mark.torture
async def test_a_shortage_in_five_hundred_orders_while_people_edit(tmp_path: Path) -> None:
    timed = await measure_shortage(tmp_path)
    print("500 orders:", timed)
    assert len(timed.beside) > 20


@pytest.mark.torture
async def test_a_burst_of_ten_thousand_changes_while_people_edit(tmp_path: Path) -> None:
    timed = await measure(tmp_path)
    print("10,000 changes:", timed)
    assert len(timed.beside) > 20
