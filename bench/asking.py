"""Questions: a whole `kg query` beside importing what it needs; answers beside bare pyoxigraph and beside rdflib.

    python -m bench --only asking

Bare pyoxigraph asks the same store on disk, whose default graph holds the union; it goes through all rows. rdflib asks
the union in memory, in a process of its own that is stopped when its time is up.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench import graphs
from bench.measuring import Figures, in_turn, middle, process, ratio, run, shown, table

QUESTION = "who-works-where"
#: Seconds after which a question is not asked again, and after which rdflib is stopped.
PATIENCE, RDFLIB_PATIENCE = 5, 240
_BY_RDFLIB = """
import sys, time
from pathlib import Path
import rdflib
from kg.graph.catalogue import load_catalogue
from kg.namespaces import PREFIXES
graph = rdflib.Graph()
graph.parse(sys.argv[1], format="nt")
for name in sys.argv[2:]:
    started = time.process_time()
    try:
        rows = len(list(graph.query(load_catalogue()[name].text, initNs=PREFIXES)))
    except Exception:  # classes of characters in patterns that Python's do not have
        continue
    print(name, time.process_time() - started, rows, flush=True)
"""


def measure(*, rounds: int = 21, quads: int = 1_000_000, small: int = 100_000) -> Figures:
    """The cold start on the seeds; the canned questions on two sizes."""
    with tempfile.TemporaryDirectory() as folder:
        cache = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        try:
            return {
                "start": _start(Path(folder), rounds),
                "bare": _beside_pyoxigraph(Path(folder) / "large", quads),
                "rdflib": _beside_rdflib(Path(folder) / "small", small),
            }
        finally:
            os.environ.pop("XDG_CACHE_HOME")
            if cache is not None:
                os.environ["XDG_CACHE_HOME"] = cache


def _start(folder: Path, rounds: int) -> Figures:
    out = folder / "seeds"
    subprocess.run([sys.executable, "-m", "kg", "build", "seeds", "-o", str(out), "-q"], check=True)
    costs = in_turn(
        {
            "kg query": lambda: process(["-m", "kg", "query", QUESTION, "-d", str(out)]),
            "import typer, rich, pyoxigraph": lambda: process(["-c", "import typer, rich, pyoxigraph"]),
            "import rdflib, typer": lambda: process(["-c", "import rdflib, typer"]),
        },
        rounds,
    )
    return {
        name: {
            "cpu": 1000 * middle(c),
            "wall": 1000 * middle(c, "wall"),
            "ratio": ratio(costs["kg query"], c),
            "wall ratio": ratio(costs["kg query"], c, "wall"),
        }
        for name, c in costs.items()
    }


def _build(folder: Path, quads: int) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_text('{"accord": 1, "sha256": {}}')
    graphs.write(folder / "dataset.nq", quads)
    return folder / "dataset.nq"


def _beside_pyoxigraph(folder: Path, quads: int) -> Figures:
    from kg.graph.catalogue import load_catalogue
    from kg.graph.query import run as ask
    from kg.namespaces import PREFIXES
    from kg.stores.embedded import open_data

    store = open_data(_build(folder, quads))
    figures: Figures = {"quads": len(store), "questions": {}}
    for name, question in load_catalogue().items():
        if any(p.required for p in question.parameters):
            continue

        def bare(text: str = question.text) -> int:
            return sum(term is not None for row in store.query(text, prefixes=PREFIXES) for term in row)  # type: ignore[union-attr, misc]

        sides = {
            "bare": lambda bare=bare: run(bare),
            "kg": lambda question=question: run(lambda: ask(question, store)),
        }
        first = in_turn(sides, 1, warm=False)
        costs = first if first["bare"][0].cpu > PATIENCE else in_turn(sides, 3, warm=False)
        figures["questions"][name] = {
            "bare": middle(costs["bare"]),
            "kg": middle(costs["kg"]),
            "ratio": ratio(costs["kg"], costs["bare"])["median"],
        }
    return figures


def _beside_rdflib(folder: Path, quads: int) -> Figures:
    from kg.graph.catalogue import load_catalogue
    from kg.graph.query import run as ask
    from kg.stores.embedded import open_data

    dataset = _build(folder, quads)
    store = open_data(dataset)
    ours: dict[str, tuple[float, int]] = {}
    for name, question in load_catalogue().items():
        if not any(p.required for p in question.parameters):
            started = time.process_time()
            rows = len(ask(question, store).rows)
            ours[name] = time.process_time() - started, rows
    triples = folder / "union.nt"
    lines = {line.rpartition(" <")[0] for line in dataset.read_text("utf-8").splitlines()}
    triples.write_text("".join(f"{line} .\n" for line in sorted(lines)), "utf-8")
    order = sorted(ours, key=lambda name: ours[name])
    theirs, told = dict[str, tuple[float, int]](), ""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _BY_RDFLIB, str(triples), *order],
            stdout=subprocess.PIPE,
            timeout=RDFLIB_PATIENCE,
            check=True,
        )
        told = done.stdout.decode()
    except subprocess.TimeoutExpired as error:
        told = (error.stdout or b"").decode()
    for line in told.splitlines():
        with suppress(ValueError):
            name, seconds, rows = line.split()
            theirs[name] = float(seconds), int(rows)
    answered = {
        name: [ours[name][0], theirs[name][0], ours[name][1], theirs[name][1]] for name in order if name in theirs
    }
    return {"quads": quads, "asked": len(ours), "answered": answered}


def tell(f: Figures) -> str:
    """The section of the page."""
    rows = [
        [f"`{name}`", f"{c['cpu']:.0f} ms", f"{c['wall']:.0f} ms", shown(c["ratio"]), shown(c["wall ratio"])]
        for name, c in f["start"].items()
    ]
    text = f"`kg query {QUESTION}` on the build of the seeds, whole processes in turn:\n\n"
    text += table(["process", "CPU", "wall", "kg query to it, CPU", "wall"], rows)
    asked: dict[str, Any] = f["bare"]["questions"]
    ratios = [q["ratio"] for q in asked.values()]
    text += (
        f"\n{len(asked)} canned questions on {f['bare']['quads']:,} quads on disk, the union among them, beside the "
        f"same in bare pyoxigraph: median ratio {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}); "
        f"medians {statistics.median(q['kg'] for q in asked.values()):.2f} s and "
        f"{statistics.median(q['bare'] for q in asked.values()):.2f} s. The slowest: "
        + ", ".join(f"{n} {q['kg']:.0f} s" for n, q in sorted(asked.items(), key=lambda i: -i[1]["kg"])[:3])
        + ".\n"
    )
    answered = f["rdflib"]["answered"]
    if answered:
        gains = [theirs / ours for ours, theirs, _, _ in answered.values()]
        text += (
            f"\nAt {f['rdflib']['quads']:,} quads rdflib does {len(answered)} of {f['rdflib']['asked']} questions in "
            f"{RDFLIB_PATIENCE} s; on these it takes {statistics.median(gains):,.0f} times as long (median; "
            f"{min(gains):,.0f}–{max(gains):,.0f}).\n"
        )
    return text


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
