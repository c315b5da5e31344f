"""How tests keep their connections to a server."""

from typing import Final

import httpx

LIMITS: Final = httpx.Limits(keepalive_expiry=1.0)
"""A server closes an idle connection after 5 s. Whoever keeps his as long may ask over it at that very moment."""
