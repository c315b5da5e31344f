"""A server as a process of its own, for measuring: started by the command, on a folder that `prepare` has filled."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

COMMAND: Final = Path(sys.executable).with_name("shared-order")


class Running:
    """`seconds`: from the start of the process until it answers. `port`: where."""

    def __init__(self, folder: Path, database_url: str = "", port: int = 0) -> None:
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--data", folder],
            env=os.environ
            | {
                "SHARED_ORDER_DATABASE_URL": database_url,
                "SHARED_ORDER_LOG_LEVEL": "error",
                "SHARED_ORDER_SOCKETS_PER_PERSON": "10000",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = self._address()
        self.seconds = time.perf_counter() - begun

    def _address(self) -> int:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                return int(found[1])
        raise SystemExit("The server did not start.")

    def megabytes(self) -> float:
        """Memory that the process holds now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        kilobytes = re.search(r"VmRSS:\s+(\d+)", status)
        return int(kilobytes[1]) / 1024 if kilobytes else 0.0

    def cpu_seconds(self) -> float:
        """What it has used of a core since it began."""
        fields = (
            Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()
