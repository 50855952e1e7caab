"""Reading on a Dask cluster: `python -m bench.distributing [N] [--workers 2]`.

N generated documents over local workers on the loopback interface; one worker is killed when a quarter is read, and one
document kills every process that reads it. Prints what was built, whether the poison was named, and whether the bytes
are those of a local build; the exit code is 1 where anything of it does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import corpus
from kg.building import build
from kg.corpus.effort import Effort
from kg.corpus.worker import load_reader
from kg.model import Document, Reading
from kg.settings import Settings
from tests.clusters import cluster

POISON = "A document that ends the process which reads it.\n"
LOADER = "bench.distributing:load"


def load(settings: Settings) -> Callable[[Document], Reading]:
    """The reader of builds, but for one document."""
    import os
    import signal

    read = load_reader(settings)

    def guarded(document: Document) -> Reading:
        if document.text == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(document)

    return guarded


def main(arguments: Sequence[str] | None = None) -> int:
    """Build on the cluster and here, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int, nargs="?", default=200)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sources = folder / "sources"
        corpus.write(sources, options.number)
        started = time.monotonic()
        local = dict(build([sources], Settings(), Effort()).files)
        here = time.monotonic() - started
        (sources / "poison.txt").write_text(POISON)
        with cluster(folder, options.workers) as running:

            def lose_one(done: int, total: int) -> None:
                if done == total // 4:
                    running.workers[0].kill()

            effort = Effort(scheduler=running.address, seconds=60, loader=LOADER)
            started = time.monotonic()
            made = build([sources], Settings(), effort, lose_one)
            there = time.monotonic() - started
            lost = sum(worker.poll() is not None for worker in running.workers)
        differ = sorted(n for n, content in local.items() if n != "report.txt" and made.files[n] != content)
    named = [skipped.source for skipped in made.skipped]
    print(f"{made.counts['documents']} of {options.number} documents, {lost} of {options.workers} workers lost")
    print(f"skipped: {named}; files that differ: {differ or 'none'}")
    print(f"local {here:.0f} s, cluster with one worker lost {there:.0f} s (clock)")
    return 0 if named == ["poison"] and not differ and made.counts["documents"] == options.number and lost == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
