"""G8: who does not read, does not speak or speaks too much costs the others nothing that they would notice."""

import asyncio
import os
import socket
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from pycrdt import create_sync_message
from websockets.asyncio.client import ClientConnection, connect

import server.orders.service
import server.rooms.rooms
import server.rooms.visitor
import server.sockets.order_socket
from schema.closes import Close
from server.gate.bulk import PIECE
from server.rooms.batch import Batch
from server.rooms.pending import FULL_CHANGES
from server.rooms.room import Room
from server.rooms.visitor import Visitor
from server.sockets.edits import Edits
from server.sockets.order_socket import TURN
from server.yjs.update import Update, encode_update
from tests.durability.served import Furnished, Served
from tests.server.orders.forge import sync
from tests.server.orders.house import House
from tests.server.orders.proof import assert_in_step
from tests.server.peer import Peer

pytestmark = pytest.mark.anyio

EDITORS = ("anna", "marc", "sophie", "luc")
COMMENTS = 300
TEXT = "x" * 3_900


async def _deaf(url: str, secret: str) -> ClientConnection:
    """A connection that asks for an order and then never reads."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.setblocking(False)
    host, _, port = url.split("/")[2].partition(":")
    await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
    deaf = await connect(
        url,
        sock=raw,
        additional_headers={"Authorization": f"Bearer {secret}"},
        max_queue=1,
        compression=None,
        ping_interval=None,
    )
    await deaf.send(create_sync_message(Peer(url, secret).doc))
    deaf.transport.pause_reading()
    return deaf


async def _comment(peer: Peer, count: int) -> None:
    for number in range(count):
        peer.edit("comments", {uuid.uuid4().hex: {"text": TEXT, "anchor": ""}})
        await peer.flush()
        if number % 10 == 9:
            await peer.saved()
    await peer.saved()


async def test_a_reader_that_never_reads_is_let_go_and_the_others_go_on(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit, most = 500_000, 0
    monkeypatch.setattr(server.rooms.visitor, "UNSENT_LIMIT", limit)
    push = Visitor.push

    def watched(visitor: Visitor, *messages: bytes) -> None:
        nonlocal most
        push(visitor, *messages)
        if visitor.author.name == "Paul":
            most = max(most, visitor._unsent_bytes)

    monkeypatch.setattr(Visitor, "push", watched)
    house = own_house
    order_id = await house.order()
    room = await house.room(order_id)
    url = f"ws://127.0.0.1:{house.port}/ws/orders/{order_id}"
    deaf = await _deaf(url, house.people["paul"].secret)
    peers = [house.peer(name, order_id) for name in EDITORS]
    for peer in peers:
        await peer.__aenter__()
    paul = next(visitor for visitor in room.visitors if visitor.author.name == "Paul")
    writing = [asyncio.create_task(_comment(peer, COMMENTS)) for peer in peers]
    await paul.gone
    assert paul.closing == Close.TOO_SLOW
    await asyncio.gather(*writing)
    assert most < 2 * limit
    assert not paul._unsent
    await assert_in_step(house, order_id, *peers)
    assert len(peers[0].comments) == len(EDITORS) * COMMENTS
    assert paul not in room.visitors
    for peer in peers:
        await peer.leave()
    deaf.transport.abort()


async def test_the_connection_of_one_who_never_reads_is_given_back(furnished: Furnished) -> None:
    """The server holds no file for him, although he never closes."""
    order_id = furnished.orders[0]
    async with Served(furnished, haste=True) as server_process:
        files = Path(f"/proc/{server_process.pid}/fd")
        url = f"{server_process.url.replace('http', 'ws', 1)}/ws/orders/{order_id}"
        async with server_process.peer("anna", order_id) as anna:
            before = _sockets(files)
            deaf = [await _deaf(url, furnished.people["paul"].secret) for _ in range(5)]
            assert _sockets(files) == before + len(deaf)
            while _sockets(files) > before and len(anna.comments) < 1_500:
                await _comment(anna, 20)
            assert _sockets(files) == before, "the server still holds who does not read"
        for each in deaf:
            each.transport.abort()


def _sockets(files: Path) -> int:
    """How many sockets a process has open."""
    found = 0
    for file in files.iterdir():
        try:
            found += os.readlink(file).startswith("socket:")
        except FileNotFoundError:
            continue
    return found


async def test_who_never_asks_for_the_order_is_let_go(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.sockets.order_socket, "HANDSHAKE_SECONDS", 0.2)
    order_id = await own_house.order()
    headers = {"Authorization": f"Bearer {own_house.people['anna'].secret}"}
    url = f"ws://127.0.0.1:{own_house.port}/ws/orders/{order_id}"
    async with connect(url, additional_headers=headers) as silent:
        await silent.wait_closed()
        assert silent.close_code == Close.HANDSHAKE_TIMEOUT


async def test_a_flooded_order_leaves_the_others_their_turn(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While three people send as fast as they can to one order, another one's edits are acknowledged among them, for
    between any two turns of the others no more of theirs is judged than one turn of each."""
    house = own_house
    flooded_id, calm_id = await house.order(), await house.order()
    flooded = await house.room(flooded_id)
    flooders = [house.peer(name, flooded_id) for name in ("anna", "sophie", "luc")]
    judged, between, answers = 0, [0], 0
    edit = Room.edit

    def counted(self: Room, *args: Any, **options: Any) -> None:
        nonlocal judged
        judged += self is flooded
        edit(self, *args, **options)

    async def others() -> None:
        while True:
            before = judged
            await asyncio.sleep(0)
            between.append(judged - before)

    async def flood(peer: Peer) -> None:
        for _ in range(20):
            if answers < 10:
                await _flood(peer, 500)

    for peer in flooders:
        await peer.__aenter__()
    async with house.peer("marc", calm_id) as marc:
        await asyncio.gather(*(peer.saved() for peer in flooders))
        monkeypatch.setattr(Room, "edit", counted)
        watching = asyncio.create_task(others())
        flooding = [asyncio.create_task(flood(peer)) for peer in flooders]
        while answers < 10:
            assert not all(task.done() for task in flooding), answers
            await marc.write("client", {"lines/a/quantity": str(answers + 1)})
            answers += 1
        await asyncio.gather(*flooding)
        watching.cancel()
    assert judged >= 1_500
    assert max(between) <= len(flooders) * 2 * TURN
    for peer in flooders:
        await peer.leave()


async def test_one_who_asks_for_much_at_once_is_answered_piece_by_piece(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G8: whatever one person asks of whole orders, only one thread takes Python's lock from those who edit."""
    at_work, most = 0, 0

    def slowly(*_: object) -> list[str]:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        time.sleep(0.01)
        at_work -= 1
        return []

    monkeypatch.setattr(server.orders.service, "differences", slowly)
    order_id = await own_house.order()
    replies = await asyncio.gather(
        *(own_house.command("anna", order_id, "accept", digest="0" * 64) for _ in range(12))
    )
    assert {reply.json()["code"] for reply in replies} == {"stale_digest"}
    assert most == 1


async def _flood(peer: Peer, count: int) -> None:
    for _ in range(count):
        peer.edit("comments", {uuid.uuid4().hex: {"text": "x", "anchor": ""}})
    await peer.flush()
    await peer.saved()


@pytest.mark.parametrize(("step", "ranges", "most"), [(2, 60_000, 2), (1, 1, 2), (2, 1, 2 * TURN)])
async def test_what_takes_long_to_judge_is_a_turn_by_itself(
    own_house: House, monkeypatch: pytest.MonkeyPatch, step: int, ranges: int, most: int
) -> None:
    """Large updates, and synchronisations, which are held against the whole order: everybody else has a turn after
    each, however many came at once."""
    order_id = await own_house.order()
    room = await own_house.room(order_id)
    judged, between = 0, [0]
    edit = Room.edit

    def counted(*args: Any, **options: Any) -> None:
        nonlocal judged
        judged += 1
        edit(*args, **options)

    async def others() -> None:
        while True:
            before = judged
            await asyncio.sleep(0)
            between.append(judged - before)

    async with own_house.peer("paul", order_id) as paul:
        await paul.saved()
        monkeypatch.setattr(Room, "edit", counted)
        watching = asyncio.create_task(others())
        message = sync(step, encode_update([], {next(iter(room.replica.state())): [(0, 1)] * ranges}))
        for _ in range(48):
            paul.sent += 1
            await paul.send_raw(message)
        await paul.saved()
        watching.cancel()
        assert paul.closed is None
    assert judged == 48
    assert max(between) <= most


@pytest.mark.parametrize("name", ["paul", "anna"])
async def test_a_message_of_thousands_of_cells_is_judged_in_pieces(
    own_house: House, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """G4 G8: between any two pieces everybody else has a turn, in the same order too, and commits are no larger than
    others'; of what is refused each cell is told."""
    house, count = own_house, 2_000
    order_id = await house.order()
    room = await house.room(order_id)
    judged, between, batches = 0, [0], [0]
    edit_piece, take_batch = Room.edit_piece, Room.take_batch

    def counted(self: Room, visitor: Visitor, piece: Update, *args: Any, **options: Any) -> None:
        nonlocal judged
        judged += len(piece.structs)
        edit_piece(self, visitor, piece, *args, **options)

    def taken(self: Room) -> Batch:
        batch = take_batch(self)
        batches.append(len(batch.trail) + len(batch.refusals))
        return batch

    async def others() -> None:
        while True:
            before = judged
            await asyncio.sleep(0)
            between.append(judged - before)

    async with house.peer(name, order_id) as author, house.peer("marc", order_id) as marc:
        await author.saved()
        monkeypatch.setattr(Room, "edit_piece", counted)
        monkeypatch.setattr(Room, "take_batch", taken)
        watching = asyncio.create_task(others())
        author.edit("client", {f"lines/n{number}/quantity": "1" for number in range(count)})
        await author.flush()
        await marc.write("client", {"reference": "PO-1"})
        beside = judged
        await author.saved()
        watching.cancel()
        await author.until(lambda: len(author.refusals) == count)
        assert {refusal["code"] for refusal in author.refusals} == {
            "read_only_member" if name == "paul" else "unknown_line"
        }
        await assert_in_step(house, order_id, author)
    assert judged == count
    assert beside < count
    assert max(between) <= PIECE
    assert max(batches) <= FULL_CHANGES + PIECE
    assert not [key for key in room.content.client if key.startswith("lines/n")]


async def test_who_took_long_leaves_the_others_as_long(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G8: an update of thousands of cells holds up everybody while it is judged; its author is heard again only after
    as much time for the others, and then is heard."""
    order_id = await own_house.order()
    now, rests = 0.0, []
    edit = Room.edit

    def slow(*args: Any, **options: Any) -> None:
        nonlocal now
        now += 3.0
        edit(*args, **options)

    async def rest(self: Edits) -> None:
        if self._owed:
            rests.append(self._owed)
            self._owed = 0.0

    async with own_house.peer("anna", order_id) as anna:
        await anna.saved()
        monkeypatch.setattr("server.sockets.edits.perf_counter", lambda: now)
        monkeypatch.setattr(Edits, "rest", rest)
        monkeypatch.setattr(Room, "edit", slow)
        for turn in range(3):
            await anna.write("client", {"reference": f"BT-{turn}"})
            await anna.saved()
    assert rests == [3.0] * 3


async def test_a_hundred_who_come_at_once_share_one_load(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = own_house
    order_id = await house.order()
    loads: list[str] = []
    load = server.rooms.rooms._load_all

    def counted(session: Any, loaded_id: str) -> Any:
        loads.append(loaded_id)
        return load(session, loaded_id)

    monkeypatch.setattr(server.rooms.rooms, "_load_all", counted)
    names = ("anna", "marc", "paul", "sophie", "luc", "lise")
    peers = [house.peer(names[number % len(names)], order_id) for number in range(100)]
    await asyncio.gather(*(peer.__aenter__() for peer in peers))
    assert loads == [order_id]
    anna = peers[0]
    await anna.write("client", {"lines/a/quantity": "5"})
    await asyncio.gather(*(peer.barrier() for peer in peers))
    assert all(peer.state() == anna.state() for peer in peers)
    await asyncio.gather(*(peer.leave() for peer in peers))
