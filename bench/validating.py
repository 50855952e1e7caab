"""The shapes compiled and by pySHACL on the same graphs: `python -m bench --only validating`.

A graph of 100,000 quads that conforms, the same with 1,000 seeded errors, and 1,000 small graphs with one to three
errors each. The results of both sides, as (focus, path, component, value, shape, severity), are compared on every one.
Timed are, in CPU seconds, the whole gate on the large graphs and the shapes alone on the small ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from rdflib import Graph

from bench import graphs
from bench.measuring import Figures, in_turn, middle, profile_rows, profiled, ratio, run, shown, table
from kg.graph.compiled_shapes import Result, apply_shapes
from kg.graph.indexed_graph import IndexedGraph
from kg.graph.quads import Quads
from kg.graph.shape_reading import compile_shapes
from kg.graph.validate import NOT_DATA, Engine, class_axioms, load_shapes, reference_results, validate
from kg.ontology import graph as own_ontology

Told = tuple[object, ...]


def measure(*, quads: int = 100_000, errors: int = 1_000, small: int = 1_000, rounds: int = 2) -> Figures:
    """Both sides on two large graphs and on so many small ones."""
    sound = graphs.dataset(quads)
    figures: Figures = {"graphs": {}}
    for name, data in {"conforming": sound, f"with {errors:,} errors": spoil(sound, errors, seed=1)}.items():
        costs = in_turn(
            {
                "compiled": lambda data=data: run(lambda: validate(data, engine=Engine.COMPILED)),
                "pyshacl": lambda data=data: run(lambda: validate(data, engine=Engine.PYSHACL)),
            },
            rounds,
            warm=False,
        )
        ours, theirs = both(data)
        figures["graphs"][name] = {
            "quads": sum(map(len, data.named.values())),
            "results": len(theirs),
            "equal": ours == theirs,
            "seconds": [middle(costs["compiled"]), middle(costs["pyshacl"])],
            "ratio": ratio(costs["pyshacl"], costs["compiled"]),
        }
    figures["small"] = compare_small(small)
    figures["profile"] = profiled(lambda: validate(sound, engine=Engine.COMPILED))
    return figures


def compare_small(number: int) -> Figures:
    """Both sides on so many small graphs with errors."""
    equal = results = broken = 0
    for data in small_graphs(number):
        ours, theirs = both(data)
        equal += ours == theirs
        results += len(theirs)
        broken += bool(theirs)
    return {"number": number, "equal": equal, "results": results, "broken": broken}


def small_graphs(number: int) -> Iterator[Quads]:
    """Graphs of one document of nine statements, each with one to three seeded errors."""
    for seed in range(number):
        reading = graphs.reading(seed, statements=9)
        data = graphs.to_quads(graphs.joined([reading]), graphs.BUILD, graphs.SETTINGS)
        yield spoil(data, 1 + seed % 3, seed=seed)


def both(data: Quads) -> tuple[set[Told], set[Told]]:
    """The results of the compiled shapes and of pySHACL."""
    shapes, index = load_shapes(), IndexedGraph()
    index.add((s, p, o) for s, p, o, name in data.quads() if not name.endswith(NOT_DATA))
    index.add(class_axioms(own_ontology()))
    graph: Graph = index.as_graph()
    return _told(apply_shapes(compile_shapes(shapes), index)), _told(reference_results(shapes, graph))


def spoil(data: Quads, errors: int, *, seed: int) -> Quads:
    """A copy with so many triples taken away, given twice with another's object, or given a wrong object."""
    choose = random.Random(seed)
    quads = sorted((s, p, o, name) for name, triples in data.named.items() for s, p, o in triples)
    copy = Quads({name: set(triples) for name, triples in data.named.items()})
    for _ in range(errors):
        s, p, o, name = choose.choice(quads)
        wrong = '""' if choose.random() < 0.5 else choose.choice(quads)[2]
        kind = choose.randrange(3)
        if kind != 1:
            copy.named[name].discard((s, p, o))
        if kind != 0:
            copy.named[name].add((s, p, wrong))
    return copy


def tell(f: Figures) -> str:
    """The section of the page."""
    rows = [
        [
            name,
            f"{g['quads']:,}",
            f"{g['results']:,}, {'the same' if g['equal'] else '**not the same**'}",
            f"{g['seconds'][0]:.2f} s",
            f"{g['seconds'][1]:.1f} s",
            shown(g["ratio"], 0),
        ]
        for name, g in f["graphs"].items()
    ]
    small = f["small"]
    return (
        table(["graph", "quads", "results of both", "compiled", "pySHACL", "ratio"], rows)
        + f"\nOf {small['number']:,} small graphs with seeded errors the results are the same on {small['equal']:,}; "
        f"{small['broken']:,} of them break shapes, with {small['results']:,} results.\n"
        f"\nWhere the time goes: {profile_rows(f['profile'])}.\n"
    )


def _told(results: list[Result]) -> set[Told]:
    return {(r.focus, r.path, r.component, r.value, r.shape, r.severity) for r in results}
