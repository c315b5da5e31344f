"""What one reader is owed is bounded, and an order that is larger than the bound can still be opened."""

import asyncio

import pytest

from schema.closes import SENTENCES, Close
from server.gate.author import Author
from server.rooms.visitor import UNSENT_LIMIT, Transport, Visitor

pytestmark = pytest.mark.anyio


class Narrow:
    """A transport that takes nothing at once, and one message after the other while it is open."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.sent: list[bytes] = []
        self.closed: tuple[int, str] | None = None

    def send_now(self, *messages: bytes) -> bool:
        return False

    async def send(self, message: bytes, /) -> None:
        await self.open.wait()
        self.sent.append(message)

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)


class Wide(Narrow):
    """A transport that takes everything at once, what came together in one piece."""

    def send_now(self, *messages: bytes) -> bool:
        self.sent.append(b"+".join(messages))
        return True


class Broken(Narrow):
    """A transport whose other end is gone."""

    async def send(self, message: bytes, /) -> None:
        raise ConnectionResetError


def visitor(transport: Transport | None = None) -> Visitor:
    return Visitor(Author("paul", "Paul", "client", "viewer"), "fr", transport or Narrow())


async def test_who_takes_everything_at_once_needs_nobody_to_send_on() -> None:
    wide = Wide()
    reader = visitor(wide)
    reader.push(b"one")
    reader.push(b"two", b"three")
    assert wide.sent == [b"one", b"two+three"]
    assert reader.pumping is None


async def test_what_waited_goes_out_in_order_and_then_the_connection_is_closed() -> None:
    narrow = Narrow()
    reader = visitor(narrow)
    reader.push(b"one")
    reader.push(b"two", b"three")
    waiting = asyncio.create_task(reader.taken())
    await asyncio.sleep(0)
    assert not waiting.done()
    narrow.open.set()
    await waiting
    reader.push(b"four")
    reader.close(Close.NOT_FOUND)
    reader.push(b"five")
    await reader.gone
    assert narrow.sent == [b"one", b"two", b"three", b"four"]
    assert narrow.closed == (Close.NOT_FOUND, SENTENCES[Close.NOT_FOUND])


async def test_whose_other_end_is_gone_is_gone() -> None:
    reader = visitor(Broken())
    reader.push(b"one")
    await reader.gone


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
    assert reader.closing == Close.TOO_SLOW
    assert not reader._unsent


def remembered(reader: Visitor) -> int:
    return len(reader._told)


async def test_a_refusal_is_told_once_and_not_remembered_for_ever() -> None:
    """One that was committed while he came is told by whoever is first; later ones come by one way alone."""
    reader = visitor()
    assert [reader.is_news(each) for each in ("early", "early", "kept")] == [True, False, True]
    reader.caught_up()
    assert not reader.is_news("kept")
    before = remembered(reader)
    assert all(reader.is_news(f"{number:032}") for number in range(1_000))
    assert remembered(reader) == before
