import asyncio

import pytest

from server.gate.panic import Panic, panics_as_errors


class RustPanic(BaseException):
    """As pyo3 raises it: no `Exception`."""


def test_a_panic_is_an_error_that_tells_what_it_was() -> None:
    with pytest.raises(Panic, match="unwrap on None"), panics_as_errors():
        raise RustPanic("unwrap on None")


@pytest.mark.parametrize(
    "raised",
    [
        ValueError("kept as it is"),
        asyncio.CancelledError(),
        GeneratorExit(),
        KeyboardInterrupt(),
        SystemExit(3),
    ],
    ids=lambda raised: type(raised).__name__,
)
def test_errors_and_what_ends_a_task_or_the_process_pass(raised: BaseException) -> None:
    with pytest.raises(type(raised)) as told, panics_as_errors():
        raise raised
    assert told.value is raised
