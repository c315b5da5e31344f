"""Secrets that let somebody in: sessions, links and API tokens hand them out, and keep only what they hash to."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

FRESHNESS: Final = timedelta(minutes=1)
"""How old it may be when a secret was last used; a bound on writes, since every request would otherwise be one."""


def new_secret() -> str:
    """Return a new secret of 256 bits, safe in a URL and in a cookie."""
    return token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is kept of a secret. It is random, so a plain hash cannot be guessed back."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
