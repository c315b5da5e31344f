"""State vectors: how much of each client's content a replica has."""

from collections.abc import Mapping
from typing import Final

from server.yjs.lib0 import read_varuint, write_varuint
from server.yjs.malformed import Malformed, MalformedCode

STRANGE_CLIENTS: Final = 10_000
"""Client ids of which one may say what he has, beside those that the server knows."""


def decode_state_vector(data: bytes, limit: int = STRANGE_CLIENTS) -> dict[int, int]:
    """By client: the next clock. Raises `Malformed`, and nothing else; `limit` is in clients."""
    try:
        count, at = read_varuint(data, 0)
        if count > limit:
            raise Malformed(MalformedCode.TOO_LARGE, f"a state vector of {count} clients")
        vector: dict[int, int] = {}
        for _ in range(count):
            client, at = read_varuint(data, at)
            vector[client], at = read_varuint(data, at)
    except IndexError:
        raise Malformed(MalformedCode.TRUNCATED, f"{len(data)} bytes are too few") from None
    if len(vector) != count:
        raise Malformed(MalformedCode.MALFORMED, "a state vector that names a client twice")
    if at != len(data):
        raise Malformed(MalformedCode.TRAILING_BYTES, f"{len(data) - at} bytes after the state vector")
    return vector


def encode_state_vector(vector: Mapping[int, int]) -> bytes:
    """The inverse of `decode_state_vector`, higher client ids first as Yjs writes them."""
    out = bytearray()
    write_varuint(out, len(vector))
    for client in sorted(vector, reverse=True):
        write_varuint(out, client)
        write_varuint(out, vector[client])
    return bytes(out)
