"""Questions: a whole `kg query` beside importing what it needs; answers beside bare pyoxigraph and beside rdflib.

    python -m bench --only asking

Bare pyoxigraph asks the same store on disk, whose default graph holds the union; it goes through all rows. rdflib asks
the union in memory, each question in a process of its own that is stopped when its time is up; Accord asks it in memory
too, as everybody does who keeps the data open (`kg.open`), and beside that on disk, as a single `kg query` does.
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
    opening = run(lambda: open_data(dataset, named=False, resident=True)).cpu
    stores = {"memory": open_data(dataset, named=False, resident=True), "disk": open_data(dataset)}
    ours: dict[str, dict[str, float]] = {}
    for name, question in load_catalogue().items():
        if not any(p.required for p in question.parameters):
            sides = {
                place: lambda question=question, store=store: run(lambda: ask(question, store))
                for place, store in stores.items()
            }
            costs = {place: middle(found) for place, found in in_turn(sides, 5).items()}
            ours[name] = {**costs, "rows": len(ask(question, stores["memory"]).rows)}
    triples = folder / "union.nt"
    lines = {line.rpartition(" <")[0] for line in dataset.read_text("utf-8").splitlines()}
    triples.write_text("".join(f"{line} .\n" for line in sorted(lines)), "utf-8")
    words = [sys.executable, "-c", _BY_RDFLIB, str(triples), str(RDFLIB_PATIENCE), *ours]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    loaded, questions = 0.0, dict[str, Figures]()
    for line in done.stdout.decode().splitlines():
        name, told, *rows_told = line.split()
        if name == "loaded":
            loaded = float(told)
        else:
            stopped = told == "stopped"
            theirs = RDFLIB_PATIENCE if stopped else float(told)
            rows = None if stopped else int(rows_told[0])
            whole = process(["-m", "kg", "query", name, "-d", str(folder)]).cpu
            questions[name] = {**ours[name], "rdflib": theirs, "rdflib rows": rows, "whole": whole}
    return {"quads": quads, "asked": len(ours), "loaded": loaded, "opening": opening, "questions": questions}


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
        + ", ".join(f"{n} {q['kg']:.1f} s" for n, q in sorted(asked.items(), key=lambda i: -i[1]["kg"])[:3])
        + ".\n"
    )
    return text + _tell_rdflib(f["rdflib"])


def _tell_rdflib(f: Figures) -> str:
    asked: dict[str, Any] = f["questions"]
    stopped = sum(q["rdflib rows"] is None for q in asked.values())
    memory, disk = ({n: q["rdflib"] / q[place] for n, q in asked.items()} for place in ("memory", "disk"))
    whole = {n: (f["loaded"] + q["rdflib"]) / q["whole"] for n, q in asked.items()}
    text = (
        f"\nBeside rdflib at {f['quads']:,} quads. Of {f['asked']} questions it finishes {len(asked) - stopped}; "
        f"{stopped} it does not finish in {RDFLIB_PATIENCE} s, which is what counts for them here; "
        f"{f['asked'] - len(asked)} have patterns that Python does not know, and are left out. Times as long as "
        "Accord, medians:\n\n"
    )
    rows = [
        ["evaluation alone, both in memory", "the union, as `kg.open` holds it", _spread(memory)],
        ["evaluation alone, Accord on disk", "the store that `kg query` opens", _spread(disk)],
        ["whole processes, loading and asking", "`kg query`, its store made before", _spread(whole)],
    ]
    text += table(["what", "Accord asks", "rdflib takes"], rows)
    text += (
        f"\nAccord has the union in memory after {f['opening']:.1f} s, rdflib after {f['loaded']:.1f} s. Both in "
        "memory, rdflib is nearest in these:\n\n"
    )
    nearest = sorted(memory, key=lambda n: (memory[n], n))[:5]
    near = [(n, asked[n]["rows"], 1000 * asked[n]["memory"], 1000 * asked[n]["rdflib"], memory[n]) for n in nearest]
    rows = [[f"`{n}`", f"{r:,}", f"{a:,.1f} ms", f"{b:,.0f} ms", f"{times:,.0f}"] for n, r, a, b, times in near]
    return text + table(["question", "rows", "Accord", "rdflib", "ratio"], rows)


def _spread(ratios: dict[str, float]) -> str:
    found = ratios.values()
    return f"{statistics.median(found):,.0f} ({min(found):,.1f}–{max(found):,.0f})"


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
