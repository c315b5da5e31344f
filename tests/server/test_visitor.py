"""What one reader is owed is bounded, and an order that is larger than the bound can still be opened."""

import pytest

from schema.closes import Close
from server.judge import Author
from server.visitor import UNSENT_LIMIT, Visitor

pytestmark = pytest.mark.anyio


class Stuck:
    """A transport that takes nothing now."""

    def send_now(self, message: bytes, /) -> bool:
        return False

    async def send(self, message: bytes, /) -> None:
        raise AssertionError("nobody pumps")

    async def close(self, code: int, reason: str) -> None:
        raise AssertionError("nobody pumps")


def visitor() -> Visitor:
    return Visitor(Author("paul", "Paul", "client", "viewer"), "fr", Stuck())


async def test_a_whole_order_of_any_size_may_be_on_its_way() -> None:
    """G8: a company that fills an order up to its limits shuts nobody out."""
    reader = visitor()
    reader.push(bytes(3 * UNSENT_LIMIT))
    reader.push(bytes(UNSENT_LIMIT))
    assert reader.closing is None


@pytest.mark.parametrize("first", [1, 3 * UNSENT_LIMIT])
async def test_what_waits_behind_it_is_bounded(first: int) -> None:
    """G8: whoever does not read costs no more memory than that."""
    reader = visitor()
    reader.push(bytes(first))
    for _ in range(5):
        reader.push(bytes(UNSENT_LIMIT // 4))
    assert reader.closing is not None
    assert reader.closing[0] == Close.TOO_SLOW
    assert not reader._unsent
