"""Anchors as Web Annotation targets (W3C Recommendation, sections 4.2.4 and 4.2.5).

The IRI of a target is a function of document and span, so that statements about the same words share one target.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import RDF, XSD, Graph, Literal, URIRef

from kg.graph.excerpts import surroundings
from kg.graph.vocabulary import OA
from kg.model import IRI, Anchor, Document
from kg.namespaces import digest, slug


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents that anchors point into, and the base of minted IRIs."""

    base: str
    documents: Mapping[IRI, Document]

    def words(self, anchor: Anchor) -> str:
        """The text under an anchor, letter by letter."""
        return self.documents[anchor.document].text[anchor.span.start : anchor.span.end]


def document_key(base: str, iri: str) -> str:
    """The part of a document's IRI that names its graphs and its statements."""
    local = iri.removeprefix(f"{base}document/")
    return local if re.fullmatch(r"[\w.-]+", local, re.ASCII) else f"{slug(iri)}-{digest(iri)}"


def target_iri(shelf: Shelf, anchor: Anchor) -> URIRef:
    """The IRI of the oa:SpecificResource for an anchor."""
    return URIRef(f"{shelf.base}evidence/{_local(shelf, anchor)}")


def add_target(graph: Graph, shelf: Shelf, anchor: Anchor) -> URIRef:
    """Write an anchor's target with its quote and position selectors, and return the target.

    Raises:
        ValueError: the span reaches beyond the text.
    """
    text = shelf.documents[anchor.document].text
    start, end = anchor.span.start, anchor.span.end
    if end > len(text):
        raise ValueError(f"{anchor.document}: span {start}..{end} reaches beyond {len(text)} characters")
    target = target_iri(shelf, anchor)
    if (target, RDF.type, OA.SpecificResource) in graph:
        return target
    quote = URIRef(f"{shelf.base}quote/{_local(shelf, anchor)}")
    position = URIRef(f"{shelf.base}position/{_local(shelf, anchor)}")
    triples = [
        (target, RDF.type, OA.SpecificResource),
        (target, OA.hasSource, URIRef(anchor.document)),
        (target, OA.hasSelector, quote),
        (target, OA.hasSelector, position),
        (quote, RDF.type, OA.TextQuoteSelector),
        (quote, OA.exact, Literal(text[start:end])),
        (position, RDF.type, OA.TextPositionSelector),
        (position, OA.start, Literal(str(start), datatype=XSD.nonNegativeInteger)),
        (position, OA.end, Literal(str(end), datatype=XSD.nonNegativeInteger)),
    ]
    for predicate, context in zip((OA.prefix, OA.suffix), surroundings(text, start, end), strict=True):
        if context:
            triples.append((quote, predicate, Literal(context)))
    for triple in triples:
        graph.add(triple)
    return target


def _local(shelf: Shelf, anchor: Anchor) -> str:
    return f"{document_key(shelf.base, anchor.document)}-{anchor.span.start}-{anchor.span.end}"
