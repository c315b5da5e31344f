"""A filled data folder, and a backup of such a one."""

import shutil
from pathlib import Path

import pytest

from server.cli import main
from tests.once import once
from tests.server.filled import filled_demo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path / "demo")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of such a folder: made by the command once, then copied with its rights."""
    return Path(shutil.copy(once("monday.backup", _back_up), tmp_path))


def _back_up(folder: Path) -> None:
    demo = filled_demo(folder / "demo")
    assert main(["backup", str(folder / "monday.backup"), "--data", str(demo)]) == 0
