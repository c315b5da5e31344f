"""Real Yjs under Node, as a process that a test talks to in lines of JSON."""

import asyncio
import itertools
import json
import shutil
from pathlib import Path
from typing import Any, Final, Self

from tests.server.orders.house import House
from tests.server.orders.proof import as_state

PEER = Path(__file__).parent / "peer.mjs"
LINE_LIMIT = 1 << 24


class Node:
    """One Node process with any number of peers."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def __aenter__(self) -> Self:
        node = shutil.which("node")
        assert node is not None, "Node is part of what the tests need"
        self._process = await asyncio.create_subprocess_exec(
            node, str(PEER), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE_LIMIT
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reader

    async def ask(self, op: str, **values: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": number, "op": op} | values).encode() + b"\n")
        await self._process.stdin.drain()
        found: dict[str, Any] = await answer
        return found

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            answer = json.loads(line)
            waiting = self._waiting.pop(answer.pop("id"))
            if "error" in answer:
                waiting.set_exception(AssertionError(answer["error"]))
            else:
                waiting.set_result(answer)
        for waiting in self._waiting.values():
            waiting.set_exception(AssertionError("Node has ended"))


_BROWSERS: Final = itertools.count()


class Browser:
    """One person with Yjs and an ordinary provider. `client`: his client id, if it matters. `holds`: what he does goes
    out when he is asked to send it."""

    def __init__(
        self,
        node: Node,
        house: House,
        name: str,
        order_id: str,
        *,
        client: int | None = None,
        plain: bool = False,
        holds: bool = False,
    ) -> None:
        self.node, self.house, self.name, self.order_id = node, house, name, order_id
        self.key = f"{name} {next(_BROWSERS)}"  # never one that Node has had before: it keeps their documents
        self._more = {"plain": plain, "holds": holds} | ({} if client is None else {"client": client})

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.ask("close")

    async def ask(self, op: str, **values: Any) -> dict[str, Any]:
        return await self.node.ask(op, peer=self.key, **values)

    async def open(self) -> None:
        """Connect with the document at hand; the server may be another than before."""
        await self.ask(
            "open",
            url=f"ws://127.0.0.1:{self.house.port}/ws/orders",
            order=self.order_id,
            secret=self.house.people[self.name].secret,
            **self._more,
        )

    async def edit(self, root: str, cells: dict[str, Any]) -> None:
        await self.ask("edit", root=root, cells=cells)

    async def refusals(self, count: int) -> list[dict[str, Any]]:
        """What was refused, once there are that many."""
        items: list[dict[str, Any]] = (await self.ask("refused", count=count))["items"]
        return items

    async def state(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.ask("look"))["state"]
        return found


async def assert_browsers_in_step(house: House, order_id: str, *browsers: Browser) -> None:
    """Every Yjs replica comes to what the server holds, with nothing pending."""
    for browser in browsers:
        await browser.ask("saved")
    room = await house.room(order_id)
    await room.settled()
    state = as_state(await house.content(order_id))
    clocks = {str(client): clock for client, clock in room.replica.index.clocks.items()}
    for browser in browsers:
        answer = await browser.ask("becomes", state=state, clocks=clocks)
        assert answer["state"] == state
        assert answer["clocks"] == clocks
        assert answer["there"]
        assert not answer["pending"]
