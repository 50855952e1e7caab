"""What asking a question costs as a whole process, beside importing rdflib and typer and beside what it imports itself.

    python -m bench.asking FOLDER [--rounds 11] [--question who-works-where]

FOLDER is an output of `kg build`. The commands run in turn, so that what else the machine does falls on all alike.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Time the commands in turn and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--question", default="who-works-where")
    options = parser.parse_args(arguments)
    commands = {
        "kg query": ["-m", "kg", "query", options.question, "-d", options.folder],
        "import rdflib, typer": ["-c", "import rdflib, typer"],
        "import typer, rich, pyoxigraph": ["-c", "import typer, rich, pyoxigraph"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(options.rounds + 1):
        for name, words in commands.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
            if turn:  # the first turn warms the file cache
                times[name].append(time.perf_counter() - started)
    asked = statistics.median(times["kg query"])
    for name, measured in times.items():
        low, middle, high = (1000 * f(measured) for f in (min, statistics.median, max))
        ratio = "" if name == "kg query" else f"; kg query takes {1000 * asked / middle:.2f} times as long"
        print(f"{name}: median {middle:.0f} ms, {low:.0f}–{high:.0f}{ratio}")


if __name__ == "__main__":
    main()
