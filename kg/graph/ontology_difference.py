"""What changed between two versions of an ontology: terms that came or went, and what is said of the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from kg.errors import InputError
from kg.namespaces import shrink
from kg.turtle import malformed

_TERMS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, SKOS.Concept, SKOS.ConceptScheme)
_TERMS_OF_SCHEMES = (OWL.NamedIndividual,)
#: What readers are told but machines do not act on: a change of these breaks nothing.
_WORDS = (RDFS.label, RDFS.comment, SKOS.definition, SKOS.example, SKOS.editorialNote, SKOS.changeNote, SKOS.prefLabel)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change.

    Attributes:
        term: prefixed name.
        kind: "added", "removed", or "changed".
        axiom: prefixed name of what is said about the term; empty where the term itself came or went.
        old, new: the values, joined; empty where there is none.
        documentation: only words for readers changed.
    """

    term: str
    kind: str
    axiom: str = ""
    old: str = ""
    new: str = ""
    documentation: bool = False


def read_ontology_files(path: Path) -> Graph:
    """The Turtle of a file, or of all files of a folder but lexicons.

    Raises:
        InputError: there is none, or it is malformed.
    """
    files = sorted(path.glob("*.ttl")) if path.is_dir() else [path]
    graph = Graph()
    for file in files:
        if not (path.is_dir() and file.name.startswith("lexicon")):
            try:
                graph.parse(data=file.read_bytes(), format="turtle")
            except OSError as error:
                reason = error.strerror or str(error)
                raise InputError(f"cannot be read: {reason}", where=str(file), hint="check the path") from error
            except Exception as error:  # rdflib raises many types for bad Turtle
                raise malformed(error, str(file), users=True) from error
    if not len(graph):
        raise InputError("holds no ontology", where=str(path), hint="name a file of Turtle, or a folder of such files")
    return graph


def difference(old: Graph, new: Graph) -> tuple[Change, ...]:
    """All changes, by term; blank nodes are compared by what is said of them."""
    before, after = _terms(old), _terms(new)
    found = [Change(shrink(str(t)), "removed") for t in before - after]
    found += [Change(shrink(str(t)), "added") for t in after - before]
    ontologies = {s for g in (old, new) for s in g.subjects(RDF.type, OWL.Ontology)}
    for term in (before & after) | ontologies:
        axioms = {p for g in (old, new) for p in g.predicates(term)}
        for axiom in axioms:
            was, now = _values(old, old.objects(term, axiom)), _values(new, new.objects(term, axiom))
            if was != now:
                found.append(
                    Change(
                        term=shrink(str(term)),
                        kind="changed",
                        axiom=shrink(str(axiom)),
                        old="; ".join(sorted(was - now)),
                        new="; ".join(sorted(now - was)),
                        documentation=axiom in _WORDS or term in ontologies,
                    )
                )
    return tuple(sorted(found))


def _terms(graph: Graph) -> set[Node]:
    kinds = (*_TERMS, *_TERMS_OF_SCHEMES)
    return {s for kind in kinds for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}


def _values(graph: Graph, nodes: Iterable[Node]) -> set[str]:
    return {_value(graph, node, 0) for node in nodes}


def _value(graph: Graph, node: Node, depth: int) -> str:
    if isinstance(node, URIRef):
        return shrink(str(node))
    if isinstance(node, Literal):
        return str(node)
    if depth > 4:
        return "[…]"
    parts = sorted(f"{shrink(str(p))} {_value(graph, o, depth + 1)}" for p, o in graph.predicate_objects(node))
    return f"[ {' ; '.join(parts)} ]"
