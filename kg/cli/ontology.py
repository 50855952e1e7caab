"""The command ontology: report, documentation, difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.assets import extend, read_extension
from kg.cli import render
from kg.cli.extending import OntologyOption, ShapesOption
from kg.errors import SettingsError
from kg.model import Severity
from kg.stores.files import check_file, write_file

if TYPE_CHECKING:
    from kg.graph.ontology_difference import Change
    from kg.graph.ontology_report import OntologyReport

NO = 1
ACTIONS = ("report", "docs", "diff")
STDOUT = Path("-")


def ontology(
    ctx: typer.Context,
    action: Annotated[
        str, typer.Argument(metavar="report|docs|diff", help="Check it, document it, or compare versions.")
    ],
    versions: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="OLD [NEW]",
            help="Of diff: files or folders of Turtle; NEW is the ontology in use unless given.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Where docs are written, - for standard output.")
    ] = STDOUT,
    added: OntologyOption = None,
    shapes: ShapesOption = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file of -o.")] = False,
) -> int:
    """Check, document or compare the ontology.

    report: terms, counts, what lacks words, and whether each class and property has a shape or a reason why not; the
    exit code is 1 where something is missing. docs: one page of HTML with a diagram. diff: terms that were added,
    removed or changed; the exit code is 1 where there are any.
    """
    if action not in ACTIONS:
        raise SettingsError(f"unknown: {action}", where="kg ontology", hint=f"there are: {', '.join(ACTIONS)}")
    if action != "diff" and versions:
        hint = "versions are compared with: kg ontology diff OLD [NEW]; own terms are added with --ontology"
        raise SettingsError(f"{action} takes no files", where=str(versions[0]), hint=hint)
    extend(read_extension(added or (), shapes=shapes or ()))
    return {"report": _report, "docs": _docs, "diff": _diff}[action](ctx, versions or [], output, force)


def _report(ctx: typer.Context, _versions: list[Path], _output: Path, _force: bool) -> int:
    from kg.graph.ontology_report import report

    made: OntologyReport = report()
    render.write("".join(f"{number:5} {what}\n" for what, number in made.counts.items()))
    for term, why in sorted(made.reasons.items()):
        render.detail(ctx.obj, f"no shape: {term}: {why}")
    for remark in made.remarks:
        render.write(f"{remark.severity.value}: {remark.rule}: {remark.term}: {remark.advice}\n")
    grave = [r for r in made.remarks if r.severity is not Severity.INFO]
    render.note(ctx.obj, f"{made.version}: {len(grave) or 'nothing'} to mend")
    return NO if grave else 0


def _docs(ctx: typer.Context, _versions: list[Path], output: Path, force: bool) -> int:
    from kg.graph.ontology_texts import texts
    from kg.ontology import load_ontology
    from kg.site.ontology_page import ontology_page

    if output != STDOUT:
        check_file(output, force=force)
    content = ontology_page(load_ontology(), texts())
    if output == STDOUT:
        render.write_bytes(content)
    else:
        write_file(output, content, force=force)
        render.note(ctx.obj, f"written: {output}")
    return 0


def _diff(ctx: typer.Context, versions: list[Path], _output: Path, _force: bool) -> int:
    from kg import ontology as ontologies
    from kg.graph.ontology_difference import difference, read_ontology_files

    if len(versions) not in (1, 2):
        raise SettingsError("name one or two versions", where="kg ontology diff", hint="kg ontology diff OLD [NEW]")
    old = read_ontology_files(versions[0])
    new = read_ontology_files(versions[1]) if versions[1:] else ontologies.graph()
    changes = difference(old, new)
    render.write("".join(_line(change) for change in changes))
    terms = sum(not c.axiom for c in changes)
    axioms = sum(bool(c.axiom) and not c.documentation for c in changes)
    words = len(changes) - terms - axioms
    render.note(ctx.obj, f"{terms} terms added or removed, {axioms} axioms changed, {words} changes of words")
    return NO if changes else 0


def _line(change: Change) -> str:
    if not change.axiom:
        return f"{'+' if change.kind == 'added' else '-'} {change.term}\n"
    lines = [f"~ {change.term} {change.axiom}\n"]
    lines += [f"    - {change.old}\n"] if change.old else []
    lines += [f"    + {change.new}\n"] if change.new else []
    return "".join(lines)
