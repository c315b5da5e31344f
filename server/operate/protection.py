"""Files and folders that are protected from everybody, root too, by their attributes (`chattr`, `lsattr`).

require_changeable(Path("/backups"))      # raises Failure
"""

import fcntl
import os
import struct
from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import Final

from server.operate.failure import Failure

_GET_FLAGS: Final = 0x8000_6601 | struct.calcsize("l") << 16
"""FS_IOC_GETFLAGS of linux/fs.h, with the flags that it names after it."""
_IMMUTABLE: Final = 0x10
_APPEND: Final = 0x20


def require_changeable(place: Path) -> None:
    """Raise Failure where nobody may change, rename or remove what is there. A file system that knows no attributes
    protects nothing."""
    flags = 0
    with suppress(OSError):  # it is not there, or others may not look: whoever writes is told
        held = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
        try:
            flags = int.from_bytes(fcntl.ioctl(held, _GET_FLAGS, bytes(8))[:4], "little")
        finally:
            os.close(held)
    if flags & _IMMUTABLE:
        raise immutable(place)
    if flags & _APPEND:
        raise Failure(
            f"{place} is append-only, whoever writes (`lsattr -d` shows an a): what is written there could be neither "
            f"finished nor taken away. {_lift(place, 'a')}"
        )


def immutable(place: Path) -> Failure:
    """What to tell of a place that cannot be changed at all."""
    return Failure(
        f"{place} is protected from every change, whoever makes it (`lsattr -d` shows an i). {_lift(place, 'i')}"
    )


def _lift(place: Path, attribute: str) -> str:
    return (
        "Who protected it may have had a reason; to lift that, as root: "
        f"chattr -{attribute} {quote(str(place))}"
    )
