"""Where the command begins, which may be interrupted at any moment."""

import sys


def main() -> int:
    """Run one command and return its exit code (`server.cli`); 130 when it was interrupted."""
    try:
        from server.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
