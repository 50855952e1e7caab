"""The story of `kg build`: documents to a validated dataset, a straight line without side effects.

`build` only computes; `publish` writes what it made, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import __version__
from kg.errors import InputError
from kg.extract.annotate import MODEL, MODEL_VERSION, load_model
from kg.extract.linking import link
from kg.extract.reading import keep_confident, read
from kg.graph.dataset import BuildInfo, add_inferred, facts, ontology_graph, to_dataset
from kg.graph.reason import infer
from kg.graph.report import report_text, report_turtle
from kg.graph.serialize import to_nquads, to_turtle
from kg.graph.validate import Report, validate
from kg.lexicon import load_lexicon
from kg.model import Corpus, Document, Finding, Reading, Severity, Skipped
from kg.settings import Settings
from kg.sources import read_documents
from kg.stores.directory import write_directory

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


def build(sources: Sequence[Path], settings: Settings, progress: Progress | None = None) -> Build:
    """Read the sources and make their graph.

    Raises:
        InputError: no source can be read.
    """
    documents, skipped = read_documents(sources, settings.base)
    if not documents:
        raise InputError("; ".join(f"{s.source}: {s.reason}" for s in skipped) or "no documents", hint="name .txt or .md files")
    readings = list(_read_all(documents, settings, progress))
    corpus = link(readings, load_lexicon(), settings.base)

    dataset = to_dataset(corpus, _build_info(documents), settings)
    closure = infer(facts(dataset), ontology_graph())
    report = validate(dataset).including(closure.inconsistencies)
    add_inferred(dataset, closure.triples, settings)

    files = {
        "graph.ttl": to_turtle(dataset),
        "dataset.nq": to_nquads(dataset),
        "inferred.ttl": to_turtle(closure.triples),
        "report.ttl": report_turtle(report),
        "report.txt": report_text(report, skipped),
        **{f"documents/{d.name}.txt": d.text.encode() for d in documents},
    }
    return Build(files=files, report=report, skipped=skipped, counts=_counts(corpus, len(closure.triples)))


def publish(made: Build, target: Path) -> None:
    """Write a build into its output folder.

    Raises:
        OutputError: the folder is not Accord's, or cannot be written.
    """
    write_directory(target, made.files)
