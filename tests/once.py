"""What is made once for a whole run of tests, by whichever of its processes first needs it.

file = once("demo.sqlite3", make)               # make(folder) wrote folder / "demo.sqlite3"; copy it, never change it
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

# Workers are started by the process that begins the run, and inherit its environment.
_PLACE: Final = "ORDER_TESTS_FOLDER"


class Shared:
    """The folder of a run. Only the process that began the run takes it away again."""

    def __init__(self) -> None:
        self._own = None if _PLACE in os.environ else TemporaryDirectory(prefix="tests-")
        if self._own is not None:
            os.environ[_PLACE] = self._own.name
            place().chmod(0o711)  # PostgreSQL's own user passes through

    def close(self) -> None:
        if self._own is not None:
            del os.environ[_PLACE]
            self._own.cleanup()


def place() -> Path:
    """The folder of the run; whatever is left there goes with it."""
    return Path(os.environ[_PLACE])


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A file or a folder of the run, made by `make(folder)` under that name when it is first asked for. Others wait."""
    folder = place()
    made = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            with TemporaryDirectory(dir=folder) as draft:
                make(Path(draft))
                (Path(draft) / name).rename(made)
    return made
