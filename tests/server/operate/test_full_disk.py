"""A data folder on a disk without room, as a real mount of its own."""

from pathlib import Path

import pytest

from tests.migrations import with_a_later_one
from tests.mounts import run_mounted
from tests.server.filled import filled_demo, short_demo

pytestmark = pytest.mark.sqlite

FULL = (
    'mount -t tmpfs -o size=20M tmpfs "$1.disk"; cp -r "$1" "$1.disk/data"; '
    '! dd if=/dev/zero of="$1.disk/filler" bs=4k 2> /dev/null'
)
ALMOST_FULL = FULL + '; truncate -s "-$2" "$1.disk/filler"'
UPGRADED = (
    "import persistence.revision; from pathlib import Path; persistence.revision.MIGRATIONS = Path({!r})"
)
# The command runs twice: where there is no room yet, and once there is.
TWICE = """
if first := os.fork():
    ended = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    print("ended with", ended, file=sys.stderr, flush=True)
    os.unlink({!r})
"""


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
    ended = run_mounted(FULL, [folder], [*words, "--data", f"{folder}.disk/data"])
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
    program = UPGRADED.format(str(with_a_later_one(tmp_path / "later"))) + TWICE.format(
        f"{folder}.disk/filler"
    )
    ended = run_mounted(ALMOST_FULL, [folder, room], ["status", "--data", f"{folder}.disk/data"], program)
    assert ended.stderr == (
        f"shared-order: The disk of {folder}.disk/data is full. Make room, and try again.\nended with 1\n"
    )
    assert ended.returncode == 0
    assert "orders     " in ended.stdout
