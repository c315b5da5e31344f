"""Random people at pycrdt replicas, against a model of the rules."""

from collections.abc import Callable

import pytest

from tests.server.orders.house import House
from tests.server.orders.play import Play, PycrdtSeat, SeatOf, play

pytestmark = pytest.mark.anyio

PINNED = (
    (1, 60),
    (2, 60),
    (3, 60),
    (5, 60),
    (101, 150),
    (120, 150),
    (127, 150),
    (317, 150),
    (319, 150),
    (1021, 250),
    (1047, 250),
)


def in_process(house: House) -> Callable[[str], SeatOf]:
    """Everybody has a pycrdt document."""
    return lambda order_id: lambda name, client: PycrdtSeat(house, name, order_id, client)


@pytest.mark.parametrize(("seed", "steps"), PINNED)
async def test_a_random_order_ends_as_the_model_says(house: House, seed: int, steps: int) -> None:
    """G1 G2 G3 G4 G5 G6 G9: replicas, row, trail, journal and refusals, after anything that people may do."""
    await play(house, seed, steps, in_process(house))


@pytest.mark.parametrize(("seed", "steps"), PINNED[:4])
async def test_a_random_order_that_is_folded_between_any_two_steps_ends_no_otherwise(
    house: House, seed: int, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1 G2 G3 G4 G5 G6 G9: an order that was only looked at for a while forgets nothing."""
    still, folded = Play.still, 0

    async def still_and_folded(self: Play) -> None:
        nonlocal folded
        await still(self)
        room = await self.house.room(self.order_id)
        if room.at_rest:
            room.replica.fold()
            folded += 1

    monkeypatch.setattr(Play, "still", still_and_folded)
    await play(house, seed, steps, in_process(house))
    assert folded >= steps / 2


@pytest.mark.parametrize(
    ("seed", "steps"),
    [*PINNED[4:6], *(pytest.param(*each, marks=pytest.mark.torture) for each in PINNED[6:8])],
)
@pytest.mark.parametrize("size", [1, 2])
async def test_a_random_order_whose_updates_are_judged_in_pieces_ends_no_otherwise(
    house: House, seed: int, steps: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1 G2 G3 G4 G5 G6 G9: what somebody did at once is one act, however it was taken in."""
    monkeypatch.setattr("server.sockets.edits.PIECE", size)
    await play(house, seed, steps, in_process(house))


@pytest.mark.torture
@pytest.mark.parametrize("start", range(0, 400, 20))
async def test_many_random_orders_end_as_the_model_says(house: House, start: int) -> None:
    """G1 G2 G3 G4 G5 G6 G9: the same, for long."""
    for seed in range(1_000 + start, 1_020 + start):
        await play(house, seed, 250, in_process(house))
