"""Random people with Yjs and ordinary providers under Node, against the same model of the rules as in process."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.server.orders.forge import sync
from tests.server.orders.house import House
from tests.server.orders.play import PycrdtSeat, Seat, SeatOf, play
from tests.yjs.node import Browser, Node, assert_browsers_in_step

pytestmark = pytest.mark.anyio

IN_PROCESS = ("luc", "bot")
"""Who sits at pycrdt meanwhile; everybody else has Yjs."""


class YjsSeat:
    """A Yjs document behind a provider."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._opened = False

    async def come(self) -> None:
        if self._opened:
            await self._browser.ask("connect")
        else:
            await self._browser.open()
            self._opened = True
        await self._browser.ask("saved")

    async def leave(self) -> None:
        await self._browser.ask("disconnect")

    async def edit(self, root: str, cells: dict[str, Any]) -> None:
        await self._browser.edit(root, cells)

    async def insert(self, words: str, *, at_end: bool) -> None:
        await self._browser.ask("words", insert=words, atEnd=at_end)

    async def strike(self, words: str) -> None:
        await self._browser.ask("words", strike=words)

    async def send(self) -> None:
        await self._browser.ask("send")
        await self._browser.ask("saved")

    async def cells(self, root: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self._browser.state())[root]
        return found

    async def barrier(self) -> None:
        await self._browser.ask("barrier")

    async def forge(self, update: bytes) -> int:
        return int((await self._browser.ask("forge", message=list(sync(2, update))))["code"])

    async def heard(self, words: list[str]) -> list[str]:
        found: list[str] = (await self._browser.ask("heard", words=words))["words"]
        return found

    async def assert_in_step(self, house: House, order_id: str) -> None:
        await assert_browsers_in_step(house, order_id, self._browser)


def under_node(house: House, node: Node) -> Callable[[str], SeatOf]:
    """Everybody has Yjs, but for those who sit at pycrdt."""

    def of_order(order_id: str) -> SeatOf:
        def seat(name: str, client: int) -> Seat:
            if name in IN_PROCESS:
                return PycrdtSeat(house, name, order_id, client)
            return YjsSeat(Browser(node, house, name, order_id, client=client, holds=True))

        return seat

    return of_order


@pytest.mark.parametrize("seed", [1, 2, 3, 319])
async def test_a_random_order_of_browsers_ends_as_the_model_says(house: House, node: Node, seed: int) -> None:
    """G1 G2 G3 G4 G5 G6 G9: Yjs 13 and pycrdt at one order: replicas, row, trail, journal and refusals."""
    await play(house, seed, 100, under_node(house, node))


@pytest.mark.torture
@pytest.mark.parametrize("start", range(0, 100, 20))
async def test_many_random_orders_of_browsers_end_as_the_model_says(
    house: House, node: Node, start: int
) -> None:
    """G1 G2 G3 G4 G5 G6 G9: the same, for long."""
    for seed in range(2_000 + start, 2_020 + start):
        await play(house, seed, 200, under_node(house, node))
