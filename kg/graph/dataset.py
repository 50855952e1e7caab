"""The corpus as an RDF dataset: what is written into which named graph.

Graph names begin with `{base}graph/`; {doc} is the last part of a document's IRI.

    {doc}/document     the document: title, digest, voice, what it mentions and where first; the activity that read it
    {doc}/facts        direct triples of Asserted statements
    {doc}/claims       direct triples of Reported ones: somebody said so
    {doc}/statements   acc:Assertion, Membership, CohortMembership, Statistic, Attribution, Quotation
    {doc}/evidence     oa:SpecificResource with quote and position selectors, and that of the page or paragraph
    {doc}/unmapped     acc:UnmappedStatement: what no relation covers; only on request
    authority          links to entities of authority files, with their reasons; only on request
    entities           kind and names of everything named, and cohorts: the result of linking all documents
    provenance         the build: software, model, inputs
    inferred           what the reasoner adds
    ontology           the ontology with its schemes

The graphs of one document hold nothing that depends on another, so that one can be replaced alone; `entities` and
`provenance` are those of the whole corpus. No blank nodes: every IRI is a function of content.

Terms of the statements: rdf:subject, rdf:predicate, rdf:object, acc:status, acc:attributedTo, cito:citesAsEvidence,
oa:hasTarget, acc:support, acc:excerpt (the words of the evidence on one line), acc:rule, acc:confidence,
prov:wasDerivedFrom (the document); org:member, org:organization, acc:roleTitle, acc:former, acc:cohort,
acc:cohortLabel, schema:startDate, schema:endDate; acc:value, acc:upperValue, acc:unit, acc:about, acc:mainlyAbout,
acc:measure, acc:population, acc:period, acc:qualifier, acc:numerator, acc:denominator, acc:figure (a target);
acc:speechKind, acc:speaker, schema:text, acc:cueTarget, acc:sourceTarget. Of a cohort: acc:cohortOf, acc:ordinal,
labels. Of a document: dcterms:identifier (file stem), dcterms:title, dcterms:format, dcterms:date, dcterms:license,
dcterms:rights, schema:publisher, schema:author, schema:url, acc:sha256, acc:embeddedField, acc:inferredField,
acc:voice,
schema:mentions, acc:sentence (targets). Of an entity, in the document's graph: acc:mentionTarget, its first place
there. Graphs have rdfs:label, prov:wasDerivedFrom, prov:wasGeneratedBy. A membership that is denied, planned or
hypothetical is an acc:Assertion of acc:affiliatedWith with acc:roleTitle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from operator import itemgetter
from typing import Protocol, TypeVar

from rdflib import Dataset, URIRef
from rdflib.term import Node

from kg import ontology
from kg.graph.evidence import Shelf, add_target
from kg.graph.provenance import DOCUMENT_PARTS, UNMAPPED, BuildInfo, add_build, add_reading, graph_iri
from kg.graph.quads import Quads, as_dataset
from kg.graph.statements import (
    Graphs,
    add_assertion,
    add_attribution,
    add_membership,
    add_statistic,
    add_unmapped,
    cohort_iri,
    date,
    statement_iri,
)
from kg.graph.terms import ACC, DCTERMS, RDF, RDFS, SCHEMA, SKOS, XSD, Term, Triple, iri, n3, quote, typed
from kg.graph.terms import node as as_node
from kg.model import Anchor, Assertion, Attribution, Corpus, Document, Entity, Grounds, Membership, Reading, Statistic
from kg.namespaces import iri_of
from kg.settings import Settings

__all__ = ["BuildInfo", "add_inferred", "graph_iri", "to_dataset", "to_quads"]

Statement = TypeVar("Statement", Assertion, Membership, Statistic, Attribution)


def to_dataset(corpus: Corpus, build: BuildInfo, settings: Settings) -> Dataset:
    """The dataset of a linked corpus, as `to_quads`, in the terms of rdflib."""
    return as_dataset(to_quads(corpus, build, settings))


def to_quads(corpus: Corpus, build: BuildInfo, settings: Settings) -> Quads:
    """The dataset of a linked corpus; the reasoner's and the ontology's graphs are not in it.

    Statements below `settings.min_confidence` are left out.

    Raises:
        ValueError: a statement refers to an entity or a document that the corpus does not have.
    """
    _check_references(corpus)
    dataset = Quads()
    shelf = Shelf(settings.base, {d.iri: d for d in corpus.documents})
    entities = dataset.graph(graph_iri(settings.base, "entities"))
    names: dict[str, str] = {e.id: e.names[0] for e in corpus.entities}
    places = _first_places(corpus.entities)
    for entity in corpus.entities:
        _add_entity(entities, entity)
    for reading in corpus.readings:
        graphs = _graphs_of(dataset, settings.base, reading.document)
        _add_document(graphs.document, settings.base, reading, build)
        _add_mentions(graphs, shelf, reading, places.get(reading.document.iri, {}))
        _add_sentences(graphs, shelf, reading)
        _add_cohorts(entities, settings.base, reading, names)
        _add_statements(graphs, shelf, reading, settings.min_confidence)
        _add_unmapped(dataset, graphs, shelf, reading)
    add_build(dataset.graph(graph_iri(settings.base, "provenance")), corpus, build, settings)
    return dataset


def add_inferred(
    dataset: Dataset | Quads, triples: Iterable[tuple[Node | Term, Node | Term, Node | Term]], settings: Settings
) -> None:
    """Write what the reasoner found, and the ontology that it follows from, into graphs of their own."""
    for part, source in (("inferred", triples), ("ontology", ontology.graph())):
        name = graph_iri(settings.base, part)
        if isinstance(dataset, Quads):
            dataset.graph(name).update((n3(s), n3(p), n3(o)) for s, p, o in source)
        else:
            named = dataset.graph(URIRef(name))
            for s, p, o in source:
                named.add((as_node(s), as_node(p), as_node(o)))


def _graphs_of(dataset: Quads, base: str, document: Document) -> Graphs:
    return Graphs(*(dataset.graph(graph_iri(base, part, document.iri)) for part in DOCUMENT_PARTS))


def _check_references(corpus: Corpus) -> None:
    known: set[str] = {e.id for e in corpus.entities} | {d.iri for d in corpus.documents}
    documents = {d.iri for d in corpus.documents}
    for reading in corpus.readings:
        unknown = sorted(set(_references(reading)) - known) + sorted(
            {a.document for a in _anchors(reading)} - documents
        )
        if unknown:
            raise ValueError(f"{reading.document.name}: statements refer to unknown {', '.join(unknown)}")


def _references(reading: Reading) -> Iterator[str]:
    if reading.voice:
        yield reading.voice
    for assertion in reading.assertions:
        yield assertion.subject
        if isinstance(assertion.object, str):
            yield assertion.object
    for membership in reading.memberships:
        yield membership.member
        if membership.organization:
            yield membership.organization
    for statistic in reading.statistics:
        yield from statistic.about
    for unmapped in reading.unmapped:
        yield from (unmapped.subject, unmapped.object)
    yield from (a.speaker for a in reading.attributions if a.speaker)
    for grounds in _grounds(reading):
        yield from grounds.cites
        if grounds.attributed_to:
            yield grounds.attributed_to


def _grounds(reading: Reading) -> Iterator[Grounds]:
    yield from (a.grounds for a in reading.assertions)
    yield from (m.grounds for m in reading.memberships)
    yield from (u.grounds for u in reading.unmapped)
    yield from (s.grounds for s in reading.statistics)


def _anchors(reading: Reading) -> Iterator[Anchor]:
    for grounds in _grounds(reading):
        yield from grounds.evidence
    yield from reading.sentences
    yield from (s.figure for s in reading.statistics)
    for attribution in reading.attributions:
        yield from (a for a in (attribution.content, attribution.cue, attribution.source) if a)


def _add_entity(graph: set[Triple], entity: Entity) -> None:
    node = iri(entity.id)
    for kind in (entity.kind, *entity.classes):
        graph.add((node, RDF.type, iri(iri_of(kind))))
    _add_label(graph, node, entity.names[0])
    for name in sorted(set(entity.names[1:]) - {entity.names[0]}):
        graph.add((node, SKOS.altLabel, quote(name)))
    if entity.kind == "Document":
        _add_url(graph, node, entity.names[0])


def _add_label(graph: set[Triple], node: Term, label: str) -> None:
    graph.add((node, SKOS.prefLabel, quote(label)))
    graph.add((node, RDFS.label, quote(label)))


def _add_url(graph: set[Triple], node: Term, text: str | None) -> None:
    if text and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text):
        graph.add((node, SCHEMA.url, iri(text)))


def _add_document(graph: set[Triple], base: str, reading: Reading, build: BuildInfo) -> None:
    document, meta = reading.document, reading.document.metadata
    node = iri(document.iri)
    graph.add((node, RDF.type, ACC.Document))
    _add_label(graph, node, document.name)
    texts = {DCTERMS.identifier: document.name, DCTERMS["format"]: document.media_type, ACC.sha256: document.sha256}
    texts |= {
        DCTERMS["title"]: meta.title or "",
        SCHEMA.publisher: meta.publisher or "",
        SCHEMA.author: meta.author or "",
    }
    for term, text in texts.items():
        if text:
            graph.add((node, term, quote(text)))
    if meta.date:
        graph.add((node, DCTERMS.date, date(meta.date)))
    _add_url(graph, node, meta.url)
    if meta.licence:
        is_iri = re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", meta.licence)
        graph.add((node, DCTERMS.license, iri(meta.licence)) if is_iri else (node, DCTERMS.rights, quote(meta.licence)))
    for name in meta.embedded:
        graph.add((node, ACC.embeddedField, quote(name)))
    for name in meta.inferred:
        graph.add((node, ACC.inferredField, quote(name)))
    if reading.voice:
        graph.add((node, ACC.voice, iri(reading.voice)))
    add_reading(graph, base, document, build, DOCUMENT_PARTS + ((UNMAPPED,) if reading.unmapped else ()))


def _first_places(entities: Iterable[Entity]) -> dict[str, dict[str, Anchor]]:
    """Document → entity → its first mention there."""
    places: dict[str, dict[str, Anchor]] = {}
    for entity in entities:
        for anchor in entity.mentions:
            first = places.setdefault(anchor.document, {})
            first[entity.id] = min(anchor, first.get(entity.id, anchor))
    return places


def _add_mentions(graphs: Graphs, shelf: Shelf, reading: Reading, places: dict[str, Anchor]) -> None:
    """What the document names, with the first place; entities that only statements name have no place."""
    for entity in set(_references(reading)) | places.keys():
        if entity in shelf.documents:  # not a difference of sets: that would walk through all documents
            continue
        graphs.document.add((iri(reading.document.iri), SCHEMA.mentions, iri(entity)))
        if entity in places:
            target = add_target(graphs.evidence, shelf, places[entity])
            graphs.document.add((iri(entity), ACC.mentionTarget, target))


def _add_sentences(graphs: Graphs, shelf: Shelf, reading: Reading) -> None:
    """All sentences, so that questions reach what no statement was made of."""
    for anchor in reading.sentences:
        graphs.document.add((iri(reading.document.iri), ACC.sentence, add_target(graphs.evidence, shelf, anchor)))


def _add_cohorts(graph: set[Triple], base: str, reading: Reading, names: dict[str, str]) -> None:
    for item in reading.memberships:
        if item.cohort is None or item.organization is None or not item.grounds.status.stated:
            continue
        node = iri(cohort_iri(base, item.organization, item.cohort))
        graph.add((node, RDF.type, ACC.Cohort))
        graph.add((node, ACC.cohortOf, iri(item.organization)))
        graph.add((node, ACC.ordinal, typed(str(item.cohort), XSD.positiveInteger)))
        _add_label(graph, node, f"{names[item.organization]}, cohort {item.cohort}")
        if item.cohort_label:
            graph.add((node, SKOS.altLabel, quote(" ".join(item.cohort_label.split()))))


def _add_statements(graphs: Graphs, shelf: Shelf, reading: Reading, least: float) -> None:
    for node, assertion in _surest(shelf, "assertion", reading.assertions, least, lambda x: x.grounds):
        add_assertion(graphs, shelf, node, assertion)
    for node, membership in _surest(shelf, "membership", reading.memberships, least, lambda x: x.grounds):
        add_membership(graphs, shelf, node, membership)
    for node, statistic in _surest(shelf, "statistic", reading.statistics, least, lambda x: x.grounds):
        add_statistic(graphs, shelf, node, statistic)
    for node, attribution in _surest(shelf, "attribution", reading.attributions, least, lambda x: x):
        add_attribution(graphs, shelf, node, attribution)


def _add_unmapped(dataset: Quads, graphs: Graphs, shelf: Shelf, reading: Reading) -> None:
    if not reading.unmapped:
        return
    named = dataset.graph(graph_iri(shelf.base, UNMAPPED, reading.document.iri))
    for item in reading.unmapped:
        add_unmapped(replace(graphs, statements=named), shelf, statement_iri(shelf, "unmapped", item), item)


class _Rated(Protocol):
    @property
    def rule(self) -> str: ...
    @property
    def confidence(self) -> float: ...


def _surest(
    shelf: Shelf, kind: str, items: Iterable[Statement], least: float, rated: Callable[[Statement], _Rated]
) -> list[tuple[Term, Statement]]:
    """One statement for each IRI, the most confident: two rules may find the same words to state the same."""
    found: dict[Term, list[Statement]] = {}
    for item in items:
        if rated(item).confidence >= least:
            found.setdefault(statement_iri(shelf, kind, item), []).append(item)
    best = {
        node: same[0] if len(same) == 1 else min(same, key=lambda x: (-rated(x).confidence, rated(x).rule, repr(x)))
        for node, same in found.items()
    }
    return sorted(best.items(), key=itemgetter(0))
