"""The commonest frame of all, read by itself: one short binary message that came alone, in one piece.

Nine of ten are this one. Whatever else comes is read by the library that speaks the protocol.
"""

from typing import Final

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # the quick one, where there is one

_WHOLE_BINARY: Final = 0x82
"""The first byte of a frame (RFC 6455, 5.2): final, of no extension, binary."""
_MASKED: Final = 0x80
_HEAD: Final = 6
"""Bytes before the content of a masked frame, where its length takes seven bits."""
_LONGEST: Final = 125


def whole_message(data: bytes) -> bytes | None:
    """What the message holds that `data` is; None when `data` is anything else. A frame must begin with it."""
    if len(data) < _HEAD or data[0] != _WHOLE_BINARY:
        return None
    length = data[1] - _MASKED
    if not 0 <= length <= _LONGEST or len(data) != _HEAD + length:
        return None
    content: bytes = apply_mask(data[_HEAD:], data[2:_HEAD])
    return content
