"""Presence is gathered: of what changes within a moment, everybody is told the newest, once."""

import asyncio
from typing import Any

import pytest

from server.gate.author import Author
from server.rooms.attendance import ELSEWHERE_LIMIT, RENEWED_WITHIN, Attendance
from server.rooms.awareness import Presence, decode_awareness, encode_awareness
from server.rooms.visitor import Visitor
from server.yjs.lib0 import MAX_INTEGER, read_varuint, write_text, write_varuint
from server.yjs.malformed import Malformed

pytestmark = pytest.mark.anyio


class Wire:
    """What one visitor was sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.twice = asyncio.Event()

    def send_now(self, *messages: bytes) -> bool:
        self.sent += messages
        if len(self.sent) == 2:
            self.twice.set()
        return True

    async def send(self, message: bytes, /) -> None:
        raise AssertionError("it was taken at once")

    async def close(self, code: int, reason: str) -> None:
        raise AssertionError("nobody is closed")

    @property
    def heard(self) -> list[list[tuple[int, int, Any]]]:
        """By message: client, clock and cell of each entry."""
        return [
            [
                (one.client, one.clock, one.state and one.state["cell"])
                for one in decode_awareness(_body(each))
            ]
            for each in self.sent
        ]


def _body(message: bytes) -> bytes:
    length, at = read_varuint(message, 1)
    assert at + length == len(message)
    return message[at:]


def _here(name: str) -> tuple[Visitor, Wire]:
    wire = Wire()
    visitor = Visitor(Author(name, name, "client", "client"), "fr", wire)
    visitor.synced = True
    return visitor, wire


def _moves(client: int, clock: int, cell: str | None) -> bytes:
    state = None if cell is None else {"cell": cell, "user": {"name": "somebody else"}}
    return _body(encode_awareness([Presence(client, clock, state)]))


async def _hears_again(wire: Wire) -> None:
    """Wait until he was sent something twice."""
    await wire.twice.wait()


async def test_a_thousand_moves_are_told_as_the_first_and_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """G8: however fast somebody moves, the others are sent little, and end with what is true."""
    monkeypatch.setattr("server.rooms.attendance.PAUSE_SECONDS", 0.01)
    (anna, anna_hears), (marc, marc_hears), (paul, paul_hears) = (
        _here(name) for name in ("anna", "marc", "paul")
    )
    attendance = Attendance([anna, marc, paul], lambda _entry: None)
    for clock in range(1, 1_001):
        attendance.hear(anna, _moves(1, clock, f"cell {clock}"), lambda _client: None)
        if clock == 500:
            attendance.hear(marc, _moves(2, 7, "note"), lambda _client: None)
    assert paul_hears.heard == marc_hears.heard == [[(anna.shown_as, 1, "cell 1")]]
    await _hears_again(paul_hears)
    assert paul_hears.heard[1] == [(anna.shown_as, 1_000, "cell 1000"), (marc.shown_as, 7, "note")]
    assert marc_hears.heard[1:] == [[(anna.shown_as, 1_000, "cell 1000")]]
    assert anna_hears.heard == [[(marc.shown_as, 7, "note")]]
    assert b"somebody else" not in b"".join(paul_hears.sent)


async def test_who_has_left_is_told_as_gone_however_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """G6: his departure is not lost among what he did just before."""
    monkeypatch.setattr("server.rooms.attendance.PAUSE_SECONDS", 0.01)
    (anna, _), (paul, paul_hears) = _here("anna"), _here("paul")
    visitors = [anna, paul]
    attendance = Attendance(visitors, lambda _entry: None)
    for clock in range(1, 4):
        attendance.hear(anna, _moves(1, clock, "note"), lambda _client: None)
    visitors.remove(anna)
    attendance.leave(anna)
    await _hears_again(paul_hears)
    assert paul_hears.heard == [[(anna.shown_as, 1, "note")], [(anna.shown_as, 4, None)]]


async def test_nobody_is_told_of_himself_or_takes_what_he_repeats_for_his_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G6: an ordinary provider repeats what it heard of others, from this server and from another one."""
    monkeypatch.setattr("server.rooms.attendance.PAUSE_SECONDS", 0.0)
    (anna, anna_hears), (paul, paul_hears) = _here("anna"), _here("paul")
    attendance = Attendance([anna, paul], lambda _entry: None)
    attendance.hear_elsewhere([Presence(5, 1, {"cell": "elsewhere"})])
    attendance.hear(anna, _moves(1, 1, "note"), lambda _client: None)
    await _hears_again(paul_hears)
    for shown in (5, anna.shown_as):
        attendance.hear(paul, _moves(shown, 9, "note"), lambda _client: None)
    assert paul.awareness_client is None
    attendance.tell_all(anna)
    assert anna_hears.heard[-1] == [(5, 1, "elsewhere")]
    attendance.tell_all(paul)
    assert paul_hears.heard[-1] == [(anna.shown_as, 1, "note"), (5, 1, "elsewhere")]


async def test_who_was_on_a_server_that_died_makes_room_for_the_living(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G8: nobody tells that they have left, and so they were kept."""
    now = 0.0
    monkeypatch.setattr("server.rooms.attendance.monotonic", lambda: now)
    anna, anna_hears = _here("anna")
    attendance = Attendance([anna], lambda _entry: None)
    attendance.hear_elsewhere(Presence(client, 1, {"cell": "note"}) for client in range(ELSEWHERE_LIMIT))
    now = RENEWED_WITHIN - 1
    attendance.hear_elsewhere([Presence(0, 2, {"cell": "price"})])
    now = RENEWED_WITHIN + 1
    attendance.hear_elsewhere([Presence(ELSEWHERE_LIMIT, 1, {"cell": "price"})])
    attendance.tell_all(anna)
    assert anna_hears.heard[-1] == [(0, 2, "price"), (ELSEWHERE_LIMIT, 1, "price")]


@pytest.mark.parametrize(
    "state",
    ['{"x":NaN}', '{"x":-Infinity}', '{"x":1e999}', '{"x":' + "[" * 40 + "]" * 40 + "}", "[1]", '"x"', "{"],
)
def test_what_others_could_not_read_or_the_server_not_write_again_is_malformed(state: str) -> None:
    """G8: it would end in an error in every other replica, or for everybody who comes."""
    body = bytearray((1, 7, 1))
    write_text(body, state)
    with pytest.raises(Malformed):
        decode_awareness(bytes(body))


def test_nobody_leaves_after_the_last_clock() -> None:
    """G8: whoever leaves is told of under the clock after his last one, which must be one."""
    body = bytearray((1, 7))
    write_varuint(body, MAX_INTEGER)
    write_text(body, "{}")
    with pytest.raises(Malformed):
        decode_awareness(bytes(body))


async def test_a_page_that_came_back_over_another_connection_is_one_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """G6: the first connection may be dead for a while before anybody notices."""
    monkeypatch.setattr("server.rooms.attendance.PAUSE_SECONDS", 0.01)
    (dead, _), (anna, anna_hears), (paul, paul_hears) = (_here(name) for name in ("anna", "anna", "paul"))
    visitors = [dead, paul]
    attendance = Attendance(visitors, lambda _entry: None)
    attendance.hear(dead, _moves(1, 1, "note"), lambda _client: None)
    shown = dead.shown_as
    visitors.append(anna)
    attendance.greet(anna)
    attendance.hear(anna, _moves(1, 2, "price"), lambda _client: None)
    await _hears_again(paul_hears)
    assert paul_hears.heard == [[(shown, 1, "note")], [(shown, 2, "price")]]
    assert anna_hears.heard == [[(shown, 1, "note")], [(shown, 2, None)]], "he does not stay beside himself"
    visitors.remove(dead)
    attendance.leave(dead)
    attendance.tell_all(paul)
    assert paul_hears.heard[-1] == [(shown, 2, "price")]
