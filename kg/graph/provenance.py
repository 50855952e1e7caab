"""Where the graphs come from (PROV-O): the named graphs, the reading of each document, the build of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from kg import assets
from kg.graph.evidence import document_key
from kg.graph.terms import PROV, RDF, RDFS, SCHEMA, VOID, XSD, Term, Triple, iri, quote, typed
from kg.model import IRI, Corpus, Document
from kg.namespaces import ACC as ACC_BASE
from kg.namespaces import mint
from kg.settings import Settings

DOCUMENT_PARTS = ("document", "facts", "claims", "statements", "evidence")
#: Of a document, on request.
UNMAPPED = "unmapped"
CORPUS_PARTS = ("entities", "authority", "provenance", "inferred", "ontology")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildInfo:
    """What made the graph: the version of Accord, the language model that parses, the ontology's version IRI.

    `proposer`: the generative model that proposed statements, with the digest of its instructions.
    """

    version: str
    model: str
    model_version: str
    ontology: str | None = None
    proposer: str | None = None


def made_by(build: BuildInfo) -> dict[str, str]:
    """What a build depends on beside its sources → its version or digest; for the manifest."""
    return {
        "accord-kg": build.version,
        build.model: build.model_version,
        "ontology": assets.digest("ontology"),
        "shapes": assets.digest("shapes"),
    }


def graph_iri(base: str, part: str, document: str | None = None) -> IRI:
    """The name of a graph: one of DOCUMENT_PARTS or UNMAPPED of the document with that IRI, or one of CORPUS_PARTS."""
    if part not in (CORPUS_PARTS if document is None else (*DOCUMENT_PARTS, UNMAPPED)):
        raise ValueError(f"no such graph: {part}")
    return IRI(f"{base}graph/{part}" if document is None else f"{base}graph/{document_key(base, document)}/{part}")


def add_reading(graph: set[Triple], base: str, document: Document, build: BuildInfo, parts: Sequence[str]) -> None:
    """Describe, in the document's own graph, the activity that read it and the graphs (`parts`) that came of it."""
    activity = iri(_reading_iri(base, document, build))
    software, model = _agents(base, build)
    graph.add((activity, RDF.type, PROV.Activity))
    graph.add((activity, RDFS.label, quote(f"reading of {document.name}")))
    graph.add((activity, PROV.used, iri(document.iri)))
    graph.add((activity, PROV.used, model))
    graph.add((activity, PROV.wasAssociatedWith, software))
    if build.proposer:
        graph.add((activity, PROV.wasAssociatedWith, iri(_proposer(base, build.proposer))))
    for part in parts:
        name = iri(graph_iri(base, part, document.iri))
        graph.add((name, RDF.type, PROV.Entity))
        graph.add((name, RDFS.label, quote(f"{part} of {document.name}")))
        graph.add((name, PROV.wasDerivedFrom, iri(document.iri)))
        graph.add((name, PROV.wasGeneratedBy, activity))


def _agents(base: str, build: BuildInfo) -> tuple[Term, Term]:
    software = mint(base, "agent", name=f"accord-kg {build.version}")
    return iri(software), iri(mint(base, "agent", name=f"{build.model} {build.model_version}"))


def _proposer(base: str, name: str) -> IRI:
    return mint(base, "agent", name, name=name.partition(" (")[0])


def _reading_iri(base: str, document: Document, build: BuildInfo) -> IRI:
    parts = (document.sha256, build.version, build.model, build.model_version, *filter(None, [build.proposer]))
    return mint(base, "activity", *parts, name=f"reading {document_key(base, document.iri)}")


def add_build(graph: set[Triple], corpus: Corpus, build: BuildInfo, settings: Settings) -> None:
    """Describe the build: software, model, inputs; the clock only where `settings.epoch` gives it."""
    software, model = _agents(settings.base, build)
    inputs = sorted(f"{d.iri} {d.sha256}" for d in corpus.documents)
    made = (build.version, build.model, build.model_version, build.ontology, settings.min_confidence, settings.epoch)
    parts = (*made, *filter(None, [build.proposer]))
    activity = iri(mint(settings.base, "activity", *parts, *inputs, name="build"))
    dataset = iri(f"{settings.base}dataset")
    triples: list[Triple] = [
        (dataset, RDF.type, VOID.Dataset),
        (dataset, RDFS.label, quote("Accord dataset")),
        (dataset, VOID.vocabulary, iri(ACC_BASE)),
        (dataset, PROV.wasGeneratedBy, activity),
        (activity, RDF.type, PROV.Activity),
        (activity, RDFS.label, quote("build")),
        (activity, PROV.wasAssociatedWith, software),
        (activity, PROV.used, model),
        (software, RDF.type, PROV.SoftwareAgent),
        (software, RDFS.label, quote(f"accord-kg {build.version}")),
        (software, SCHEMA.softwareVersion, quote(build.version)),
        (model, RDF.type, PROV.Entity),
        (model, RDFS.label, quote(f"{build.model} {build.model_version}")),
        (model, SCHEMA.softwareVersion, quote(build.model_version)),
    ]
    for document in corpus.documents:
        triples.append((activity, PROV.used, iri(document.iri)))
        triples.append((activity, PROV.wasInformedBy, iri(_reading_iri(settings.base, document, build))))
    if build.proposer:
        agent = iri(_proposer(settings.base, build.proposer))
        triples.append((activity, PROV.wasAssociatedWith, agent))
        triples.append((agent, RDF.type, PROV.SoftwareAgent))
        triples.append((agent, RDFS.label, quote(build.proposer)))
    if build.ontology:
        triples.append((activity, PROV.used, iri(build.ontology)))
    if settings.epoch is not None:
        moment = datetime.fromtimestamp(settings.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        triples.append((activity, PROV.endedAtTime, typed(moment, XSD.dateTime)))
    graph.update(triples)
