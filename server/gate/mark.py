"""Who did something to an order, and when, as its record keeps it: of a signature, a request, an end, a comment."""

from datetime import datetime

from schema.moment import moment
from server.gate.author import Author


def mark(author: Author, at: datetime) -> dict[str, str]:
    """`user`, `name`, `side` and `at`."""
    return {"user": author.user_id, "name": author.name, "side": author.side, "at": moment(at)}
