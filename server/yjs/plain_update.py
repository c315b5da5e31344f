"""The commonest update of all, read by one pattern: a short text written over the entry that stands at its key.

Nine updates of ten are this one: somebody has filled a cell. What the pattern does not match is not wrong, only not
plain, and `server.yjs.update` reads it; of what it does match, both make the same.
"""

import re
from functools import lru_cache
from typing import Final

from server.yjs.lib0 import MAX_INTEGER
from server.yjs.structs import ANY, Deletions, Struct

_NUMBER: Final = rb"([\x80-\xff]{1,7}[\x01-\x7f]|[\x00-\x7f])"
"""An unsigned integer in its shortest form; one of eight bytes may still be over 53 bits."""

_WRITTEN: Final = re.compile(
    # One client, one struct: a value with an origin (perhaps flagged as a map entry), one text under 128 bytes.
    rb"\x01\x01%b%b([\x88\xa8])%b%b\x01w([\x00-\x7f])" % ((_NUMBER,) * 4),
    re.DOTALL,
)
_DELETED: Final = re.compile(rb"\x01%b\x01%b%b\Z" % ((_NUMBER,) * 3), re.DOTALL)
_NOTHING_DELETED: Final = b"\x00"
_KEYED: Final = 0x20
_MAX_CLOCK: Final = 2**31 - 1


def read_plain(data: bytes) -> tuple[Struct, Deletions] | None:
    """The one struct and the deletions of a plain update; None when it is another. Raises nothing."""
    written = _WRITTEN.match(data)
    if written is None:
        return None
    client, clock, info, origin_client, origin_clock, length = written.groups()
    end = written.end() + length[0]
    ids = _number(client), _number(clock), _number(origin_client), _number(origin_clock)
    if max(ids[0], ids[2], ids[3]) > MAX_INTEGER or ids[1] >= _MAX_CLOCK:
        return None
    if data[end:] == b"\x01%b\x01%b\x01" % (origin_client, origin_clock) and ids[3] < _MAX_CLOCK:
        deletions: Deletions | None = {ids[2]: [(ids[3], 1)]}  # what it was written over, and nothing else
    else:
        deletions = _deletions(data, end)
    if deletions is None:
        return None
    try:
        text = str(data[written.end() : end], "utf-8")
    except UnicodeDecodeError:
        return None
    keyed = info[0] & _KEYED != 0
    return Struct(ids[0], ids[1], 1, ANY, (ids[2], ids[3]), None, None, None, None, keyed, [text]), deletions


def _deletions(data: bytes, at: int) -> Deletions | None:
    if data[at:] == _NOTHING_DELETED:
        return {}
    deleted = _DELETED.match(data, at)
    if deleted is None:
        return None
    first, second, third = deleted.groups()
    client, clock, length = _number(first), _number(second), _number(third)
    if client > MAX_INTEGER or length == 0 or clock + length > _MAX_CLOCK:
        return None
    return {client: [(clock, length)]}


@lru_cache(maxsize=8192)
def _number(token: bytes) -> int:
    value = 0
    for byte in reversed(token):
        value = value << 7 | byte & 127
    return value
