"""Somebody who has a list of orders open, and hears of every row that changes."""

import asyncio
import contextlib

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.server.orders.house import House


class Ear:
    """One connection to `/ws/orders`. `told`: every message that came."""

    def __init__(self, house: House, name: str) -> None:
        self.name = name
        self.told: list[str] = []
        self._house = house
        self._socket: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()

    async def open(self) -> None:
        self._socket = await connect(
            f"ws://127.0.0.1:{self._house.port}/ws/orders",
            additional_headers=self._house.people[self.name].headers,
        )
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def close(self) -> None:
        if self._socket is not None and self._listening is not None:
            await self._socket.close()
            await self._listening

    async def _listen(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in socket:
                async with self._changed:
                    self.told.append(str(message))
                    self._changed.notify_all()

    async def until(self, words: str) -> None:
        """Wait until a message holds these words."""
        async with asyncio.timeout(60), self._changed:
            await self._changed.wait_for(lambda: any(words in message for message in self.told))

    async def heard(self, order_id: str, words: list[str]) -> list[str]:
        """Those of some words that came in any message about an order, of which there is at least one."""
        await self.until(order_id)
        everything = "\n".join(message for message in self.told if order_id in message)
        return [word for word in words if word in everything]
