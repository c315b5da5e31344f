"""Letting a shared text read otherwise by as little as possible."""

from pycrdt import Text


def rewrite(text: Text, wanted: str) -> bool:
    """Make a text read `wanted` by replacing the part that differs; False when it did already.

    pycrdt counts offsets in UTF-8 bytes.
    """
    shown = str(text)
    if shown == wanted:
        return False
    start = _common(shown, wanted)
    end = _common(shown[start:][::-1], wanted[start:][::-1])
    offset = len(shown[:start].encode())
    removed = shown[start : len(shown) - end]
    if removed:
        del text[offset : offset + len(removed.encode())]
    if inserted := wanted[start : len(wanted) - end]:
        text.insert(offset, inserted)
    return True


def _common(one: str, two: str) -> int:
    """How many leading characters two texts share."""
    return next(
        (i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )
