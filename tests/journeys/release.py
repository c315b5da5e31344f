"""A later release of the product: the same sources, a few words changed, and a browser application built of them."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parents[2]
PARTS = ("schema", "persistence", "server", "web")
MADE = shutil.ignore_patterns("browser", "node_modules", "__pycache__")
# A change that every page can be asked for; and nothing is made small, which takes longer than all the rest.
MARK = {
    "web/index.html": ("<title>", '<meta name="release" content="later" /><title>'),
    "web/compressed.vite.ts": ('apply: "build"', 'apply: "serve"'),
}
PROTOCOL = {
    "schema/messages.py": ("PROTOCOL: Final = 1", "PROTOCOL: Final = 2"),
    "web/src/sync/notices.ts": ('PROTOCOL = "1"', 'PROTOCOL = "2"'),
}


def build_later(folder: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """Write and build a later release in a folder, with more changes by file; on PYTHONPATH it stands for this one."""
    for part in PARTS:
        shutil.copytree(HERE / part, folder / part, ignore=MADE)
    (folder / "web/node_modules").symlink_to(HERE / "web/node_modules")
    for name, (before, after) in (MARK | dict(changes or {})).items():
        source = folder / name
        text = source.read_text()
        assert text.count(before) == 1, f"{name} no longer says {before}"
        source.write_text(text.replace(before, after))
    command = ["npm", "run", "--silent", "build"]
    subprocess.run(command, cwd=folder / "web", check=True, capture_output=True, text=True)
    return folder
