"""docs/terms.md, generated from the ontology: `python -m tests.vocabulary > docs/terms.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

from kg.namespaces import ACC, shrink

ROOT = Path(__file__).resolve().parents[1]
ACCORD = ROOT / "ontology" / "accord.ttl"

_INTRODUCTION = f"""\
<!-- Generated: python -m tests.vocabulary > docs/terms.md -->

# Terms of the ontology

`acc:` stands for <{ACC}>. Everything here is in `ontology/accord.ttl`, with examples and notes; what may stand on the
sides of a relation is checked by shapes. What the lines mean: *below* is the more general term, `org:`, `schema:`,
`foaf:`, `prov:`, `oa:` and `cito:` among them, so that reasoning gives these for free.
"""
_KINDS = (
    ("Classes", OWL.Class),
    ("Relations", OWL.ObjectProperty),
    ("Values", OWL.DatatypeProperty),
    ("Annotations", OWL.AnnotationProperty),
)
_SIDES = (("subjectKind", "from"), ("objectKind", "to"))


def terms() -> dict[str, list[URIRef]]:
    """Kind → the terms of acc: of that kind, by name."""
    graph = _graph()
    return {
        title: sorted({s for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef) and s.startswith(ACC)})
        for title, kind in _KINDS
    }


def markdown() -> str:
    """The page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    graph = _graph()
    yield _INTRODUCTION
    for title, listed in terms().items():
        if listed:
            yield f"## {title}\n"
            yield "| term | meaning | below | |"
            yield "|---|---|---|---|"
            yield from (_row(graph, term) for term in listed)
            yield ""


def _row(graph: Graph, term: URIRef) -> str:
    broader = [*graph.objects(term, RDFS.subClassOf), *graph.objects(term, RDFS.subPropertyOf)]
    facts = [
        f"{told} {_names(graph.objects(term, URIRef(ACC + side)))}" for side, told in _SIDES if _has(graph, term, side)
    ]
    facts += [f"inverse {_names([inverse])}" for inverse in sorted(graph.objects(term, OWL.inverseOf), key=str)]
    for kind in ("SymmetricProperty", "TransitiveProperty", "FunctionalProperty"):
        if (term, RDF.type, OWL[kind]) in graph:
            facts.append(kind.removesuffix("Property").lower())
    meaning = str(graph.value(term, SKOS.definition) or graph.value(term, RDFS.label) or "").replace("|", "\\|")
    return f"| `{shrink(term)}` | {meaning} | {_names(broader)} | {'; '.join(facts)} |"


def _has(graph: Graph, term: URIRef, side: str) -> bool:
    return graph.value(term, URIRef(ACC + side), any=True) is not None


def _names(nodes: Iterable[object]) -> str:
    named = sorted(shrink(str(node)) for node in nodes if isinstance(node, URIRef))
    return ", ".join(f"`{name}`" for name in named)


def _graph() -> Graph:
    return Graph().parse(ACCORD, format="turtle")


if __name__ == "__main__":
    sys.stdout.write(markdown())
