"""How the time of the graph stages grows with the number of documents: 1,000, 10,000, 100,000 generated readings.

    python -m bench --only growing

A document holds one or two statements, so that the largest corpus fits into memory with its graph. Each size is a
process of its own. The exponent is the slope of a line through the logarithms (least squares): 1 is in proportion.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from bench import graphs
from bench.measuring import Figures, table

Value = TypeVar("Value")
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
    """The graph stages of a build, one after another, in CPU seconds."""
    import gc
    import resource

    from kg.graph.dataset import add_inferred, to_quads
    from kg.graph.overview import overview
    from kg.graph.reason import infer_quads
    from kg.graph.serialize import to_nquads
    from kg.graph.validate import validate
    from kg.ontology import graph as own_ontology

    corpus = graphs.corpus(documents, statements=STATEMENTS)
    axioms = own_ontology()
    gc.freeze()  # as a build does with what it has read
    spent: dict[str, float] = {}

    def timed(name: str, action: Callable[[], Value]) -> Value:
        started = time.process_time()
        value = action()
        spent[name] = time.process_time() - started
        return value

    data = timed("graph", lambda: to_quads(corpus, graphs.BUILD, graphs.SETTINGS))
    closure = timed("inference", lambda: infer_quads(data, axioms))
    timed("validation", lambda: validate(data))
    add_inferred(data, closure.triples, graphs.SETTINGS)
    timed("overview", lambda: overview(data))
    timed("N-Quads", lambda: to_nquads(data))
    spent["all"] = sum(spent.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"quads": sum(map(len, data.named.values())), "stages": spent, "memory": memory}


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
