"""What follows from the direct triples: OWL 2 RL closure by owlrl, new triples only, and contradictions as findings.

owlrl expands in place, writes literals as subjects, trivial and meta triples, and hides contradictions in blank nodes
(W3C OWL 2 Profiles, 4.3, names the rules): so it runs on a copy, and only triples about entities leave this module.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, XSD, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from kg.graph.contradictions import Triple, contradictions
from kg.graph.vocabulary import ACC
from kg.model import Finding, Severity
from kg.namespaces import shrink

#: Graphs of direct triples and of types: `…/{document}/facts`, `…/document`, and `…/entities`. What follows from a
#: claim would stand among the inferred triples without the one who claims it, so claims are left out.
FACT_GRAPHS = ("facts", "document", "entities")
#: What of the description of a document is a fact about the world; the rest is about its text.
_OF_DOCUMENTS = (RDF.type, ACC.voice)

_META = tuple(str(x) for x in (RDF, RDFS, OWL, XSD))
_AXIOMS = frozenset(
    {
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.inverseOf,
        OWL.disjointWith,
        OWL.equivalentClass,
        OWL.equivalentProperty,
        OWL.propertyDisjointWith,
    }
)
# Declarations (owl:Class, owl:ObjectProperty) are left out: from them follows only that each term is like itself.
# owl:FunctionalProperty is left out as well: two entities are never one thing under two IRIs once documents are linked,
# so two values contradict each other (kg.graph.contradictions) instead of being owl:sameAs.
_CHARACTERISTICS = frozenset(
    {
        OWL.TransitiveProperty,
        OWL.SymmetricProperty,
        OWL.AsymmetricProperty,
        OWL.IrreflexiveProperty,
    }
)


@dataclass(frozen=True, slots=True)
class Closure:
    """New triples, sorted, and the contradictions among the given ones."""

    triples: tuple[Triple, ...]
    inconsistencies: tuple[Finding, ...]


def facts(dataset: Dataset) -> Graph:
    """The facts of all documents and the kinds of all entities: what `infer` is to be given."""
    graph = Graph()
    for name in sorted(str(g.identifier) for g in dataset.graphs()):
        if name.rpartition("/")[2] in FACT_GRAPHS:
            for triple in dataset.graph(URIRef(name)):
                if not name.endswith("/document") or triple[1] in _OF_DOCUMENTS:
                    graph.add(triple)
    return graph


def infer(graph: Graph, ontology: Graph, statements: Graph | None = None) -> Closure:
    """Everything about the entities that follows under OWL 2 RL and is not given.

    Args:
        graph: direct triples and types; other triples (names, provenance) are passed over. Not changed.
        ontology: the axioms. Not changed.
        statements: where to look for the assertions behind a contradiction, so that it can give their sentences.
    """
    from owlrl import OWLRL_Semantics  # a third of a second to import, and most commands do not reason

    data = _data(graph)
    axioms = _axioms(ontology, data)
    closed = Graph()
    for triple in (*axioms, *data):
        closed.add(triple)
    semantics = OWLRL_Semantics(closed, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    terms = {term for s, _, o in axioms for term in (s, o)}
    new = {t for t in closed if _is_about_an_entity(t, terms) and t not in graph}
    found = contradictions(closed, data, ontology, statements if statements is not None else Graph())
    if not found:  # a rule of owlrl that `contradictions` has no words for
        found = [_unexplained(message) for message in sorted(semantics.error_messages)]
    return Closure(tuple(sorted(new, key=lambda t: tuple(map(str, t)))), tuple(found))


def _unexplained(message: str) -> Finding:
    shape = shrink(OWL.Nothing)
    return Finding(severity=Severity.VIOLATION, message=f"Inconsistency: {message}", focus=shape, shape=shape)


def _axioms(ontology: Graph, data: list[Triple]) -> list[Triple]:
    """The axioms that can entail something of these data: those of the terms in use and of all terms that they lead to.

    Annotations and the axioms of idle terms would change nothing but the time that the closure takes.
    """
    axioms = [t for t in ontology if t[1] in _AXIOMS or (t[1] == RDF.type and t[2] in _CHARACTERISTICS)]
    mutual = {OWL.inverseOf, OWL.equivalentClass, OWL.equivalentProperty}
    used: set[Node] = {o if p == RDF.type else p for _, p, o in data}
    size = 0
    while size < len(used):
        size = len(used)
        used |= {o for s, _, o in axioms if s in used} | {s for s, p, o in axioms if o in used and p in mutual}
    return [t for t in axioms if t[0] in used]


def _data(graph: Graph) -> list[Triple]:
    """The triples in terms of acc:, to which axioms apply."""
    return [(s, p, o) for s, p, o in graph if str(o if p == RDF.type else p).startswith(ACC) and isinstance(s, URIRef)]


def _is_about_an_entity(triple: Triple, terms: set[Node]) -> bool:
    subject, predicate, target = triple
    if not isinstance(subject, URIRef) or subject in terms or not isinstance(target, URIRef | Literal):
        return False
    if str(subject).startswith(_META) or str(predicate).startswith((str(OWL), str(RDFS))):
        return False
    return not (predicate == RDF.type and str(target).startswith(_META))
