"""The terms that a user adds to the ontology: which they are, and whether they can be used.

A class of a user lies below a class of Accord, so that everything that knows the latter knows what to do with it; a
relation joins classes that are declared. What is wrong is told with the file, the term and the mend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Namespace, URIRef
from rdflib.term import Node

from kg.errors import InputError
from kg.namespaces import ACC, shrink

_ACC = Namespace(ACC)
_ENTRY = URIRef("http://www.w3.org/ns/lemon/ontolex#LexicalEntry")
_PARTS = (
    URIRef("http://www.w3.org/ns/lemon/ontolex#canonicalForm"),
    URIRef("http://www.w3.org/ns/lemon/ontolex#otherForm"),
    URIRef("http://www.w3.org/ns/lemon/synsem#synBehavior"),
)
_TERMS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
#: Axiom → the kind of term that must stand on its right.
_LINKS = {
    RDFS.subClassOf: "class",
    RDFS.domain: "class",
    RDFS.range: "class",
    _ACC.subjectKind: "class",
    _ACC.objectKind: "class",
    RDFS.subPropertyOf: "property",
    OWL.inverseOf: "property",
}


def added_terms(graph: Graph) -> list[str]:
    """The IRIs of the classes and properties that a user's file declares, sorted."""
    return sorted({str(s) for kind in _TERMS for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)})


def checked_terms(files: Mapping[str, Graph], own: Graph) -> Graph:
    """What all files of a user add to the ontology, without lexical entries.

    Domain and range of a relation are also what it may join (acc:subjectKind, acc:objectKind), unless that is given.

    Args:
        files: place → graph.
        own: the ontology of Accord.

    Raises:
        InputError: a term is Accord's, not declared, without label, below no class of Accord, or a construct of OWL
            that needs a blank node.
    """
    union = Graph()
    for graph in files.values():
        union += graph
    for place, graph in files.items():
        _check_imports(place, graph, files, own)
        _check_file(place, graph, union, own)
    kept = Graph()
    for s, p, o in union:
        if isinstance(s, URIRef) and not isinstance(o, BNode) and not _is_lexical(union, s):
            kept.add((s, p, o))
    for relation, axiom, given in _sides(kept):
        for kind in kept.objects(relation, axiom):
            if not str(kind).startswith(str(XSD)):
                kept.add((relation, given, kind))
    return kept


def _sides(graph: Graph) -> Iterator[tuple[Node, URIRef, URIRef]]:
    """The sides of relations for which only domain or range tells what may stand there."""
    for relation in sorted(set(graph.subjects(RDF.type, OWL.ObjectProperty)), key=str):
        for axiom, given in ((RDFS.domain, _ACC.subjectKind), (RDFS.range, _ACC.objectKind)):
            if (relation, given, None) not in graph:
                yield relation, axiom, given


def _is_lexical(graph: Graph, node: Node) -> bool:
    """Whether a node is an entry of the lexicon, or a frame or form of one: one file may hold both."""
    return (node, RDF.type, _ENTRY) in graph or any(True for part in _PARTS for _ in graph.subjects(part, node))


def _check_imports(place: str, graph: Graph, files: Mapping[str, Graph], own: Graph) -> None:
    known = set(own.subjects(RDF.type, OWL.Ontology)) | set(own.objects(None, OWL.versionIRI))
    for other in files.values():
        known |= set(other.subjects(RDF.type, OWL.Ontology)) | set(other.objects(None, OWL.versionIRI))
    for wanted in sorted(set(graph.objects(None, OWL.imports)), key=str):
        if wanted not in known:
            hint = "nothing is fetched: save that ontology as Turtle and give it with another --ontology"
            raise InputError(f"owl:imports {wanted} is none of the files given", where=place, hint=hint)


def _check_file(place: str, graph: Graph, union: Graph, own: Graph) -> None:
    for term in added_terms(graph):
        node, where = URIRef(term), f"{place}, {shrink(term)}"
        if term.startswith(ACC):
            hint = "declare the term in a namespace of your own, below the one of acc:"
            raise InputError("acc: is the namespace of Accord", where=where, hint=hint)
        if not term.startswith(("http://", "https://", "urn:")):
            raise InputError("a term needs an absolute IRI", where=where, hint="check @prefix and @base")
        if (node, RDFS.label, None) not in union and (node, SKOS.prefLabel, None) not in union:
            raise InputError("a term needs a label", where=where, hint='add rdfs:label "…"@en')
        for axiom, kind in _LINKS.items():
            for target in sorted(graph.objects(node, axiom), key=str):
                _check_target(where, axiom, kind, target, union, own)
        if (node, RDF.type, OWL.Class) in graph and not _below_own(node, union, own):
            hint = "add rdfs:subClassOf acc:Organization, or another class of acc: for what documents name"
            raise InputError("a class needs a class of acc: above it", where=where, hint=hint)


def _check_target(where: str, axiom: URIRef, kind: str, target: Node, union: Graph, own: Graph) -> None:
    name = shrink(str(axiom))
    if isinstance(target, BNode):
        hint = "name a class; several kinds of subject or object: one acc:subjectKind or acc:objectKind each"
        raise InputError(f"{name} with a blank node is not read", where=where, hint=hint)
    types = {OWL.Class} if kind == "class" else set(_TERMS) - {OWL.Class}
    declared = any((target, RDF.type, t) in g for t in types for g in (union, own))
    if not declared and not str(target).startswith(str(XSD)):
        hint = f"declare it: a owl:{'Class' if kind == 'class' else 'ObjectProperty'}, or correct the name"
        raise InputError(f"{name} names {shrink(str(target))}, a {kind} declared nowhere", where=where, hint=hint)


def _below_own(node: URIRef, union: Graph, own: Graph) -> bool:
    """Whether a class is below acc:Entity."""
    seen: set[Node] = set()
    todo: list[Node] = [node]
    while todo:
        current = todo.pop()
        if current == _ACC.Entity:
            return True
        if current not in seen:
            seen.add(current)
            todo += [p for g in (union, own) for p in g.objects(current, RDFS.subClassOf)]
    return False
