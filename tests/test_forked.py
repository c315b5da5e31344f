"""A forked program is a process like any other: only what it imports is there before."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forked import Forked, run, start

pytestmark = pytest.mark.sqlite


def test_it_has_its_own_words_environment_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = "import os, sys; print(sys.argv, os.getcwd(), dict(os.environ)); print('no', file=sys.stderr); sys.exit(3)"
    ended = run("-c", said, "one", environment={"ONLY": "this"})
    assert ended == (3, f"['-c', 'one'] {tmp_path} {{'ONLY': 'this'}}\n", "no\n")


def test_it_begins_with_what_it_imports_and_shares_no_chance() -> None:
    drawn = "import os, random, secrets, sys; print('server.cli' in sys.modules, random.random(), secrets.token_hex())"
    first, second = run("-c", drawn).stdout.split(), run("-c", drawn).stdout.split()
    assert (first[0], second[0]) == ("True", "True")
    assert set(first[1:]).isdisjoint(second[1:])


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("pass", 0),
        ("1 / 0", 1),
        ("import os; os.kill(os.getpid(), 9)", -signal.SIGKILL),
        ("import signal; signal.raise_signal(signal.SIGTERM)", -signal.SIGTERM),
    ],
)
def test_it_ends_as_python_does(program: str, code: int) -> None:
    ended = run("-c", program)
    assert ended.returncode == code
    assert ("ZeroDivisionError" in ended.stderr) is (code == 1)


@pytest.mark.anyio
async def test_it_is_heard_and_killed_while_others_live(tmp_path: Path) -> None:
    heard = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    first, second = start("-c", heard), start("-c", heard)
    for process in (first, second):
        assert await process.line() == f"{process.pid}\n".encode()
        assert process.returncode is None
    first.kill()
    assert await first.wait() == -signal.SIGKILL
    assert second.returncode is None
    second.terminate()
    assert (await second.line(), await second.wait()) == (b"", -signal.SIGTERM)
    first.kill()  # as often as one likes
    assert first.returncode == -signal.SIGKILL


def test_it_has_no_file_of_another_open() -> None:
    waits = start("-c", "import time; print(flush=True); time.sleep(600)")
    assert waits.line_here()
    open_files = run("-c", "import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))").stdout
    waits.kill()
    assert waits.wait_here() == -signal.SIGKILL
    assert open_files == "[0, 1, 2, 3]\n"  # the last is that of the list itself


def test_a_process_that_has_gone_before_that_was_told_is_killed_without_a_fault() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    told, tells = os.pipe()
    try:
        process = Forked(ended.pid, told, told)
        assert process.returncode is None
        process.send_signal(signal.SIGKILL)
    finally:
        os.close(told)
        os.close(tells)
