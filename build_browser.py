"""The build hook that puts the browser application into the wheel."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BrowserBuildHook(BuildHookInterface[Any]):
    """Builds `server/browser/` with npm when a wheel is made from a tree that lacks it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Leave editable installs alone; raise RuntimeError, in plain words, when node is missing."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "server" / "browser" / "index.html").is_file():
            _build(root / "web")


def _build(web: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            "The wheel holds the browser application, and building it needs Node.js 20.19 or newer with npm. "
            "On Debian: apt-get install nodejs npm"
        )
    if not (web / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=web, check=True)
    subprocess.run([npm, "run", "build"], cwd=web, check=True)
