"""How the commands of `shared-order` are declared, and how they say something.

word = add_word(words, "status", "care", "tell the version, what is there, and how large it is")
say("Everything is sound.")
"""

import os
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from server.operate.failure import Failure

if TYPE_CHECKING:
    from server.settings import Settings

Run: TypeAlias = "Callable[[Settings, Namespace], int]"
"""What a command does, and its exit code. Raises Failure."""
Words: TypeAlias = "_SubParsersAction[ArgumentParser]"


def add_word(
    words: Words, name: str, module: str, about: str, folder: str = "else SHARED_ORDER_DATA, else .data"
) -> ArgumentParser:
    """Declare one command; its options are added to what is returned. module: the one of `server.operate` whose
    `run_…`, a Run, is imported when the command is asked for. folder: which one is meant without `--data`."""
    parser: ArgumentParser = words.add_parser(name, help=about, description=about)
    parser.add_argument("--data", type=_folder, metavar="DIR", help=f"the data folder ({folder})")
    parser.set_defaults(run=f"{__package__}.{module}:run_{name}")
    return parser


def _folder(text: str) -> Path:
    if not text.strip():  # for Path it would be the present folder
        raise ValueError
    return Path(text)


_folder.__name__ = "folder"


def say(text: str) -> None:
    """Write a line to standard output. Raises Failure where it cannot be, BrokenPipeError where nobody reads it."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        say_no_more()
        raise Failure(
            f"What the command says cannot be written: {error.strerror}. It said: {text}"
        ) from error


def say_no_more() -> None:
    """Let what nobody reads any more, as after `| head`, go nowhere when Python ends and writes what is left."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
