"""The same edits come out the same however they reached the server: one by one, as one update, or that in pieces."""

from collections import Counter
from typing import Final

import pytest

from tests.server.rooms.play import play

SEEDS: Final = 20
STEPS: Final = 60


def test_the_same_edits_come_out_the_same_however_they_are_packed() -> None:
    """G2 G3 G4 G5 G6: the same cells stand, the same are refused for the same reasons, everybody is in step, and the
    trail explains what each act changed."""
    met = Counter[str]()
    for seed in range(SEEDS):
        met += play(seed, STEPS)
    assert {"taken", "overtaken", "sent", "accepted", "amending", "fixed", "unknown_line"} <= met.keys(), met


@pytest.mark.torture
@pytest.mark.parametrize("start", range(1_000, 9_000, 1_000))
def test_many_edits_come_out_the_same_however_they_are_packed(start: int) -> None:
    """G2 G3 G4 G5 G6: the same, for long."""
    for seed in range(start, start + 1_000):
        play(seed, STEPS)
