"""The ontology as data: classes, relations and what may stand on their sides, read from `ontology/*.ttl`.

Local names stand for terms of acc:, prefixed names ("schema:Event") for terms of other vocabularies; terms that a user
adds go by their IRI. The lexicon lies in the same folder but is no ontology (`kg.lexicon`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from kg import assets
from kg.errors import AssetError
from kg.namespaces import ACC, iri_of, shrink
from kg.turtle import parse_turtle
from kg.user_terms import added_terms, checked_terms

#: The kinds of which everything that documents name has exactly one or a sub-class of one; pairwise disjoint.
FAMILIES = ("Person", "Organization", "Initiative", "Event", "Place", "Document", "Concept", "Cohort")

_KINDS = {
    OWL.ObjectProperty: "object",
    OWL.DatatypeProperty: "datatype",
    OWL.AnnotationProperty: "annotation",
}
_CHARACTERISTICS = {
    OWL.SymmetricProperty: "symmetric",
    OWL.TransitiveProperty: "transitive",
    OWL.FunctionalProperty: "functional",
    OWL.AsymmetricProperty: "asymmetric",
    OWL.IrreflexiveProperty: "irreflexive",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """A class of the ontology; `parents` are the direct ones, sorted."""

    name: str
    label: str
    definition: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property of the ontology.

    Attributes:
        kind: "object", "datatype" or "annotation".
        domain, range: what OWL infers of subject and object; None where it infers nothing.
        parents: direct super-properties, sorted.
        inverse: in either direction of owl:inverseOf; a symmetric property is its own.
        characteristics: of "symmetric", "transitive", "functional", "asymmetric", "irreflexive".
        subject_kinds, object_kinds: what may stand on the sides of a relation, given in the ontology by
            acc:subjectKind and acc:objectKind. Both empty: not a relation. Only the second empty: the object is a date.
    """

    name: str
    label: str
    definition: str
    kind: str
    domain: str | None
    range: str | None
    parents: tuple[str, ...]
    inverse: str | None
    characteristics: frozenset[str]
    subject_kinds: frozenset[str]
    object_kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """All terms of acc: by local name, and those that a user adds by IRI, in the order of their names.

    Attributes:
        version: IRI of this version.
        schemes: the members of each concept scheme ("Units", "Statuses", "SpeechKinds", "Supports", "Roles"), sorted.
        labels: the label of every term, members of schemes included.
    """

    version: str
    classes: Mapping[str, Class]
    properties: Mapping[str, Property]
    schemes: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    _ancestors: Mapping[str, frozenset[str]]

    @property
    def relations(self) -> tuple[str, ...]:
        """The properties that documents may state between two entities or an entity and a date."""
        return tuple(name for name, p in self.properties.items() if p.subject_kinds)

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether a class is another or one of its sub-classes; False for classes that the ontology lacks."""
        return ancestor in self._ancestors.get(kind, frozenset())

    def nearest_own(self, kind: str) -> str | None:
        """The nearest class of acc: among a class and those above it; of several as near the first by name."""
        level = [kind]
        while level:
            if own := sorted(k for k in level if ":" not in k):
                return own[0]
            level = [p for k in level if k in self.classes for p in self.classes[k].parents]
            level = [p for p in level if ":" not in p or p in self.classes]
        return None

    def family(self, kind: str) -> str | None:
        """The one of FAMILIES that a class belongs to."""
        return next((f for f in FAMILIES if self.is_a(kind, f)), None)

    def signature(self, relation: str) -> tuple[frozenset[str], frozenset[str]]:
        """The kinds that may be subject and object of a relation; no kind of object means a date.

        Raises:
            KeyError: not a relation of the ontology.
        """
        if relation not in self.properties or not self.properties[relation].subject_kinds:
            raise KeyError(relation)
        return self.properties[relation].subject_kinds, self.properties[relation].object_kinds

    def admits(self, relation: str, subject: str, object: str | None) -> bool:  # noqa: A002
        """Whether a relation may hold between two kinds; the object None stands for a date.

        Raises:
            KeyError: not a relation of the ontology.
        """
        subjects, objects = self.signature(relation)
        fits = any(self.is_a(subject, k) for k in subjects)
        return fits and (any(self.is_a(object, k) for k in objects) if object is not None else not objects)


def graph() -> Graph:
    """The axioms, annotations and schemes as triples: a new graph, which the caller may change.

    Raises:
        AssetError: a file is malformed Turtle.
    """
    copy = Graph()
    for prefix, namespace in _parsed().namespaces():
        copy.bind(prefix, namespace)
    for triple in _parsed():
        copy.add(triple)
    return copy


@assets.by_extension
def load_ontology() -> Ontology:
    """The ontology that Accord comes with, and what a user adds to it.

    Raises:
        AssetError: malformed Turtle, or a term without label or definition.
        InputError: a user's file is malformed, or declares what cannot be used.
    """
    return read_ontology(_parsed(), _added())


def read_ontology(source: Graph, added: Mapping[str, str] = MappingProxyType({})) -> Ontology:
    """The terms of acc: that a graph declares.

    Args:
        source: axioms and annotations.
        added: IRIs of the terms of others that count as well, each with the file that declares it.

    Raises:
        AssetError: no or several versions, or a term without label or definition.
    """
    versions = sorted(set(map(str, source.objects(URIRef(ACC), OWL.versionIRI))))
    if len(versions) != 1:
        raise AssetError(f"one owl:versionIRI is needed, there are {len(versions)}", where="ontology")
    classes = {n: _class(source, n) for n in _declared(source, (OWL.Class,), added)}
    properties = {n: _property(source, n) for n in _declared(source, _KINDS, added)}
    schemes = {n: _members(source, n) for n in _declared(source, (SKOS.ConceptScheme,), {})}
    concepts = sorted({c for members in schemes.values() for c in members})
    labels = {n: _text(source, n, RDFS.label) for n in sorted({*classes, *properties, *schemes, *concepts})}
    return Ontology(
        version=versions[0],
        classes=MappingProxyType(classes),
        properties=MappingProxyType(properties),
        schemes=MappingProxyType(schemes),
        labels=MappingProxyType(labels),
        _ancestors=MappingProxyType({n: _above(classes, n) for n in classes}),
    )


@assets.by_extension
def _parsed() -> Graph:
    users = {assets.place("ontology", name): parse_turtle("ontology", name) for name in _files(added=True)}
    own = _own()
    return own + checked_terms(users, own) if users else own


@cache
def _own() -> Graph:
    """The ontology that Accord comes with; the caller must not change it."""
    parsed = Graph(bind_namespaces="none")
    for name in _files(added=False):
        graph = parse_turtle("ontology", name)
        for prefix, namespace in graph.namespaces():
            parsed.bind(prefix, namespace)
        parsed += graph
    return parsed


def _files(*, added: bool) -> list[str]:
    names = assets.names("ontology", ".ttl")
    return [n for n in names if not n.startswith("lexicon") and assets.is_added("ontology", n) == added]


def _added() -> Mapping[str, str]:
    """The IRIs of the terms that a user adds, each with its file."""
    return {
        iri: assets.place("ontology", n) for n in _files(added=True) for iri in added_terms(parse_turtle("ontology", n))
    }


def _declared(source: Graph, kinds: Iterable[Node], added: Mapping[str, str]) -> list[str]:
    terms = {str(s) for kind in kinds for s in source.subjects(RDF.type, kind)}
    return sorted(_names(URIRef(t) for t in terms if t.startswith(ACC) or t in added))


def _class(source: Graph, name: str) -> Class:
    return Class(
        name=name,
        label=_text(source, name, RDFS.label),
        definition=_text(source, name, SKOS.definition),
        parents=_names(source.objects(URIRef(iri_of(name)), RDFS.subClassOf)),
    )


def _property(source: Graph, name: str) -> Property:
    node = URIRef(iri_of(name))
    types = set(source.objects(node, RDF.type))
    inverses = _names([*source.objects(node, OWL.inverseOf), *source.subjects(OWL.inverseOf, node)])
    symmetric = OWL.SymmetricProperty in types
    return Property(
        name=name,
        label=_text(source, name, RDFS.label),
        definition=_text(source, name, SKOS.definition),
        kind=next(kind for term, kind in _KINDS.items() if term in types),
        domain=next(iter(_names(source.objects(node, RDFS.domain))), None),
        range=next(iter(_names(source.objects(node, RDFS.range))), None),
        parents=_names(source.objects(node, RDFS.subPropertyOf)),
        inverse=name if symmetric else next(iter(inverses), None),
        characteristics=frozenset(word for term, word in _CHARACTERISTICS.items() if term in types),
        subject_kinds=frozenset(_names(source.objects(node, URIRef(ACC + "subjectKind")))),
        object_kinds=frozenset(_names(source.objects(node, URIRef(ACC + "objectKind")))),
    )


def _members(source: Graph, scheme: str) -> tuple[str, ...]:
    return _names(source.subjects(SKOS.inScheme, URIRef(iri_of(scheme))))


def _above(classes: Mapping[str, Class], name: str) -> frozenset[str]:
    found, todo = {name}, [name]
    while todo:
        current = classes.get(todo.pop())
        new = [p for p in (current.parents if current else ()) if p not in found]
        found.update(new)
        todo.extend(new)
    return frozenset(found)


def _names(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(sorted(n.removeprefix(ACC) if n.startswith(ACC) else shrink(n) for n in map(str, nodes)))


def _text(source: Graph, name: str, term: URIRef) -> str:
    text = source.value(URIRef(iri_of(name)), term)
    if text is None and ":" in name:
        return ""  # `checked_terms` has demanded what is needed
    if text is None:
        raise AssetError(f"a term needs {shrink(str(term))}", where=f"acc:{name}")
    return str(text)
