"""When an order in memory is worth folding."""

from server.rooms.folding import AT_WORK, CELLS_A_LOOK, FLEETING_LOOKS, MOST_PATIENT, PASSING_LOOKS, Folding


def looks_until_folded(folding: Folding, cells: int) -> int:
    """From the look that saw the order used."""
    assert not folding.is_due(used=True, cells=cells)
    looks = next(look for look in range(1, 10_000) if folding.is_due(used=False, cells=cells))
    folding.folded()
    return looks


def test_a_small_order_is_folded_soon_and_a_large_one_later() -> None:
    assert looks_until_folded(Folding(), 10) == 1
    assert looks_until_folded(Folding(), 10 * CELLS_A_LOOK) == 10


def test_it_is_folded_once() -> None:
    folding = Folding()
    looks_until_folded(folding, 10)
    assert not any(folding.is_due(used=False, cells=0) for _ in range(1_000))


def test_an_order_that_is_needed_again_and_again_is_soon_left_alone() -> None:
    folding = Folding()
    waits = []
    for _ in range(10):
        waits.append(looks_until_folded(folding, 10))
        for _ in range(3):
            folding.is_due(used=False, cells=0)
    assert waits == [min(2**turn, MOST_PATIENT) for turn in range(10)]


def test_an_order_that_was_left_alone_for_long_is_folded_early_again() -> None:
    folding = Folding()
    for _ in range(5):
        looks_until_folded(folding, 10)
    for _ in range(FLEETING_LOOKS):
        folding.is_due(used=False, cells=0)
    assert looks_until_folded(folding, 10) == 1


def test_an_order_that_is_worked_on_waits_until_people_have_paused_for_long() -> None:
    """Else the next edit of each would stop everybody's until the order is unfolded."""
    folding = Folding()
    for _ in range(100):
        assert not folding.is_due(used=True, edited=True, cells=10)
    assert looks_until_folded(folding, 10) == AT_WORK


def test_an_order_that_is_filled_and_then_only_looked_at_is_not_worked_on() -> None:
    folding = Folding()
    for look in range(100):
        assert not folding.is_due(used=True, edited=look < PASSING_LOOKS, cells=10)
    assert looks_until_folded(folding, 10) == 1


def test_an_order_that_was_only_opened_or_filled_is_passing() -> None:
    folding = Folding()
    assert folding.is_passing
    for _ in range(100):
        folding.is_due(used=True, cells=10)
    assert folding.is_passing


def test_an_order_that_somebody_begins_to_work_on_is_not_passing() -> None:
    folding = Folding()
    folding.is_due(used=True, edited=True, cells=10)
    assert not folding.is_passing


def test_an_order_that_is_worked_on_is_not_passing_until_it_was_left_alone_for_long() -> None:
    folding = Folding()
    for _ in range(PASSING_LOOKS + 1):
        folding.is_due(used=True, edited=True, cells=10)
    assert not folding.is_passing
    looks_until_folded(folding, 10)
    for _ in range(FLEETING_LOOKS):
        folding.is_due(used=False, cells=0)
    folding.is_due(used=True, cells=10)
    assert folding.is_passing


def test_an_order_that_a_crowd_has_folded_too_early_twice_is_passing_no_more() -> None:
    folding = Folding()
    for _ in range(2):
        folding.is_due(used=True, cells=10)
        assert folding.is_passing
        folding.folded()
        assert not folding.is_due(used=False, cells=0), "it is folded"
    folding.is_due(used=True, cells=10)
    assert not folding.is_passing
    assert looks_until_folded(folding, 10) == 4
