"""Pages of a list, by keyset: a page says after which row the next one starts, so that rows which come or go
meanwhile are neither shown twice nor skipped. Also how a search box's words are folded and matched.
"""

import json
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
LIKE_ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """Some rows and the cursor of what follows; `next` is None on the last page."""

    items: list[T]
    next: str | None


class BadCursor(ValueError):
    """A cursor that no page gave out."""


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], tuple[str, ...]]) -> Rows[T]:
    """The page of the first `limit` of `rows`; there is one row more than `limit` when another page follows.

    key: what orders a row, as the next page's `after`.
    """
    items = list(rows[:limit])
    return Rows(items, cursor(*key(items[-1])) if len(rows) > limit else None)


def cursor(*key: str) -> str:
    """A row's key as one opaque word, safe in a URL."""
    return urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_of(after: str, parts: int) -> tuple[str, ...]:
    """The key that `cursor` wrote, of that many parts. Raises BadCursor."""
    try:
        key = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadCursor(after) from error
    if not isinstance(key, list) or len(key) != parts or not all(map(_is_text, key)):
        raise BadCursor(after)
    return tuple(key)


def _is_text(part: object) -> bool:
    """Whether a database can compare it: no NUL, no half of a surrogate pair."""
    return isinstance(part, str) and not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in part)


def folded(text: str) -> str:
    """`text` as it is searched and sorted: without accents or capitals (`Ébénisterie` → `ebenisterie`)."""
    if text.isascii():
        return text.lower().strip()
    apart = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("’", "'"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold().strip()


def containing(words: str) -> str:
    """The LIKE pattern (escaped by LIKE_ESCAPE) of folded texts that hold `words` somewhere."""
    plain = folded(words)
    for sign in (LIKE_ESCAPE, "%", "_"):
        plain = plain.replace(sign, LIKE_ESCAPE + sign)
    return f"%{plain}%"
