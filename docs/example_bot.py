"""A bot in one page: confirm in full every quantity of an order that its client sent.

python example_bot.py http://127.0.0.1:8000 ORDER_ID TOKEN      # a token of the supplier's company, scope "write"
"""

import asyncio
import json
import sys

from pycrdt import Channel, Doc, Map, Provider
from websockets.asyncio.client import ClientConnection, connect

SYNC, NOTICE = 0, 64


class Socket(Channel):
    """pycrdt's channel over a WebSocket; it also hears how many of its updates the server has committed."""

    path = "order"

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self.sent, self.saved = socket, 0, 0

    async def send(self, message: bytes) -> None:
        self.sent += message[0] == SYNC and message[1] in (1, 2)
        await self._socket.send(message)

    async def recv(self) -> bytes:
        message = await self._socket.recv(decode=False)
        notice = json.loads(message[message.index(b'{"') :]) if message[0] == NOTICE else {}
        self.saved = notice.get("through", self.saved)
        for item in notice.get("items", ()):
            print(f"refused {item['cell']}: {item['message']}")
        return message


def confirm(client: Map, supplier: Map) -> int:
    """Offer what the client asks wherever nothing is offered yet; how many quantities."""
    asked = {key: value for key, value in client.to_py().items() if "/quantity" in key}
    missing = {key: value for key, value in asked.items() if supplier.get(key) is None}
    supplier.update(missing)  # the server judges each cell as it would a person's
    return len(missing)


async def main(url: str, order_id: str, token: str) -> None:
    address = f"{url.replace('http', 'ws', 1)}/ws/orders/{order_id}"
    document: Doc = Doc()
    client, supplier = document.get("client", type=Map), document.get("supplier", type=Map)
    async with connect(address, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        async with Provider(document, channel := Socket(socket)) as provider:
            await provider.synced.wait()
            confirmed = confirm(client, supplier)
        while channel.saved < channel.sent:  # what is not committed is not done
            await channel.recv()
    print(f"{confirmed} confirmed")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
