"""What follows from the direct triples: OWL 2 RL closure by owlrl, new triples only, and contradictions as findings.

owlrl expands in place, writes literals as subjects, trivial and meta triples, and hides contradictions in blank nodes
(W3C OWL 2 Profiles, 4.3, names the rules): so it runs on a copy, and only triples about entities leave this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, SKOS, XSD, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from kg.graph.sentences import sentences_of
from kg.graph.vocabulary import ACC
from kg.model import Finding, Severity
from kg.namespaces import shrink

Triple = tuple[Node, Node, Node]
#: What is wrong in words, with whom, against which axiom, and the classes or properties in conflict.
Contradiction = tuple[str, str, str, tuple[Node, ...]]

#: Graphs whose triples are facts: `…/{document}/facts`, `…/claims`, `…/document`, and `…/entities`.
FACT_GRAPHS = ("facts", "claims", "document", "entities")

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
# owl:FunctionalProperty is left out: two entities are never one thing under two IRIs once documents are linked, so two
# values contradict each other (`_clashes_of_properties`) instead of being owl:sameAs.
_KINDS = frozenset(
    {
        OWL.Class,
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
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
    """The direct triples of all documents and the kinds of all entities: what `infer` is to be given."""
    graph = Graph()
    for name in sorted({str(q[3]) for q in dataset.quads()}):
        if name.rpartition("/")[2] in FACT_GRAPHS:
            for triple in dataset.graph(URIRef(name)):
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

    axioms, data = _axioms(ontology), _data(graph)
    closed = Graph()
    for triple in (*axioms, *data):
        closed.add(triple)
    semantics = OWLRL_Semantics(closed, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    terms = {s for s, _, _ in axioms}
    new = {t for t in closed if _is_about_an_entity(t, terms) and t not in graph}
    found = [*_clashes_of_classes(closed, axioms, ontology), *_clashes_of_properties(closed, data, ontology)]
    if not found:  # a rule of owlrl that this module has no words for
        found = [(message, str(OWL.Nothing), "owl:Nothing", ()) for message in sorted(semantics.error_messages)]
    lookup = statements if statements is not None else Graph()
    findings = {_finding(*item, data=data, ontology=ontology, statements=lookup) for item in found}
    return Closure(
        triples=tuple(sorted(new, key=lambda t: tuple(map(str, t)))),
        inconsistencies=tuple(sorted(findings, key=lambda f: (f.focus, f.message))),
    )


def _axioms(ontology: Graph) -> list[Triple]:
    """The triples of the ontology that entail something; annotations would only slow the closure down."""
    return [t for t in ontology if t[1] in _AXIOMS or (t[1] == RDF.type and t[2] in _KINDS)]


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


def _clashes_of_classes(closed: Graph, axioms: Iterable[Triple], ontology: Graph) -> Iterator[Contradiction]:
    """Individuals of two disjoint classes."""
    for left, axiom, right in axioms:
        if axiom == OWL.disjointWith:
            for x in set(closed.subjects(RDF.type, left)) & set(closed.subjects(RDF.type, right)):
                words = (
                    f"{_name(x)} is both {_label(ontology, left)} and {_label(ontology, right)}, which no entity can be"
                )
                yield words, str(x), "owl:disjointWith", (left, right)


def _clashes_of_properties(closed: Graph, data: Iterable[Triple], ontology: Graph) -> Iterator[Contradiction]:
    """Misuse of properties that the data state; the others could only mirror their inverses."""
    for p in sorted({str(t[1]) for t in data}):
        term, words = URIRef(p), shrink(p)
        kinds = set(ontology.objects(term, RDF.type))
        pairs = set(closed.subject_objects(term))
        if OWL.AsymmetricProperty in kinds:
            for x, y in ((x, y) for x, y in pairs if (y, x) in pairs and str(x) < str(y)):
                yield (
                    f"{_name(x)} {words} {_name(y)} and the other way round",
                    str(x),
                    "owl:AsymmetricProperty",
                    (term,),
                )
        if OWL.IrreflexiveProperty in kinds or OWL.TransitiveProperty in kinds:
            axiom = "owl:IrreflexiveProperty" if OWL.IrreflexiveProperty in kinds else "owl:TransitiveProperty"
            for x in (x for x, y in pairs if x == y):
                yield f"{_name(x)} {words} itself, directly or by way of others", str(x), axiom, (term,)
        if OWL.FunctionalProperty in kinds:
            for x in {x for x, _ in pairs}:
                values = sorted(_name(y) for z, y in pairs if z == x)
                if len(values) > 1:
                    yield (
                        f"{_name(x)} has several {words}: {', '.join(values)}",
                        str(x),
                        "owl:FunctionalProperty",
                        (term,),
                    )


def _finding(
    words: str,
    focus: str,
    axiom: str,
    conflict: tuple[Node, ...],
    *,
    data: Iterable[Triple],
    ontology: Graph,
    statements: Graph,
) -> Finding:
    reasons = sorted(_reasons(data, URIRef(focus), conflict, ontology), key=str)
    stated = [f"{_name(s)} {shrink(str(p))} {_name(o)}" for s, p, o in reasons]
    sentences = sorted({x for triple in reasons for x in sentences_of(statements, triple)})
    return Finding(
        # A circle of parts contradicts no axiom of OWL, though it can hardly be meant.
        severity=Severity.WARNING if axiom == "owl:TransitiveProperty" else Severity.VIOLATION,
        message=f"Inconsistency: {words}" + (f"; stated: {'; '.join(stated)}" if stated else ""),
        focus=focus,
        path=", ".join(sorted({shrink(str(p)) for _, p, _ in reasons})) or None,
        value=", ".join(sorted(shrink(str(c)) for c in conflict)) or None,
        shape=axiom,
        sentence=" | ".join(sentences) or None,
    )


def _reasons(data: Iterable[Triple], focus: Node, conflict: tuple[Node, ...], ontology: Graph) -> Iterator[Triple]:
    """The given triples that make the focus an instance of one of the classes, or that use one of the properties."""
    for s, p, o in data:
        kinds = {o} if p == RDF.type and s == focus else set()
        if s == focus:
            kinds |= set(ontology.objects(p, RDFS.domain))
        if o == focus:
            kinds |= set(ontology.objects(p, RDFS.range))
        above = {c for k in kinds for c in ontology.transitive_objects(k, RDFS.subClassOf)}
        if (focus in (s, o) and set(ontology.transitive_objects(p, RDFS.subPropertyOf)) & set(conflict)) or (
            above & set(conflict)
        ):
            yield s, p, o


def _name(node: Node | str) -> str:
    """A short name of an entity: the last part of its IRI."""
    text = str(node)
    short = shrink(text)
    return short if short != text else text.rpartition("/")[2] or text


def _label(ontology: Graph, term: Node) -> str:
    label = ontology.value(term, SKOS.prefLabel) or ontology.value(term, RDFS.label)
    return str(label) if label is not None else shrink(str(term))
