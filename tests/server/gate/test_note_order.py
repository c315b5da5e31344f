"""Letters of the note lie where somebody can have put them, and then all replicas order them alike."""

import random
from typing import Any

import pytest
from pycrdt import Doc, Text

from server.gate.note_order import NoteOrder
from server.yjs.causal import in_causal_order
from server.yjs.structs import STRING, Id, Struct
from server.yjs.update import decode_update, encode_update


def letters(client: int, clock: int, text: str, origin: Id | None, right: Id | None) -> Struct:
    root = "note" if origin is None and right is None else None
    return Struct(client, clock, len(text), STRING, origin, right, root, None, None, False, text)


def text_of(doc: Doc[Any]) -> Text:
    text: Text = doc.get("note", type=Text)
    return text


def loaded(doc: Doc[Any]) -> str:
    again: Doc[Any] = Doc()
    again.apply_update(doc.get_update())
    return str(text_of(again))


def test_what_people_type_beside_one_another_always_lies_well() -> None:
    """G3: nobody is ever told that he forged anything who only typed and deleted, however long he was away."""
    added = 0
    for seed in range(150):
        chance = random.Random(seed)
        docs: list[Doc[Any]] = [Doc(client_id=client) for client in (7, 2**40, 3)]
        server: Doc[Any] = Doc(client_id=1_000)
        order = NoteOrder([])
        for _ in range(60):
            doc = chance.choice(docs)
            for _ in range(chance.choice([1, 1, 3])):
                text, length = text_of(doc), len(str(text_of(doc)))
                if length and chance.random() < 0.35:
                    at = chance.randrange(length)
                    del text[at : min(length, at + chance.choice([1, 2, 4]))]
                else:
                    text.insert(chance.randrange(length + 1), chance.choice(["a", "bc", "def"]))
            if chance.random() < 0.4:
                update = doc.get_update(server.get_state())
                structs = list(in_causal_order(decode_update(update).structs))
                assert order.add(structs), seed
                added += len(structs)
                server.apply_update(update)
                doc.apply_update(server.get_update(doc.get_state()))
    assert added > 5_000


def forged(seed: int, *, checked: bool) -> bool:
    """Whether a text whose letters name any two neighbours reads otherwise when it is loaded again."""
    chance = random.Random(seed)
    doc: Doc[Any] = Doc(client_id=99)
    text = text_of(doc)
    text += "abcd"
    order = NoteOrder(decode_update(doc.get_update()).structs)
    ids: list[Id] = [(99, clock) for clock in range(4)]
    clocks = {1: 0, 2: 0, 3: 0}
    for step in range(60 if checked else 20):
        if chance.random() < 0.25:
            client, clock = chance.choice(ids)
            doc.apply_update(encode_update([], {client: [(clock, 1)]}))
            continue
        client = chance.choice(list(clocks))
        origin, right = chance.choice([None, *ids]), chance.choice([None, *ids])
        if origin is not None and origin == right:
            continue
        struct = letters(client, clocks[client], "efghijklm"[step % 9] * chance.choice([1, 2]), origin, right)
        if checked and not order.add([struct]):
            continue
        clocks[client] = struct.end
        ids += [(client, clock) for clock in range(struct.clock, struct.end)]
        doc.apply_update(encode_update([struct], {}))
    return str(text) != loaded(doc)


def test_what_lies_well_reads_alike_in_every_replica() -> None:
    """G3: and what does not would not: replicas would differ in what they show."""
    assert not any(forged(seed, checked=True) for seed in range(500))
    assert any(forged(seed, checked=False) for seed in range(500))


@pytest.mark.parametrize(
    ("origin", "right", "well"),
    [
        pytest.param((1, 0), (1, 1), True, id="between two letters"),
        pytest.param((1, 2), None, True, id="at the end"),
        pytest.param(None, (1, 0), True, id="at the beginning"),
        pytest.param((1, 1), (1, 0), False, id="the wrong way round"),
        pytest.param((1, 0), (1, 2), False, id="over a letter that came before the second"),
        pytest.param((1, 0), None, True, id="at the end, before the others came"),
        pytest.param(None, None, True, id="in an empty text, before any came"),
        pytest.param(None, (1, 2), False, id="over what its neighbour was written after"),
    ],
)
def test_where_a_letter_may_lie(origin: Id | None, right: Id | None, *, well: bool) -> None:
    order = NoteOrder([letters(1, 0, "abc", None, None)])
    assert order.add([letters(2, 0, "x", origin, right)]) is well


def test_letters_of_one_update_may_lie_in_one_another() -> None:
    order = NoteOrder([])
    word, inside = letters(1, 0, "abcd", None, None), letters(1, 4, "x", (1, 1), (1, 2))
    assert order.add([word, inside, letters(1, 5, "y", (1, 4), (1, 2))])
    assert not order.add([letters(1, 6, "z", (1, 1), (1, 2))])


def test_nobody_forgets_what_he_wrote_himself() -> None:
    order = NoteOrder([letters(1, 0, "abc", None, None)])
    assert not order.add([letters(1, 3, "x", None, None)])
    assert order.add([letters(1, 3, "x", (1, 2), None)])


def test_what_is_known_is_known_already() -> None:
    order = NoteOrder([letters(1, 0, "abc", None, None)])
    assert order.add([letters(1, 1, "bcd", (1, 0), None)])
    assert order.add([letters(2, 0, "x", (1, 3), None)])
