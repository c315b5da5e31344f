"""The words of the wire: integers, text and plain values as lib0 0.2 writes them.

Readers take the bytes and a position and return what they read and the next position. Where the bytes
end too soon they raise `IndexError` or `struct.error`, and for text that is not UTF-8
`UnicodeDecodeError`: the decoders of `server.yjs.update` turn these into `Malformed`. Nothing is ever
allocated from a length that is only claimed.
"""

from collections.abc import Callable
from struct import Struct
from typing import Any, Final, NamedTuple

from server.yjs.malformed import Malformed, MalformedCode

MAX_INTEGER: Final = 2**53 - 1
"""The greatest integer that JavaScript holds exactly: of a client id, and of any number on the wire."""

_FLOAT32 = Struct(">f")
_FLOAT64 = Struct(">d")
_INT64 = Struct(">q")


class BigInt(int):
    """An integer that was sent as a JavaScript `bigint`: equal to the integer, but written as it came."""


class Undefined:
    """JavaScript's `undefined`, which is neither `null` nor absent. Its one instance is `UNDEFINED`."""

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED: Final = Undefined()


class ValueLimits(NamedTuple):
    """How deep values may nest (0: scalars alone), and how many bytes one text or binary value may take.

    As deep as product facts (their characteristics have options), which some clients repeat to the server."""

    depth: int = 5
    text_bytes: int = 1 << 16


def read_varuint(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned integer, seven bits a byte, the lowest first; in its shortest form, at most 2**53 - 1."""
    byte = data[at]
    at += 1
    if byte < 128:
        return byte, at
    value = byte & 127
    shift = 7
    while (byte := data[at]) > 127:
        value |= (byte & 127) << shift
        shift += 7
        at += 1
        if shift > 49:
            raise Malformed(MalformedCode.MALFORMED, "an integer of more than 53 bits")
    value |= byte << shift
    if byte == 0 or value > MAX_INTEGER:
        raise Malformed(MalformedCode.MALFORMED, "an integer over 53 bits or not in its shortest form")
    return value, at + 1


def write_varuint(out: bytearray, value: int) -> None:
    """The inverse of `read_varuint`. Raises `ValueError` for what it could not read back."""
    if not 0 <= value <= MAX_INTEGER:
        raise ValueError(f"{value} is not an unsigned integer of 53 bits")
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def read_text(data: bytes, at: int, limit: int) -> tuple[str, int]:
    """Text in UTF-8 after its length in bytes; `limit` is in bytes."""
    length = data[at]
    at += 1
    if length > 127:
        length, at = read_varuint(data, at - 1)
    if length > limit:
        raise Malformed(MalformedCode.TOO_LARGE, f"a text of {length} bytes")
    end = at + length
    if end > len(data):
        raise IndexError
    return str(data[at:end], "utf-8"), end


def write_text(out: bytearray, text: str) -> None:
    """The inverse of `read_text`. Raises `ValueError` for a lone surrogate."""
    encoded = text.encode()
    write_varuint(out, len(encoded))
    out += encoded


def utf16_length(text: str) -> int:
    """The length of a text as JavaScript counts it, which is how clocks count it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def read_value(data: bytes, at: int, limits: ValueLimits) -> tuple[Any, int]:
    """One plain value. Numbers are `int`, `float` or `BigInt` after the form in which they were sent."""
    tag = data[at]
    if tag == _TEXT:
        return read_text(data, at + 1, limits.text_bytes)
    if tag in _CONSTANTS:
        return _CONSTANTS[tag], at + 1
    if read_number := _NUMBERS.get(tag):
        return read_number(data, at + 1)
    if read_nested := _NESTED.get(tag):
        return read_nested(data, at + 1, limits)
    raise Malformed(MalformedCode.MALFORMED, f"a value of the unknown type {tag}")


def write_value(out: bytearray, value: object) -> None:
    """The inverse of `read_value`. Raises `ValueError` for a value that has no form on the wire."""
    if value is None or value is UNDEFINED:
        out.append(126 if value is None else 127)
        return
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise ValueError(f"{type(value).__name__} has no form on the wire")
    writer(out, value)


def _read_integer(data: bytes, at: int) -> tuple[int | float, int]:
    """A signed integer: six bits and a sign in the first byte, then seven bits a byte."""
    byte = data[at]
    value, at = byte & 63, at + 1
    if byte > 127:
        rest, at = read_varuint(data, at)
        value |= rest << 6
        if rest == 0 or value > MAX_INTEGER:
            raise Malformed(MalformedCode.MALFORMED, "an integer over 53 bits or not in its shortest form")
    if byte & 64:
        return -value if value else -0.0, at
    return value, at


def _read_float32(data: bytes, at: int) -> tuple[float, int]:
    return _FLOAT32.unpack_from(data, at)[0], at + 4


def _read_float64(data: bytes, at: int) -> tuple[float, int]:
    return _FLOAT64.unpack_from(data, at)[0], at + 8


def _read_bigint(data: bytes, at: int) -> tuple[BigInt, int]:
    return BigInt(_INT64.unpack_from(data, at)[0]), at + 8


def _read_binary(data: bytes, at: int, limits: ValueLimits) -> tuple[bytes, int]:
    length, at = read_varuint(data, at)
    if length > limits.text_bytes:
        raise Malformed(MalformedCode.TOO_LARGE, f"a binary value of {length} bytes")
    if at + length > len(data):
        raise IndexError
    return data[at : at + length], at + length


def _deeper(limits: ValueLimits) -> ValueLimits:
    if limits.depth <= 0:
        raise Malformed(MalformedCode.TOO_DEEP, "a value is nested too deep")
    return ValueLimits(limits.depth - 1, limits.text_bytes)


def _read_list(data: bytes, at: int, limits: ValueLimits) -> tuple[list[Any], int]:
    inner = _deeper(limits)
    count, at = read_varuint(data, at)
    values = []
    for _ in range(count):
        value, at = read_value(data, at, inner)
        values.append(value)
    return values, at


def _read_object(data: bytes, at: int, limits: ValueLimits) -> tuple[dict[str, Any], int]:
    inner = _deeper(limits)
    count, at = read_varuint(data, at)
    members: dict[str, Any] = {}
    for _ in range(count):
        name, at = read_text(data, at, limits.text_bytes)
        if name in members:
            raise Malformed(MalformedCode.MALFORMED, "an object that names a member twice")
        members[name], at = read_value(data, at, inner)
    return members, at


def _write_bool(out: bytearray, value: bool) -> None:
    out.append(120 if value else 121)


def _write_integer(out: bytearray, value: int) -> None:
    magnitude = abs(value)
    if magnitude > MAX_INTEGER:
        raise ValueError(f"{value} is over 53 bits")
    first = magnitude & 63 | (64 if value < 0 else 0)
    out.append(125)
    if magnitude > 63:
        out.append(first | 128)
        write_varuint(out, magnitude >> 6)
    else:
        out.append(first)


def _write_float(out: bytearray, value: float) -> None:
    """The shorter of the two forms that keeps the value, as both Yjs and yrs choose."""
    try:
        short = _FLOAT32.pack(value)
    except OverflowError:
        short = b""
    if short and _FLOAT32.unpack(short)[0] == value:
        out.append(124)
        out += short
    else:
        out.append(123)
        out += _FLOAT64.pack(value)


def _write_bigint(out: bytearray, value: BigInt) -> None:
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{value} is over 64 bits")
    out.append(122)
    out += _INT64.pack(value)


def _write_text_value(out: bytearray, value: str) -> None:
    out.append(_TEXT)
    write_text(out, value)


def _write_binary(out: bytearray, value: bytes) -> None:
    out.append(116)
    write_varuint(out, len(value))
    out += value


def _write_list(out: bytearray, value: list[object]) -> None:
    out.append(117)
    write_varuint(out, len(value))
    for each in value:
        write_value(out, each)


def _write_object(out: bytearray, value: dict[str, object]) -> None:
    out.append(118)
    write_varuint(out, len(value))
    for name, each in value.items():
        write_text(out, name)
        write_value(out, each)


_TEXT: Final = 119

_CONSTANTS: Final[dict[int, Any]] = {127: UNDEFINED, 126: None, 121: False, 120: True}

_NUMBERS: Final[dict[int, Callable[[bytes, int], tuple[int | float, int]]]] = {
    125: _read_integer,
    124: _read_float32,
    123: _read_float64,
    122: _read_bigint,
}

_NESTED: Final[dict[int, Callable[[bytes, int, ValueLimits], tuple[Any, int]]]] = {
    118: _read_object,
    117: _read_list,
    116: _read_binary,
}

_WRITERS: Final[dict[type, Callable[[bytearray, Any], None]]] = {
    bool: _write_bool,
    int: _write_integer,
    float: _write_float,
    BigInt: _write_bigint,
    str: _write_text_value,
    bytes: _write_binary,
    list: _write_list,
    dict: _write_object,
}
