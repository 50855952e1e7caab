"""The entry point of the command `kg`: Ctrl-C while the command is still being imported shows no traceback either."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    try:
        from kg.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except MemoryError:  # while it is imported
        sys.exit("error: there is not enough memory")
