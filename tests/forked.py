"""Programs that tests start, as processes of their own: forked from one that has imported the product already, which
would take each of them a second of the processor.

server = start("-m", "server", "serve", "--port", "0", errors=file)     # the words are those that `python` understands
line = await server.line()
server.kill()
code = await server.wait()

ended = run("-c", PROGRAM)                                              # what `subprocess.run` gives

Nothing but the imports is shared: not the environment, the folder, the streams or the signals. That the command itself
starts, from nothing, is shown by tests/server/test_cli.py.
"""

import asyncio
import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from types import FrameType, ModuleType
from typing import IO, Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
LARGEST_REQUEST: Final = 1 << 17
# The command itself, and what it imports only once it has something to do.
IMPORTED: Final = (
    *("server.cli", "server.operate.configured", "server.operate.care", "server.operate.users"),
    *("server.operate.serving", "server.operate.demo", "server.operate.catalogue", "server.operate.stock"),
    *("persistence.migrating", "alembic.command", "psycopg", "uvloop"),
    *("sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite"),
)


class Forked:
    """A process. `returncode`: none while it lives, negative for a signal."""

    def __init__(self, pid: int, said: int, end: int) -> None:
        self.pid = pid
        self._said = said
        self._end = end
        self._read = b""
        self._code: int | None = None
        self._waiting = asyncio.Lock()

    @property
    def returncode(self) -> int | None:
        if self._code is None and select.select([self._end], [], [], 0)[0]:
            self._has_ended()
        return self._code

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it is gone, and that was not told here yet
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    async def line(self) -> bytes:
        """The next line of its standard output; empty at the end."""
        while not self._has_line():
            await _readable(self._said)
            if not self._hear():
                break
        return self._next_line()

    def line_here(self) -> bytes:
        """The same, where nothing else goes on meanwhile."""
        while not self._has_line():
            if not self._hear():
                break
        return self._next_line()

    def _has_line(self) -> bool:
        return b"\n" in self._read

    def _hear(self) -> bool:
        more = os.read(self._said, 1 << 16)
        self._read += more
        return bool(more)

    def _next_line(self) -> bytes:
        line, newline, self._read = self._read.partition(b"\n")
        return line + newline

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        async with self._waiting:
            if self._code is None:
                await _readable(self._end)
                self._has_ended()
        return self._ended()

    def wait_here(self) -> int:
        """The same, where nothing else goes on meanwhile."""
        if self._code is None:
            self._has_ended()
        return self._ended()

    def _has_ended(self) -> None:
        said = os.read(self._end, 16)
        if not said:
            raise ChildProcessError("The process from which programs are forked is gone.")
        self._code = int(said)
        os.close(self._end)
        os.close(self._said)

    def _ended(self) -> int:
        assert self._code is not None
        return self._code


async def _readable(file: int) -> None:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(file, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(file)


class Ended(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def start(
    *words: str | Path,
    environment: Mapping[str, str] | None = None,
    errors: IO[Any] | None = None,
    output: IO[Any] | None = None,
) -> Forked:
    """A process of Python with these words. output: the file of its standard output, which is else read here. errors:
    the file of its standard error, which else goes where its output does."""
    said, written = (
        os.pipe() if output is None else (os.open(os.devnull, os.O_RDONLY), os.dup(output.fileno()))
    )
    end, told = os.pipe()
    try:
        asked, given = [str(word) for word in words], os.environ if environment is None else environment
        pid = _origin().fork(asked, given, written, written if errors is None else errors.fileno(), told)
    finally:
        os.close(written)
        os.close(told)
    return Forked(pid, said, end)


def run(*words: str | Path, environment: Mapping[str, str] | None = None) -> Ended:
    """The end of a process, and what it said."""
    with TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        code = start(*words, environment=environment, errors=errors, output=output).wait_here()
        output.seek(0)
        errors.seek(0)
        return Ended(code, output.read(), errors.read())


class _Origin:
    """The process from which others are forked, as it is asked."""

    def __init__(self) -> None:
        self._line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forked", str(other.fileno())],
                cwd=ROOT, pass_fds=[other.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        self._lock = Lock()

    def fork(self, words: list[str], environment: Mapping[str, str], *files: int) -> int:
        """The process's number. files: its output, its errors, and where its end is told."""
        asked = json.dumps({"words": words, "environment": dict(environment), "folder": os.getcwd()}).encode()
        with self._lock:
            socket.send_fds(self._line, [asked], files)
            return int(self._line.recv(16))

    def end(self) -> None:
        self._line.close()
        self._process.wait()


_origins: list[_Origin] = []


def _origin() -> _Origin:
    if not _origins:
        _origins.append(_Origin())
    return _origins[0]


def end_origin() -> None:
    """Programs that live still are left alone, as others are whose parent has ended."""
    while _origins:
        _origins.pop().end()


def _fork_as_asked(line: socket.socket) -> dict[str, Any]:
    """What was asked, in the process that was forked for it. The one it was forked from stays in here until the end."""
    ends: dict[int, int] = {}

    def tell(*_: int | FrameType | None) -> None:
        while ends:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return  # who has ended is being told already: Python hears one signal within another
            if not pid:
                return
            end = ends.pop(pid)
            os.write(end, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(end)

    signal.signal(signal.SIGCHLD, tell)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        asked, files, _, _ = socket.recv_fds(line, LARGEST_REQUEST, 3)
        if not asked:
            sys.exit()
        output, errors, told = files
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])  # it is told only of those that are known
        pid = os.fork()
        if not pid:
            break
        ends[pid] = told
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        os.close(output)
        os.close(errors)
        line.send(str(pid).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    line.close()
    os.dup2(output, 1)
    os.dup2(errors, 2)
    for file in (*files, *ends.values()):
        os.close(file)
    # As Python opens them for what they lead to now.
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    request: dict[str, Any] = json.loads(asked)
    return request


def _go_on(words: list[str], environment: dict[str, str], folder: str) -> None:
    """Be the program that these words name."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    how, what, *more = words
    if how == "-m":
        sys.argv = [what, *more]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    sys.argv = ["-c", *more]
    sys.modules["__main__"] = program = ModuleType("__main__")
    exec(compile(what, "<string>", "exec"), program.__dict__)  # noqa: S102


if __name__ == "__main__":
    gc.disable()
    for each in IMPORTED:
        import_module(each)
    gc.freeze()
    gc.enable()
    _go_on(**_fork_as_asked(socket.socket(fileno=int(sys.argv[1]))))
