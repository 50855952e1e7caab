"""The story of `kg build`: documents to a validated dataset, a straight line without side effects.

`build` only computes; `publish` writes what it made, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from kg import __version__, assets
from kg.corpus.effort import Effort
from kg.corpus.entries import Entries, open_entries, prune
from kg.corpus.files import Files
from kg.corpus.outcomes import Outcome, build_key, find_outcome, keep_outcome, manifest_digest
from kg.corpus.parts import Parts
from kg.corpus.readings import Progress, Readings, read_all
from kg.corpus.remote import fetched
from kg.corpus.texts import Documents, laid_down
from kg.decisions import Decision, read_decisions
from kg.errors import InputError, SettingsError
from kg.extension import NONE, Extension
from kg.extract.linking import find_links, link, outline
from kg.extract.pinned import MODEL, MODEL_VERSION
from kg.graph.added import check_extension
from kg.graph.assembly import Whole, assemble, make_whole
from kg.graph.authority import Matches, match, read_authorities
from kg.graph.dataset import BuildInfo, to_quads
from kg.graph.derivation import recovered
from kg.graph.gate import WholeNeededError, open_gate
from kg.graph.provenance import made_by
from kg.graph.report import report_text, report_turtle
from kg.graph.serialize import to_nquads
from kg.graph.validate import Engine, Report
from kg.lexicon import load_lexicon
from kg.model import Corpus, Document, Skipped
from kg.settings import Proposer, Settings
from kg.sources import stream_documents
from kg.sources.metadata import infer_title
from kg.stores.directory import write_directory

if TYPE_CHECKING:
    from kg.corpus.proposing import Estimate, Proposed

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
        started: when, in seconds of the epoch; what the cache gave since then is in use.
        published: the folder that was asked about holds exactly this already, and `files` is empty.
        extension: the user's files that it was made with.
        proposed: what came of asking a language model, where one was asked.
    """

    files: Files
    report: Report
    skipped: tuple[Skipped, ...]
    counts: dict[str, int]
    key: str | None = None
    published: bool = False
    started: float = field(default_factory=time)
    proposed: Proposed | None = None
    extension: Extension = NONE


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
    effort, started = effort or Effort(), time()
    with ExitStack() as stack:
        stack.enter_context(assets.extended(settings.extension))
        entries = stack.enter_context(open_entries(effort.cache, effort.warn))
        check_extension(settings.extension)
        documents, skipped = stack.enter_context(_documents(sources, settings, entries))
        key = build_key(documents.bare, skipped, settings)
        if target and (known := find_outcome(entries, key, target)):
            return _published(known, key)
        readings = read_all(documents, settings, effort, entries, progress)
        proposed = _propose(readings, settings.proposer, progress) if settings.proposer else None
        made = _make(readings, proposed, (*skipped, *readings.skipped), settings, key, effort)
        return replace(made, started=started, extension=settings.extension)


def estimate_proposals(
    sources: Sequence[Path], settings: Settings, effort: Effort | None = None, progress: Progress | None = None
) -> Estimate:
    """What asking a language model would take; it is not asked, and nothing is made.

    Raises:
        InputError: no source can be read, or there is nothing to ask about.
        SettingsError: no language model is named.
    """
    if settings.proposer is None:
        raise SettingsError("no language model is named", hint="name it: --extractor llm --endpoint URL --model NAME")
    from kg.corpus.proposing import estimate  # spaCy

    effort = effort or Effort()
    with open_entries(effort.cache, effort.warn) as entries, _documents(sources, settings, entries) as (documents, _):
        return estimate(read_all(documents, settings, effort, entries, progress), settings.proposer)


def rebuild(folder: Path, effort: Effort | None = None, progress: Progress | None = None) -> Build:
    """Make the graph of an output folder again, of its own texts; nothing known from earlier builds is used.

    Metadata that were given stand in the dataset alone, and are taken from there.

    Raises:
        InputError: the dataset is not one that a build writes.
    """
    known, settings = recovered(folder)
    settings = replace(settings, extension=assets.current())
    titled = (
        replace(d, metadata=replace(d.metadata, title=infer_title(d.text))) if "title" in d.metadata.inferred else d
        for d in known.documents
    )
    with open_entries(None, lambda _: None) as entries, laid_down(titled) as documents:
        readings = read_all(documents, settings, effort or Effort(), entries, progress)
        return _make(readings, None, readings.skipped, settings, "", Effort())


def read_corpus(
    sources: Sequence[Path], settings: Settings, progress: Progress | None = None, effort: Effort | None = None
) -> tuple[Corpus, tuple[Skipped, ...]]:
    """Read the sources and link what they name; with the sources that were not used.

    Raises:
        InputError: no source can be read.
    """
    effort = effort or Effort()
    with ExitStack() as stack:
        stack.enter_context(assets.extended(settings.extension))
        entries = stack.enter_context(open_entries(effort.cache, effort.warn))
        check_extension(settings.extension)
        documents, skipped = stack.enter_context(_documents(sources, settings, entries))
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
    if made.published:  # it has no files, and the folder must not lose those that lie there
        return
    with assets.extended(made.extension):
        write_directory(target, made.files.paths(), made_by=made_by(_INFO), force=force)
    if effort and effort.cache and made.key:
        with open_entries(effort.cache, effort.warn) as entries:
            keep_outcome(entries, made.key, _outcome(made, manifest_digest(target)))
            prune(effort.cache, since=made.started)


@contextmanager
def _documents(
    sources: Sequence[Path], settings: Settings, entries: Entries
) -> Iterator[tuple[Documents, tuple[Skipped, ...]]]:
    left_out: list[Skipped] = []

    def used(found: Iterable[Document | Skipped]) -> Iterator[Document]:
        for one in found:
            if isinstance(one, Document):
                yield one
            else:
                left_out.append(one)

    with ExitStack() as stack:
        with fetched(sources, settings.limits) as files:
            found = stream_documents(files.paths, settings.base, settings.limits)
            documents = stack.enter_context(laid_down(used(found), entries.stage))
            skipped = files.told(sorted(left_out, key=lambda s: (s.source, s.reason)))
        if not documents:
            raise _nothing(skipped)
        yield documents, skipped


def _nothing(skipped: Sequence[Skipped]) -> InputError:
    reasons = "; ".join(f"{s.source}: {s.reason}" for s in skipped)
    return InputError(reasons or "there is nothing to read", hint="name documents, or folders that hold some")


def _propose(readings: Readings, proposer: Proposer, progress: Progress | None) -> Proposed:
    from kg.corpus.proposing import propose  # spaCy, which a build that reads nothing does without

    return propose(readings, proposer, progress)


def _make(
    plain: Readings,
    proposed: Proposed | None,
    skipped: tuple[Skipped, ...],
    settings: Settings,
    key: str,
    effort: Effort,
) -> Build:
    """The graph of what was read, checked: document by document, or as a whole where that cannot be."""
    readings, info = proposed or plain, _info(settings)
    lexicon, decisions, authorities = load_lexicon(), _decisions(settings), read_authorities(settings.extension)
    links = find_links(map(outline, readings), lexicon, settings.base, decisions)
    files, made, matches = Files(effort.cache), None, Matches()
    if not authorities:
        with suppress(WholeNeededError):
            gate = open_gate(settings.base)
            parts = Parts(readings, links, info, settings, gate, kept=effort.cache is not None)
            documents, entities = readings.documents, tuple(links.entities.values())
            whole = Whole(documents.bare, entities, links.iris, parts.relations, documents.text)
            made = assemble(parts, whole, info, settings, gate, files.folder)
    if made is None:
        files = Files(effort.cache)
        corpus = link(readings, lexicon, settings.base, decisions)
        matches = match(corpus, authorities)
        made = make_whole(corpus, info, settings, files.folder, matches)
    files.write("report.ttl", report_turtle(made.report, settings.base))
    files.write("report.txt", report_text(made.report, skipped))
    labels = ("relations", "roles and cohorts", "statistics", "quotations and reports", "inferred triples")
    counts = {"documents": len(readings.documents), "entities": len(links.entities)}
    counts |= dict(zip(labels, made.counts, strict=True)) | _linked(matches)
    # Time decides which documents are given up: the next build tries them again.
    remembered = None if readings.skipped else key
    return Build(files=files, report=made.report, skipped=skipped, counts=counts, key=remembered, proposed=proposed)


def _info(settings: Settings) -> BuildInfo:
    """What made the graph: also who proposed statements, and on which instructions."""
    if settings.proposer is None:
        return _INFO
    from kg.corpus.proposing import instructions_digest

    return replace(_INFO, proposer=f"{settings.proposer.model} (instructions {instructions_digest()[:12]})")


def _decisions(settings: Settings) -> tuple[Decision, ...]:
    files = [f for f in settings.extension.files if f.folder == "decisions"]
    return tuple(d for f in files for d in read_decisions(f.content, f.place))


def _published(known: Outcome, key: str) -> Build:
    report = Report(known.findings, known.shapes, known.focus_nodes, Engine(known.engine))
    return Build(
        files=Files(), report=report, skipped=known.skipped, counts=dict(known.counts), key=key, published=True
    )


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
