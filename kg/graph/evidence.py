"""Anchors as Web Annotation targets (W3C Recommendation, sections 4.2.1, 4.2.4 and 4.2.5).

The IRI of a target is a function of document and span, so that statements about the same words share one target.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kg.graph.excerpts import surroundings
from kg.graph.terms import ACC, DCTERMS, OA, RDF, XSD, Term, Triple, iri, quote, typed
from kg.model import IRI, Anchor, Document
from kg.namespaces import digest, slug

#: What defines fragments of PDF files, by the name that the recommendation gives it.
PDF_FRAGMENTS = "http://tools.ietf.org/rfc/rfc3778"
#: The same of HTML and of plain text.
HTML_FRAGMENTS = "http://tools.ietf.org/rfc/rfc3236"
TEXT_FRAGMENTS = "http://tools.ietf.org/rfc/rfc5147"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents that anchors point into, and the base of minted IRIs."""

    base: str
    documents: Mapping[IRI, Document]

    def words(self, anchor: Anchor) -> str:
        """The text under an anchor, letter by letter."""
        return self.documents[anchor.document].text[anchor.span.start : anchor.span.end]


@cache
def document_key(base: str, document: IRI) -> str:
    """The part of a document's IRI that names its graphs and its statements."""
    local = document.removeprefix(f"{base}document/")
    return local if re.fullmatch(r"[\w.-]+", local, re.ASCII) else f"{slug(document)}-{digest(document)}"


def add_target(graph: set[Triple], shelf: Shelf, anchor: Anchor) -> Term:
    """Write an anchor's target with its quote and position selectors, and return the target.

    Raises:
        ValueError: the span reaches beyond the text.
    """
    text = shelf.documents[anchor.document].text
    start, end = anchor.span.start, anchor.span.end
    if end > len(text):
        raise ValueError(f"{anchor.document}: span {start}..{end} reaches beyond {len(text)} characters")
    local = f"{document_key(shelf.base, anchor.document)}-{start}-{end}"
    target = iri(f"{shelf.base}evidence/{local}")
    kind = (target, RDF.type, OA.SpecificResource)
    if kind in graph:
        return target
    words, position = iri(f"{shelf.base}quote/{local}"), iri(f"{shelf.base}position/{local}")
    graph.update(
        (
            kind,
            (target, OA.hasSource, iri(anchor.document)),
            (target, OA.hasSelector, words),
            (target, OA.hasSelector, position),
            (words, RDF.type, OA.TextQuoteSelector),
            (words, OA.exact, quote(text[start:end])),
            (position, RDF.type, OA.TextPositionSelector),
            (position, OA.start, typed(str(start), XSD.nonNegativeInteger)),
            (position, OA.end, typed(str(end), XSD.nonNegativeInteger)),
        )
    )
    for predicate, context in zip((OA.prefix, OA.suffix), surroundings(text, start, end), strict=True):
        if context:
            graph.add((words, predicate, quote(context)))
    page = shelf.documents[anchor.document].page(start)
    if page is not None:
        graph.add((target, OA.hasSelector, _add_page(graph, shelf, anchor.document, page)))
    paragraph = shelf.documents[anchor.document].paragraph(start)
    if paragraph is not None:
        graph.add((target, OA.hasSelector, _add_paragraph(graph, shelf, anchor.document, paragraph)))
    return target


def _add_page(graph: set[Triple], shelf: Shelf, document: IRI, page: int) -> Term:
    """Write the selector of a page (section 4.2.1), which `#page=…` behind the address of a PDF opens."""
    selector = iri(f"{shelf.base}page/{document_key(shelf.base, document)}-{page}")
    graph.update(
        (
            (selector, RDF.type, OA.FragmentSelector),
            (selector, RDF.value, quote(f"page={page}")),
            (selector, DCTERMS.conformsTo, iri(PDF_FRAGMENTS)),
            (selector, ACC.pageStart, typed(str(shelf.documents[document].pages[page - 1]), XSD.nonNegativeInteger)),
        )
    )
    return selector


def _add_paragraph(graph: set[Triple], shelf: Shelf, document: IRI, number: int) -> Term:
    """Write the selector of a paragraph: a fragment (section 4.2.1) where its format has one, or an XPath (4.2.3)."""
    paragraph = shelf.documents[document].paragraphs[number - 1]
    selector = iri(f"{shelf.base}paragraph/{document_key(shelf.base, document)}-{number}")
    if paragraph.place.startswith("/"):
        kind = OA.XPathSelector
    else:
        kind = OA.FragmentSelector
        standard = HTML_FRAGMENTS if paragraph.place.startswith("#") else TEXT_FRAGMENTS
        graph.add((selector, DCTERMS.conformsTo, iri(standard)))
    graph.update(
        (
            (selector, RDF.type, kind),
            (selector, RDF.value, quote(paragraph.place.removeprefix("#"))),
            (selector, ACC.paragraphStart, typed(str(paragraph.start), XSD.nonNegativeInteger)),
        )
    )
    return selector
