import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from server.yjs.lib0 import MAX_INTEGER, UNDEFINED, BigInt, ValueLimits, read_value, write_value
from server.yjs.malformed import Malformed, MalformedCode
from server.yjs.state_vector import decode_state_vector, encode_state_vector
from server.yjs.structs import ANY, DELETED, STRING, Struct, entry
from server.yjs.update import Limits, Update, decode_update, encode_update

# Written by yjs 13.6.33, client ids fixed: what each holds is said by its name.
YJS = {
    "four sets of one key, a removal, a set: collected": (
        "01020800210106636c69656e74017104a80803017701390108010004"
    ),
    "four sets of one key, kept by an undo manager": (
        "01020700280106636c69656e74017103770131770132770133a80702017701340107010003"
    ),
    "four sets in one step, undone and redone": (
        "01030900280106636c69656e74017103770131770132770133a8090201770134a80903017701340109010004"
    ),
}


def order(client_id: int) -> tuple[Doc[Any], Map[Any], Text]:
    doc: Doc[Any] = Doc(client_id=client_id)
    return doc, doc.get("client", type=Map), doc.get("note", type=Text)


def sorted_bytes(data: bytes) -> bytes:
    """pycrdt writes the clients of a delete set in no order; Yjs and we write the higher ids first."""
    update = decode_update(data)
    return encode_update(update.structs, update.deletions)


def assert_refused(code: MalformedCode, decode: Callable[[], object]) -> None:
    with pytest.raises(Malformed) as refused:
        decode()
    assert refused.value.code is code


@pytest.mark.parametrize("name", YJS)
def test_what_yjs_wrote_is_written_again_byte_for_byte(name: str) -> None:
    data = bytes.fromhex(YJS[name])
    update = decode_update(data)
    assert encode_update(update.structs, update.deletions) == data


def test_a_run_that_yjs_merged_falls_into_single_entries() -> None:
    run = decode_update(bytes.fromhex(YJS["four sets of one key, kept by an undo manager"])).structs[0]
    assert run.content == ["1", "2", "3"]
    singles = list(run.singles())
    assert [s.content for s in singles] == [["1"], ["2"], ["3"]]
    assert [s.origin for s in singles] == [None, (7, 0), (7, 1)]
    assert singles[0].key == "q"
    assert decode_update(encode_update(singles, {})).structs == singles


def test_every_update_of_a_pycrdt_document_is_written_again_byte_for_byte() -> None:
    doc, cells, note = order(2**53 - 5)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    cells["lines/1/quantity"] = "1"
    cells["lines/1/quantity"] = "2"
    cells["delivery_address"] = {"lines": ["12, rue des Érables", None], "lift": True, "floor": 2.5}
    del cells["lines/1/quantity"]
    cells["lines/1/quantity"] = "3"
    note += "Été 😀 e\u0301"
    note.insert(0, "x")
    del note[0:1]
    note += "!"
    doc.unobserve(subscription)
    assert len(updates) == 9
    for data in [*updates, doc.get_update()]:
        update = decode_update(data)
        assert encode_update(update.structs, update.deletions) == data


def test_overwritten_entries_arrive_as_one_deleted_run() -> None:
    doc, cells, _ = order(5)
    for quantity in "1234":
        cells["q"] = quantity
    structs, deletions = decode_update(doc.get_update())
    assert [(s.kind, s.length, s.key) for s in structs] == [(DELETED, 3, "q"), (ANY, 1, None)]
    assert structs[1].origin == (5, 2)
    assert deletions == {5: [(0, 3)]}


def test_concurrent_sets_have_the_same_origin_and_no_right_origin() -> None:
    doc, cells, _ = order(1)
    cells["q"] = "1"
    others = [order(id) for id in (2, 3)]
    shared = doc.get_update()
    for other, its_cells, _ in others:
        other.apply_update(shared)
        its_cells["q"] = "2"
    for other, _, _ in others:
        doc.apply_update(other.get_update())
    structs, _ = decode_update(doc.get_update())
    assert {(s.client, s.origin) for s in structs if s.client > 1} == {(2, (1, 0)), (3, (1, 0))}
    assert {s.right_origin for s in structs} == {None}


def test_the_length_of_a_text_is_counted_in_utf16() -> None:
    doc, _, note = order(5)
    note += "é😀e\u0301"
    (struct,) = decode_update(doc.get_update()).structs
    assert (struct.kind, struct.content, struct.length) == (STRING, "é😀e\u0301", 5)


def test_slicing_a_text_counts_in_utf16_and_keeps_what_follows() -> None:
    run = Struct(5, 10, 6, STRING, None, (2, 7), "note", None, None, False, "a😀é😀")
    rest = run.slice(3)
    assert (rest.clock, rest.length, rest.content) == (13, 3, "é😀")
    assert (rest.origin, rest.right_origin, rest.root) == ((5, 12), (2, 7), None)
    assert run.slice(2).content == "\ufffdé😀"
    assert run.slice(0) is run
    with pytest.raises(ValueError, match="not inside"):
        run.slice(6)


def test_a_slice_of_values_or_of_a_deleted_run_keeps_the_end() -> None:
    values = Struct(5, 0, 3, ANY, None, None, "client", None, "q", True, ["1", "2", "3"])
    assert values.slice(2).content == ["3"]
    assert values.emptied().slice(1) == Struct(5, 1, 2, DELETED, (5, 0), None, None, None, None, True, None)


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pycrdt_reads_an_entry_of_the_server(limit: int) -> None:
    doc, cells, _ = order(1)
    standing = None
    for clock in range(limit):
        written = entry(9, clock, str(clock), root="client", key="q", origin=standing)
        doc.apply_update(encode_update([written], {}))
        standing = (9, clock)
    assert cells.to_py() == {"q": str(limit - 1)}


def test_refused_content_sent_as_deleted_and_mended_converges_with_its_author() -> None:
    author, its_cells, _ = order(7)
    its_cells["q"] = "10"
    server, cells, _ = order(1)
    server.apply_update(author.get_update())
    before = author.get_state()
    its_cells["q"] = "refused"
    its_cells["r"] = "accepted"
    structs, deletions = decode_update(author.get_update(before))
    refused = (7, 1)
    sanitised = [s.emptied() if (s.client, s.clock) == refused else s for s in structs]
    mend = entry(1, 0, "10", root="client", key="q", origin=refused)
    out = encode_update([*sanitised, mend], deletions)
    server.apply_update(out)
    author.apply_update(out)
    assert cells.to_py() == its_cells.to_py() == {"q": "10", "r": "accepted"}
    assert b"refused" not in server.get_update()
    assert b"refused" not in author.get_update()
    assert server.get_state() == author.get_state()
    assert sorted_bytes(server.get_update()) == sorted_bytes(author.get_update())


def test_a_structs_gap_or_overlap_is_never_written() -> None:
    first = entry(5, 0, "1", root="client", key="q")
    for clock in (0, 2):
        with pytest.raises(ValueError, match="where 1 follows"):
            encode_update([first, entry(5, clock, "2", root="client", key="r")], {})


def test_what_has_no_form_on_the_wire_is_never_written() -> None:
    for value in (object(), {1: "a"}, 2**53, BigInt(2**63), "\ud800", (1,)):
        with pytest.raises((ValueError, AttributeError)):
            write_value(bytearray(), value)


@pytest.mark.parametrize(
    ("hex", "value"),
    [
        ("7d05", 5),
        ("7d45", -5),
        ("7dbf01", 127),
        ("7c3f800000", 1.0),
        ("7b3ff199999999999a", 1.1),
        ("7b7ff0000000000000", None),
        ("7a1000000000000000", BigInt(2**60)),
        ("7f", UNDEFINED),
        ("7e", None),
        ("78", True),
        ("79", False),
        ("770141", "A"),
        ("740201ff", b"\x01\xff"),
        ("75027e78", [None, True]),
        ("7601016b7501770161", {"k": ["a"]}),
    ],
)
def test_every_form_of_a_value_is_read_as_yjs_writes_it(hex: str, value: object) -> None:
    data = bytes.fromhex(hex)
    read, at = read_value(data, 0, ValueLimits())
    assert at == len(data)
    if hex == "7b7ff0000000000000":
        assert read == math.inf
        return
    assert (read, type(read)) == (value, type(value))
    out = bytearray()
    write_value(out, value)
    assert bytes(out) == data


def test_not_a_number_and_minus_zero_are_read_for_the_judge_to_see() -> None:
    assert math.isnan(read_value(bytes.fromhex("7b7ff8000000000000"), 0, ValueLimits())[0])
    assert str(read_value(bytes.fromhex("7d40"), 0, ValueLimits())[0]) == "-0.0"


KEYED = "01010500280106636c69656e740171"
"""One entry of client 5 under `client`, `q`: up to its content."""


@pytest.mark.parametrize(
    ("code", "hex"),
    [
        (MalformedCode.TRUNCATED, ""),
        (MalformedCode.TRUNCATED, KEYED),
        (MalformedCode.TRUNCATED, KEYED + "0177ff01"),
        (MalformedCode.TRUNCATED, KEYED + "017b00"),
        (MalformedCode.TRUNCATED, KEYED + "ffffffffffffff0f7e"),
        (MalformedCode.TRUNCATED, KEYED + "0175ffffffffffffff0f7e"),
        (MalformedCode.TRAILING_BYTES, KEYED + "017e0000"),
        (MalformedCode.BAD_TEXT, KEYED + "017703eda08000"),
        (MalformedCode.BAD_TEXT, KEYED + "017701ff00"),
        (MalformedCode.MALFORMED, KEYED + "0000"),
        (MalformedCode.MALFORMED, KEYED + "017300"),
        (MalformedCode.MALFORMED, KEYED + "017602016b7e016b7e00"),
        (MalformedCode.MALFORMED, KEYED + "017d800000"),
        (MalformedCode.MALFORMED, "01010500280206636c69656e740171017e00"),
        (MalformedCode.MALFORMED, "010105002b0106636c69656e740171017e00"),
        (MalformedCode.MALFORMED, "0101050004010104006e6f746500"),
        (MalformedCode.MALFORMED, "01000500" + "00"),
        (MalformedCode.MALFORMED, "0201050008010161017e01050008010161017e00"),
        (MalformedCode.MALFORMED, "01ffffffffffffffff7f"),
        (MalformedCode.MALFORMED, "8000"),
        (MalformedCode.MALFORMED, "0001050100" + "00"),
        (MalformedCode.MALFORMED, "000105" + "00"),
        (MalformedCode.TOO_LARGE, "01ffffffffffffff0f05002801"),
        (MalformedCode.TOO_LARGE, "0001" + "05ffffffffffffff0f"),
        (MalformedCode.TOO_LARGE, KEYED.replace("28", "21", 1) + "ffffffff0f00"),
        (MalformedCode.TOO_LARGE, KEYED + "0177ffff0f00"),
        (MalformedCode.TOO_LARGE, KEYED + "0174ffff0f00"),
        (MalformedCode.TOO_LARGE, "0101" + "05ffffffffff0f" + KEYED[8:] + "017e00"),
        (MalformedCode.TOO_DEEP, KEYED + "01750175017501750175017501" + "7e00"),
        (MalformedCode.KEY_TOO_LONG, "01010500280106636c69656e74c901" + "61" * 201 + "017e00"),
        *[
            (MalformedCode.FORBIDDEN_CONTENT, f"01010500{ref:02x}01046e6f74650100")
            for ref in (0, 2, 3, 5, 6, 7, 9, 10)
        ],
    ],
)
def test_what_is_not_an_update_is_refused_by_name(code: MalformedCode, hex: str) -> None:
    assert_refused(code, lambda: decode_update(bytes.fromhex(hex)))


def test_the_limits_are_the_callers() -> None:
    update = encode_update(
        [entry(5, c, ["x"], root="client", key=str(c)) for c in range(3)], {5: [(0, 1), (2, 1)]}
    )
    assert decode_update(update).structs[2].content == [["x"]]
    for limits in (Limits(update_bytes=10), Limits(structs=2), Limits(deletions=1)):
        assert_refused(MalformedCode.TOO_LARGE, lambda limits=limits: decode_update(update, limits))  # type: ignore[misc]
    assert_refused(MalformedCode.TOO_DEEP, lambda: decode_update(update, Limits(values=ValueLimits(depth=0))))
    assert_refused(
        MalformedCode.TOO_LARGE, lambda: decode_update(update, Limits(values=ValueLimits(text_bytes=0)))
    )


def test_what_is_malformed_says_its_code_and_what_was_found() -> None:
    assert str(Malformed(MalformedCode.TOO_DEEP, "six levels")) == "too_deep: six levels"


def test_a_state_vector_is_read_and_written_as_pycrdt_writes_it() -> None:
    doc, cells, _ = order(2**53 - 5)
    cells["q"] = "1"
    assert decode_state_vector(doc.get_state()) == {2**53 - 5: 1}
    assert encode_state_vector({2**53 - 5: 1}) == doc.get_state()


@pytest.mark.parametrize(
    ("code", "hex"),
    [
        (MalformedCode.TRUNCATED, "0105"),
        (MalformedCode.TRAILING_BYTES, "01050100"),
        (MalformedCode.MALFORMED, "0205010502"),
        (MalformedCode.TOO_LARGE, "ffffffffffffff0f"),
    ],
)
def test_what_is_not_a_state_vector_is_refused_by_name(code: MalformedCode, hex: str) -> None:
    assert_refused(code, lambda: decode_state_vector(bytes.fromhex(hex)))


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.integers(-(2**63), 2**63 - 1).map(BigInt)
    | st.floats(allow_nan=False)
    | st.just(UNDEFINED)
    | st.binary(max_size=9)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
).filter(lambda value: _depth(value) <= ValueLimits().depth)
clients = st.integers(0, MAX_INTEGER)
clocks = st.integers(0, 2**20)
ids = st.tuples(clients, clocks)


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


@st.composite
def runs(draw: st.DrawFn, client: int, clock: int) -> Struct:
    kind = draw(st.sampled_from([DELETED, STRING, ANY]))
    content: Any = None
    length = draw(st.integers(1, 1000))
    if kind == STRING:
        content = draw(texts)
        length = len(content.encode("utf-16-le")) // 2
    elif kind == ANY:
        content = draw(st.lists(values, min_size=1, max_size=3))
        length = len(content)
    origin, right = draw(st.none() | ids), draw(st.none() | ids)
    keyed = draw(st.booleans())
    root = parent = key = None
    if origin is None and right is None:
        root = draw(st.none() | texts)
        parent = draw(ids) if root is None else None
        key = draw(texts) if keyed else None
    return Struct(client, clock, length, kind, origin, right, root, parent, key, keyed, content)


@st.composite
def updates(draw: st.DrawFn) -> Update:
    structs: list[Struct] = []
    for client in sorted(draw(st.sets(clients, max_size=3)), reverse=True):
        clock = draw(clocks)
        for _ in range(draw(st.integers(1, 3))):
            structs.append(draw(runs(client, clock)))
            clock = structs[-1].end
    ranges = st.lists(st.tuples(clocks, st.integers(1, 99)), min_size=1, max_size=3)
    return Update(structs, draw(st.dictionaries(clients, ranges, max_size=3)))


@given(updates())
def test_an_update_is_read_as_it_was_written(update: Update) -> None:
    assert decode_update(encode_update(*update)) == update


@given(st.dictionaries(clients, st.integers(0, MAX_INTEGER)))
def test_a_state_vector_is_read_as_it_was_written(vector: dict[int, int]) -> None:
    assert decode_state_vector(encode_state_vector(vector)) == vector
