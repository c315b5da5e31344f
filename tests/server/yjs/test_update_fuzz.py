"""Whatever the bytes are, the decoder answers with an update or `Malformed`, the screen with `Breach`."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from server.gate.breach import Breach
from server.gate.screen import screen
from server.yjs.malformed import Malformed
from server.yjs.state_vector import decode_state_vector, encode_state_vector
from server.yjs.structs import Struct
from server.yjs.update import Update, decode_update, encode_update
from tests.server.mutations import damaged, in_order

SEED = 20261123


class Nothing:
    """A server that holds nothing yet."""

    second_halves: frozenset[tuple[int, int]] = frozenset()

    def clock(self, client: int) -> int:
        return 0

    def owner(self, client: int) -> str | None:
        return None

    def clients_of(self, user: str) -> int:
        return 0

    def place(self, client: int, clock: int) -> None:
        return None

    def arranges(self, structs: Sequence[Struct]) -> bool:
        return True


def real_updates(seed: int) -> list[bytes]:
    """What two people wrote, in turn and at once: every update on its way, and both whole documents."""
    chance = random.Random(seed)
    docs: list[Doc[Any]] = [Doc(client_id=2**32 - 7), Doc(client_id=2**53 - 7)]
    sent: list[bytes] = []
    subscriptions = [doc.observe(lambda event: sent.append(event.update)) for doc in docs]
    for _ in range(60):
        doc = chance.choice(docs)
        edit(doc, chance)
        if chance.random() < 0.3:
            docs[0].apply_update(docs[1].get_update())
            docs[1].apply_update(docs[0].get_update())
    for doc, subscription in zip(docs, subscriptions, strict=True):
        doc.unobserve(subscription)
        sent.append(doc.get_update())
    return sent


def edit(doc: Doc[Any], chance: random.Random) -> None:
    note = doc.get("note", type=Text)
    cells = doc.get(chance.choice(["client", "supplier"]), type=Map)
    key = f"lines/{chance.randrange(3)}/quantity"
    match chance.randrange(5):
        case 0 | 1:
            cells[key] = chance.choice(["12", 3, -4.5, None, {"ville": "Lévis", "rue": ["é😀", True]}, 2**60])
        case 2 if key in cells:
            del cells[key]
        case 3 if len(note):
            note.clear()
        case _:
            note.insert(0, chance.choice(["abc", "é", "😀", "e\u0301"]))


def attempt(data: bytes) -> str:
    try:
        update = decode_update(data)
    except Malformed as refused:
        return refused.code
    assert len(decode_update(encode_update(*update)).structs) == len(update.structs)
    try:
        screened = screen(update, Nothing(), "anna")
    except Breach as broken:
        return broken.code
    assert len(screened.structs) == len(update.structs)
    assert_integrates(data, update)
    return "taken"


def assert_integrates(data: bytes, update: Update) -> None:
    """What passed the screen enters the library whole: no error, no panic, nothing kept for later."""
    doc: Doc[Any] = Doc(client_id=1)
    doc.apply_update(data)
    ends = {struct.client: struct.end for struct in update.structs}
    assert decode_state_vector(doc.get_state()) == ends


def attempts(count: int) -> dict[str, int]:
    chance = random.Random(SEED)
    real = [in_order(each) for each in real_updates(SEED)]
    weighted = real + real[-2:] * 20  # whole documents, which a server that holds nothing may take
    tally: dict[str, int] = {}
    for _ in range(count):
        answer = attempt(damaged(chance.choice(weighted), chance, real))
        tally[answer] = tally.get(answer, 0) + 1
    return tally


def test_every_real_update_is_written_again_as_it_was_read() -> None:
    for seed in range(20):
        for data in real_updates(seed):
            update = decode_update(data)
            again = encode_update(*update)
            assert decode_update(again) == update
            assert len(again) == len(data)


def test_every_real_document_passes_the_screen_whole() -> None:
    for seed in range(20):
        for data in real_updates(seed)[-2:]:
            update = decode_update(data)
            screened = screen(update, Nothing(), "anna")
            assert screened.whole
            assert len(screened.structs) == len(update.structs)


def test_thousands_of_mutated_updates_are_answered_by_name() -> None:
    tally = attempts(5_000)
    assert sum(tally.values()) == 5_000
    assert len(tally) >= 8


@pytest.mark.torture
def test_a_million_mutated_updates_are_answered_by_name() -> None:
    assert sum(attempts(1_000_000).values()) == 1_000_000


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_by_name(data: bytes) -> None:
    attempt(data)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_state_vector_or_are_refused(data: bytes) -> None:
    try:
        vector = decode_state_vector(data)
    except Malformed:
        return
    assert decode_state_vector(encode_state_vector(vector)) == vector
