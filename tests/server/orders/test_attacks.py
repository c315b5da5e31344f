"""Attacks on an order by one of its own people, with hand-built bytes: each ends with a code, and harms nobody."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from pycrdt import Array, Doc, Map, Text

from schema.closes import SENTENCES, Close
from server.yjs.lib0 import write_varuint
from server.yjs.structs import ANY, STRING, Struct, entry
from server.yjs.update import encode_update
from tests.server.orders.forge import ME, Ground, one, raw
from tests.server.orders.house import House
from tests.server.orders.proof import CANARY, assert_in_step, assert_nowhere

pytestmark = pytest.mark.anyio

QUANTITY: Final = "lines/a/quantity"
PRICE: Final = "lines/a/unit_price"


Attack = Callable[[Ground], bytes]
ATTACKS: Final[dict[str, tuple[Close, Attack]]] = {}


def attack(code: Close) -> Callable[[Attack], Attack]:
    def register(build: Attack) -> Attack:
        ATTACKS[build.__name__] = (code, build)
        return build

    return register


@attack(Close.IDENTITY)
def under_the_client_id_of_the_other_company(ground: Ground) -> bytes:
    clock = ground.next(ground.sophie)
    return one(entry(ground.sophie, clock, CANARY, root="supplier", key="freight"))


@attack(Close.IDENTITY)
def under_the_client_id_of_the_server(ground: Ground) -> bytes:
    origin = ground.standing("record", "made_by")
    return one(entry(ground.writer, ground.next(ground.writer), CANARY, root="", key="", origin=origin))


@attack(Close.IDENTITY)
def hidden_behind_an_honest_edit(ground: Ground) -> bytes:
    mine = entry(ME, 0, "PO-1", root="client", key="reference")
    theirs = entry(ground.sophie, ground.next(ground.sophie), CANARY, root="supplier", key="freight")
    return encode_update([mine, theirs], {})


@attack(Close.GAP)
def with_a_gap(ground: Ground) -> bytes:
    return one(entry(ME, 5, CANARY, root="client", key="reference"))


@attack(Close.GAP)
def with_a_gap_in_known_content(ground: Ground) -> bytes:
    return one(entry(ground.anna, ground.next(ground.anna) + 1, CANARY, root="client", key="reference"))


@attack(Close.UNKNOWN_REFERENCE)
def after_the_next_edit_of_the_other_company(ground: Ground) -> bytes:
    origin = (ground.sophie, ground.next(ground.sophie))
    return one(entry(ME, 0, CANARY, root="", key="", origin=origin))


@attack(Close.UNKNOWN_REFERENCE)
def after_an_entry_of_nobody(ground: Ground) -> bytes:
    return one(entry(ME, 0, CANARY, root="", key="", origin=(999, 0)))


@attack(Close.UNKNOWN_REFERENCE)
def before_the_next_letter_of_the_other_company(ground: Ground) -> bytes:
    return one(raw(STRING, CANARY, right=(ground.sophie, ground.next(ground.sophie))))


@attack(Close.UNKNOWN_REFERENCE)
def deleting_the_next_edit_of_the_other_company(ground: Ground) -> bytes:
    struct = entry(ME, 0, "PO-1", root="client", key="reference")
    return one(struct, {ground.sophie: [(ground.next(ground.sophie), 1)]})


@attack(Close.UNKNOWN_REFERENCE)
def deleting_what_nobody_wrote(ground: Ground) -> bytes:
    return encode_update([], {999: [(0, 10_000)]})


@attack(Close.UNKNOWN_REFERENCE)
def with_two_structs_that_wait_for_each_other(ground: Ground) -> bytes:
    first = raw(ANY, [CANARY], origin=(ME + 1, 0))
    second = raw(ANY, [CANARY], origin=(ME, 0))._replace(client=ME + 1)
    return encode_update([first, second], {})


@attack(Close.UNKNOWN_REFERENCE)
def with_a_bomb_of_pending_edits(ground: Ground) -> bytes:
    origin = (ground.sophie, ground.next(ground.sophie) + 1)
    structs = [raw(ANY, [CANARY], clock=clock, origin=origin) for clock in range(2_000)]
    return encode_update(structs, {})


@attack(Close.WRONG_TYPE)
def with_a_right_origin_in_a_map(ground: Ground) -> bytes:
    return one(raw(ANY, [CANARY], right=ground.standing("client", QUANTITY)))


@attack(Close.WRONG_TYPE)
def between_two_cells(ground: Ground) -> bytes:
    one_place, other = ground.standing("client", QUANTITY), ground.standing("supplier", PRICE)
    return one(raw(ANY, [CANARY], origin=one_place, right=other))


@attack(Close.FORBIDDEN_CONTENT)
def inside_an_item(ground: Ground) -> bytes:
    return one(raw(ANY, [CANARY], parent=ground.standing("supplier", PRICE), key="x"))


@attack(Close.FORBIDDEN_CONTENT)
def inside_the_next_item_of_the_other_company(ground: Ground) -> bytes:
    return one(raw(ANY, [CANARY], parent=(ground.sophie, ground.next(ground.sophie)), key="x"))


@attack(Close.UNKNOWN_REFERENCE)
def deleting_from_what_is_there_into_what_is_not(ground: Ground) -> bytes:
    return encode_update([], {ground.sophie: [(0, 1), (0, ground.next(ground.sophie) + 1)]})


@attack(Close.UNKNOWN_ROOT)
def in_a_root_of_his_own(ground: Ground) -> bytes:
    return one(entry(ME, 0, CANARY, root="prices", key="lines/a/unit_price"))


@attack(Close.WRONG_TYPE)
def as_list_items_of_a_map(ground: Ground) -> bytes:
    return one(raw(ANY, [CANARY, CANARY], root="supplier"))


@attack(Close.WRONG_TYPE)
def as_letters_of_a_map(ground: Ground) -> bytes:
    return one(raw(STRING, CANARY, root="supplier"))


@attack(Close.WRONG_TYPE)
def as_values_in_the_note(ground: Ground) -> bytes:
    return one(raw(ANY, [CANARY], root="note"))


@attack(Close.WRONG_TYPE)
def as_an_entry_of_the_note(ground: Ground) -> bytes:
    return one(raw(ANY, [CANARY], root="note", key="x"))


def by_library(edit: Callable[["Doc[Any]"], None]) -> bytes:
    doc: Doc[Any] = Doc(client_id=ME)
    edit(doc)
    return doc.get_update()


@attack(Close.FORBIDDEN_CONTENT)
def between_the_halves_of_a_character(ground: Ground) -> bytes:
    cook = raw(STRING, "\U0001f469", root="note")._replace(length=2)
    inside = raw(STRING, CANARY, origin=(ME, 0), right=(ME, 1), clock=2)
    return encode_update([cook, inside], {})


@attack(Close.FORBIDDEN_CONTENT)
def deleting_half_a_character(ground: Ground) -> bytes:
    cook = raw(STRING, "\U0001f469", root="note")._replace(length=2)
    return encode_update([cook], {ME: [(1, 1)]})


@attack(Close.FORBIDDEN_CONTENT)
def with_a_nested_map(ground: Ground) -> bytes:
    return by_library(lambda doc: doc.get("client", type=Map).update({"reference": Map({"x": CANARY})}))


@attack(Close.FORBIDDEN_CONTENT)
def with_a_nested_list(ground: Ground) -> bytes:
    return by_library(lambda doc: doc.get("client", type=Map).update({"reference": Array([CANARY])}))


@attack(Close.FORBIDDEN_CONTENT)
def with_a_nested_text(ground: Ground) -> bytes:
    return by_library(lambda doc: doc.get("client", type=Map).update({"reference": Text(CANARY)}))


@attack(Close.FORBIDDEN_CONTENT)
def with_a_document_in_the_document(ground: Ground) -> bytes:
    return by_library(lambda doc: doc.get("client", type=Map).update({"reference": Doc({"x": Text(CANARY)})}))


@attack(Close.FORBIDDEN_CONTENT)
def with_formatting_in_the_note(ground: Ground) -> bytes:
    return by_library(lambda doc: doc.get("note", type=Text).insert(0, CANARY, {"bold": True}))


@attack(Close.FORBIDDEN_CONTENT)
def with_a_picture_in_the_note(ground: Ground) -> bytes:
    return by_library(lambda doc: doc.get("note", type=Text).insert_embed(0, {"image": CANARY}))


@attack(Close.FORBIDDEN_CONTENT)
def with_a_letter_between_no_neighbours(ground: Ground) -> bytes:
    word = Struct(ME, 0, len(CANARY), STRING, None, None, "note", None, None, False, CANARY)
    letter = Struct(ME, word.end, 1, STRING, (ME, 3), (ME, 1), None, None, None, False, "x")
    return encode_update([word, letter], {})


@attack(Close.TOO_LARGE)
def with_a_huge_key(ground: Ground) -> bytes:
    return one(entry(ME, 0, "x", root="client", key=CANARY * 50))


@attack(Close.TOO_LARGE)
def with_a_huge_value(ground: Ground) -> bytes:
    return one(entry(ME, 0, CANARY * 20_000, root="client", key="reference"))


@attack(Close.TOO_LARGE)
def with_a_huge_update(ground: Ground) -> bytes:
    structs = [entry(ME, n, CANARY * 500, root="client", key=f"k{n}") for n in range(400)]
    return encode_update(structs, {})


@attack(Close.TOO_LARGE)
def with_a_value_nested_without_end(ground: Ground) -> bytes:
    value: Any = CANARY
    for _ in range(50):
        value = [value]
    return one(entry(ME, 0, value, root="client", key="reference"))


@attack(Close.FLOOD)
def with_more_client_ids_than_a_person_has(ground: Ground) -> bytes:
    return encode_update([entry(ME + n, 0, CANARY, root="client", key=f"k{n}") for n in range(300)], {})


@attack(Close.MALFORMED)
def with_bytes_after_the_end(ground: Ground) -> bytes:
    return one(entry(ME, 0, CANARY, root="client", key="reference")) + CANARY.encode()


@attack(Close.MALFORMED)
def that_ends_too_soon(ground: Ground) -> bytes:
    return one(entry(ME, 0, CANARY, root="client", key="reference"))[:-4]


@attack(Close.TOO_LARGE)
def with_lengths_that_are_lies(ground: Ground) -> bytes:
    out = bytearray()
    for number in (2**52, 2**52, ME, 0):
        write_varuint(out, number)
    return bytes(out)


@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attack_closes_its_author_with_a_named_code_and_reaches_nobody(
    house: House, name: str
) -> None:
    """G2 G3 G8: refused whole: no byte of it reaches the document, a table or a reader; the others work on."""
    code, build = ATTACKS[name]
    order_id = await house.order("open", "client")
    room = await house.room(order_id)
    async with house.peer("sophie", order_id) as sophie, house.peer("anna", order_id) as anna:
        await anna.write("client", {"lines/a/job_reference": "honnête"})
        await sophie.write("supplier", {"lines/a/reason": "honnête"})
        before = (sophie.state(), room.seq)
        ground = Ground(room, house.people["anna"].user_id, house.people["sophie"].user_id)
        await anna.send_update(build(ground))
        assert await anna.gone() == code
        assert code in SENTENCES
        await assert_in_step(house, order_id, sophie)
        assert (sophie.state(), room.seq) == before
        await sophie.write("supplier", {"freight": "12.00"})
        await assert_in_step(house, order_id, sophie)
        await assert_nowhere(house, order_id, "anna", sophie)
        async with house.peer("anna", order_id) as again:
            assert again.supplier["freight"] == "12.00"
            assert ME not in room.replica.owners


async def test_the_same_clocks_with_other_content_are_nobodys_truth(house: House) -> None:
    """G2 G3: who says two things under one id and clock is held to the first, for everybody."""
    order_id = await house.order()
    async with house.peer("sophie", order_id) as sophie, house.peer("anna", order_id) as anna:
        await anna.send_update(one(entry(ME, 0, "first", root="client", key="reference")))
        await anna.send_update(one(entry(ME, 0, CANARY, root="client", key="reference")))
        await anna.send_update(one(entry(ME, 0, CANARY, root="supplier", key="freight")))
        await anna.saved()
        await assert_in_step(house, order_id, sophie)
        assert sophie.client["reference"] == "first"
        await assert_nowhere(house, order_id, "anna", sophie)


async def test_a_run_that_begins_in_known_content_lies_where_that_lies(house: House) -> None:
    """G2: the known part of a run cannot be used to carry the rest to another place."""
    order_id = await house.order()
    async with house.peer("sophie", order_id) as sophie, house.peer("anna", order_id) as anna:
        await anna.send_update(one(entry(ME, 0, "first", root="client", key="reference")))
        run = raw(ANY, ["first", CANARY], root="supplier", key="freight")
        await anna.send_update(one(run))
        assert await anna.gone() == Close.WRONG_TYPE
        await assert_in_step(house, order_id, sophie)
        await assert_nowhere(house, order_id, "anna", sophie)


async def test_a_client_id_stays_its_owners_after_the_order_was_put_away(house: House) -> None:
    """G6: ids are bound durably: neither a reload nor a colleague can take one over."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna:
        await anna.send_update(one(entry(ME, 0, "PO-1", root="client", key="reference")))
        await anna.saved()
    await house.put_away(order_id)
    for name in ("marc", "sophie"):
        async with house.peer(name, order_id) as thief:
            await thief.send_update(one(entry(ME, 1, CANARY, root="client", key="reference", origin=(ME, 0))))
            assert await thief.gone() == Close.IDENTITY
    async with house.peer("anna", order_id) as anna:
        await anna.send_update(one(entry(ME, 1, "PO-2", root="client", key="reference", origin=(ME, 0))))
        await anna.saved()
        assert (await house.content(order_id)).client["reference"] == "PO-2"


async def test_an_update_before_the_handshake_is_judged_like_any_other(house: House) -> None:
    """G2 G3: what can be placed is judged at once; what cannot is awaited in the synchronisation."""
    order_id = await house.order()
    anna = house.peer("anna", order_id)
    anna.edit("client", {"reference": "early"})
    early = anna.doc.get_update()
    async with house.peer("sophie", order_id) as sophie:
        for update in (
            early,
            one(entry(ME, 3, CANARY, root="client", key="reference")),
            one(entry(ME + 1, 0, CANARY, root="supplier", key="freight")),
        ):
            anna = house.peer("anna", order_id)
            await anna.come()
            await anna.send_update(update)
            await anna.until(lambda: anna._synced)  # noqa: B023
            await anna.saved()
            await anna.leave()
        await assert_in_step(house, order_id, sophie)
        assert sophie.client["reference"] == "early"
        await assert_nowhere(house, order_id, "anna", sophie)
