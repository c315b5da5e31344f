"""The short ways for the commonest update say what the long ones say, and step aside where they do not apply."""

from collections.abc import Sequence
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from server.gate.breach import Breach
from server.gate.place import Place
from server.gate.screen import Screened, _screen_any, screen
from server.yjs.malformed import Malformed
from server.yjs.plain_update import read_plain
from server.yjs.structs import ANY, Struct
from server.yjs.update import Limits, Update, decode_update, encode_update

ANNA, SOPHIE, STRANGER = 2**32 + 5, 200, 300
KEY: Place = ("client", "lines/1/quantity")
ids = st.sampled_from([1, 127, 128, ANNA, SOPHIE, STRANGER, 2**53 - 1])
clocks = st.sampled_from([0, 1, 2, 3, 127, 128, 16_383, 16_384, 2**31 - 2, 2**31 - 1])
texts = st.text(max_size=40) | st.sampled_from(["", "12", "é😀", "x" * 127, "x" * 128])


@st.composite
def plain_updates(draw: st.DrawFn) -> bytes:
    origin = (draw(ids), draw(clocks))
    struct = Struct(
        draw(ids), draw(clocks), 1, ANY, origin, None, None, None, None, draw(st.booleans()), [draw(texts)]
    )
    ranges = st.tuples(clocks, st.sampled_from([1, 2, 200]))
    return encode_update(
        [struct], draw(st.dictionaries(ids, st.lists(ranges, min_size=1, max_size=2), max_size=2))
    )


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(plain_updates()))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                data[at] = draw(st.sampled_from([0, 1, 8, 0x77, 0x7E, 0x7F, 0x80, 0x88, 0xA8, 0xC8, 0xFF]))
            case 1:
                data[at:at] = draw(st.sampled_from([b"\x00", b"\x80", b"\x80\x00", b"\xff" * 7]))
            case 2:
                del data[at:]
            case _:
                data += draw(st.binary(max_size=3))
        if not data:
            break
    return bytes(data)


def long_way(data: bytes) -> Update | str:
    try:
        return decode_update(data, Limits())  # limits of its own: read without the pattern
    except Malformed as refused:
        return refused.code


@given(damaged())
@example(b"\x01\x01\x05\x02\x88\x05\x01\x01w\x0212\x01\x05\x01\x01\x01")
def test_what_the_pattern_reads_is_what_the_decoder_reads(data: bytes) -> None:
    read = read_plain(data)
    if read is not None:
        assert long_way(data) == Update([read[0]], read[1])


@given(plain_updates())
def test_a_cell_filled_over_what_stands_there_is_plain(data: bytes) -> None:
    update = long_way(data)
    short = isinstance(update, Update) and len(update.structs[0].content[0].encode()) < 128
    one_deletion = isinstance(update, Update) and [len(each) for each in update.deletions.values()] in (
        [],
        [1],
    )
    in_range = isinstance(update, Update) and update.structs[0].clock < 2**31 - 1
    assert (read_plain(data) is not None) == (short and one_deletion and in_range)


class Held:
    """A server that has two clocks of Anna's and two of Sophie's, the second of which is in the note."""

    def __init__(self, halves: frozenset[tuple[int, int]]) -> None:
        self.second_halves = halves

    def clock(self, client: int) -> int:
        return 2 if client in (ANNA, SOPHIE) else 0

    def owner(self, client: int) -> str | None:
        return {ANNA: "anna", SOPHIE: "sophie"}.get(client)

    def clients_of(self, user: str) -> int:
        return 0

    def place(self, client: int, clock: int) -> Place | None:
        if clock >= self.clock(client):
            return None
        return ("note", None) if (client, clock) == (SOPHIE, 1) else KEY

    def arranges(self, structs: Sequence[Struct]) -> bool:
        return True


def screened(way: Any, update: Update, held: Held) -> Screened | str:
    try:
        answer: Screened = way(update, held, "anna")
    except Breach as breach:
        return breach.code
    return answer


@given(damaged(), st.sampled_from([frozenset[tuple[int, int]](), frozenset({(SOPHIE, 1)})]))
def test_the_short_screen_answers_as_the_long_one(data: bytes, halves: frozenset[tuple[int, int]]) -> None:
    update = long_way(data)
    if isinstance(update, Update):
        held = Held(halves)
        assert screened(screen, update, held) == screened(_screen_any, update, held)


@given(
    st.sampled_from([ANNA, SOPHIE, STRANGER]),
    st.integers(0, 3),
    st.sampled_from([ANNA, SOPHIE, STRANGER]),
    st.integers(0, 3),
    st.dictionaries(
        st.sampled_from([ANNA, SOPHIE, STRANGER]), st.just([(0, 1)]) | st.just([(1, 2)]), max_size=1
    ),
)
def test_every_way_to_be_almost_plain_is_screened_alike(
    client: int, clock: int, over: int, over_clock: int, deletions: dict[int, list[tuple[int, int]]]
) -> None:
    struct = Struct(client, clock, 1, ANY, (over, over_clock), None, None, None, None, True, ["12"])
    update, held = Update([struct], deletions), Held(frozenset())
    assert screened(screen, update, held) == screened(_screen_any, update, held)
