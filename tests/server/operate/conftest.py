"""Filled data folders, and a backup of such a one."""

from pathlib import Path

import pytest

from tests.server.filled import filled_demo, monday_backup, short_demo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return short_demo(tmp_path / "demo")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """With all that a demo holds."""
    return filled_demo(tmp_path / "whole")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of such a folder as `folder` is."""
    return monday_backup(tmp_path)
