"""How an update breaks the protocol: one exception, one code for each rule."""

from enum import StrEnum


class BreachCode(StrEnum):
    """A rule of the protocol that an update broke."""

    IDENTITY = "identity"
    """New content is written under a client id that is not the author's."""
    GAP = "gap"
    """Content of the same client is missing before this."""
    UNKNOWN_REFERENCE = "unknown_reference"
    """An origin or a deletion names what the server does not have."""
    UNKNOWN_ROOT = "unknown_root"
    """An order has no such root."""
    FOREIGN_PARENT = "foreign_parent"
    """The parent is an item: an order holds no nested types."""
    WRONG_TYPE = "wrong_type"
    """A map root is used as a text, or the text as a map."""
    RIGHT_ORIGIN = "right_origin"
    """A map entry has a right origin, which Yjs never writes."""
    CROSSED_PLACES = "crossed_places"
    """What one struct refers to lies in different places."""
    SPLIT_CHARACTER = "split_character"
    """An edit of the text comes between the two halves of one character."""
    MISPLACED = "misplaced"
    """A letter of the text names neighbours that nobody can have had before him."""
    TOO_MANY_CLIENTS = "too_many_clients"
    """More client ids come than a person can have used."""


class Breach(Exception):
    """An update that is refused whole. Its author's connection is closed with the code."""

    def __init__(self, code: BreachCode, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
