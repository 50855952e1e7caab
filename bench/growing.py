"""How the time of the graph stages grows with the number of documents: 1,000, 10,000, 100,000 generated readings.

    python -m bench --only growing

A document holds one statement, so that the largest corpus is done in minutes. Each size is a process of its own. The
exponent is the slope of a line through the logarithms (least squares): 1 is in proportion.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench import graphs
from bench.measuring import Figures, table

SIZES = (1_000, 10_000, 100_000)
STATEMENTS = 1


def measure(*, sizes: Sequence[int] = SIZES) -> Figures:
    """The stages at each size."""
    import subprocess

    found = {}
    for size in sizes:
        done = subprocess.run([sys.executable, "-m", "bench.growing", str(size)], capture_output=True, check=True)
        found[str(size)] = json.loads(done.stdout)
    stages = list(found[str(sizes[0])]["stages"])
    series = {stage: [found[str(size)]["stages"][stage] for size in sizes] for stage in stages}
    return {
        "sizes": list(sizes),
        "quads": [found[str(size)]["quads"] for size in sizes],
        "memory": [found[str(size)]["memory"] for size in sizes],
        "stages": series,
        "exponents": {stage: exponent(sizes, times) for stage, times in series.items()},
    }


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of the line that fits the logarithms best."""
    x, y = [math.log(s) for s in sizes], [math.log(t) for t in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


def stages(documents: int) -> Figures:
    """The graph stages of a build after reading and linking, in CPU seconds."""
    import gc
    import resource
    import tempfile

    from kg.graph.assembly import Whole, assemble
    from kg.graph.dataset import to_quads
    from kg.graph.gate import open_gate
    from kg.graph.parts import RELATION, Part, make_parts
    from kg.graph.quads import Quads

    readings = [graphs.reading(n, statements=STATEMENTS) for n in range(documents)]
    entities = {e.id: replace(e, mentions=()) for r in readings for e in r.entities}

    def relations(number: int) -> Quads:
        quads = to_quads(graphs.joined([readings[number]]), graphs.BUILD, graphs.SETTINGS)
        return Quads({name: {t for t in triples if t[1] in RELATION} for name, triples in quads.named.items()})

    whole = Whole(
        documents=tuple(r.document for r in readings),
        entities=[entities[i] for i in sorted(entities)],
        named=[[e.id for e in r.entities] for r in readings],
        relations=relations,
    )
    gate = open_gate(graphs.SETTINGS.base)
    gc.freeze()  # as a build does with what it has loaded
    spent = {"documents": 0.0}

    def parts() -> Iterator[Part]:
        for start in range(0, documents, 16):
            started = time.process_time()
            corpora = [graphs.joined([r]) for r in readings[start : start + 16]]
            made = make_parts(corpora, graphs.BUILD, graphs.SETTINGS, gate)
            spent["documents"] += time.process_time() - started
            yield from made

    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        made = assemble(parts(), whole, graphs.BUILD, graphs.SETTINGS, gate, Path(folder))
        spent["all"] = time.process_time() - started
        with (Path(folder) / "dataset.nq").open("rb") as file:
            quads = sum(1 for _ in file)
    assert made.report.conforms
    spent = {
        "graph, shapes and lines of each document": spent["documents"],
        "inference, shared nodes, sorting, writing": spent["all"] - spent["documents"],
        "all": spent["all"],
    }
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"quads": quads, "stages": spent, "memory": memory}


def tell(f: Figures) -> str:
    """The section of the page."""
    columns = ["stage", *(f"{n:,} documents" for n in f["sizes"]), "exponent"]
    rows = [
        [name, *(f"{t:,.2f} s" for t in times), f"{f['exponents'][name]:.2f}"] for name, times in f["stages"].items()
    ]
    rows.append(["quads", *(f"{n:,}" for n in f["quads"]), ""])
    rows.append(["peak memory", *(f"{n:,.0f} MB" for n in f["memory"]), ""])
    return table(columns, rows)


if __name__ == "__main__":
    print(json.dumps(stages(int(sys.argv[1]))))
