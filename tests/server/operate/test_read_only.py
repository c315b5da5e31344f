"""A data folder on a disk that has become read-only, as a real mount of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.filled import filled_demo

pytestmark = pytest.mark.sqlite

# In a namespace of mounts of its own, so that it ends with the command and whoever runs the tests may make it.
READ_ONLY = (
    'folder=$1; shift; mount -t tmpfs tmpfs "$folder.disk" && cp -r "$folder" "$folder.disk/data" && '
    'mount -o remount,ro "$folder.disk" && exec "$@"'
)
COMMAND = "import sys; from server.cli import main; sys.exit(main())"


def said(folder: Path, *words: str) -> tuple[int, str]:
    """What a command ends with and says, where the folder is a copy at `<folder>.disk/data` that cannot be written."""
    Path(f"{folder}.disk").mkdir(exist_ok=True)
    mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c", READ_ONLY, "sh", str(folder)]
    ended = subprocess.run(
        [*mounted, sys.executable, "-c", COMMAND, *words],
        check=False,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("SHARED_ORDER_")},
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled_demo(tmp_path / "demo")


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["renew"],
        ["serve", "--port", "0"],
        ["user", "list"],
        ["move", "--to", "postgresql://nobody@127.0.0.1:1/orders"],
    ],
    ids=lambda words: words[0],
)
def test_it_is_the_disk_that_is_named(folder: Path, words: list[str]) -> None:
    code, told = said(folder, *words, "--data", f"{folder}.disk/data")
    assert code == 1
    assert told.startswith(f"shared-order: {folder}.disk/data")
    assert "lies on a disk that is read-only" in told
    assert len(told.splitlines()) == 1


def test_what_it_holds_can_be_backed_up_elsewhere_and_restored(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "saved.backup"
    code, told = said(folder, "backup", str(file), "--data", f"{folder}.disk/data")
    assert (code, "It was read back whole" in told) == (0, True), told
    code, told = said(folder, "restore", str(file), "--data", str(tmp_path / "again"))
    assert code == 0, told


def test_a_backup_onto_it_is_told_in_a_sentence(folder: Path) -> None:
    target = f"{folder}.disk/saved.backup"
    assert said(folder, "backup", target, "--data", str(folder)) == (
        1,
        f"shared-order: {target}.part cannot be written: Read-only file system.\n",
    )
