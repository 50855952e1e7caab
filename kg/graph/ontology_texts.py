"""What an ontology says of its terms in words: annotations by term, for its documentation."""

from __future__ import annotations

from rdflib import DCTERMS, OWL, RDFS, SKOS, Graph, URIRef

from kg import ontology as ontologies
from kg.graph.ontology_report import UNCHECKED
from kg.graph.validate import load_shapes
from kg.namespaces import ACC, PREFIXES, iri_of, shrink
from kg.ontology import load_ontology

_VANN = PREFIXES["vann"]
#: What is shown of terms, and of the ontology, in this order.
_OF_TERMS = {
    SKOS.definition: "definition",
    RDFS.comment: "comment",
    SKOS.example: "example",
    SKOS.editorialNote: "note",
    SKOS.changeNote: "changes",
    SKOS.closeMatch: "close match",
    SKOS.relatedMatch: "related",
    SKOS.exactMatch: "exact match",
    OWL.disjointWith: "disjoint with",
}
_OF_ONTOLOGY = {
    DCTERMS.title: "title",
    DCTERMS.description: "description",
    OWL.versionInfo: "version",
    OWL.versionIRI: "version IRI",
    OWL.priorVersion: "prior version",
    DCTERMS.creator: "creator",
    DCTERMS.license: "licence",
    DCTERMS.created: "created",
    DCTERMS.modified: "modified",
    URIRef(_VANN + "preferredNamespacePrefix"): "prefix",
    URIRef(_VANN + "preferredNamespaceUri"): "namespace",
    SKOS.changeNote: "changes",
}


def texts() -> dict[str, dict[str, tuple[str, ...]]]:
    """Term → label of an annotation → its values, sorted; under "" those of the ontology itself."""
    known, graph, shapes = load_ontology(), ontologies.graph(), load_shapes()
    found = {"": _values(graph, URIRef(ACC), _OF_ONTOLOGY)}
    for name in (*known.classes, *known.properties):
        node = URIRef(iri_of(name))
        found[name] = _values(graph, node, _OF_TERMS) | _values(shapes, node, {UNCHECKED: "unchecked"})
    return found


def _values(graph: Graph, node: URIRef, shown: dict[URIRef, str]) -> dict[str, tuple[str, ...]]:
    found = {label: tuple(sorted(_text(o) for o in graph.objects(node, term))) for term, label in shown.items()}
    return {label: values for label, values in found.items() if values}


def _text(value: object) -> str:
    text = str(value)
    return shrink(text) if isinstance(value, URIRef) and text.startswith(ACC) else text
