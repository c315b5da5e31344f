"""The command with disks of its own, which end with it: whoever runs the tests may make such a namespace of mounts.

ended = run_mounted('mount -t tmpfs tmpfs "$1"', [folder], ["check", "--data", str(folder)])
ended = run_mounted(script, words, command, PATCH)      # after a program that changes something in the process
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.forked import Ended, run

# As `unshare --map-root-user --mount` does, in a process that has imported the command already.
_MOUNTED: Final = """
import ctypes, os, subprocess, sys
from server.cli import main

NEW_MOUNTS, NEW_USERS = 0x20000, 0x10000000
user, group = os.getuid(), os.getgid()
if ctypes.CDLL(None, use_errno=True).unshare(NEW_MOUNTS | NEW_USERS):
    raise OSError(ctypes.get_errno(), "unshare")
for name, line in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
    with open(f"/proc/self/{name}", "w") as file:
        file.write(line)
"""


def run_mounted(script: str, given: Sequence[str | Path], words: Sequence[str], program: str = "") -> Ended:
    """How a command ends, and what it says, once a script of the shell has mounted what it will with what it was given.
    program: of Python, between the two. No setting but the script's and the command's own."""
    shell = ["sh", "-ec", script, "sh", *map(str, given)]
    mounted = f"{_MOUNTED}\nsubprocess.run({shell!r}, check=True)\n{program}\nsys.exit(main(sys.argv[1:]))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARED_ORDER_")}
    return run("-c", mounted, *words, environment=environment)
