"""What a dataset holds, for catalogues: DCAT 3 and VoID, with the digest that proves a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.graph.export import FORMATS, Line, by_subject, read_lines
from kg.graph.exports.canonical import digest_build
from kg.graph.exports.selection import Selection
from kg.graph.sorting import sorted_lines
from kg.graph.terms import DCTERMS, PROV, RDF, RDFS, VOID, XSD, Term, Vocabulary, iri, quote, text_of, typed
from kg.namespaces import ACC, DATA, PREFIXES, shrink

_DCAT = Vocabulary(PREFIXES["dcat"])
_SPDX = Vocabulary("http://spdx.org/rdf/terms#")
_MEDIA = "https://www.iana.org/assignments/media-types/application/n-quads"
#: Formats that the dataset can be had in, as the W3C names them.
_FEATURES = ("JSON-LD", "N-Quads", "N-Triples", "RDF_XML", "TriG", "Turtle")


@dataclass(slots=True)
class _Counted:
    """Numbers of the union of the selected graphs."""

    base: str = DATA
    triples: int = 0
    subjects: int = 0
    classes: Counter[Term] = field(default_factory=Counter)
    predicates: Counter[Term] = field(default_factory=Counter)
    about: set[Line] = field(default_factory=set)


def description(dataset: Path, selection: Selection) -> Iterator[str]:
    """Turtle that describes the selected graphs."""
    return FORMATS["ttl"](("", line) for line in _lines(dataset, selection))


def _lines(dataset: Path, selection: Selection) -> Iterator[str]:
    counted = _count(dataset, selection)
    objects = sum(1 for _ in sorted_lines(o for o in _objects(dataset, selection)))
    checksum, size = digest_build(dataset, selection.graph)
    whole, copy = iri(f"{counted.base}dataset"), iri(f"{counted.base}dataset/n-quads")
    yield from (f"{whole} {RDF.type} {kind}" for kind in (VOID.Dataset, _DCAT.Dataset))
    yield f'{whole} {DCTERMS.title} "Accord dataset"@en'
    yield f'{whole} {DCTERMS.description} "Who is who in documents, what they state, in which words, on whose word."@en'
    yield f"{whole} {VOID.vocabulary} {iri(ACC)}"
    yield f"{whole} {VOID.uriSpace} {quote(counted.base)}"
    yield from (f"{whole} {VOID.feature} {iri(f'http://www.w3.org/ns/formats/{name}')}" for name in _FEATURES)
    yield from sorted({f"{whole} {predicate} {value}" for predicate, value in counted.about})
    numbers = {"triples": counted.triples, "distinctSubjects": counted.subjects, "distinctObjects": objects}
    numbers |= {"classes": len(counted.classes), "properties": len(counted.predicates)}
    yield from (f"{whole} {VOID[name]} {_number(number)}" for name, number in numbers.items())
    for part, (kind, counts) in _PARTITIONS.items():
        for term, number in getattr(counted, counts).items():
            node = iri(f"{counted.base}dataset/{kind}/{shrink(text_of(term)).replace(':', '-')}")
            yield f"{whole} {VOID[f'{kind}Partition']} {node}"
            yield f"{node} {VOID[kind]} {term}"
            yield f"{node} {VOID[part]} {_number(number)}"
    yield f"{whole} {_DCAT.distribution} {copy}"
    yield f"{copy} {RDF.type} {_DCAT.Distribution}"
    yield f"{copy} {_DCAT.mediaType} {iri(_MEDIA)}"
    yield f"{copy} {_DCAT.byteSize} {typed(str(size), XSD.nonNegativeInteger)}"
    yield f'{copy} {RDFS.comment} "Canonical N-Quads of RDFC-1.0; the checksum is that of kg digest."@en'
    yield f"{copy} {_SPDX.checksum} {copy[:-1]}/checksum>"
    yield f"{copy[:-1]}/checksum> {RDF.type} {_SPDX.Checksum}"
    yield f"{copy[:-1]}/checksum> {_SPDX.algorithm} {_SPDX.checksumAlgorithm_sha256}"
    yield f"{copy[:-1]}/checksum> {_SPDX.checksumValue} {typed(checksum, XSD.hexBinary)}"


#: What a partition is counted in → its kind, and which numbers.
_PARTITIONS = {"entities": ("class", "classes"), "triples": ("property", "predicates")}


def _count(dataset: Path, selection: Selection) -> _Counted:
    counted = _Counted()
    for _, properties in by_subject(_noted(dataset, selection, counted)):
        counted.subjects += 1
        counted.classes.update(properties.get(RDF.type, ()))
        for predicate, values in properties.items():
            counted.triples += len(values)
            counted.predicates[predicate] += len(values)
    return counted


def _noted(dataset: Path, selection: Selection, counted: _Counted) -> Iterator[Line]:
    """The selected triples; on the way, what the description repeats is noted."""
    for name, triple in read_lines(dataset):
        if name.endswith(("graph/entities", "graph/provenance")):
            counted.base = name.rpartition("graph/")[0]
        if name.endswith("/provenance"):
            _, predicate, target = triple.split(" ", 2)
            if predicate == PROV.endedAtTime:
                counted.about.add((DCTERMS.issued, target))
            elif predicate == PROV.used and "/document/" in target:
                counted.about.add((DCTERMS.source, target))
        if selection.graph(name):
            yield name, triple


def _objects(dataset: Path, selection: Selection) -> Iterator[str]:
    return (triple.split(" ", 2)[2] for _, triple in read_lines(dataset, selection.graph))


def _number(number: int) -> Term:
    return typed(str(number), XSD.integer)
