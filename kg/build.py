"""The story of `kg build`: documents to a validated dataset, a straight line without side effects.

`build` only computes; `publish` writes what it made, whole or not at all.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg import __version__
from kg.errors import InputError
from kg.extract.annotate import MODEL, MODEL_VERSION, load_model
from kg.extract.linking import link
from kg.extract.models import load_models
from kg.extract.reading import read
from kg.graph.dataset import BuildInfo, add_inferred, to_quads
from kg.graph.overview import overview
from kg.graph.reason import infer_quads
from kg.graph.report import report_text, report_turtle
from kg.graph.serialize import to_nquads
from kg.graph.turtle import to_turtle
from kg.graph.validate import Report, validate
from kg.lexicon import load_lexicon
from kg.model import Corpus, Skipped
from kg.ontology import graph as ontology_graph
from kg.settings import Settings
from kg.sources import read_documents
from kg.stores.directory import write_directory

_INFO = BuildInfo(version=__version__, model=MODEL, model_version=MODEL_VERSION)

#: Told how many documents are read of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The result of a build, not yet written.

    Attributes:
        files: relative name → bytes of everything that `publish` writes.
        report: the outcome of validation, inconsistencies of reasoning included.
        skipped: sources that were not used, with the reason.
        counts: label → number, in the order to show them.
    """

    files: dict[str, bytes]
    report: Report
    skipped: tuple[Skipped, ...]
    counts: dict[str, int]


def read_corpus(
    sources: Sequence[Path], settings: Settings, progress: Progress | None = None
) -> tuple[Corpus, tuple[Skipped, ...]]:
    """Read the sources and link what they name; with the sources that were not used.

    Raises:
        InputError: no source can be read.
    """
    documents, skipped = read_documents(sources, settings.base, settings.limits)
    if not documents:
        reasons = "; ".join(f"{s.source}: {s.reason}" for s in skipped)
        raise InputError(reasons or "there is nothing to read", hint="name documents, or folders that hold some")
    nlp, lexicon = load_model(), load_lexicon()
    models = load_models(settings.weights)
    gc.freeze()  # what is loaded stays: the collector need not walk through it again and again
    readings = []
    for number, document in enumerate(documents):
        if progress:
            progress(number, len(documents))
        readings.append(read(document, nlp, lexicon, models, unmapped=settings.unmapped))
    if progress:
        progress(len(documents), len(documents))
    return link(readings, lexicon, settings.base), skipped


def build(sources: Sequence[Path], settings: Settings, progress: Progress | None = None) -> Build:
    """Read the sources and make their graph.

    Raises:
        InputError: no source can be read.
    """
    corpus, skipped = read_corpus(sources, settings, progress)
    dataset = to_quads(corpus, _INFO, settings)
    closure = infer_quads(dataset, ontology_graph(), settings.reasoner)
    report = validate(dataset, base=settings.base).including(closure.inconsistencies)
    add_inferred(dataset, closure.triples, settings)

    files = {
        "graph.ttl": overview(dataset),
        "dataset.nq": to_nquads(dataset),
        "inferred.ttl": to_turtle(closure.triples),
        "report.ttl": report_turtle(report, settings.base),
        "report.txt": report_text(report, skipped),
        **{f"documents/{d.name}.txt": d.text.encode() for d in corpus.documents},
    }
    return Build(files=files, report=report, skipped=skipped, counts=_counts(corpus, len(closure.triples)))


def unmapped_statements(corpus: Corpus, settings: Settings) -> bytes:
    """What no relation covers, as N-Quads: the unmapped statements with all that they refer to."""
    bare = tuple(
        replace(r, assertions=(), memberships=(), statistics=(), attributions=()) for r in corpus.readings if r.unmapped
    )
    return to_nquads(to_quads(replace(corpus, readings=bare), _INFO, settings))


def publish(made: Build, target: Path) -> None:
    """Write a build into its output folder, whole or not at all.

    Raises:
        OutputError: the folder is not Accord's, or cannot be written.
    """
    write_directory(target, made.files)


def _counts(corpus: Corpus, inferred: int) -> dict[str, int]:
    readings = corpus.readings
    return {
        "documents": len(corpus.documents),
        "entities": len(corpus.entities),
        "relations": sum(len(r.assertions) for r in readings),
        "roles and cohorts": sum(len(r.memberships) for r in readings),
        "statistics": sum(len(r.statistics) for r in readings),
        "quotations and reports": sum(len(r.attributions) for r in readings),
        "inferred triples": inferred,
    }
