"""A panic of the Rust library, as an error like any other.

pycrdt raises it as a BaseException, which goes past every `except Exception` and would end whatever looks after all
orders for the sake of one.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Panic(Exception):
    """The library gave up half way; what it worked on cannot be trusted."""


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Raise Panic for a panic. What ends a task or the process goes on its way."""
    try:
        yield
    except (Exception, asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as panic:
        raise Panic(repr(panic)) from panic
