"""A bot in one page: confirm in full every quantity of an order that its client sent.

pip install pycrdt websockets
python example_bot.py http://127.0.0.1:8000 ORDER_ID TOKEN      # a token of the supplier's company, scope "write"
"""

import asyncio
import json
import sys

from pycrdt import Doc, Map, create_sync_message, create_update_message, handle_sync_message
from websockets.asyncio.client import ClientConnection, connect

SYNC, NOTICE = 0, 64
WHOLE, UPDATE = 1, 2


class Order:
    """An order's document, and how many of the updates that were sent are committed."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._sent, self._saved, self._whole = socket, 0, 0, False
        self._document: Doc = Doc()
        self.client, self.supplier = (self._document.get(root, type=Map) for root in ("client", "supplier"))

    async def synchronise(self) -> None:
        await self._socket.send(create_sync_message(self._document))
        while not self._whole:
            await self._hear()

    async def write(self, register: Map, cells: dict[str, str]) -> None:
        """Write cells at once; done when they are committed. The server judges each as it would a person's."""
        made: list[bytes] = []  # what this transaction alone made, as the protocol wants it
        listening = self._document.observe(lambda event: made.append(event.update))
        register.update(cells)
        self._document.unobserve(listening)
        for update in made:
            await self._socket.send(create_update_message(update))
            self._sent += 1
        while self._saved < self._sent:
            await self._hear()

    async def _hear(self) -> None:
        message = await self._socket.recv(decode=False)
        if message[0] == SYNC:
            if answer := handle_sync_message(message[1:], self._document):
                await self._socket.send(answer)
                self._sent += 1
            self._whole |= message[1] == WHOLE
        elif message[0] == NOTICE:
            notice = json.loads(message[message.index(b'{"') :])
            self._saved = notice.get("through", self._saved)
            for item in notice.get("items", ()):
                print(f"refused {item['cell']}: {item['message']}")


async def main(url: str, order_id: str, token: str) -> None:
    address, headers = (
        f"{url.replace('http', 'ws', 1)}/ws/orders/{order_id}",
        {"Authorization": f"Bearer {token}"},
    )
    async with connect(address, additional_headers=headers, max_size=None) as socket:
        await (order := Order(socket)).synchronise()
        asked = {key: value for key, value in order.client.to_py().items() if "/quantity" in key}
        missing = {key: value for key, value in asked.items() if order.supplier.get(key) is None}
        await order.write(order.supplier, missing)
    print(f"{len(missing)} confirmed")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
