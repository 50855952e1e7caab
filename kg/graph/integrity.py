"""What shapes cannot say: only declared terms, no loose ends, no fact without words.

SHACL Core sees one focus node at a time and only where a shape targets it. These checks see every triple once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from kg.graph.indexed_graph import IndexedGraph
from kg.graph.sentences import words_of
from kg.graph.vocabulary import ACC
from kg.model import Finding, Severity
from kg.namespaces import shrink

_BUILT_IN = (RDF, RDFS, SKOS)
_PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_STATED = (ACC.Asserted, ACC.Reported)


@dataclass(frozen=True, slots=True)
class Declared:
    """What an ontology declares: properties, classes, and the relations that need words."""

    properties: frozenset[Node]
    classes: frozenset[Node]
    relations: tuple[Node, ...]


def declared(ontology: Graph) -> Declared:
    """What an ontology declares."""
    return Declared(
        properties=frozenset(p for kind in _PROPERTY_KINDS for p in ontology.subjects(RDF.type, kind)),
        classes=frozenset(ontology.subjects(RDF.type, OWL.Class)),
        relations=tuple(sorted(set(ontology.subjects(ACC.subjectKind)), key=str)),
    )


def check(data: IndexedGraph, known: Declared, base: str, *, words: bool = True) -> list[Finding]:
    """All findings of this module, in order.

    Args:
        data: everything but the ontology and what was inferred.
        known: the terms that the data may use, and the relations that need words.
        base: what the IRIs of the data begin with.
        words: whether facts are compared with assertions; the data may hold facts alone.
    """
    found = [*_undeclared(data, known), *_loose_ends(data, base)]
    if words:
        found += _facts_without_words(data, known.relations)
    return sorted(found, key=lambda f: (f.shape or "", f.focus, f.path or "", f.value or ""))


def _undeclared(data: IndexedGraph, known: Declared) -> Iterator[Finding]:
    """Predicates and classes that the ontology does not declare, one finding each with the first node that uses it."""
    for term in _unknown(data.predicates(), known.properties):
        focus, count = _first(s for s, targets in data.links_of(term).items() for _ in targets)
        words = f"The predicate {shrink(str(term))} is declared nowhere: correct it, or declare it in the ontology"
        yield _violation(data, f"{words} ({count} uses).", focus, "undeclared-predicate", path=shrink(str(term)))
    for term in _unknown(data.inverse_of(RDF.type), known.classes):
        focus, count = _first(data.subjects(RDF.type, term))
        words = f"The class {shrink(str(term))} is declared nowhere: correct it, or declare it in the ontology"
        yield _violation(
            data, f"{words} ({count} uses).", focus, "undeclared-class", path="rdf:type", value=shrink(str(term))
        )


def _unknown(used: Iterable[Node], known: frozenset[Node]) -> list[Node]:
    return sorted((t for t in used if t not in known and not _is_built_in(str(t))), key=str)


def _is_built_in(term: str) -> bool:
    """Whether a term is one of RDF, RDFS and SKOS, or owl:sameAs.

    Their namespaces alone do not tell: slips of the pen lie there as well.
    """
    vocabulary = next((v for v in _BUILT_IN if term.startswith(str(v))), None)
    return term == str(OWL.sameAs) or (vocabulary is not None and term in vocabulary)


def _loose_ends(data: IndexedGraph, base: str) -> Iterator[Finding]:
    """Nodes without a type, and IRIs of the base that stand as objects only."""
    described = {s for s in data.all_subjects() if str(s).startswith(base)}
    for node in described - data.links_of(RDF.type).keys():
        yield _violation(
            data, "What the data describe needs a type: add rdf:type.", str(node), "untyped", path="rdf:type"
        )
    ends = {o for o in data.all_iris() - described if str(o).startswith(base)}
    for subject, predicate, target in data if ends else ():
        if target in ends:
            path, value = shrink(str(predicate)), str(target)
            words = f"{path} leads to a node that the data do not describe: describe it, or remove the triple."
            yield _violation(data, words, str(subject), "loose-end", path=path, value=value)


def _facts_without_words(data: IndexedGraph, relations: Iterable[Node]) -> Iterator[Finding]:
    """Direct triples that no assertion states, and stated assertions without their direct triple."""
    direct = {(s, p, o) for p in relations for s, targets in data.links_of(p).items() for o in targets}
    stated = {t: a for a in _assertions(data) if (t := _statement(data, a))}
    for s, p, o in direct - stated.keys():
        words = "A direct triple needs an acc:Assertion that is asserted or reported: no fact without its words."
        yield _violation(data, words, str(s), "fact-without-words", path=shrink(str(p)), value=str(o))
    for s, p, o in stated.keys() - direct:
        yield Finding(
            severity=Severity.WARNING,
            message="What an assertion states should stand as a direct triple as well: write it.",
            focus=str(s),
            path=shrink(str(p)),
            value=str(o),
            shape="words-without-fact",
            sentence=" | ".join(words_of(data, stated[(s, p, o)])) or None,
        )


def _assertions(data: IndexedGraph) -> list[Node]:
    return sorted({a for status in _STATED for a in data.subjects(ACC.status, status)}, key=str)


def _statement(data: IndexedGraph, assertion: Node) -> tuple[Node, Node, Node] | None:
    parts = [data.value(assertion, term) for term in (RDF.subject, RDF.predicate, RDF.object)]
    subject, predicate, target = parts
    return (subject, predicate, target) if subject and predicate and target is not None else None


def _first(nodes: Iterable[Node]) -> tuple[str, int]:
    names = sorted(map(str, nodes))
    return names[0], len(names)


def _violation(
    data: IndexedGraph, message: str, focus: str, check: str, *, path: str | None = None, value: str | None = None
) -> Finding:
    return Finding(
        severity=Severity.VIOLATION,
        message=message,
        focus=focus,
        path=path,
        value=value,
        shape=check,
        sentence=" | ".join(words_of(data, URIRef(focus))) or None,
    )
