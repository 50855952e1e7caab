"""The commands that make and check a graph: build, validate, coverage.

Each parses, calls one function of the library and renders what it returns. Libraries are imported inside the commands,
so that `kg --help` needs none of them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.assets import extend, read_extension
from kg.cli import data, render
from kg.cli.extending import (
    AuthorityOption,
    DecisionsOption,
    LexiconOption,
    OntologyOption,
    QueriesOption,
    ShapesOption,
)
from kg.cli.proposing import Extractor, chosen_proposer, prices, tell_estimate, tell_proposed
from kg.cli.render import Screen
from kg.cli.results import Format
from kg.corpus.effort import Effort
from kg.corpus.entries import default_folder
from kg.errors import SettingsError
from kg.limits import load_limits
from kg.model import Finding, Severity
from kg.namespaces import DATA
from kg.settings import Reasoner, Settings
from kg.stores.directory import check_target
from kg.stores.files import check_file, claim, write_file

if TYPE_CHECKING:
    from kg.building import Build
    from kg.graph.validate import Report

NO = 1

_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*[/#]")
_DEFAULT = f"Default: ${data.VARIABLE}, else the folder {data.DEFAULT}."
_FOLDER = f"Output folder of kg build. {_DEFAULT}"


def build(
    ctx: typer.Context,
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE", help="Documents, folders of documents, or - for standard input."),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Output folder.")] = data.DEFAULT,
    allow_invalid: Annotated[
        bool,
        typer.Option("--allow-invalid", help="Publish a graph that breaks shapes; the exit code is 1 all the same."),
    ] = False,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="Skipped documents are named, but do not make the exit code 1.")
    ] = False,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", metavar="X", min=0, max=1, help="Leave out statements below X.")
    ] = 0.0,
    base: Annotated[str, typer.Option("--base", metavar="IRI", help="What the IRIs of the data begin with.")] = DATA,
    unmapped: Annotated[
        bool,
        typer.Option("--open", help="Also keep what joins known things in words that no relation covers, apart."),
    ] = False,
    reasoner: Annotated[
        Reasoner, typer.Option("--reasoner", help="What infers: compiled rules, or owlrl, slower. Both give the same.")
    ] = Reasoner.RULES,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of the folder that were changed since kg wrote them.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", metavar="N", min=0, help="Read in N processes; 0 for one a processor.")
    ] = 1,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--time-per-document",
            metavar="SECONDS",
            min=0,
            help="Skip what takes longer; 0 for no limit. Default: $KG_MAX_DOCUMENT_SECONDS, else 300.",
            show_default=False,
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", metavar="DIR", help="Where readings are kept for the next build.", show_default=False),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Read everything anew, and keep nothing.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="tcp://…", help="Read on the workers of this Dask scheduler.", show_default=False
        ),
    ] = None,
    extractor: Annotated[
        Extractor, typer.Option("--extractor", help="llm: a language model may propose statements, see docs.")
    ] = Extractor.RULES,
    endpoint: Annotated[
        str | None,
        typer.Option("--endpoint", metavar="URL", help="Of llm: address before /chat/completions.", show_default=False),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="NAME", help="Of llm: what the server calls it.", show_default=False),
    ] = None,
    allow_http: Annotated[bool, typer.Option("--allow-http", help="Of llm: ask another machine unencrypted.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Of llm: estimate requests and tokens, ask and write nothing.")
    ] = False,
    price: Annotated[
        str | None,
        typer.Option(
            "--price", metavar="IN/OUT", help="Of llm: of a million tokens, to tell the cost.", show_default=False
        ),
    ] = None,
    ontology: OntologyOption = None,
    lexicon: LexiconOption = None,
    shapes: ShapesOption = None,
    queries: QueriesOption = None,
    authority: AuthorityOption = None,
    decisions: DecisionsOption = None,
) -> int:
    """Make the graph of documents, check it and publish it.

    The folder holds graph.ttl (to read), dataset.nq (everything), inferred.ttl, report.ttl, report.txt and documents/.
    It is replaced as a whole or not at all; a folder with files that kg did not write, or that were changed since, is
    refused, and so is one that another kg is writing. Limits on documents: variables KG_MAX_…, see docs/security.md.

    What was read is kept: the next build reads only documents that are new or changed, and an interrupted one goes on
    where it was. The result is the same whatever was kept and however many processes read.
    """
    screen: Screen = ctx.obj
    if not _BASE.fullmatch(base):
        raise SettingsError(f"not an IRI to begin others with: {base!r}", where="--base", hint="end it in / or #")
    settings = Settings(
        base=base,
        min_confidence=min_confidence,
        epoch=data.epoch(),
        unmapped=unmapped,
        reasoner=reasoner,
        limits=load_limits(),
        proposer=chosen_proposer(extractor, endpoint, model, allow_http=allow_http),
        extension=read_extension(
            ontology or (), lexicon or (), shapes or (), queries or (), authority or (), decisions or ()
        ),
    )
    effort = _effort(jobs, seconds, None if no_cache else cache or default_folder(), scheduler)
    rates = prices(price)
    if dry_run:
        with render.progress(screen, "reading", "documents") as tick:
            tell_estimate(screen, sources, settings, effort, tick, rates)
        return 0
    with claim(output):
        check_target(output, force=force)

        from kg.building import build as make
        from kg.building import publish

        with render.progress(screen, "reading", "documents") as tick:
            made = make(sources, settings, effort, tick, output)
        if not made.published and (made.report.conforms or allow_invalid):
            publish(made, output, effort, force=force)
    if made.proposed:
        tell_proposed(screen, made.proposed, rates)
    return _tell_build(screen, made, output, skip_errors=skip_errors, allow_invalid=allow_invalid)


def _effort(jobs: int, seconds: float | None, cache: Path | None, scheduler: str | None) -> Effort:
    """How to build, with what is wrong with the cache told at once."""
    return Effort(
        jobs=jobs or os.cpu_count() or 1,
        seconds=seconds,
        cache=cache,
        scheduler=scheduler,
        warn=lambda text: render.warn(f"cache: {text}"),
    )


def _tell_build(screen: Screen, made: Build, output: Path, *, skip_errors: bool, allow_invalid: bool) -> int:
    render.skipped(made.skipped)
    render.counts(screen, made.counts)
    if not made.counts.get("entities"):
        render.warn(
            "nothing that Accord knows was found: are these texts about schools, unions and districts, in English?"
        )
    _tell_report(screen, made.report)
    if not made.report.conforms and not allow_invalid:
        render.warn(f"nothing published; {output} is as it was (publish all the same: --allow-invalid)")
        return NO
    done = "nothing has changed" if made.published else "written"
    render.note(screen, f"{done}: {output} (open {output / 'graph.ttl'} first)")
    where = "" if output == data.DEFAULT else f" -d {output}"
    render.note(screen, f"try next: kg query{where}")
    render.note(screen, f"see it: kg site{where.removeprefix(' -d')} -o site")
    return NO if not made.report.conforms or (made.skipped and not skip_errors) else 0


def _tell_report(screen: Screen, report: Report) -> None:
    """Findings to standard output, the verdict to standard error. Notes of severity Info only with --verbose."""
    shown = [f for f in report.findings if screen.verbose or f.severity is not Severity.INFO]
    render.findings(shown)
    verdict = "conforms" if report.conforms else "does not conform"
    render.note(screen, f"{report.shapes} shapes on {report.focus_nodes} nodes: {_numbered(report.findings)}{verdict}")


def _numbered(found: tuple[Finding, ...]) -> str:
    numbers = {severity: sum(f.severity is severity for f in found) for severity in Severity}
    return "".join(f"{n} {severity.value.lower()}{'s' * (n > 1)}, " for severity, n in numbers.items() if n)


def coverage(
    ctx: typer.Context,
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE", help="Documents, folders of documents, or - for standard input."),
    ],
    unmapped: Annotated[
        Path | None,
        typer.Option(
            "--open",
            metavar="FILE",
            help="Also write them as unmapped statements, with their evidence, in N-Quads.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option("-f", "--format", help="Default: a table on a terminal, TSV elsewhere.", show_default=False),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=0, help="Print the first N rows.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file of --open.")] = False,
    ontology: OntologyOption = None,
    lexicon: LexiconOption = None,
) -> int:
    """List what documents say of known things that no relation covers.

    Each row has a verb or noun that joins two named things where nothing was stated of the two, their kinds, how
    often, and the first example with its sentence. It shows what the ontology or the lexicon lacks.
    """
    screen: Screen = ctx.obj
    if unmapped:
        check_file(unmapped, force=force)

    from kg.building import read_corpus, unmapped_statements
    from kg.cli.results import write_rows
    from kg.extract.unmapped import find_gaps

    added = read_extension(ontology or (), lexicon or ())
    settings = Settings(epoch=data.epoch(), unmapped=True, limits=load_limits(), extension=added)
    with render.progress(screen, "reading") as tick:
        corpus, skipped = read_corpus(sources, settings, tick)
    render.skipped(skipped)
    gaps = find_gaps(corpus)
    write_rows(
        screen,
        ("phrase", "count", "documents", "subjects", "objects", "example", "sentence"),
        [
            (g.phrase, g.count, g.documents, " ".join(g.subjects), " ".join(g.objects), g.example, g.sentence)
            for g in gaps[: len(gaps) if limit is None else limit]
        ],
        form,
    )
    mapped = sum(len(r.assertions) + len(r.memberships) for r in corpus.readings)
    open_ = sum(g.count for g in gaps)
    render.note(screen, f"{mapped} statements of relations and roles; {open_} unmapped, by {len(gaps)} phrases")
    if unmapped:
        write_file(unmapped, unmapped_statements(corpus, settings), force=force)
        render.note(screen, f"written: {unmapped}")
    return NO if skipped else 0


def validate(
    ctx: typer.Context,
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DIR|FILE", help=f"Output folder, RDF files, or -. {_DEFAULT}", show_default=False),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="What applies the shapes: compiled, pyshacl, or auto: compiled where it knows all they say.",
        ),
    ] = "auto",
    ontology: OntologyOption = None,
    shapes: ShapesOption = None,
) -> int:
    """Check a graph: evidence, speakers, types, labels, units.

    It is checked against the shapes, for terms that the ontology does not declare, and for contradictions. Findings are
    told in words, each with its node, path, value and sentence. Several files are checked as one graph.
    """
    from kg.graph.added import check_extension
    from kg.graph.quads import Quads, read_quads
    from kg.graph.reason import infer_quads
    from kg.graph.validate import Engine, terms_of
    from kg.graph.validate import validate as check

    if engine not in (names := [e.value for e in Engine]):
        raise SettingsError(f"unknown: {engine}", where="--engine", hint=f"there are: {', '.join(names)}")
    added = read_extension(ontology or (), shapes=shapes or ())
    extend(added)
    check_extension(added)
    paths: list[Path] | list[None] = sources or [None]
    dataset = Quads()
    for path in paths:
        read_quads(*data.source(path), into=dataset)
    closure = infer_quads(dataset, terms_of(dataset))
    report = check(dataset, engine=Engine(engine)).including(closure.inconsistencies)
    _tell_report(ctx.obj, report)
    if not report.conforms and any(path and path.name == "graph.ttl" for path in paths):
        words = "graph.ttl is for reading and lacks evidence that shapes ask for: validate the folder or dataset.nq"
        render.note(ctx.obj, words)
    return 0 if report.conforms else NO
