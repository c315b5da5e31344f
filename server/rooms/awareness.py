"""Who is here, and in which cell: awareness messages, forced to the identity that the server knows.

An ordinary provider repeats what it heard of others; such entries are passed over. Nothing of this is kept.
"""

import json
from math import isfinite
from typing import Any, Final, NamedTuple

from schema.messages import AWARENESS
from server.yjs.lib0 import MAX_INTEGER, read_text, read_varuint, write_text, write_varuint
from server.yjs.malformed import Malformed, MalformedCode

STATE_BYTES: Final = 2_048
STATE_DEPTH: Final = 16
"""How deep a state may nest: what is read here must also be written again, from anywhere."""
CLIENTS_LIMIT: Final = 1_000


class Presence(NamedTuple):
    """One awareness entry. `state`: None when that client has left."""

    client: int
    clock: int
    state: dict[str, Any] | None


def decode_awareness(payload: bytes) -> list[Presence]:
    """The entries of an awareness update. Raises Malformed, and nothing else."""
    try:
        count, at = read_varuint(payload, 0)
        if count > CLIENTS_LIMIT:
            raise Malformed(MalformedCode.TOO_LARGE, f"awareness of {count} clients")
        entries = []
        for _ in range(count):
            client, at = read_varuint(payload, at)
            clock, at = read_varuint(payload, at)
            if clock == MAX_INTEGER:
                raise Malformed(MalformedCode.TOO_LARGE, "an awareness clock that nothing can follow")
            text, at = read_text(payload, at, STATE_BYTES)
            entries.append(Presence(client, clock, _state(text)))
    except (IndexError, UnicodeDecodeError):
        raise Malformed(MalformedCode.TRUNCATED, "awareness ends too soon") from None
    if at != len(payload):
        raise Malformed(MalformedCode.TRAILING_BYTES, "bytes after the awareness")
    return entries


def _state(text: str) -> dict[str, Any] | None:
    try:
        state = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Malformed(MalformedCode.MALFORMED, "an awareness state that is not JSON") from None
    if state is not None and not isinstance(state, dict):
        raise Malformed(MalformedCode.MALFORMED, "an awareness state that is not an object")
    if _is_deeper(state, STATE_DEPTH):
        raise Malformed(MalformedCode.TOO_DEEP, "an awareness state that nests too deep")
    return state


def _finite(text: str) -> float:
    """A number that is JSON when it is written again; Python reads NaN too, and takes 1e999 for infinity. Raises
    ValueError."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def _is_deeper(value: object, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return depth == 0 or any(_is_deeper(each, depth - 1) for each in inner)


def encode_awareness(entries: list[Presence]) -> bytes:
    """A whole awareness message of the wire, type and length included."""
    body = bytearray()
    write_varuint(body, len(entries))
    for entry in entries:
        write_varuint(body, entry.client)
        write_varuint(body, entry.clock)
        write_text(body, json.dumps(entry.state, separators=(",", ":")))
    out = bytearray([AWARENESS])
    write_varuint(out, len(body))
    return bytes(out + body)
