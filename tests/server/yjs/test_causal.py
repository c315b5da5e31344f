"""The order in which structs may be taken in."""

import random

import pytest

from server.yjs.causal import Circular, in_causal_order
from server.yjs.structs import Id, Struct, entry


def _taken_turns(turns: random.Random, clients: int, length: int) -> list[Struct]:
    """Entries of several clients, each written over one that was there before."""
    clocks = dict.fromkeys(range(1, clients + 1), 0)
    made: list[Struct] = []
    for _ in range(length):
        client = turns.choice(list(clocks))
        origin: Id | None = None
        if made and turns.random() < 0.7:
            before = turns.choice(made)
            origin = (before.client, before.clock)
        made.append(entry(client, clocks[client], "1", root="client", key="reference", origin=origin))
        clocks[client] += 1
    return made


@pytest.mark.parametrize("seed", range(30))
def test_whatever_a_struct_refers_to_comes_before_it(seed: int) -> None:
    turns = random.Random(seed)
    made = _taken_turns(turns, 5, 200)
    clients = sorted({struct.client for struct in made}, key=lambda _: turns.random())
    by_client = [struct for client in clients for struct in made if struct.client == client]
    taken: set[Id] = set()
    clocks: dict[int, int] = {}
    for struct in in_causal_order(by_client):
        assert struct.origin is None or struct.origin in taken
        assert struct.clock == clocks.get(struct.client, 0)
        taken.add((struct.client, struct.clock))
        clocks[struct.client] = struct.end
    assert len(taken) == len(made)


def test_a_client_waits_for_another_in_the_middle_of_its_structs() -> None:
    one = [entry(1, 0, "a", root="client", key="a"), entry(1, 1, "b", root="client", key="b", origin=(2, 0))]
    two = [entry(2, 0, "c", root="client", key="b"), entry(2, 1, "d", root="client", key="a", origin=(1, 0))]
    ids = [(struct.client, struct.clock) for struct in in_causal_order([*one, *two])]
    assert ids.index((2, 0)) < ids.index((1, 1))
    assert ids.index((1, 0)) < ids.index((2, 1))


def test_a_reference_to_something_else_is_not_followed() -> None:
    alone = entry(1, 5, "a", root="client", key="a", origin=(9, 3))
    assert list(in_causal_order([alone])) == [alone]


@pytest.mark.parametrize(
    "structs",
    [
        pytest.param([entry(1, 0, "a", root="client", key="a", origin=(1, 0))], id="itself"),
        pytest.param(
            [
                entry(1, 0, "a", root="client", key="a", origin=(1, 1)),
                entry(1, 1, "b", root="client", key="a"),
            ],
            id="its own later one",
        ),
        pytest.param(
            [
                entry(1, 0, "a", root="client", key="a", origin=(2, 0)),
                entry(2, 0, "b", root="client", key="a", origin=(1, 0)),
            ],
            id="one another",
        ),
    ],
)
def test_a_circle_is_named(structs: list[Struct]) -> None:
    with pytest.raises(Circular):
        list(in_causal_order(structs))
