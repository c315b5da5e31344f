"""Places that `chattr` protects, whoever writes: told in the operator's words, and before anything is made there.

Only root may protect a place, so that the file system's answer about one is put in place of its own here.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from server.cli import main
from tests.server.filled import short_demo

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]

Protect = Callable[[Path, int], None]
APPEND, IMMUTABLE = 0x20, 0x10
"""As linux/fs.h has them: FS_APPEND_FL, FS_IMMUTABLE_FL."""


@pytest.fixture
def protect(monkeypatch: pytest.MonkeyPatch) -> Protect:
    """Let the file system say of one place that it has these flags."""
    ask = fcntl.ioctl

    def let(place: Path, flags: int) -> None:
        def answer(held: int, request: int, room: bytes) -> bytes:
            if Path(f"/proc/self/fd/{held}").readlink() == place:
                return flags.to_bytes(8, "little")
            return ask(held, request, room)

        monkeypatch.setattr(fcntl, "ioctl", answer)

    return let


def _told(place: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command says of a place, of which it must be at fault."""
    capsys.readouterr()
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"shared-order: {place} is ")
    assert len(said.err.splitlines()) == 1
    return said.err


def test_nothing_half_made_is_left_in_a_folder_of_backups_that_is_append_only(
    tmp_path: Path, protect: Protect, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, backups = short_demo(tmp_path / "demo"), tmp_path / "backups"
    backups.mkdir()
    protect(backups, APPEND)
    said = _told(backups, capsys, "backup", str(backups / "monday.backup"), "--data", str(folder))
    assert "append-only, whoever writes" in said
    assert said.endswith(f"as root: chattr -a {backups}\n")
    assert list(backups.iterdir()) == []


@pytest.mark.parametrize("flags", [APPEND, IMMUTABLE])
@pytest.mark.parametrize("protected", ["folder", "file"])
def test_nothing_is_restored_where_it_could_not_be_put_in_place(
    tmp_path: Path, protect: Protect, capsys: pytest.CaptureFixture[str], protected: str, flags: int
) -> None:
    folder, backup = short_demo(tmp_path / "demo"), tmp_path / "monday.backup"
    assert main(["backup", str(backup), "--data", str(folder)]) == 0
    capsys.readouterr()
    place = folder if protected == "folder" else folder / "shared-order.sqlite3"
    before = sorted(os.listdir(folder))
    protect(place, flags)
    _told(place, capsys, "restore", str(backup), "--force", "--data", str(folder))
    assert sorted(os.listdir(folder)) == before


@pytest.mark.parametrize("protected", ["folder", "file"])
@pytest.mark.parametrize(
    "words",
    [
        ["user", "list"],
        ["renew"],
        ["serve", "--port", "0"],
        ["move", "--to", "postgresql://nobody@127.0.0.1:1/orders"],
    ],
    ids=lambda words: words[0],
)
def test_a_data_folder_that_is_append_only_is_named(
    tmp_path: Path, protect: Protect, capsys: pytest.CaptureFixture[str], protected: str, words: list[str]
) -> None:
    """SQLite would find it out in the midst of its work, and say that the disk is at fault."""
    folder = short_demo(tmp_path / "demo")
    place = folder if protected == "folder" else folder / "shared-order.sqlite3"
    protect(place, APPEND)
    assert "append-only" in _told(place, capsys, *words, "--data", str(folder))
