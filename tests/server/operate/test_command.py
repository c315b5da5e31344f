"""What a command imports, and when."""

import subprocess
import sys
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pkgutil import resolve_name

import pytest

from persistence.person import ROLES
from server import cli

HEAVY = (
    "pycrdt",
    "pydantic",
    "server.gate",
    "server.settings",
    "sqlalchemy",
    "starlette",
    "structlog",
    "PIL",
)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["user", "add", "--help"], ["fly"]])
def test_what_only_tells_of_the_commands_imports_nothing_that_they_need(words: list[str]) -> None:
    program = (
        "import atexit, sys; from server.cli import main; "
        f"atexit.register(lambda: print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)); "
        f"main({words})"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert ended.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "module",
    ["server.operate.care", "server.operate.users", "server.operate.status", "server.operate.storage"],
)
def test_who_looks_after_what_is_kept_imports_no_part_of_the_server_that_answers(module: str) -> None:
    program = (
        f"import sys, {module}; "
        "print([name for name in ('server.api', 'server.app', 'server.sockets', 'starlette', 'uvicorn') "
        "if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


def test_each_command_is_there_when_it_is_asked_for() -> None:
    runs = [run for parser in _parsers(cli._parser()) if (run := parser.get_default("run"))]
    assert len(runs) == len(set(runs)) > 10
    assert all(callable(resolve_name(run)) for run in runs)


def test_the_roles_that_are_offered_are_those_of_people() -> None:
    assert cli.ROLES == ROLES


def _parsers(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for each in action.choices.values():
                yield from _parsers(each)
