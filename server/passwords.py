"""Passwords: argon2id, in worker threads, a few at a time since each takes memory on purpose."""

from functools import cache
from threading import BoundedSemaphore

import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(2)


async def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return await anyio.to_thread.run_sync(hash_password_now, password)


async def verify_password(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. With nothing kept it takes as long, and is False."""
    return await anyio.to_thread.run_sync(_verify, kept, password)


def hash_password_now(password: str) -> str:
    """Return what is kept of a password, in the caller's own thread: for commands, never on the event loop."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def _verify(kept: str | None, password: str) -> bool:
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _nobody(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    """The hash that stands in for someone who does not exist, so that timing does not tell."""
    return _HASHER.hash("nobody has this password")
