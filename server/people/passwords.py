"""Passwords: argon2id, in worker threads, a few at a time since each takes memory on purpose."""

from functools import cache
from typing import Final

import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER: Final = PasswordHasher()
_LIMITER = RunVar[CapacityLimiter]("passwords")
AT_ONCE: Final = 2


async def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return await anyio.to_thread.run_sync(hash_password_now, password, limiter=_limiter())


async def verify_password(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. With nothing kept it takes as long, and is False."""
    return await anyio.to_thread.run_sync(_verify, kept, password, limiter=_limiter())


def _limiter() -> CapacityLimiter:
    """Who waits for his turn waits on the event loop and keeps no thread from others."""
    try:
        return _LIMITER.get()
    except LookupError:
        _LIMITER.set(CapacityLimiter(AT_ONCE))
        return _LIMITER.get()


def hash_password_now(password: str) -> str:
    """Return what is kept of a password, in the caller's own thread: for commands, never on the event loop."""
    return _HASHER.hash(password)


def _verify(kept: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """The hash that stands in for someone who does not exist, so that timing does not tell."""
    return _HASHER.hash("nobody has this password")
