"""The client ids under which the server writes an order.

Each time an order comes into memory it takes another, or a database that was put back to an earlier state would write
other content under clocks that a browser has seen already, and the two would be merged without a word. All of one order
begin alike, so that those are recognised which the server itself has lost.
"""

import secrets
from collections.abc import Mapping
from typing import Final

SERVER: Final = "server"
"""Their owner."""

OWN_BITS: Final = 26
"""In which those of one order differ, of 53. So a person's own is taken for one of them once in 134 million."""


def new_writer() -> int:
    """The first of an order: 53 random bits, as the library draws them, and never 0."""
    return secrets.randbits(53) or 1


def another_writer(writer: int) -> int:
    """One more of the same order."""
    return writer >> OWN_BITS << OWN_BITS | (secrets.randbits(OWN_BITS) or 1)


def owner_of(client: int, owners: Mapping[int, str], writer: int) -> str | None:
    """To whom a client id belongs in the order that has `writer`: who is known to, else the server if it is one of its
    own, else nobody."""
    lost = client >> OWN_BITS == writer >> OWN_BITS
    return owners.get(client) or (SERVER if lost else None)
