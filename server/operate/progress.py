"""A bar that shows how far a long command is, where a person looks on; nothing where a program reads."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

Item = TypeVar("Item")
WIDTH: Final = 30


def shown(parts: Sequence[Item], whole: int, sizes: Iterable[int]) -> Iterator[Item]:
    """Each of the parts, with the bar drawn after it. `sizes`: how much of `whole` each part is."""
    done = 0
    for part, size in zip(parts, sizes, strict=True):
        yield part
        done += size
        _draw(done, whole)
    if parts and sys.stderr.isatty():
        sys.stderr.write("\n")


def _draw(done: int, whole: int) -> None:
    if sys.stderr.isatty():
        filled = WIDTH * done // max(whole, 1)
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done:,} / {whole:,}")
        sys.stderr.flush()
