"""Open lists of orders, and a database that is away for a moment."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from persistence.database import Database
from persistence.order import Order
from server.orders.live import LiveLists
from tests.server.orders.conftest import anyio_backend, house, own_house
from tests.server.orders.house import House

__all__ = ["anyio_backend", "house", "own_house"]

pytestmark = pytest.mark.anyio


class Away(Database):
    """A database that does not answer at first."""

    failures = 3

    async def read(self, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise OperationalError("SELECT", {}, ConnectionError("away"))
        return await super().read(function, *args, **more)


async def test_lists_are_told_what_changed_once_the_database_is_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G8: a moment without an answer ends no list, and nothing that changed meanwhile is left out."""
    monkeypatch.setattr("server.orders.live.PAUSE_SECONDS", 0.0)
    orders = {await house.order(), await house.order()}
    away = Away(house.services.settings.url)
    lists = LiveLists(away, house.services.clock, house.services.settings.day_at)
    supplier_id = await house.services.db.read(_supplier_of, min(orders))
    with lists.watching(supplier_id, lambda: None) as queue:
        async with lists.telling():
            for order_id in orders:
                lists.hear_elsewhere(order_id)
            async with asyncio.timeout(60):
                told = [json.loads(await queue.get())["row"]["id"] for _ in orders]
    away.close()
    assert set(told) == orders
    assert away.failures == 0


async def test_what_the_database_did_not_tell_is_asked_for_again(house: House) -> None:
    order_id, later = await house.order(), timedelta(minutes=1)
    away = Away(house.services.settings.url)
    instants = iter([house.services.clock() + number * later for number in range(3)])
    lists = LiveLists(away, lambda: next(instants), house.services.settings.day_at)
    supplier_id = await house.services.db.read(_supplier_of, order_id)
    with lists.watching(supplier_id, lambda: None):
        with pytest.raises(OperationalError):
            await lists.look_back()
        away.failures = 0
        await lists.look_back()
    away.close()
    assert order_id in lists._changed


async def test_a_reader_is_sent_away_before_anything_is_left_out_unseen(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.orders.live.PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("server.orders.live.UNSENT_LIMIT", 1)
    order_id = await house.order()
    lists = LiveLists(house.services.db, house.services.clock, house.services.settings.day_at)
    supplier_id = await house.services.db.read(_supplier_of, order_id)
    behind = asyncio.Event()
    with lists.watching(supplier_id, behind.set) as queue:
        async with lists.telling():
            lists.hear_stock(supplier_id)
            lists.hear_elsewhere(order_id)
            async with asyncio.timeout(60):
                await behind.wait()
    assert await queue.get() == '{"type":"stock"}'


def _supplier_of(session: Session, order_id: str) -> str:
    order = session.get(Order, order_id)
    assert order is not None
    return order.supplier_id
