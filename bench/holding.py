"""What the process that builds holds in memory as a corpus grows: `python -m bench --only holding`.

Generated readings of about as many quads as documents of 500 words have take the place of those that spaCy makes, which
other processes hold. Everything else is a build from sources to files. Each size is a process of its own.

The graph itself is what documents share, as far as inference and files need all of it at a time: entities and the
build, facts, and what follows from them. It is read back from the dataset and held as a build holds it (sets of
triples, one string for each term), so that its size is measured, not taken out of the build that it is compared with.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import graphs
from bench.measuring import Figures, table
from kg.corpus.worker import Read
from kg.graph.terms import Triple
from kg.model import Document, Reading
from kg.settings import Settings

SIZES = (1_000, 4_000)
STATEMENTS = 40
#: Parts of the dataset that a build holds whole.
HELD = ("entities", "provenance", "inferred", "facts")


def measure(*, sizes: Sequence[int] = SIZES) -> Figures:
    """Each size."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder) / "sources", size)
            built = _step("build", folder)
            found.append({"documents": size, **built, **_step("graph", folder)})
    return {"sizes": found}


def write(folder: Path, number: int) -> None:
    """Write the texts of so many readings."""
    folder.mkdir()
    for n in range(number):
        document = graphs.reading(n, statements=STATEMENTS).document
        (folder / f"{document.name}.txt").write_text(document.text, "utf-8")


def load_reader(_settings: Settings) -> Read:
    """What reads a document by making it again (`kg.corpus.effort.LOADER`)."""

    def read(document: Document) -> Reading:
        return graphs.reading(int(document.name.rpartition("-")[2]), statements=STATEMENTS)

    return read


def build(folder: Path) -> Figures:
    """A build of the sources in a folder: the peak of memory in MB, and what it wrote."""
    from kg.building import build, publish
    from kg.corpus.effort import Effort

    effort, target = Effort(cache=folder / "cache", loader="bench.holding:load_reader"), folder / "out"
    made = build([folder / "sources"], Settings(), effort, None, target)
    publish(made, target, effort)
    # What `getrusage` tells begins with the memory of the process that started this one.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1024
    return {"peak": peak, "bytes": (target / "dataset.nq").stat().st_size, "entities": made.counts["entities"]}


def graph(folder: Path) -> Figures:
    """The size of the graph itself in MB, and of how many triples; the number of quads in all."""
    known: dict[str, str] = {}
    held: dict[str, set[Triple]] = {part: set() for part in HELD}
    quads = 0
    with (folder / "out" / "dataset.nq").open(encoding="utf-8", newline="\n") as file:
        for line in file:
            quads += 1
            part = line[line.rindex("/") + 1 : -4]
            if part in held:
                s, p, rest = line.split(" ", 2)
                o = rest[: rest.rindex(" <")]
                held[part].add((known.setdefault(s, s), known.setdefault(p, p), known.setdefault(o, o)))
    triples = [t for part in held.values() for t in part]
    size = sum(map(sys.getsizeof, (*held.values(), *triples, *known)))
    return {"graph": size / 2**20, "shared": len(triples), "quads": quads}


def tell(f: Figures) -> str:
    """The section of the page."""
    sizes = f["sizes"]
    rest = [s["peak"] - s["graph"] for s in sizes]
    rows = [
        ["quads", *(f"{s['quads']:,}" for s in sizes), ""],
        ["dataset.nq", *(f"{s['bytes'] / 2**20:,.0f} MB" for s in sizes), ""],
        ["entities", *(f"{s['entities']:,}" for s in sizes), ""],
        ["peak memory of the parent", *_grown([s["peak"] for s in sizes])],
        ["the graph itself", *_grown([s["graph"] for s in sizes])],
        ["the rest", *_grown(rest)],
    ]
    return table(["", *(f"{s['documents']:,} documents" for s in sizes), "grows by"], rows)


def _grown(sizes: Sequence[float]) -> list[str]:
    return [*(f"{size:,.0f} MB" for size in sizes), f"{sizes[-1] - sizes[0]:,.0f} MB"]


def _step(name: str, folder: str) -> Figures:
    done = subprocess.run([sys.executable, "-m", "bench.holding", name, folder], capture_output=True, check=True)
    found: Figures = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps({"build": build, "graph": graph}[sys.argv[1]](Path(sys.argv[2]))))
