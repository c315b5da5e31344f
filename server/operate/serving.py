"""Serving the application until it is told to stop."""

import asyncio
import errno
import gc
import logging
import os
import socket
from argparse import Namespace
from collections.abc import Callable
from importlib.metadata import version
from typing import Final

import structlog
import uvicorn
from starlette.applications import Starlette

from server.app import create_app
from server.log import configure_logs
from server.memory import share_one_heap
from server.operate.command import say
from server.operate.failure import Failure
from server.operate.occupied import serving_in
from server.operate.protocols import BoundedHttp, DirectSocket
from server.operate.storage import opened, prepare_folder, require_writes
from server.services import Services
from server.settings import PREFIX, Settings

SOCKET_BYTES: Final = 2 << 20
PING_SECONDS: Final = 20.0
PATIENCE_SECONDS: Final = 10
GOODBYE_SECONDS: Final = 1.0
ENDING_SECONDS: Final = 5.0


class _Server(uvicorn.Server):
    """A server that says when it is ready, and takes leave of everybody before it stops."""

    def __init__(self, config: uvicorn.Config, services: Services, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._services = services
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so once connections are answered."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, commit, and send everybody away before the process ends."""
        for listening in self.servers:
            listening.close()
        await self._services.rooms.say_goodbye(GOODBYE_SECONDS)
        await super().shutdown(sockets)


class _Socket(DirectSocket):
    """A WebSocket that ends with its conversation, also when the other end never reads what closes it."""

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        """The conversation is over."""
        super().on_task_complete(task)
        self.loop.call_later(ENDING_SECONDS, self.transport.abort)


def run_serve(settings: Settings, given: Namespace) -> int:
    """Serve, and say where."""
    serve(settings, given.host, given.port, lambda address: say(f"Serving {address}\nCtrl+C stops it."))
    return 0


def serve(settings: Settings, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` hears where. Raises Failure. Port 0: any free one."""
    share_one_heap()
    if not settings.database_url:
        prepare_folder(settings.data)
    with serving_in(settings) as is_shared:
        _serve(settings, host, port, ready, is_shared=is_shared)


def _serve(
    settings: Settings, host: str, port: int, ready: Callable[[str], None], *, is_shared: bool
) -> None:
    with opened(settings, create=True) as db:  # whatever is wrong with it is told before anything is served
        require_writes(db)
    listening = _listen(host, port)
    address = _address(host, listening.getsockname()[1])
    if f"{PREFIX}PUBLIC_URL" not in os.environ:
        settings = settings.model_copy(update={"public_url": address})
    configure_logs(settings)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it would announce its dialect at each start
    log = structlog.get_logger(__name__)
    log.info("starting", version=version("shared-order"), address=address)
    if is_shared:
        log.warning("another server is at work in this folder", folder=str(settings.data))
    app = create_app(settings)
    server = _Server(_config(app), app.state.services, lambda: ready(address))
    _collect_seldom()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return
    finally:
        listening.close()
    if not server.started:
        raise Failure("The server could not start; the reason is above.")


def require_port(host: str, port: int) -> None:
    """Raise Failure when a port cannot be served, before anything that takes long is done for it."""
    _listen(host, port).close()


def _collect_seldom() -> None:
    """Let the collector of cycles pass over what the program is made of, and look at the rest less often.

    An open order is tens of thousands of small objects without a cycle: to walk through all of them at every turn stops
    everybody's edits for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=BoundedHttp,
        ws=_Socket,
        ws_max_size=SOCKET_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_SECONDS,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whoever needs the peer's address decides whether to believe a proxy
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):  # the second is of a name that no machine can have
        raise Failure(f"There is no address “{host}” on this machine.") from None
    family, kind, protocol, _, address = found[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise Failure(_why_not(host, port, error)) from error
    listening.setblocking(False)
    return listening


def _why_not(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} needs more rights than this user has. Choose one above 1023 with --port."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Choose another with --port."
    return f"{host}:{port} cannot be served: {error.strerror}."


def _address(host: str, port: int) -> str:
    shown = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    if ":" in shown and not shown.startswith("["):
        shown = f"[{shown}]"
    return f"http://{shown}:{port}"
