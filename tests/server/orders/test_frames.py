"""Frames that are no message, presence that is forged, noise and floods: they end one connection, no order."""

import random
from collections.abc import Mapping
from typing import Any, Final

import pytest
from pycrdt import Doc, Map, Text

from schema.closes import Close
from server.gate.replica import Replica, Settled
from server.rooms.room import Room
from server.rooms.visitor import Visitor
from server.yjs.lib0 import write_varuint
from server.yjs.state_vector import encode_state_vector
from server.yjs.structs import entry
from server.yjs.update import decode_update, encode_update
from tests.server.orders.forge import ME, one, sized, sync
from tests.server.orders.house import House
from tests.server.orders.proof import CANARY, assert_in_step, assert_nowhere
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio

QUANTITY: Final = "lines/a/quantity"
PRICE: Final = "lines/a/unit_price"


# Frames that are no message

FRAMES: Final[dict[str, tuple[Close, bytes]]] = {
    "nothing": (Close.MALFORMED, b""),
    "half an envelope": (Close.MALFORMED, b"\x00\x02\x05ab"),
    "more than announced": (Close.MALFORMED, b"\x00\x02\x01ab"),
    "no such step": (Close.MALFORMED, b"\x00\x07\x00"),
    "a number without end": (Close.MALFORMED, b"\x00\x02" + b"\xff" * 20),
    "a state vector that lies": (Close.MALFORMED, b"\x00\x00\x02\x09\x05"),
    "a state vector of the world": (
        Close.TOO_LARGE,
        sync(0, encode_state_vector(dict.fromkeys(range(1, 10_042), 1))),
    ),
    "awareness that lies": (Close.AWARENESS, b"\x01\x02\x09\x05"),
    "awareness that is no JSON": (Close.AWARENESS, b"\x01\x05\x01\x05\x01\x01{"),
    "awareness without end": (Close.AWARENESS, b"\x01\x81\x80\x01" + b"x" * 16_385),
}


@pytest.mark.parametrize("name", FRAMES)
async def test_a_frame_that_is_no_message_closes_its_author_alone(house: House, name: str) -> None:
    """G3 G8: whatever the bytes are, the connection ends with a name and the others notice nothing."""
    code, frame = FRAMES[name]
    order_id = await house.order()
    async with house.peer("sophie", order_id) as sophie, house.peer("anna", order_id) as anna:
        await anna.send_raw(frame)
        assert await anna.gone() == code
        await sophie.write("supplier", {"freight": "12.00"})
        await assert_in_step(house, order_id, sophie)


async def test_client_ids_that_somebody_uses_up_keep_nobody_else_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G8: every replica names all of them when it comes back."""
    monkeypatch.setattr("server.sockets.order_socket.STRANGE_CLIENTS", 3)
    order_id = await house.order()
    many = [entry(ME + n, 0, "PO-7", root="client", key="reference") for n in range(64)]
    async with house.peer("sophie", order_id) as sophie:
        async with house.peer("anna", order_id) as anna:
            await anna.send_update(encode_update(many, {}))
            await anna.saved()
        await sophie.barrier()
    async with sophie:
        await assert_in_step(house, order_id, sophie)
        assert sophie.closed is None
        await sophie.send_raw(sync(0, encode_state_vector(dict.fromkeys(range(1, 100), 1))))
        assert await sophie.gone() == Close.TOO_LARGE


async def test_a_text_frame_closes_its_author_alone(house: House) -> None:
    """G3 G8: the protocol is binary."""
    order_id = await house.order()
    async with house.peer("sophie", order_id) as sophie, house.peer("anna", order_id) as anna:
        await anna.send_text(CANARY)
        assert await anna.gone() == Close.TEXT_FRAME
        await assert_in_step(house, order_id, sophie)


async def test_a_state_vector_of_the_future_is_answered_with_what_there_is(house: House) -> None:
    """G3: clocks beyond anything are no reason to fail, and hide nothing that is new."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna:
        vector = encode_state_vector(dict.fromkeys((1, 2**53 - 1, *range(5, 500)), 2**53 - 1))
        await anna.send_raw(sync(0, vector))
        await anna.write("client", {QUANTITY: "13"})
        await assert_in_step(house, order_id, anna)


async def test_presence_bears_the_name_that_the_server_knows(house: House) -> None:
    """G6: neither a name, nor another's client id, nor another's departure can be forged."""
    order_id = await house.order()
    async with (
        house.peer("sophie", order_id) as sophie,
        house.peer("anna", order_id) as anna,
        house.peer("paul", order_id) as paul,
    ):
        await sophie.send_raw(_presence(71, 1, b'{"user":{"name":"Sophie"},"cell":"supplier/freight"}'))
        await anna.until(lambda: any(b"Sophie" in frame for frame in anna.presence))
        await anna.send_raw(_presence(72, 1, b'{"user":{"name":"%s","id":"x"}}' % CANARY.encode()))
        await anna.send_raw(_presence(71, 9, b'{"user":{"name":"%s"}}' % CANARY.encode()))
        await anna.send_raw(_presence(71, 10, b"null"))
        await anna.send_raw(_presence(73, 1, b'{"user":{"name":"%s"}}' % CANARY.encode()))
        await anna.barrier()
        await paul.barrier()
        await sophie.barrier()
        heard = b"".join(paul.presence + sophie.presence)
        assert CANARY.encode() not in heard
        assert heard.count(b'"name":"Anna"') >= 1
        assert b"Sophie" in paul.presence[-1]


async def test_nobody_learns_the_client_id_under_which_another_will_write(house: House) -> None:
    """G3 G6 G8: whoever wrote under it first would keep its owner out."""
    order_id = await house.order()
    async with house.peer("sophie", order_id) as sophie, house.peer("anna", order_id) as anna:
        await sophie.send_raw(_presence(sophie.doc.client_id, 1, b'{"cell":"supplier/freight"}'))
        await anna.until(lambda: any(b"Sophie" in frame for frame in anna.presence))
        async with house.peer("paul", order_id) as paul:
            await paul.barrier()
            own = bytearray()
            write_varuint(own, sophie.doc.client_id)
            assert not [frame for frame in anna.frames + paul.frames if bytes(own) in frame]
        await sophie.write("supplier", {"freight": "12.00"})
        assert sophie.closed is None


async def test_a_state_that_nests_deep_keeps_nobody_out(house: House) -> None:
    """G8: what one person says of himself is told to everybody who comes."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        await anna.send_raw(_presence(72, 1, b'{"x":' + b"[" * 400 + b"]" * 400 + b"}"))
        assert await anna.gone() == Close.TOO_LARGE
        await sophie.barrier()
        assert sophie.closed is None


def _presence(client: int, clock: int, state: bytes) -> bytes:
    body = bytearray((1,))
    for number in (client, clock, len(state)):
        write_varuint(body, number)
    body += state
    return b"\x01" + sized(bytes(body))


@pytest.mark.parametrize("rounds", [30, pytest.param(300, marks=pytest.mark.torture)])
async def test_a_stream_of_mutated_frames_disturbs_nobody(house: House, rounds: int) -> None:
    """G8: one peer sends noise and is thrown out again and again; another works, and nothing of the noise stands."""
    order_id = await house.order()
    noise = random.Random(20261123)
    room = await house.room(order_id)
    async with house.peer("sophie", order_id) as sophie:
        sent, closes = 0, set()
        for _ in range(rounds):
            async with house.peer("paul", order_id) as paul:
                frame = _update_frame(paul, room)
                while paul.closed is None:
                    sent += 1
                    await paul.send_raw(_mutated(frame, noise))
                    await paul.barrier()
                closes.add(paul.closed)
            await sophie.write("supplier", {"lines/a/reason": f"{sent}"})
        assert sent > rounds
        assert closes <= set(Close)
        assert Close.MALFORMED in closes
        assert len(closes) >= 3, "the noise comes further than the first check"
        assert sophie.supplier["lines/a/reason"] == f"{sent}"
        assert sophie.refusals == []
        await assert_in_step(house, order_id, sophie)
        await assert_nowhere(house, order_id, "paul", sophie)


def _update_frame(peer: Peer, room: Room) -> bytes:
    doc: Doc[Any] = Doc()
    doc.apply_update(peer.doc.get_update())
    state = doc.get_state()
    doc.get("client", type=Map)[QUANTITY] = CANARY
    doc.get("note", type=Text).insert(0, CANARY)
    update = doc.get_update(state)
    assert decode_update(update).structs
    return sync(2, update)


def _mutated(frame: bytes, noise: random.Random) -> bytes:
    data = bytearray(frame)
    for _ in range(noise.randint(0, 3)):
        at = noise.randrange(3, len(data))
        data[at] = noise.choice((0, 1, 127, 128, 255, noise.randrange(256)))
    if noise.random() < 0.1:
        del data[noise.randrange(len(data)) :]
    return bytes(data)


class Panic(BaseException):
    """What the document's library raises where it finds itself wrong: no `Exception`."""


async def test_a_panic_of_the_library_ends_the_connection_that_caused_it_and_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1 G8: the order is loaded again, and who else is there notices nothing."""
    order_id, other_id = await house.order(), await house.order()
    apply = Replica.settle

    def panicking(self: Replica, update: bytes | None, *args: Any) -> Settled:
        if update is not None and CANARY.encode() in update:
            raise Panic("unwrap on None")
        return apply(self, update, *args)

    monkeypatch.setattr(Replica, "settle", panicking)
    async with (
        house.peer("sophie", order_id) as sophie,
        house.peer("marc", other_id) as marc,
        house.peer("anna", order_id) as anna,
    ):
        await sophie.write("supplier", {"freight": "12.00"})
        anna.edit("comments", {"c1": {"text": CANARY, "anchor": ""}})
        await anna.flush()
        assert await anna.gone() == Close.MALFORMED
        await sophie.write("supplier", {"freight": "13.00"})
        await marc.write("client", {"reference": "PO-1"})
        await assert_in_step(house, order_id, sophie)
        await assert_in_step(house, other_id, marc)
        assert sophie.comments.to_py() == {}


async def test_a_panic_where_an_order_is_read_ends_that_connection_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G8: who asks is let go by name, and does not wait for ever."""
    order_id = await house.order()
    answer = Room.answer_sync

    def panicking(self: Room, visitor: Visitor, has: Mapping[int, int]) -> None:
        if visitor.author.name == "Paul":
            raise Panic("unwrap on None")
        answer(self, visitor, has)

    monkeypatch.setattr(Room, "answer_sync", panicking)
    async with house.peer("sophie", order_id) as sophie:
        async with house.peer("paul", order_id) as paul:
            assert await paul.gone() == Close.MALFORMED
        await sophie.write("supplier", {"freight": "12.00"})
        await assert_in_step(house, order_id, sophie)


async def test_a_panic_while_a_commit_is_prepared_stops_no_other_order(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1 G8: its people come back to what is stored, and all others go on being saved."""
    order_id, other_id = await house.order(), await house.order()
    room = await house.room(order_id)

    state = Replica.state

    def panicking(self: Replica) -> dict[int, int]:
        if self is room.replica:
            raise Panic("unwrap on None")
        return state(self)

    async with house.peer("sophie", order_id) as sophie, house.peer("marc", other_id) as marc:
        await sophie.saved()
        monkeypatch.setattr(Replica, "state", panicking)
        sophie.edit("supplier", {"lines/a/unit_price": "13.00"})
        await sophie.flush()
        assert await sophie.gone() == Close.UNAVAILABLE
        await marc.write("client", {"reference": "PO-1"})
        await assert_in_step(house, other_id, marc)
        monkeypatch.undo()
    async with sophie:
        await assert_in_step(house, order_id, sophie)
        assert sophie.supplier["lines/a/unit_price"] == "13.00"


async def test_one_flooded_order_leaves_another_alone(house: House) -> None:
    """G8: a peer who never reads, and one who sends without end, harm their own connection only."""
    flooded, calm = await house.order(), await house.order()
    async with house.peer("anna", flooded) as anna, house.peer("sophie", calm) as sophie:
        for number in range(2_000):
            await anna.send_update(one(entry(ME, number, "x", root="client", key=f"k{number}")))
        await sophie.write("supplier", {"freight": "1.00"})
        await assert_in_step(house, calm, sophie)
        await anna.saved()
        await assert_in_step(house, flooded, anna) if anna.closed is None else None
    room = await house.room(flooded)
    assert not any(key.startswith("k") for key in room.content.client)
