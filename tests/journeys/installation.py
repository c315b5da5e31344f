"""The real server: the command that people give, a folder, a free port, and a mail server."""

import os
import re
import sys
from pathlib import Path

from tests.forked import Forked, run, start
from tests.journeys.post_office import PostOffice

COMMAND = Path(sys.executable).with_name("shared-order")
PASSWORD = "une phrase assez longue"
# Another release imports what is its own.
AFRESH = f"import os, sys; os.execv({str(COMMAND)!r}, [{str(COMMAND)!r}, *sys.argv[1:]])"
TYPING = "import io, sys; sys.stdin = io.StringIO(sys.argv.pop(1) + chr(10)); import runpy; "
TYPING += "runpy.run_module('server', run_name='__main__')"


class Installation:
    """A data folder and what serves it. `url` is known once it has started, and stays when it starts again."""

    def __init__(self, folder: Path, post: PostOffice) -> None:
        self.folder = folder
        self.post = post
        self.url = ""
        self.release: Path | None = None
        """The folder of another release to run, in the place of this one."""
        self._process: Forked | None = None

    def add_user(self, company: str, email: str, name: str, *more: str) -> None:
        """Add a person with PASSWORD through the command."""
        words = ["user", "add", "--data", str(self.folder), "--company", company, "--email", email]
        words += ["--name", name, "--password", *more]
        ended = run("-c", TYPING, PASSWORD, *words, environment=self._environment())
        assert ended.returncode == 0, ended.stderr

    def start(self, word: str = "serve") -> None:
        """Start, on the port of last time if there was one; return when it answers."""
        port = self.url.rpartition(":")[2] or "0"
        program = ("-c", AFRESH) if self.release else ("-m", "server")
        words = (word, "--data", str(self.folder), "--port", port)
        self._process = start(*program, *words, environment=self._environment())
        self.url = self._address(self._process)

    def go_on(self) -> None:
        """Start again where it was stopped."""
        if self._process is None:
            self.start()

    def stop(self) -> None:
        """Stop as a power cut does; what was acknowledged must be there when it starts again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait_here()
            self._process = None

    def _environment(self) -> dict[str, str]:
        ours = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.post.port),
            "SMTP_SECURITY": "none",
            "LOG_LEVEL": "error",
        }
        code = {"PYTHONPATH": str(self.release)} if self.release else {}
        return os.environ | code | {f"SHARED_ORDER_{name}": value for name, value in ours.items()}

    @staticmethod
    def _address(process: Forked) -> str:
        said = ""
        while line := process.line_here().decode():
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                return found[0]
        raise AssertionError(f"The server did not start:\n{said}")
