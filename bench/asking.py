"""Questions: a whole `kg query` beside importing what it needs; answers beside bare pyoxigraph and beside rdflib.

    python -m bench --only asking

Bare pyoxigraph asks the same store on disk, whose default graph holds the union; it goes through all rows. rdflib asks
the union in memory, each question in a process of its own that is stopped when its time is up.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import graphs
from bench.measuring import Figures, in_turn, middle, process, ratio, run, shown, table

QUESTION = "who-works-where"
#: Seconds after which a question is not asked again, and after which rdflib is stopped at it.
PATIENCE, RDFLIB_PATIENCE = 5, 20
_BY_RDFLIB = """
import os, signal, sys, time
import rdflib
from kg.graph.catalogue import load_catalogue
from kg.namespaces import PREFIXES
graph = rdflib.Graph()
graph.parse(sys.argv[1], format="nt")
print("loaded", time.process_time(), flush=True)
load_catalogue()
list(graph.query("SELECT ?s { ?s a ?s } LIMIT 1", initNs=PREFIXES))  # what is loaded at the first question
for name in sys.argv[3:]:
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_REAL, float(sys.argv[2]))
        started = time.process_time()
        try:
            rows = len(list(graph.query(load_catalogue()[name].text, initNs=PREFIXES)))
            print(name, time.process_time() - started, rows, flush=True)
        except Exception:  # classes of characters in patterns that Python's do not have
            pass
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        print(name, "stopped", flush=True)
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
            rows = len(ask(question, store).rows)
            costs = [run(lambda question=question: ask(question, store)) for _ in range(3)]
            ours[name] = middle(costs), rows
    triples = folder / "union.nt"
    lines = {line.rpartition(" <")[0] for line in dataset.read_text("utf-8").splitlines()}
    triples.write_text("".join(f"{line} .\n" for line in sorted(lines)), "utf-8")
    words = [sys.executable, "-c", _BY_RDFLIB, str(triples), str(RDFLIB_PATIENCE), *ours]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    answered, stopped, loaded = {}, {}, 0.0
    for line in done.stdout.decode().splitlines():
        name, told, *rows_told = line.split()
        if name == "loaded":
            loaded = float(told)
        elif told == "stopped":
            stopped[name] = ours[name][0]
        else:
            answered[name] = [ours[name][0], float(told), ours[name][1], int(rows_told[0])]
    whole = {name: process(["-m", "kg", "query", name, "-d", str(folder)]).cpu for name in ours}
    return {
        "quads": quads, "asked": len(ours), "answered": answered, "stopped": stopped, "loaded": loaded, "whole": whole,
    }  # fmt: skip


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
    return text + _tell_rdflib(f["rdflib"])


def _tell_rdflib(f: Figures) -> str:
    given = RDFLIB_PATIENCE
    alone = [theirs / ours for ours, theirs, _, _ in f["answered"].values()] + [
        given / s for s in f["stopped"].values()
    ]
    asked = {name: theirs for name, (_, theirs, _, _) in f["answered"].items()} | dict.fromkeys(f["stopped"], given)
    whole = [(f["loaded"] + theirs) / f["whole"][name] for name, theirs in asked.items()]
    return (
        f"\nAt {f['quads']:,} quads rdflib answers {len(f['answered'])} of {f['asked']} questions; {len(f['stopped'])} "
        f"it does not finish in {given} s, which is what counts for them here. A question as a whole process, with "
        f"loading the data ({f['loaded']:.0f} s), takes {statistics.median(whole):,.0f} times as long as `kg query` "
        f"(median; {min(whole):,.0f}–{max(whole):,.0f}); with everything loaded, evaluation alone takes "
        f"{statistics.median(alone):,.0f} times as long ({min(alone):,.1f}–{max(alone):,.0f}).\n"
    )


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
