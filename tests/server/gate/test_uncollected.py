import gc

import pytest

from server.gate.uncollected import uncollected


def test_the_collector_goes_on_whatever_happens() -> None:
    with pytest.raises(RuntimeError), uncollected():
        raise RuntimeError
    assert gc.isenabled()


def test_it_goes_on_when_the_first_of_two_that_overlap_ends() -> None:
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert gc.isenabled()
