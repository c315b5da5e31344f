"""The real server as a process of its own, on a folder that has people and orders already.

async with Served(furnished, trap="after the commit:3") as server:
    async with server.peer("anna", order_id) as anna: ...
    await server.ended()
"""

import asyncio
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import httpx
from pycrdt import Doc

from server.operate.storage import files_of
from server.settings import Settings
from tests.connections import asking
from tests.durability.trapped import LEFT
from tests.forked import Forked, start
from tests.server.orders.house import House, Who
from tests.server.peer import Peer

STARTING_SECONDS: Final = 180
ENDING_SECONDS: Final = 180


@dataclass(frozen=True)
class Furnished:
    """A data folder with the people of a house and some open orders."""

    folder: Path
    people: dict[str, Who]
    orders: tuple[str, ...]

    def copied(self, folder: Path) -> "Furnished":
        """The same once more, for a test that may spoil it."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Furnished(folder, self.people, self.orders)


async def furnish(folder: Path) -> Furnished:
    """Fill a folder."""
    async with House(folder) as house:
        orders = [await house.order("open") for _ in range(2)]
        return Furnished(folder, dict(house.people), tuple(orders))


class Served:
    """One process that serves a folder. `url`: empty when it was killed before it served.

    power: it ends by a power cut; with 0 nothing is left that the disk was not told to keep, else some, by this seed.
    """

    def __init__(
        self, furnished: Furnished, trap: str = "", *, haste: bool = False, power: int | None = None
    ) -> None:
        self.furnished = furnished
        self.url = ""
        self._power = power is not None
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("SHARED_ORDER_")
        } | {
            "SHARED_ORDER_LOG_LEVEL": "error",
            "TRAP": trap,
            "HASTE": "1" if haste else "",
            "POWER": str(power) if power is not None else "",
        }
        self._process: Forked | None = None

    async def __aenter__(self) -> Self:
        with (self.furnished.folder / "server.log").open("ab") as log:
            self._process = start(
                *("-m", "tests.durability.trapped", "serve", "--port", "0"),
                *("--data", str(self.furnished.folder)),
                environment=self._environment,
                errors=log,
            )
        async with asyncio.timeout(STARTING_SECONDS):
            line = (await self._process.line()).decode()
        assert line.startswith("Serving ") or not line, line
        self.url = line.removeprefix("Serving ").strip()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGUSR1 if self._power else signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    async def stop(self) -> int:
        """Ask it to end, and wait until it has."""
        self.terminate()
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end; the exit code, negative for a signal."""
        assert self._process is not None
        async with asyncio.timeout(ENDING_SECONDS):
            code = await self._process.wait()
        self._forget()
        return code

    def _forget(self) -> None:
        """Let the folder hold what a power cut has left of it."""
        left = self.furnished.folder / LEFT
        if left.exists():
            database = Settings(data=self.furnished.folder).database_file
            for file in files_of(database):
                file.unlink(missing_ok=True)
            for file in left.iterdir():
                file.rename(database.with_name(file.name))
            left.rmdir()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)

    def peer(self, name: str, order_id: str, doc: "Doc[Any] | None" = None) -> Peer:
        """Somebody's connection to an order."""
        url = f"{self.url.replace('http', 'ws', 1)}/ws/orders/{order_id}"
        return Peer(url, self.furnished.people[name].secret, doc)

    async def get(self, name: str, path: str) -> httpx.Response:
        """What somebody is answered."""
        async with asking(self.url) as http:
            return await http.get(path, headers=self.furnished.people[name].headers)
