"""The envelope of a message on an order's socket: reading what came, writing what goes (docs/protocol.md)."""

import json
from typing import Final, Literal, NamedTuple

from schema.messages import (
    AWARENESS,
    NOTICE,
    QUERY_AWARENESS,
    SYNC,
    SYNC_STEP1,
    SYNC_STEP2,
    SYNC_UPDATE,
    Notice,
)
from server.yjs.lib0 import read_varuint, write_varuint
from server.yjs.malformed import Malformed, MalformedCode

Kind = Literal["step1", "step2", "update", "awareness", "query", "other"]

_SYNC_KINDS: Final[dict[int, Kind]] = {SYNC_STEP1: "step1", SYNC_STEP2: "step2", SYNC_UPDATE: "update"}
_UPDATE: Final = bytes((SYNC, SYNC_UPDATE))


class Envelope(NamedTuple):
    """What a message is, and its payload (empty for a query and for kinds that are not ours)."""

    kind: Kind
    payload: bytes


def open_envelope(message: bytes) -> Envelope:
    """Read a message. Raises Malformed when its lengths do not add up; an unknown type is `other`."""
    if 2 < len(message) < 131 and message[2] == len(message) - 3 and message[:2] == _UPDATE:
        return Envelope("update", message[3:])  # nearly all of them, at a third of the cost
    try:
        kind, at = read_varuint(message, 0)
        if kind == SYNC:
            step, at = read_varuint(message, at)
            if step not in _SYNC_KINDS:
                raise Malformed(MalformedCode.MALFORMED, f"synchronisation step {step}")
            return Envelope(_SYNC_KINDS[step], _payload(message, at))
        if kind == AWARENESS:
            return Envelope("awareness", _payload(message, at))
    except IndexError:
        raise Malformed(MalformedCode.TRUNCATED, "a message ends too soon") from None
    return Envelope("query" if kind == QUERY_AWARENESS else "other", b"")


def _payload(message: bytes, at: int) -> bytes:
    length, at = read_varuint(message, at)
    if at + length != len(message):
        raise Malformed(MalformedCode.MALFORMED, f"{len(message) - at} bytes where {length} were announced")
    return message[at:]


def step1(state: bytes) -> bytes:
    """ "Here is what I have": the server's state vector."""
    return _sync(SYNC_STEP1, state)


def step2(update: bytes) -> bytes:
    """The answer to a peer's state vector."""
    return _sync(SYNC_STEP2, update)


def update(update: bytes) -> bytes:
    """A change."""
    return _sync(SYNC_UPDATE, update)


def _sync(step: int, payload: bytes) -> bytes:
    return _counted(bytes((SYNC, step)), payload)


def notice(content: Notice) -> bytes:
    """A notice of `schema.messages`."""
    return _notice(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def saved(through: int) -> bytes:
    """The notice that everything up to a connection's message number `through` is committed."""
    return _notice(b'{"type":"saved","through":%d}' % through)


def _notice(text: bytes) -> bytes:
    return _counted(bytes((NOTICE,)), text)


def _counted(head: bytes, content: bytes) -> bytes:
    """A message: its kind, how long its content is, and that."""
    if len(content) < 128:
        return b"%b%c%b" % (head, len(content), content)
    out = bytearray(head)
    write_varuint(out, len(content))
    return bytes(out + content)
