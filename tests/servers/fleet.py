"""Real server processes on one PostgreSQL database, each started by the command."""

import asyncio
import os
import re
from signal import SIGCONT, SIGSTOP
from typing import Any, Self

from pycrdt import Doc
from sqlalchemy.engine import make_url

from persistence.database import Database
from server.operate.check import check_orders
from tests.databases import url_of
from tests.forked import Forked, start
from tests.journeys.cable import Cable
from tests.postgres import cluster, socket_of
from tests.server.orders.house import House
from tests.server.peer import Peer

COMMAND = ("-m", "server")


class Server:
    """One process. `url`: its database, under a name of its own. to_people, to_database: its cables, if it has any."""

    def __init__(self, fleet: "Fleet", url: str, process: Forked, port: int) -> None:
        self.url = url
        self.port = port
        self.to_people: Cable | None = None
        self.to_database: Cable | None = None
        self._fleet = fleet
        self._process = process

    def peer(self, name: str, doc: "Doc[Any] | None" = None, order_id: str = "") -> Peer:
        port = self.port if self.to_people is None else self.to_people.port
        address = f"ws://127.0.0.1:{port}/ws/orders/{order_id or self._fleet.order}"
        return Peer(address, self._fleet.house.people[name].secret, doc)

    async def kill(self) -> None:
        """End it as a power cut does."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """End it as an operator does."""
        self._process.terminate()
        await self._process.wait()

    def freeze(self) -> None:
        """Let it do nothing more, as a machine does that is suspended; its connections stay."""
        self._process.send_signal(SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(SIGCONT)

    @property
    def lives(self) -> bool:
        return self._process.returncode is None

    def cut(self) -> None:
        """Take its database away."""
        cluster().cut(self.url)

    def mend(self) -> None:
        cluster().mend(self.url)


class Fleet:
    """The servers, the people, and one order. settings, program: of the servers that are started next."""

    def __init__(self, house: House, order: str) -> None:
        self.house = house
        self.order = order
        self.servers: list[Server] = []
        self.settings: dict[str, str] = {}
        self.program: tuple[str, ...] = COMMAND

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self.servers:
            await server.kill()
            for cable in (server.to_people, server.to_database):
                if cable is not None:
                    cable.remove()

    @property
    def living(self) -> list[Server]:
        return [server for server in self.servers if server.lives]

    async def start(self, count: int) -> list[Server]:
        first = len(self.servers)
        self.servers += await asyncio.gather(*(self._start(first + number) for number in range(count)))
        return self.servers[-count:]

    async def start_on(self, url: str) -> Server:
        """One more, that reaches its database at an address of its own."""
        self.servers.append(await self._start(len(self.servers), url))
        return self.servers[-1]

    async def start_with_cables(self) -> Server:
        """One more, whose ways to people and to its database can be cut."""
        url = url_of(self.house.folder)
        to_database = Cable(socket_of(url))
        server = await self.start_on(
            f"postgresql://orders@127.0.0.1:{to_database.port}/{make_url(url).database}"
        )
        server.to_database, server.to_people = to_database, Cable(server.port)
        return server

    async def _start(self, number: int, url: str = "") -> Server:
        url = url or cluster().under_a_name_of_its_own(url_of(self.house.folder))
        said = self.house.folder / f"server-{number}.err"
        with said.open("wb") as errors:
            process = start(
                *self.program,
                *("serve", "--port", "0"),
                *("--data", self.house.folder / f"server-{number}"),
                environment=os.environ
                | {"SHARED_ORDER_DATABASE_URL": url, "SHARED_ORDER_LOG_LEVEL": "error"}
                | self.settings,
                errors=errors,
            )
        while line := await process.line():
            if found := re.search(rb"http://127\.0\.0\.1:(\d+)", line):
                return Server(self, url, process, int(found[1]))
        raise AssertionError(f"The server did not start: {said.read_text(errors='replace')[-2000:]}")

    def orders(self, count: int) -> list[str]:
        """This many orders, like the one that is there and with it."""
        copies = [self.house.copy(self.order) for _ in range(count - 1)]
        self.house.services.db.close()  # the house itself is closed already
        return [self.order, *copies]

    def faults(self) -> list[str]:
        """What is wrong with what is stored."""
        database = Database(url_of(self.house.folder))
        try:
            return list(check_orders(database))
        finally:
            database.close()


async def until_saved(peer: Peer) -> None:
    """Whatever this peer has in his document is committed, however often he must come back for it."""
    await peer.saved()
    while peer.closed is not None:
        await peer.leave()
        await peer.come()
        await peer.until(lambda: peer.durable >= 1 or peer.closed is not None)
        await peer.saved()
