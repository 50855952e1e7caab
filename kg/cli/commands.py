"""The commands that make, check and hand on a graph: build, validate, verify, export.

Each parses, calls one function of the library and renders what it returns. Libraries are imported inside the commands,
so that `kg --help` needs none of them.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from kg.cli import data, render
from kg.cli.render import Screen
from kg.cli.results import Format
from kg.errors import OutputError, SettingsError
from kg.model import Finding, Severity
from kg.namespaces import DATA
from kg.settings import Reasoner, Settings
from kg.stores.directory import DATASET, check_target

if TYPE_CHECKING:
    from kg.build import Build
    from kg.graph.validate import Report

NO = 1

_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*[/#]")
_DEFAULT = f"Default: ${data.VARIABLE}, else the folder {data.DEFAULT}."
_FOLDER = f"Output folder of kg build. {_DEFAULT}"

#: Named graphs by the last part of their name: those that export writes, and those that it adds on request.
FACTS = ("document", "entities", "facts")
EXTRA = ("claims", "statements", "evidence", "unmapped", "inferred", "provenance", "ontology")


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
) -> int:
    """Make the graph of documents, check it and publish it.

    The folder holds graph.ttl (to read), dataset.nq (everything), inferred.ttl, report.ttl, report.txt and documents/.
    It is replaced as a whole or not at all; a folder with files that kg did not write is refused.
    """
    screen: Screen = ctx.obj
    if not _BASE.fullmatch(base):
        raise SettingsError(f"not an IRI to begin others with: {base!r}", where="--base", hint="end it in / or #")
    settings = Settings(
        base=base, min_confidence=min_confidence, epoch=data.epoch(), unmapped=unmapped, reasoner=reasoner
    )
    check_target(output)

    from kg.build import build as make
    from kg.build import publish

    with render.progress(screen, "reading") as tick:
        made = make(sources, settings, tick)
    if made.report.conforms or allow_invalid:
        publish(made, output)
    return _tell_build(screen, made, output, skip_errors=skip_errors, allow_invalid=allow_invalid)


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
    render.note(screen, f"written: {output} (open {output / 'graph.ttl'} first)")
    where = "" if output == data.DEFAULT else f" -d {output}"
    render.note(screen, f"try next: kg query{where}")
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
) -> int:
    """List what documents say of known things that no relation covers.

    Each row has a verb or noun that joins two named things where nothing was stated of the two, their kinds, how
    often, and the first example with its sentence. It shows what the ontology or the lexicon lacks.
    """
    screen: Screen = ctx.obj
    if unmapped and unmapped.exists() and not force:
        raise OutputError("exists already", where=str(unmapped), hint="overwrite it with --force, or name another file")

    from kg.build import read_corpus, unmapped_statements
    from kg.cli.results import write_rows
    from kg.extract.unmapped import find_gaps

    settings = Settings(epoch=data.epoch(), unmapped=True)
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
        content = unmapped_statements(corpus, settings)
        _save(unmapped, lambda file: file.write(content))
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
) -> int:
    """Check a graph: evidence, speakers, types, labels, units.

    It is checked against the shapes, for terms that the ontology does not declare, and for contradictions. Findings are
    told in words, each with its node, path, value and sentence. Several files are checked as one graph.
    """
    from kg import ontology
    from kg.graph.quads import Quads, read_quads
    from kg.graph.reason import infer_quads
    from kg.graph.validate import Engine
    from kg.graph.validate import validate as check

    if engine not in (names := [e.value for e in Engine]):
        raise SettingsError(f"unknown: {engine}", where="--engine", hint=f"there are: {', '.join(names)}")
    paths: list[Path] | list[None] = sources or [None]
    dataset = Quads()
    for path in paths:
        read_quads(*data.source(path), into=dataset)
    closure = infer_quads(dataset, ontology.graph())
    report = check(dataset, engine=Engine(engine)).including(closure.inconsistencies)
    _tell_report(ctx.obj, report)
    return 0 if report.conforms else NO


def verify(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help=_FOLDER, show_default=False)] = None,
) -> int:
    """Compare every anchor with the text that it points into.

    Each quotation must stand at its offsets in documents/, letter by letter, and each text must have its digest.
    """
    from kg.graph.verify import verify as check

    found = check(data.output_folder(folder))
    render.findings(found)
    wrong = sum(f.severity is Severity.VIOLATION for f in found)
    render.note(ctx.obj, f"{wrong or 'no'} mismatch{'' if wrong == 1 else 'es'}")
    return NO if wrong else 0


def export(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help=_FOLDER, show_default=False)] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="FORMAT",
            help="ttl, trig, nt, nq or jsonld. Default: by the extension of -o, else ttl.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="File to write, or - for standard output.")
    ] = data.STDIN,
    parts: Annotated[
        str,
        typer.Option(
            "--with",
            metavar="PARTS",
            help=f"What to add to the facts, separated by commas: {', '.join(EXTRA)}, or all.",
            show_default=False,
        ),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file of -o.")] = False,
) -> None:
    """Write the graph in another format.

    It holds facts, names and documents, and more with --with. Claims are what documents report others to say. They are
    no facts, and are written only when asked for by name.
    """
    from kg.graph.export import FORMATS
    from kg.graph.export import export as write

    extension = form or (output.suffix.removeprefix(".") if output != data.STDIN else "ttl")
    if extension not in FORMATS:
        hint = f"name one with -f: {', '.join(sorted(FORMATS))}"
        raise SettingsError(f"unknown RDF format {extension!r}", where="--format" if form else str(output), hint=hint)
    wanted = _wanted(parts)
    if output != data.STDIN and output.exists() and not force:
        raise OutputError("exists already", where=str(output), hint="overwrite it with --force, or name another file")

    dataset = data.output_folder(folder) / DATASET

    def write_to(file: BinaryIO) -> None:
        write(dataset, extension, file, lambda graph: graph.rpartition("/")[2] in wanted)

    if output == data.STDIN:
        with render.binary_output() as file:
            write_to(file)
    else:
        _save(output, write_to)
        render.note(ctx.obj, f"written: {output}")


def _wanted(parts: str) -> set[str]:
    """The last parts of the names of the graphs to export.

    Raises:
        SettingsError: there is no such part.
    """
    named = {part.strip() for part in parts.split(",") if part.strip()}
    if unknown := sorted(named - {*EXTRA, "all"}):
        raise SettingsError(
            f"unknown: {', '.join(unknown)}", where="--with", hint=f"there are: {', '.join(EXTRA)}, all"
        )
    return {*FACTS, *(EXTRA if "all" in named else named)}


def _save(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file whole or not at all.

    Raises:
        OutputError: the disk refuses.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            stage = Path(file.name)
            try:
                write(cast("BinaryIO", file))
                file.flush()
                stage.chmod(0o644)
                stage.replace(path)
            finally:
                stage.unlink(missing_ok=True)
    except OSError as error:
        hint = "check that the folder exists and that you may write there"
        raise OutputError(f"cannot write: {error.strerror or error}", where=str(path), hint=hint) from error
