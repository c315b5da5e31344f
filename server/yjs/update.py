"""The codec of updates: Yjs v1 bytes to structs and deletions, and back.

Follows yjs 13.6 (`src/utils/encoding.js`, `src/structs/Item.js`), as far as an order's flat document
goes: plain values and text below named roots, and what was deleted. Everything else is refused by
name. An update decodes in microseconds because every edit of every order passes here: hence tuples
rather than dataclasses, and positions handed along rather than a reader object.
"""

import struct
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple

from server.yjs.lib0 import (
    ValueLimits,
    read_text,
    read_value,
    read_varuint,
    utf16_length,
    write_text,
    write_value,
    write_varuint,
)
from server.yjs.malformed import Malformed, MalformedCode
from server.yjs.plain_update import read_plain
from server.yjs.structs import ANY, DELETED, STRING, Deletions, Id, Struct

_ALLOWED: Final = frozenset({DELETED, STRING, ANY})
_FORBIDDEN: Final = {
    0: "a collected range",
    2: "JSON",
    3: "binary content",
    5: "an embedded object",
    6: "formatting",
    7: "a nested type",
    9: "a nested document",
    10: "a skipped range",
}
_ORIGIN: Final = 0x80
_RIGHT_ORIGIN: Final = 0x40
_KEYED: Final = 0x20

MAX_CLOCK: Final = 2**31 - 1
"""The greatest clock that is accepted. yrs counts clocks in 32 bits."""


class Update(NamedTuple):
    """What an update holds: structs, contiguous for each client, and what it deletes."""

    structs: list[Struct]
    deletions: Deletions


class Limits(NamedTuple):
    """How large an update may be, and what it holds. Lengths are in bytes of UTF-8."""

    update_bytes: int = 1 << 20
    structs: int = 50_000
    deletions: int = 200_000
    """Ranges: a first sync repeats every deletion of the document."""
    key_bytes: int = 200
    deleted_length: int = 1 << 20
    text_bytes: int = 1 << 18
    """Of the note in one struct, more than what it may hold in any script (`server.gate.judge.NOTE_LIMIT`), so that
    somebody who pastes too much is told so."""
    values: ValueLimits = ValueLimits()


LIMITS: Final = Limits()


def decode_update(data: bytes, limits: Limits = LIMITS) -> Update:
    """Read an update. Raises `Malformed`, and nothing else, whatever the bytes are."""
    if len(data) > limits.update_bytes:
        raise Malformed(MalformedCode.TOO_LARGE, f"an update of {len(data)} bytes")
    if limits is LIMITS and (plain := read_plain(data)) is not None:
        return Update([plain[0]], plain[1])
    try:
        structs, at = _read_structs(data, limits)
        deletions, at = _read_deletions(data, at, limits.deletions)
    except (IndexError, struct.error):
        raise Malformed(MalformedCode.TRUNCATED, f"{len(data)} bytes are too few") from None
    except UnicodeDecodeError as error:
        raise Malformed(MalformedCode.BAD_TEXT, error.reason) from None
    if at != len(data):
        raise Malformed(MalformedCode.TRAILING_BYTES, f"{len(data) - at} bytes after the update")
    return Update(structs, deletions)


def encode_update(structs: Iterable[Struct], deletions: Mapping[int, Iterable[tuple[int, int]]]) -> bytes:
    """Write an update as Yjs does: higher client ids first, a client's structs in order of their clocks.

    Raises `ValueError` if a client's structs overlap or leave a gap, or hold what has no form.
    """
    out = bytearray()
    by_client: dict[int, list[Struct]] = {}
    for each in structs:
        by_client.setdefault(each.client, []).append(each)
    write_varuint(out, len(by_client))
    for client in sorted(by_client, reverse=True):
        _write_client(out, client, by_client[client])
    _write_deletions(out, deletions)
    return bytes(out)


def _read_structs(data: bytes, limits: Limits) -> tuple[list[Struct], int]:
    clients, at = read_varuint(data, 0)
    structs: list[Struct] = []
    seen: set[int] = set()
    for _ in range(clients):
        count, at = read_varuint(data, at)
        client, at = read_varuint(data, at)
        clock, at = read_varuint(data, at)
        if count == 0 or client in seen:
            raise Malformed(MalformedCode.MALFORMED, f"client {client} is named twice or for nothing")
        if count + len(structs) > limits.structs:
            raise Malformed(MalformedCode.TOO_LARGE, f"an update of more than {limits.structs} structs")
        seen.add(client)
        for _ in range(count):
            read, at = _read_struct(data, at, client, clock, limits)
            clock += read.length
            structs.append(read)
        if clock > MAX_CLOCK:
            raise Malformed(MalformedCode.TOO_LARGE, f"clock {clock}")
    return structs, at


def _read_struct(data: bytes, at: int, client: int, clock: int, limits: Limits) -> tuple[Struct, int]:
    info = data[at]
    at += 1
    origin = right_origin = root = parent = key = None
    if info & _ORIGIN:
        origin_client, at = read_varuint(data, at)
        origin_clock, at = read_varuint(data, at)
        origin = (origin_client, origin_clock)
    if info & _RIGHT_ORIGIN:
        right_client, at = read_varuint(data, at)
        right_clock, at = read_varuint(data, at)
        right_origin = (right_client, right_clock)
    keyed = info & _KEYED != 0
    kind = info & 0x1F
    if info < _RIGHT_ORIGIN and kind in _ALLOWED:
        root, parent, key, at = _read_place(data, at, keyed, limits.key_bytes)
    content: Any
    if kind == ANY:
        content, length, at = _read_any(data, at, limits.values)
    else:
        content, length, at = _read_other(data, at, kind, limits)
    return (
        Struct(client, clock, length, kind, origin, right_origin, root, parent, key, keyed, content),
        at,
    )


def _read_place(
    data: bytes, at: int, keyed: bool, key_bytes: int
) -> tuple[str | None, Id | None, str | None, int]:
    root = parent = key = None
    named = data[at]
    if named == 1:
        root, at = read_text(data, at + 1, key_bytes)
    elif named == 0:
        client, at = read_varuint(data, at + 1)
        clock, at = read_varuint(data, at)
        parent = (client, clock)
    else:
        raise Malformed(MalformedCode.MALFORMED, "a parent that is neither named nor an item")
    if keyed:
        length, _ = read_varuint(data, at)
        if length > key_bytes:
            raise Malformed(MalformedCode.KEY_TOO_LONG, f"a key of {length} bytes")
        key, at = read_text(data, at, key_bytes)
    return root, parent, key, at


def _read_any(data: bytes, at: int, limits: ValueLimits) -> tuple[list[Any], int, int]:
    count, at = read_varuint(data, at)
    if count == 1:
        value, at = read_value(data, at, limits)
        return [value], 1, at
    if count == 0:
        raise Malformed(MalformedCode.MALFORMED, "a struct of no length")
    values = []
    for _ in range(count):
        value, at = read_value(data, at, limits)
        values.append(value)
    return values, count, at


def _read_other(data: bytes, at: int, kind: int, limits: Limits) -> tuple[str | None, int, int]:
    text = None
    if kind == STRING:
        text, at = read_text(data, at, limits.text_bytes)
        length = utf16_length(text)
    elif kind == DELETED:
        length, at = read_varuint(data, at)
        if length > limits.deleted_length:
            raise Malformed(MalformedCode.TOO_LARGE, f"a deleted range of {length}")
    elif kind in _FORBIDDEN:
        raise Malformed(MalformedCode.FORBIDDEN_CONTENT, f"{_FORBIDDEN[kind]} in an update")
    else:
        raise Malformed(MalformedCode.MALFORMED, f"content of the unknown kind {kind}")
    if length == 0:
        raise Malformed(MalformedCode.MALFORMED, "a struct of no length")
    return text, length, at


def _read_deletions(data: bytes, at: int, limit: int) -> tuple[Deletions, int]:
    clients, at = read_varuint(data, at)
    deletions: Deletions = {}
    total = 0
    for _ in range(clients):
        client, at = read_varuint(data, at)
        count, at = read_varuint(data, at)
        total += count
        if total > limit:
            raise Malformed(MalformedCode.TOO_LARGE, f"an update of more than {limit} deletions")
        if count == 0 or client in deletions:
            raise Malformed(MalformedCode.MALFORMED, f"client {client} is named twice or for nothing")
        ranges = []
        for _ in range(count):
            clock, at = read_varuint(data, at)
            length, at = read_varuint(data, at)
            if length == 0 or clock + length > MAX_CLOCK:
                raise Malformed(MalformedCode.MALFORMED, f"a deletion of {length} at {clock}")
            ranges.append((clock, length))
        deletions[client] = ranges
    return deletions, at


def _write_client(out: bytearray, client: int, structs: list[Struct]) -> None:
    if len(structs) > 1:
        structs = sorted(structs, key=itemgetter(1))
    write_varuint(out, len(structs))
    write_varuint(out, client)
    clock = structs[0].clock
    write_varuint(out, clock)
    for each in structs:
        if each.clock != clock:
            raise ValueError(f"client {client} has clock {each.clock} where {clock} follows")
        clock += each.length
        _write_struct(out, each)


def _write_struct(out: bytearray, item: Struct) -> None:
    _, _, length, kind, origin, right_origin, root, parent, key, keyed, content = item
    info = kind | (_KEYED if keyed else 0)
    if origin is not None:
        info |= _ORIGIN
    if right_origin is not None:
        info |= _RIGHT_ORIGIN
    out.append(info)
    if origin is not None:
        write_varuint(out, origin[0])
        write_varuint(out, origin[1])
    if right_origin is not None:
        write_varuint(out, right_origin[0])
        write_varuint(out, right_origin[1])
    if info < _RIGHT_ORIGIN:
        _write_place(out, root, parent, key)
    if kind == ANY:
        write_varuint(out, length)
        for value in content:
            write_value(out, value)
    elif kind == STRING:
        write_text(out, content)
    else:
        write_varuint(out, length)


def _write_place(out: bytearray, root: str | None, parent: Id | None, key: str | None) -> None:
    if root is not None:
        out.append(1)
        write_text(out, root)
    elif parent is not None:
        out.append(0)
        write_varuint(out, parent[0])
        write_varuint(out, parent[1])
    else:
        raise ValueError("a struct without origin needs a root or a parent")
    if key is not None:
        write_text(out, key)


def _write_deletions(out: bytearray, deletions: Mapping[int, Iterable[tuple[int, int]]]) -> None:
    write_varuint(out, len(deletions))
    for client in sorted(deletions, reverse=True):
        ranges = list(deletions[client])
        write_varuint(out, client)
        write_varuint(out, len(ranges))
        for clock, length in ranges:
            write_varuint(out, clock)
            write_varuint(out, length)
