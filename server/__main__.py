"""Where the command begins: what it needs takes a second to import, and may be interrupted meanwhile."""

import gc
import sys


def main() -> int:
    """Run one command and return its exit code (`server.cli`); 130 when it was interrupted."""
    try:
        gc.disable()  # what is imported stays, and the collector would look through all of it again and again
        from server.cli import main as run

        gc.enable()
        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
