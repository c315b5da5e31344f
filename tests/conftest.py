"""`--database=postgresql` runs the tests on PostgreSQL, but for those about the embedded database (`sqlite`)."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Final

import hypothesis
import pytest
from argon2 import PasswordHasher

import server.people.passwords
from tests.databases import ENGINES, choose, forget
from tests.forked import end_origin
from tests.once import Shared
from tests.postgres import end_cluster

# A hash takes time and memory on purpose; what tests make of passwords does not depend on how much.
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

LONG_SECONDS: Final = 1800
"""How long a long proof may take: several at once on a busy machine take many times as long as one alone."""

# An example that took long on a busy machine is no failure.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=ENGINES, default="sqlite", help="the database that tests run on")


def pytest_configure(config: pytest.Config) -> None:
    choose(config.getoption("--database"))
    config.add_cleanup(Shared().close)
    config.add_cleanup(end_origin)
    config.add_cleanup(end_cluster)  # first, for its files are there


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # First what takes longest, so that no process is left alone with it at the end.
    items.sort(key=lambda item: item.path.name != "test_tour.py")
    for item in items:
        if item.get_closest_marker("torture"):
            item.add_marker(pytest.mark.timeout(LONG_SECONDS))
    if config.getoption("--database") == "sqlite":
        return
    left = [item for item in items if item.get_closest_marker("sqlite")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the collector of garbage from looking, again and again, through thousands of tests and all that they import,
    which stay until the end. What a test makes is collected as ever."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Make no questions that would be left out again, in every process of a run: all of them are for torture."""
    is_left_out = config.getoption("markexpr") == "not torture"
    return True if is_left_out and collection_path.name == "test_openapi_at_length.py" else None


@pytest.fixture(autouse=True)
def _databases_go_with_their_folders(request: pytest.FixtureRequest) -> Iterator[None]:
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder is not None:
        forget(folder)


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server.people.passwords, "_HASHER", CHEAP)
        yield
