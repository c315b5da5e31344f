"""How tests keep their connections to a server.

async with asking("http://127.0.0.1:8000") as http:
    reply = await http.get("/healthz")
"""

import ssl
from typing import Final

import httpx

LIMITS: Final = httpx.Limits(keepalive_expiry=1.0)
"""A server closes an idle connection after 5 s. Whoever keeps his as long may ask over it at that very moment."""
UNENCRYPTED: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""What a client trusts that never meets TLS: nobody. To read the machine's authorities takes 20 ms, for each client."""


def asking(url: str, *, timeout: float = 60) -> httpx.AsyncClient:
    """A client of the server at this address. timeout: in seconds."""
    return httpx.AsyncClient(base_url=url, timeout=timeout, limits=LIMITS, verify=UNENCRYPTED)
