"""Building again, and in several processes: `python -m bench --only rebuilding`.

The same generated documents are built from nothing in one process and in two, then with nothing changed, then with one
document changed; then from nothing once more, for the bytes. Each build is a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import corpus
from bench.measuring import Figures, table

#: What each build tells of itself: its clock, its processor time with that of its processes, its peak of memory.
_BUILD = """
import json, resource, sys, time
from pathlib import Path
from kg.building import build, publish
from kg.corpus.effort import Effort
from kg.settings import Settings
started = time.perf_counter()
sources, target, cache, jobs = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
effort = Effort(cache=cache, jobs=jobs)
made = build([sources], Settings(), effort, None, target)
if not made.published:
    publish(made, target, effort)
own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = sum(u.ru_utime + u.ru_stime for u in (own, others))
clock = time.perf_counter() - started
print(json.dumps({"clock": clock, "cpu": cpu, "memory": own.ru_maxrss // 1024, "quads": made.counts}))
"""


def measure(*, number: int = 1000) -> Figures:
    """The costs of each build, and whether the bytes are the same."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sources = folder / "sources"
        corpus.write(sources, number)

        def built(target: str, cache: str, jobs: int = 1) -> Figures:
            words = [sys.executable, "-c", _BUILD, str(sources), str(folder / target), str(folder / cache), str(jobs)]
            done = subprocess.run(words, capture_output=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
            found: Figures = json.loads(done.stdout)
            return found

        found = {"one process": built("out", "cache"), "two processes": built("two", "other", 2)}
        found["nothing changed"] = built("out", "cache")
        one = sorted(sources.iterdir())[number // 2]
        one.write_text(one.read_text() + "\nThe Harlan Teachers Association met with Ana Ruiz in 2019.\n")
        found["one changed"] = built("out", "cache")
        found["one changed, from nothing"] = built("again", "third", 2)
        same = contents(folder / "out") == contents(folder / "again")
        return {"documents": number, "builds": found, "same": same}


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def tell(f: Figures) -> str:
    """The section of the page."""
    cold = f["builds"]["one process"]
    rows = [
        [name, f"{b['cpu']:.1f} s", f"{b['cpu'] / cold['cpu']:.1%}", f"{b['clock']:.0f} s", f"{b['memory']} MB"]
        for name, b in f["builds"].items()
    ]
    speed = cold["clock"] / f["builds"]["two processes"]["clock"]
    return (
        table(["build", "CPU", "of the first", "clock", "memory of the parent"], rows)
        + f"\n{f['documents']} generated documents; two processes are {speed:.2f} times as fast as one by the clock. "
        + f"The bytes after the change are {'' if f['same'] else 'NOT '}those of a build from nothing.\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure with another number of documents, and print."""
    number = int((arguments or sys.argv[1:])[0])
    started = time.perf_counter()
    print(tell(measure(number=number)), f"{time.perf_counter() - started:.0f} s", file=sys.stdout)


if __name__ == "__main__":
    main()
