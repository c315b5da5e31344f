"""A cable between one person's browser and the server, which can be cut and mended."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from threading import Event, Thread


class Cable:
    """Listens on a free loopback port and carries every byte to the server's port and back."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._loop = asyncio.new_event_loop()
        self._ends: set[StreamWriter] = set()
        self._is_cut = False
        self._laid = Event()
        self._thread = Thread(target=self._carry, daemon=True)
        self._thread.start()
        self._laid.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def cut(self) -> None:
        """End every connection; new ones end at once."""
        self._is_cut = True
        self._loop.call_soon_threadsafe(self._drop)

    def mend(self) -> None:
        self._is_cut = False

    def remove(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _carry(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(asyncio.start_server(self._connect, "127.0.0.1", 0))
        self._port: int = listening.sockets[0].getsockname()[1]
        self._laid.set()
        self._loop.run_forever()
        listening.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        # An end that was closed lets go of its socket in the loop's next round.
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _drop(self) -> None:
        for end in self._ends:
            end.close()

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            with suppress(OSError):
                await self._join(reader, writer)
        finally:
            writer.close()

    async def _join(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self._is_cut:
            return
        there, here = await asyncio.open_connection("127.0.0.1", self._server_port)
        self._ends |= {writer, here}
        try:
            await asyncio.gather(_pour(reader, here), _pour(there, writer))
        finally:
            self._ends -= {writer, here}
            here.close()


async def _pour(source: StreamReader, sink: StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()
