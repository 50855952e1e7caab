"""The story of `kg build`: documents to a validated dataset, a straight line without side effects.

`build` only computes; `publish` writes what it made, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg import __version__, assets
from kg.corpus.effort import Effort
from kg.corpus.entries import open_entries
from kg.corpus.outcomes import Outcome, build_key, find_outcome, keep_outcome, manifest_digest
from kg.corpus.readings import Progress, Readings, read_all
from kg.decisions import Decision, read_decisions
from kg.errors import InputError
from kg.extract.linking import link
from kg.extract.pinned import MODEL, MODEL_VERSION
from kg.graph.added import check_extension
from kg.graph.authority import Matches, match, match_triples, read_authorities
from kg.graph.dataset import BuildInfo, add_inferred, graph_iri, to_quads
from kg.graph.overview import overview
from kg.graph.provenance import made_by
from kg.graph.reason import infer_quads
from kg.graph.report import report_text, report_turtle
from kg.graph.serialize import to_nquads
from kg.graph.turtle import to_turtle
from kg.graph.validate import Engine, Report, validate
from kg.lexicon import load_lexicon
from kg.model import Corpus, Document, Skipped
from kg.ontology import graph as ontology_graph
from kg.settings import Settings
from kg.sources import read_documents
from kg.stores.directory import write_directory

_INFO = BuildInfo(version=__version__, model=MODEL, model_version=MODEL_VERSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The result of a build.

    Attributes:
        files: relative name → bytes of everything that `publish` writes.
        report: the outcome of validation, inconsistencies of reasoning included.
        skipped: sources that were not used, with the reason.
        counts: label → number, in the order to show them.
        key: identifies the result, for later builds; None where it must not be remembered.
        published: the folder that was asked about holds exactly this already, and `files` is empty.
    """

    files: dict[str, bytes]
    report: Report
    skipped: tuple[Skipped, ...]
    counts: dict[str, int]
    key: str | None = None
    published: bool = False


def build(
    sources: Sequence[Path],
    settings: Settings,
    effort: Effort | None = None,
    progress: Progress | None = None,
    target: Path | None = None,
) -> Build:
    """Read the sources and make their graph.

    Args:
        sources: files, folders, `-` for standard input.
        settings: what decides the result.
        effort: how it is done: processes, time, cache.
        progress: told how far the reading is.
        target: where it will be published; when the same build lies there, nothing is made.

    Raises:
        InputError: no source can be read.
    """
    effort = effort or Effort()
    with assets.extended(settings.extension), open_entries(effort.cache, effort.warn) as entries:
        check_extension(settings.extension)
        documents, skipped = _documents(sources, settings)
        key = build_key(documents, skipped, settings)
        if target and (known := find_outcome(entries, key, target)):
            return _published(known, key)
        readings = read_all(documents, settings, effort, entries, progress)
        return _make(readings, (*skipped, *readings.skipped), settings, key)


def read_corpus(
    sources: Sequence[Path], settings: Settings, progress: Progress | None = None, effort: Effort | None = None
) -> tuple[Corpus, tuple[Skipped, ...]]:
    """Read the sources and link what they name; with the sources that were not used.

    Raises:
        InputError: no source can be read.
    """
    effort = effort or Effort()
    with assets.extended(settings.extension), open_entries(effort.cache, effort.warn) as entries:
        check_extension(settings.extension)
        documents, skipped = _documents(sources, settings)
        readings = read_all(documents, settings, effort, entries, progress)
        return link(readings, load_lexicon(), settings.base, _decisions(settings)), (*skipped, *readings.skipped)


def unmapped_statements(corpus: Corpus, settings: Settings) -> bytes:
    """What no relation covers, as N-Quads: the unmapped statements with all that they refer to."""
    bare = tuple(
        replace(r, assertions=(), memberships=(), statistics=(), attributions=()) for r in corpus.readings if r.unmapped
    )
    return to_nquads(to_quads(replace(corpus, readings=bare), _INFO, settings))


def publish(made: Build, target: Path, effort: Effort | None = None, *, force: bool = False) -> None:
    """Write a build into its output folder, whole or not at all, and remember that it lies there.

    Raises:
        OutputError: the folder is not Accord's, was changed since and `force` is not given, or cannot be written.
    """
    write_directory(target, made.files, made_by=made_by(_INFO), force=force)
    if effort and effort.cache and made.key:
        with open_entries(effort.cache, effort.warn) as entries:
            keep_outcome(entries, made.key, _outcome(made, manifest_digest(target)))


def _documents(sources: Sequence[Path], settings: Settings) -> tuple[tuple[Document, ...], tuple[Skipped, ...]]:
    documents, skipped = read_documents(sources, settings.base, settings.limits)
    if not documents:
        raise _nothing(skipped)
    return documents, skipped


def _nothing(skipped: Sequence[Skipped]) -> InputError:
    reasons = "; ".join(f"{s.source}: {s.reason}" for s in skipped)
    return InputError(reasons or "there is nothing to read", hint="name documents, or folders that hold some")


def _make(readings: Readings, skipped: tuple[Skipped, ...], settings: Settings, key: str) -> Build:
    """The graph of what was read, checked."""
    corpus = link(readings, load_lexicon(), settings.base, _decisions(settings))
    dataset = to_quads(corpus, _INFO, settings)
    closure = infer_quads(dataset, ontology_graph(), settings.reasoner)
    matches = match(corpus, read_authorities(settings.extension))
    dataset.graph(graph_iri(settings.base, "authority")).update(match_triples(matches, settings.base))
    report = validate(dataset, base=settings.base).including([*closure.inconsistencies, *matches.ambiguous])
    add_inferred(dataset, closure.triples, settings)
    files = {
        "graph.ttl": overview(dataset),
        "dataset.nq": to_nquads(dataset),
        "inferred.ttl": to_turtle(closure.triples),
        "report.ttl": report_turtle(report, settings.base),
        "report.txt": report_text(report, skipped),
        **{f"documents/{d.name}.txt": d.text.encode() for d in corpus.documents},
    }
    counts = _counts(corpus, len(closure.triples)) | _linked(matches)
    # Time decides which documents are given up: the next build tries them again.
    remembered = None if readings.skipped else key
    return Build(files=files, report=report, skipped=skipped, counts=counts, key=remembered)


def _decisions(settings: Settings) -> tuple[Decision, ...]:
    files = [f for f in settings.extension.files if f.folder == "decisions"]
    return tuple(d for f in files for d in read_decisions(f.content, f.place))


def _published(known: Outcome, key: str) -> Build:
    report = Report(known.findings, known.shapes, known.focus_nodes, Engine(known.engine))
    return Build(files={}, report=report, skipped=known.skipped, counts=dict(known.counts), key=key, published=True)


def _outcome(made: Build, manifest: str) -> Outcome:
    report = made.report
    return Outcome(
        manifest=manifest,
        findings=report.findings,
        shapes=report.shapes,
        focus_nodes=report.focus_nodes,
        engine=report.engine.value,
        skipped=made.skipped,
        counts=made.counts,
    )


def _linked(matches: Matches) -> dict[str, int]:
    return {"links to authority files": len(matches.found)} if matches.found or matches.ambiguous else {}


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
