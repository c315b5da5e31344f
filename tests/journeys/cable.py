"""A cable between one person's browser and the server, or a server and its database, which can be cut and mended."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

ROUNDS = 5


class Cable:
    """Listens on a free loopback port and carries every byte to the server's port, or its Unix socket, and back."""

    def __init__(self, server: int | Path) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._ends: set[StreamWriter] = set()
        self._is_cut = False
        self._carries = asyncio.Event()
        self._carries.set()
        self._laid = Event()
        self._thread = Thread(target=self._carry, daemon=True)
        self._thread.start()
        self._laid.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """End every connection; new ones end at once."""
        self._is_cut = True
        self._loop.call_soon_threadsafe(self._drop)

    def fall_silent(self) -> None:
        """Carry nothing more, and say nothing of it, as a cable does that is pulled out far away."""
        self._loop.call_soon_threadsafe(self._carries.clear)

    def mend(self) -> None:
        self._is_cut = False
        self._loop.call_soon_threadsafe(self._carries.set)

    def remove(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _carry(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(asyncio.start_server(self._connect, "127.0.0.1", 0))
        self.port: int = listening.sockets[0].getsockname()[1]
        self._laid.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._let_go(listening))
        self._loop.close()

    async def _let_go(self, listening: asyncio.Server) -> None:
        """End every connection, and wait until its sockets are closed."""
        listening.close()
        for _ in range(ROUNDS):
            await asyncio.sleep(0)  # whoever was accepted already has begun, and so ends as the others
        for end in list(self._ends):
            end.transport.abort()  # what was not read by now never will be
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        for _ in range(ROUNDS):
            await asyncio.sleep(0)  # an end lets go of its socket in one of the loop's next rounds

    def _drop(self) -> None:
        for end in list(self._ends):
            end.close()

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._ends.add(writer)
        try:
            with suppress(OSError):
                await self._join(reader, writer)
        finally:
            self._ends.discard(writer)
            writer.close()

    async def _join(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self._is_cut:
            return
        if isinstance(self._server, Path):
            there, here = await asyncio.open_unix_connection(self._server)
        else:
            there, here = await asyncio.open_connection("127.0.0.1", self._server)
        self._ends.add(here)
        try:
            await asyncio.gather(self._pour(reader, here), self._pour(there, writer))
        finally:
            self._ends.discard(here)
            here.close()

    async def _pour(self, source: StreamReader, sink: StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                await self._carries.wait()
                sink.write(data)
