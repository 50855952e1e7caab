"""Inference: compiled rules beside owlrl on 100,000 quads, and the rules alone on ten times as many.

python -m bench --only closing
"""

from __future__ import annotations

from bench import graphs
from bench.measuring import Figures, in_turn, middle, profile_rows, profiled, ratio, run, shown
from kg.graph.quads import Quads
from kg.graph.reason import infer_quads
from kg.ontology import graph as own_ontology
from kg.settings import Reasoner

#: Of a document: the fewer, the more regions, and so facts, a graph of a size holds.
STATEMENTS = 3


def measure(*, quads: int = 100_000, times: int = 10, rounds: int = 5) -> Figures:
    """Both reasoners on so many quads; the rules on `times` as many."""
    small, large = (graphs.dataset(n, statements=STATEMENTS) for n in (quads, quads * times))
    axioms = own_ontology()

    def by(data: Quads, reasoner: Reasoner) -> object:
        return infer_quads(data, axioms, reasoner)

    sides = {
        "rules": lambda: run(lambda: by(small, Reasoner.RULES)),
        "large": lambda: run(lambda: by(large, Reasoner.RULES)),
    }
    costs = in_turn(sides, rounds)
    found = {}
    owlrl = [run(lambda: found.update(owlrl=by(small, Reasoner.OWLRL)))]
    rules = infer_quads(small, axioms)
    return {
        "quads": _size(small),
        "large": _size(large),
        "inferred": len(rules.triples),
        "equal": rules == found["owlrl"],
        "rules": middle(costs["rules"]),
        "owlrl": middle(owlrl),
        "ratio": {
            "median": owlrl[0].cpu / middle(costs["rules"]),
            "low": owlrl[0].cpu / max(c.cpu for c in costs["rules"]),
            "high": owlrl[0].cpu / min(c.cpu for c in costs["rules"]),
        },
        "growth": ratio(costs["large"], costs["rules"]),
        "profile": profiled(lambda: by(large, Reasoner.RULES)),
    }


def tell(f: Figures) -> str:
    """The section of the page."""
    same = "the same" if f["equal"] else "**not the same**"
    return (
        f"Closure of {f['quads']:,} generated quads ({f['inferred']:,} new triples, {same} by both): the rules take "
        f"{f['rules']:.2f} s, owlrl {f['owlrl']:.1f} s, {shown(f['ratio'], 0)} times as long (owlrl ran once). "
        f"{f['large']:,} quads take {shown(f['growth'], 1)} times as long as {f['quads']:,}.\n\n"
        f"Where the time goes: {profile_rows(f['profile'])}.\n"
    )


def _size(data: Quads) -> int:
    return sum(map(len, data.named.values()))
