"""Why bytes are not an update: one exception, one code for each reason."""

from enum import StrEnum


class MalformedCode(StrEnum):
    """A reason for which bytes cannot be read."""

    MALFORMED = "malformed"
    """The bytes do not follow the v1 format of updates."""
    TRUNCATED = "truncated"
    """The bytes end before what they announce."""
    TRAILING_BYTES = "trailing_bytes"
    """Bytes follow the end of the update."""
    BAD_TEXT = "bad_text"
    """A text is not valid UTF-8."""
    FORBIDDEN_CONTENT = "forbidden_content"
    """The update holds something other than plain values and text."""
    TOO_LARGE = "too_large"
    """The update, or something it holds, is over its limit of size."""
    TOO_DEEP = "too_deep"
    """A value is nested deeper than the limit."""
    KEY_TOO_LONG = "key_too_long"
    """The key of a map entry is over the limit of length."""


class Malformed(Exception):
    """Bytes that are refused before anything else is asked about them."""

    def __init__(self, code: MalformedCode, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
