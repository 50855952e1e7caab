"""What checking the shapes costs, compiled and by pySHACL, on the same graphs in one run.

    python -m bench.validating [FOLDER…] [--quads 100000] [--rounds 3]

Three graphs: a generated one that conforms, the same with 1,000 seeded errors, and what is read from the folders. The
results of both sides are compared on each. Timed are, in CPU seconds: the shapes alone (on ours, the index of the data
is there), the same from an rdflib graph (index, compile, apply), and the whole gate on a dataset.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rdflib import Dataset, Graph, Literal, URIRef

from kg.building import read_corpus
from kg.graph.compiled_shapes import apply_shapes
from kg.graph.dataset import to_dataset
from kg.graph.indexed_graph import IndexedGraph, uncollected
from kg.graph.shape_reading import compile_shapes
from kg.graph.validate import Engine, class_axioms, load_shapes, reference_results, validate
from kg.model import Date, Status, Unit
from kg.ontology import graph as own_ontology
from tests.builders import BUILD, SETTINGS, Writer, corpus, document

ERRORS = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Time both sides in turn; 1 if their results differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", default=[Path("seeds")])
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    generated = generate(options.quads)
    graphs = {
        "generated": generated,
        f"generated, {ERRORS} errors": spoil(generated, ERRORS),
        "read": to_dataset(read_corpus(options.folders, SETTINGS)[0], BUILD, SETTINGS),
    }
    return max([compare(name, dataset, options.rounds) for name, dataset in graphs.items()])


def compare(name: str, dataset: Dataset, rounds: int) -> int:
    """Print the times and ratios of one graph; 1 if the results differ."""
    shapes, graph = load_shapes(), union(dataset)
    index = IndexedGraph()
    index.add(graph)

    def compiled_from_graph() -> object:
        with uncollected():
            data = IndexedGraph()
            data.add(graph)
            return apply_shapes(compile_shapes(shapes), data)

    sides: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "shapes alone": (
            lambda: apply_shapes(compile_shapes(shapes), index),
            lambda: reference_results(shapes, graph),
        ),
        "from a graph": (compiled_from_graph, lambda: reference_results(shapes, graph)),
        "whole gate": (lambda: validate(dataset), lambda: validate(dataset, engine=Engine.PYSHACL)),
    }
    ours, theirs = set(apply_shapes(compile_shapes(shapes), index)), set(reference_results(shapes, graph))
    quads = sum(1 for g in dataset.graphs() for _ in g)
    same = "the same" if ours == theirs else f"DIFFERENT: {len(ours ^ theirs)}"
    print(f"{name}: {quads} quads, {len(index.all_subjects())} nodes, {len(theirs)} results, {same}")
    for label, (fast, slow) in sides.items():
        # In turn, so that what else the machine does falls on both sides alike.
        times = [(_seconds(fast), _seconds(slow)) for _ in range(rounds)]
        left, right = (statistics.median(column) for column in zip(*times, strict=True))
        ratios = [b / a for a, b in times]
        spread = f"{min(ratios):.0f}–{max(ratios):.0f}"
        print(f"  {label}: compiled {left:.2f} s, pySHACL {right:.2f} s, ratio {right / left:.1f} ({spread})")
    return int(ours != theirs)


def union(dataset: Dataset) -> Graph:
    """All triples, with the classes that shapes follow."""
    graph = Graph()
    for part in [*dataset.graphs(), class_axioms(own_ontology())]:
        for triple in part:
            graph.add(triple)
    return graph


def generate(quads: int) -> Dataset:
    """A graph of about so many quads: documents of one form, names and numbers varied, a third of the names shared."""
    one = sum(1 for g in to_dataset(corpus(_write(0)), BUILD, SETTINGS).graphs() for _ in g)
    return to_dataset(corpus(*(_write(n) for n in range(max(1, quads // one)))), BUILD, SETTINGS)


def _write(number: int) -> Writer:
    lines = []
    for part in range(12):
        place = f"{'Lake River Hill Oak'.split()[part % 4]} {part if part % 3 == 0 else 100 + number * 12 + part}"
        lines += [
            f"The {place} Teachers Association bargains with {place} District.",
            f"Ana Bell {number * 12 + part} is president of the {place} Teachers Association.",
            f"About {part + 1} percent of {place} agreed in {2000 + part}.",
            f"“Part {part} of {number} works,” Bell said.",
        ]
    w = Writer(document(f"news-{number}", " ".join(lines)))
    for part in range(12):
        first, second, third, fourth = lines[4 * part : 4 * part + 4]
        place = third.removeprefix(f"About {part + 1} percent of ").partition(" agreed")[0]
        union_ = w.entity("LaborUnion", f"{place} Teachers Association")
        district = w.entity("SchoolDistrict", f"{place} District")
        bell = w.entity("Person", second.partition(" is ")[0])
        status = Status.REPORTED if part % 4 == 0 else Status.ASSERTED
        w.states(union_, "bargainsWith", district, w.grounds(first, status=status, by=bell))
        w.states(bell, "affiliatedWith", union_, w.grounds(first, second))
        w.states(union_, "startedOn", Date(value=str(2000 + part)), w.grounds(third))
        w.role(bell, "president", union_, w.grounds(second))
        w.number(str(part + 1), Unit.PERCENT, f"{part + 1} percent", w.grounds(third), district, measure="agreed")
        w.says(bell, fourth[1 : fourth.index(",") + 1], "said", "Bell")
    w.sentences = [w.at(line) for line in lines]
    return w


def spoil(dataset: Dataset, errors: int) -> Dataset:
    """A copy with so many triples taken away, given twice with another's object, or given a wrong object."""
    choose = random.Random(1)
    quads = sorted(((s, p, o, str(g.identifier)) for g in dataset.graphs() for s, p, o in g), key=str)
    for number in range(errors):
        place, other = choose.randrange(len(quads)), choose.choice(quads)
        s, p, _, name = quads[place]
        wrong = Literal("") if choose.random() < 0.5 else other[2]
        quads[place : place + 1] = [[], [quads[place], (s, p, wrong, name)], [(s, p, wrong, name)]][number % 3]
    copy = Dataset()
    for s, p, o, name in quads:
        copy.graph(URIRef(name)).add((s, p, o))
    return copy


def _seconds(action: Callable[[], object]) -> float:
    started = time.process_time()
    action()
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
