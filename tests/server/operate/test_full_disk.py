"""A data folder on a disk without room, as a real mount of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrations import with_a_later_one
from tests.server.filled import filled_demo, short_demo

pytestmark = pytest.mark.sqlite

# In a namespace of mounts of its own, so that it ends with the command and whoever runs the tests may make it.
FULL = (
    'folder=$1; shift; mount -t tmpfs -o size=20M tmpfs "$folder.disk" && cp -r "$folder" "$folder.disk/data" && '
    '! dd if=/dev/zero of="$folder.disk/filler" bs=4k 2> /dev/null && exec "$@"'
)
COMMAND = "import sys; from server.cli import main; sys.exit(main())"


ALMOST_FULL = (
    'folder=$1; room=$2; shift 2; mount -t tmpfs -o size=20M tmpfs "$folder.disk" && '
    'cp -r "$folder" "$folder.disk/data" && '
    '! dd if=/dev/zero of="$folder.disk/filler" bs=4k 2> /dev/null && truncate -s "-$room" "$folder.disk/filler" && '
    '{ "$@"; echo "ended with $?" >&2; rm "$folder.disk/filler"; "$@"; }'
)
UPGRADED = (
    "import persistence.revision; from pathlib import Path; persistence.revision.MIGRATIONS = Path({!r}); "
)


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["serve", "--port", "0"],
        ["user", "list"],
        ["renew"],
        ["move", "--to", "postgresql://nobody@127.0.0.1:1/orders"],
    ],
    ids=lambda words: words[0],
)
def test_it_is_the_disk_that_is_named(tmp_path: Path, words: list[str]) -> None:
    """SQLite cannot make the files that belong beside its own, and says “disk I/O error”."""
    folder = short_demo(tmp_path / "demo")
    Path(f"{folder}.disk").mkdir()
    mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c", FULL, "sh", str(folder)]
    ended = subprocess.run(
        [*mounted, sys.executable, "-c", COMMAND, *words, "--data", f"{folder}.disk/data"],
        check=False,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("SHARED_ORDER_")},
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        1,
        "",
        f"shared-order: The disk of {folder}.disk/data is full. Make room, and try again.\n",
    )


@pytest.mark.parametrize("room", ["64K", "128K"])
def test_a_later_version_that_finds_no_room_leaves_everything_and_begins_again(
    tmp_path: Path, room: str
) -> None:
    """Its tables are changed in one transaction, and there is room for a part of that."""
    folder = filled_demo(tmp_path / "demo")
    Path(f"{folder}.disk").mkdir()
    later = UPGRADED.format(str(with_a_later_one(tmp_path / "later")))
    mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c", ALMOST_FULL, "sh", str(folder), room]
    ended = subprocess.run(
        [*mounted, sys.executable, "-c", later + COMMAND, "status", "--data", f"{folder}.disk/data"],
        check=False,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("SHARED_ORDER_")},
    )
    assert ended.stderr == (
        f"shared-order: The disk of {folder}.disk/data is full. Make room, and try again.\nended with 1\n"
    )
    assert ended.returncode == 0
    assert "orders     " in ended.stdout
