"""The version of what is built, such as `0.1.685+g410f1a7`: the commit's number, and its name.

Each commit makes a wheel of its own. pip leaves what is installed as it is when a wheel has the same version, and says
so only among much else: an upgrade would end well and change nothing.
"""

import subprocess
from pathlib import Path
from typing import Final
from zlib import crc32

RELEASE: Final = "0.1"


def version(root: Path = Path(__file__).parent) -> str:
    """Return the version of a tree; one of which git tells nothing, as from an archive, has the number 0."""
    if not (root / ".git").exists():  # or git would tell of a tree around it
        return f"{RELEASE}.0"
    try:
        number, name = _git(root, "rev-list", "--count", "HEAD"), _git(root, "rev-parse", "--short=7", "HEAD")
        changes = _git(root, "diff", "HEAD")
    except (
        OSError,
        subprocess.CalledProcessError,
    ):  # no git, no commit, or a tree that belongs to another user
        return f"{RELEASE}.0"
    return f"{RELEASE}.{number}+g{name}" + (f".changed.{crc32(changes.encode()):08x}" if changes else "")


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    return done.stdout.decode(errors="replace").strip()
