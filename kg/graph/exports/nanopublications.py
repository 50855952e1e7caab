"""Nanopublications (nanopub.net guidelines) in TriG: four graphs for each statement, under a trusty URI.

What is asserted is the direct triple only where the document asserts it; of claims, denials, roles, figures and words
it is the description of the statement. They are unsigned: who publishes them signs them.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from kg.graph.export import FORMATS, Line
from kg.graph.exports.origins import Origins, Properties, read_statements
from kg.graph.exports.selection import ASSERTED, Selection
from kg.graph.terms import ACC, CITO, DCTERMS, OA, PROV, RDF, RDFS, Term, iri, is_iri, quote, split_literal, text_of
from kg.namespaces import PREFIXES

_NP = "http://www.nanopub.org/nschema#"
#: Terms of a statement that tell how it came about, not what it says.
_GROUNDS = frozenset(
    {OA.hasTarget, ACC.support, ACC.excerpt, ACC.rule, ACC.confidence, CITO.citesAsEvidence, PROV.wasDerivedFrom}
)
#: Stands for the trusty code until it is known (trusty URI specification, module RA).
_HOLE = " "


def nanopublications(dataset: Path, selection: Selection) -> Iterator[str]:
    """One nanopublication for each statement."""
    origins = Origins()
    statements = read_statements(dataset, selection, origins)
    return FORMATS["trig"](line for found in statements for line in _publication(*found, origins))


def _publication(subject: str, properties: Properties, origins: Origins) -> Iterator[Line]:
    name = f"{subject}/{_HOLE}"
    statement, publication, assertion = iri(subject), iri(name), iri(f"{name}#assertion")
    documents = properties.get(PROV.wasDerivedFrom, [])
    activities = sorted({origins.readings[d] for d in documents if d in origins.readings})
    graphs: dict[str, list[tuple[Term, Term, Term]]] = {
        "Head": [
            (publication, RDF.type, iri(f"{_NP}Nanopublication")),
            *((publication, iri(f"{_NP}has{part[0]}"), iri(f"{name}#{part[1]}")) for part in _PARTS),
        ],
        "assertion": list(_assertion(statement, properties)),
        "provenance": [
            *((assertion, predicate, o) for predicate in sorted(_GROUNDS) for o in properties.get(predicate, ())),
            *((assertion, PROV.wasAttributedTo, who) for who in _speakers(properties, documents, origins)),
            *((assertion, PROV.wasGeneratedBy, activity) for activity in activities),
            (assertion, RDFS.seeAlso, statement),
        ],
        "pubinfo": [
            (publication, RDFS.label, quote(f"statement {subject.rpartition('/')[2]}")),
            *((publication, PROV.wasAttributedTo, by) for a in activities for by in origins.software.get(a, ())),
            *((publication, DCTERMS.created, moment) for moment in origins.ended),
        ],
    }
    quads = [(f"{name}#{graph}", *triple) for graph, triples in graphs.items() for triple in triples]
    code = trusty_code(quads)
    for graph, *triple in quads:
        yield graph.replace(_HOLE, code), " ".join(_filled(term, code) for term in triple)


_PARTS = (("Assertion", "assertion"), ("Provenance", "provenance"), ("PublicationInfo", "pubinfo"))


def _assertion(statement: Term, properties: Properties) -> Iterator[tuple[Term, Term, Term]]:
    ends = [properties.get(term, []) for term in (RDF.subject, RDF.predicate, RDF.object)]
    if all(len(values) == 1 for values in ends) and text_of(properties[ACC.status][0]).endswith(ASSERTED):
        (subject,), (predicate,), (target,) = ends
        yield subject, predicate, target
        return
    for predicate, values in properties.items():
        if predicate not in _GROUNDS:
            yield from ((statement, predicate, value) for value in values)


def _speakers(properties: Properties, documents: list[Term], origins: Origins) -> list[Term]:
    """Who says it: the source that is named, else the documents' own voices."""
    named = properties.get(ACC.attributedTo) or properties.get(ACC.speaker)
    return named or sorted({origins.voices[d] for d in documents if d in origins.voices})


def trusty_code(quads: list[tuple[str, Term, Term, Term]]) -> str:
    """The code of module RA ("RA" and the SHA-256 of the quads): a blank stands in their IRIs where it belongs."""
    lines = sorted((graph, text_of(s), text_of(p), *_order(o)) for graph, s, p, o in quads)
    content = "".join("".join(f"{part}\n" for part in (*line[:3], line[-1])) for line in dict.fromkeys(lines))
    return f"RA{urlsafe_b64encode(sha256(content.encode()).digest()).decode().rstrip('=')}"


def _order(term: Term) -> tuple[int, str, str, str, str]:
    """What objects are sorted by (IRIs, then literals by words, datatype, language), and how they are written."""
    text = text_of(term)
    if is_iri(term):
        return 0, text, "", "", text
    mark = split_literal(term)[1]
    words = text.replace("\\", "\\\\").replace("\n", "\\n")
    if mark.startswith("@"):
        return 1, text, "", mark[1:], f"{mark.lower()} {words}"
    datatype = mark[3:-1] or f"{PREFIXES['xsd']}string"
    return 1, text, datatype, "", f"^{datatype} {words}"


def _filled(term: Term, code: str) -> Term:
    return term.replace(_HOLE, code) if is_iri(term) else term
