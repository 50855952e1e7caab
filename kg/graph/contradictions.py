"""Contradictions among the direct triples: which axiom they break, by which statements, in which sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from kg.graph.sentences import sentences_of
from kg.model import Finding, Severity
from kg.namespaces import shrink

Triple = tuple[Node, Node, Node]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is wrong with whom, the axiom it breaks, and the classes or properties in conflict."""

    words: str
    focus: Node
    axiom: URIRef
    conflict: tuple[Node, ...]


def contradictions(closed: Graph, data: list[Triple], ontology: Graph, statements: Graph) -> list[Finding]:
    """The contradictions of a closure, each with the given triples that lead to it, in order.

    Args:
        closed: the OWL 2 RL closure of data and ontology.
        data: the given triples.
        ontology: the axioms and the labels of its terms.
        statements: the assertions behind the given triples.
    """
    found = [*_of_classes(closed, ontology), *_of_properties(closed, data, ontology)]
    findings = {_finding(item, data, ontology, statements) for item in found}
    return sorted(findings, key=lambda f: (f.focus, f.message))


def _of_classes(closed: Graph, ontology: Graph) -> Iterator[Contradiction]:
    for left, right in ontology.subject_objects(OWL.disjointWith):
        for x in set(closed.subjects(RDF.type, left)) & set(closed.subjects(RDF.type, right)):
            names = " and ".join(sorted((_label(ontology, left), _label(ontology, right))))
            yield Contradiction(f"{_name(x)} cannot be both {names}", x, OWL.disjointWith, (left, right))


def _of_properties(closed: Graph, data: Iterable[Triple], ontology: Graph) -> Iterator[Contradiction]:
    """Misuse of the properties that the data state; the others could only mirror it through their inverses."""
    for term in sorted({URIRef(str(t[1])) for t in data}):
        kinds, name = set(ontology.objects(term, RDF.type)), shrink(term)
        pairs = sorted(set(closed.subject_objects(term)), key=str)
        if OWL.AsymmetricProperty in kinds:
            for x, y in ((x, y) for x, y in pairs if (y, x) in pairs and str(x) < str(y)):
                words = f"{_name(x)} {name} {_name(y)} and the other way round"
                yield Contradiction(words, x, OWL.AsymmetricProperty, (term,))
        for axiom in (OWL.IrreflexiveProperty, OWL.TransitiveProperty):
            for x in (x for x, y in pairs if axiom in kinds and x == y):
                yield Contradiction(f"{_name(x)} {name} itself, directly or by way of others", x, axiom, (term,))
        if OWL.FunctionalProperty in kinds:
            values = {x: [y for z, y in pairs if z == x] for x, _ in pairs}
            for x, several in ((x, ys) for x, ys in values.items() if len(ys) > 1):
                words = f"{_name(x)} has several values of {name}: {', '.join(map(_name, several))}"
                yield Contradiction(words, x, OWL.FunctionalProperty, (term,))


def _finding(item: Contradiction, data: Iterable[Triple], ontology: Graph, statements: Graph) -> Finding:
    reasons = sorted(_reasons(item, data, ontology), key=str)
    stated = [f"{_name(s)} {shrink(str(p))} {_name(o)}" for s, p, o in reasons]
    sentences = sorted({x for triple in reasons for x in sentences_of(statements, triple)})
    return Finding(
        # A circle of parts contradicts no axiom of OWL, though it can hardly be meant.
        severity=Severity.WARNING if item.axiom == OWL.TransitiveProperty else Severity.VIOLATION,
        message=f"Inconsistency: {item.words}" + (f"; stated: {'; '.join(stated)}" if stated else ""),
        focus=str(item.focus),
        path=", ".join(sorted({shrink(str(p)) for _, p, _ in reasons})) or None,
        value=", ".join(sorted(shrink(str(c)) for c in item.conflict)),
        shape=shrink(item.axiom),
        sentence=" | ".join(sentences) or None,
    )


def _reasons(item: Contradiction, data: Iterable[Triple], ontology: Graph) -> Iterator[Triple]:
    """The given triples that make the focus an instance of one of the classes, or use one of the properties."""
    conflict = set(item.conflict)
    for s, p, o in data:
        if item.focus in (s, o):
            kinds = set(ontology.objects(p, RDFS.domain)) if s == item.focus else set()
            kinds |= set(ontology.objects(p, RDFS.range)) if o == item.focus else set()
            kinds |= {o} if s == item.focus and p == RDF.type else set()
            above = {c for k in kinds for c in ontology.transitive_objects(k, RDFS.subClassOf)}
            if conflict & (above | set(ontology.transitive_objects(p, RDFS.subPropertyOf))):
                yield s, p, o


def _name(node: Node) -> str:
    """A short name: a prefixed name for a term, the last part of the IRI for an entity, the text of a literal."""
    text = str(node)
    return shrink(text) if shrink(text) != text else text.rpartition("/")[2] or text


def _label(ontology: Graph, term: Node) -> str:
    label = ontology.value(term, RDFS.label)
    return str(label) if label is not None else shrink(str(term))
