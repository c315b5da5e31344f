"""Who uses a folder with a SQLite database: servers, beside one another; or a command that must be alone there.

    with serving_in(settings) as is_shared: ...     # is_shared: a server was there already
    with alone_in(settings): ...                    # raises Failure while a server, or another such command, is there

The folder itself is locked, by the system: however a process ends, what it held is free. It tells of each from its
first moment to its last, and not only while it has the database open. PostgreSQL knows by itself who is there
(`server.operate.storage`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from time import sleep
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from server.operate.failure import Failure
from server.settings import Settings

ATTEMPTS: Final = 20
PAUSE_SECONDS: Final = 0.05
"""For as long as this a server asks: another that starts in the same moment is alone for less."""


@contextmanager
def serving_in(settings: Settings) -> Iterator[bool]:
    """Be one of those who serve from a folder; whether there is another. Raises Failure while a command is alone in it:
    what people wrote meanwhile would stay behind."""
    folder = _folder(settings)
    if folder is None:
        yield False
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        is_shared = not _locks(held, LOCK_EX)
        if not _locks(held, LOCK_SH, ATTEMPTS):
            raise Failure(
                f"`restore`, `move` or `renew` is at work in {folder}. Start the server when it has ended."
            )
        yield is_shared
    finally:
        os.close(held)


@contextmanager
def alone_in(settings: Settings) -> Iterator[None]:
    """Let no server start in a folder, and no other such command. Raises Failure where one is there already."""
    folder = _folder(settings)
    if folder is None:
        yield
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        if not _locks(held, LOCK_EX):
            if _locks(held, LOCK_SH):
                raise Failure("A server is using this folder. Stop it first.")
            raise Failure(f"Another `restore`, `move` or `renew` is at work in {folder}. Let it end first.")
        yield
    finally:
        os.close(held)


def _folder(settings: Settings) -> Path | None:
    """The folder that is there to be locked. What is wrong with an address is told by who opens it."""
    try:
        url = make_url(settings.url)
    except (ArgumentError, ValueError):
        return None
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    folder = Path(url.database).parent
    return folder if os.access(folder, os.R_OK | os.X_OK) and folder.is_dir() else None


def _locks(held: int, how: int, attempts: int = 1) -> bool:
    for attempt in range(attempts):
        try:
            flock(held, how | LOCK_NB)
        except BlockingIOError:
            if attempt + 1 < attempts:
                sleep(PAUSE_SECONDS)
        except OSError:  # a file system without locks of this kind: nothing can be told
            return True
        else:
            return True
    return False
