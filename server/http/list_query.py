"""What every list takes in its address, and what a bad cursor is answered with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import Field, StringConstraints

from persistence.page import BadCursor, key_of
from server.fields import PLAIN, Draft
from server.problem import FieldError, Problem

Words = Annotated[str, StringConstraints(max_length=100, pattern=PLAIN)]
After = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[A-Za-z0-9_-]+$")]


class ListQuery(Draft):
    """`q`: words to search. `after`: the `next` of the page before. `limit`: rows on a page."""

    q: Words = ""
    after: After | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@contextmanager
def cursor_checked() -> Iterator[None]:
    """Turn a cursor that no page gave into a problem of the field `after`."""
    try:
        yield
    except BadCursor:
        raise Problem(422, "invalid", errors=[FieldError("after", "wrong_form")]) from None


def number_after(after: str | None) -> int | None:
    """The row's number that a cursor holds, of lists that are ordered by it. Raises Problem for any other cursor."""
    if after is None:
        return None
    with cursor_checked():
        (text,) = key_of(after, 1)
        try:
            return max(0, min(int(text), 2**62))
        except ValueError as error:
            raise BadCursor(after) from error
