"""The checksum that a backup carries within itself: what no check of its contents would find altered, is found by it.

seal(file)                  # once it is finished
seal_of(file)               # whether it is as it was then

It is in the four bytes of SQLite's header that are the application's own, and covers every other byte of the file.
https://www.sqlite.org/fileformat2.html: "user version". The "application ID" tells a demo.
"""

import os
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Literal

Seal = Literal["whole", "altered", "none"]

_PLACE: Final = slice(60, 64)
_HEADER: Final = 100
_AT_ONCE: Final = 1 << 20


def seal(file: Path) -> None:
    """Write a finished database's checksum into it, and all of it onto the disk."""
    with file.open("r+b") as written:
        checksum = _checksum(written)
        written.seek(_PLACE.start)
        written.write(checksum)
        written.flush()
        os.fsync(written.fileno())


def unseal(connection: sqlite3.Connection) -> None:
    """Take a checksum out of a database, which is going to be another."""
    connection.execute("PRAGMA user_version = 0")


def seal_of(file: Path) -> Seal:
    """Whether a file is as it was when it was sealed; `none`: it never was, as those of earlier versions."""
    with file.open("rb") as read:
        kept = read.read(_HEADER)[_PLACE]
        if not any(kept):
            return "none"
        return "whole" if kept == _checksum(read) else "altered"


def _checksum(file: BinaryIO) -> bytes:
    """Of all but the checksum itself; never nothing, which says that there is none."""
    file.seek(0)
    header = bytearray(file.read(_HEADER))
    header[_PLACE] = bytes(4)
    checksum = sha256(header)
    while part := file.read(_AT_ONCE):
        checksum.update(part)
    found = checksum.digest()[:4]
    return found if any(found) else b"none"
