"""`--database=postgresql` runs the tests on PostgreSQL, but for those about the embedded database (`sqlite`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import ENGINES, choose, forget


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=ENGINES, default="sqlite", help="the database that tests run on")


def pytest_configure(config: pytest.Config) -> None:
    choose(config.getoption("--database"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") == "sqlite":
        return
    left = [item for item in items if item.get_closest_marker("sqlite")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture(autouse=True)
def _databases_go_with_their_folders(request: pytest.FixtureRequest) -> Iterator[None]:
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder is not None:
        forget(folder)
