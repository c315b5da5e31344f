"""Where something stands in an order's document, and the address by which trail, refusals and people name that."""

from typing import Final

Place = tuple[str, str | None]
"""A root, and the key in it (None in a text)."""
NOTE: Final[Place] = ("note", None)


def address_of(place: Place) -> str:
    """`client/lines/a/quantity`; of a text its root: `note`."""
    root, key = place
    return root if key is None else f"{root}/{key}"


def place_at(address: str) -> Place:
    """The place that has this address."""
    root, slash, key = address.partition("/")
    return (root, key if slash else None)
