"""The envelope of a message: what it is, and that its lengths add up."""

import pytest

from schema.messages import AWARENESS, NOTICE, QUERY_AWARENESS, SYNC, SYNC_UPDATE
from server.yjs import envelope
from server.yjs.lib0 import write_varuint
from server.yjs.malformed import Malformed

SHORT_AND_LONG = (0, 1, 2, 126, 127, 128, 129, 130, 16_383, 16_384)


def _update(payload: bytes, announced: int) -> bytes:
    out = bytearray((SYNC, SYNC_UPDATE))
    write_varuint(out, announced)
    return bytes(out + payload)


@pytest.mark.parametrize("length", SHORT_AND_LONG)
def test_what_is_put_in_comes_out(length: int) -> None:
    payload = bytes(n % 251 for n in range(length))
    assert envelope.open_envelope(_update(payload, length)) == ("update", payload)
    assert envelope.open_envelope(envelope.update(payload)) == ("update", payload)
    assert envelope.open_envelope(envelope.step1(payload)) == ("step1", payload)
    assert envelope.open_envelope(envelope.step2(payload)) == ("step2", payload)


@pytest.mark.parametrize("length", SHORT_AND_LONG)
@pytest.mark.parametrize("announced", [0, 1, 3, 125, 128, 131, 256, 16_385])
def test_a_length_that_does_not_add_up_is_malformed(length: int, announced: int) -> None:
    with pytest.raises(Malformed):
        envelope.open_envelope(_update(bytes(length), announced + (announced == length)))


@pytest.mark.parametrize("message", [b"", bytes((SYNC,)), bytes((SYNC, SYNC_UPDATE)), bytes((AWARENESS,))])
def test_a_message_that_ends_too_soon_is_malformed(message: bytes) -> None:
    with pytest.raises(Malformed):
        envelope.open_envelope(message)


def test_a_step_that_nobody_knows_is_malformed() -> None:
    with pytest.raises(Malformed):
        envelope.open_envelope(bytes((SYNC, 7, 0)))


def test_of_what_does_not_concern_an_order_only_the_kind_is_read() -> None:
    assert envelope.open_envelope(bytes((QUERY_AWARENESS,))) == ("query", b"")
    assert envelope.open_envelope(bytes((NOTICE, 1, 2, 3))) == ("other", b"")
