"""The command audit: what does not add up, with the sentences and the calculation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import data, render
from kg.cli.explanation import show_place
from kg.cli.questions import NO
from kg.cli.render import Screen, View
from kg.model import Severity
from kg.stores.embedded import open_data

if TYPE_CHECKING:
    from kg.graph.audit import Oddity
    from kg.graph.stated import Explained, Place

#: As many sentences of one finding are shown to people; programs get all.
SHOWN = 6


class FailOn(StrEnum):
    """From which severity on the exit code is 1."""

    WARNING = "warning"
    VIOLATION = "violation"


_FAILING = {FailOn.WARNING: (Severity.WARNING, Severity.VIOLATION), FailOn.VIOLATION: (Severity.VIOLATION,)}


def _complete_check(incomplete: str) -> list[tuple[str, str]]:
    from kg.graph.audit import load_checks

    return [(name, check.summary) for name, check in load_checks().items() if name.startswith(incomplete)]


def audit(
    ctx: typer.Context,
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR|FILE",
            help=f"Output folder, RDF file, or -. Default: ${data.VARIABLE}, else the folder {data.DEFAULT}.",
            show_default=False,
        ),
    ] = None,
    checks: Annotated[
        list[str] | None,
        typer.Option(
            "-c",
            "--check",
            metavar="NAME",
            help="Run this check; may be repeated. Default: all.",
            autocompletion=_complete_check,
            show_default=False,
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show also what was recomputed and agrees.")] = False,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="Exit with 1 where something is as grave as this.", show_default=False),
    ] = None,
    form: Annotated[
        View, typer.Option("-f", "--format", help="For people, programs, a report, or as sh:ValidationReport.")
    ] = View.TABLE,
    listed: Annotated[bool, typer.Option("--list", help="List the checks and run none.")] = False,
) -> int:
    """Recompute arithmetic and dates across statements.

    Shares and their counts, totals and their parts, lists and their numbers, changes, ranges, dates, one quantity with
    two values, answers of surveys, numbers and claims without a source. Every finding comes with its sentences and the
    calculation. Nothing is corrected, and the exit code is 0 unless --fail-on says otherwise.
    """
    from kg.graph.audit import audit as run
    from kg.graph.audit import chosen

    screen: Screen = ctx.obj
    asked = chosen(checks or ())
    if listed:
        render.write("".join(f"{name}\t{check.summary}\n" for name, check in asked.items()))
        return 0
    found = run(open_data(*data.source(source)), asked)
    shown = [f for f in found if everything or not f.confirms]
    _write(screen, shown, form)
    render.note(screen, _verdict(found, shown, len(asked)))
    return NO if fail_on and any(f.severity in _FAILING[fail_on] for f in found) else 0


def _write(screen: Screen, found: Sequence[Oddity], form: View) -> None:
    if form is View.JSON:
        render.write(json.dumps([asdict(f) for f in found], ensure_ascii=False, indent=2) + "\n")
    elif form is View.MD:
        render.write("\n".join(map(_markdown, found)))
    elif form is View.TTL:
        from kg.graph.audit_report import audit_turtle

        render.write_bytes(audit_turtle(found))
    else:
        for number, oddity in enumerate(found):
            render.write("\n" if number else "")
            _show(screen, oddity)


def _verdict(found: Sequence[Oddity], shown: Sequence[Oddity], checks: int) -> str:
    odd = [f for f in found if not f.confirms]
    numbers = {s.value.lower(): sum(f.severity is s for f in odd) for s in (Severity.VIOLATION, Severity.WARNING)}
    numbers |= {"note": sum(f.severity is Severity.INFO for f in odd)}
    told = ", ".join(f"{n} {label}{'s' * (n > 1)}" for label, n in numbers.items() if n) or "nothing odd"
    agreeing = len(found) - len(odd)
    agree = f"; {agreeing} agree{'s' * (agreeing == 1)}" if agreeing else ""
    return f"{checks} check{'s' * (checks > 1)}: {told}{agree}{'' if len(shown) == len(found) else ' (show: --all)'}"


def _show(screen: Screen, oddity: Oddity) -> None:
    label = "Confirmed" if oddity.confirms else oddity.severity.value
    render.emphasized(screen, f"{label}: {render.folded(oddity.message)}")
    render.write(f"  {render.folded(oddity.calculation)}\n")
    render.write(f"  {oddity.check}: {oddity.label}\n")
    sentences = list(_sentences(oddity.statements))
    for place, said in sentences[:SHOWN]:
        render.write(f"    {render.folded(place.document)} {place.start}–{place.end}; {render.folded(said)}\n")
        show_place(screen, place, 6)
    if len(sentences) > SHOWN:
        render.write(f"    and {len(sentences) - SHOWN} more (all: --format json)\n")


def _sentences(statements: Sequence[Explained]) -> Iterator[tuple[Place, str]]:
    """Each sentence once, with the marks of all statements in it, and who says it in which way."""
    places: dict[tuple[str, int, int], Place] = {}
    saying: dict[tuple[str, int, int], dict[str, None]] = {}
    for statement in statements:
        said = f"{statement.status}; said by {statement.speaker}" if statement.speaker else statement.status
        for place in statement.places:
            key = (place.document, place.start, place.end)
            known = places.get(key, place)
            places[key] = replace(known, marks=tuple(sorted({*known.marks, *place.marks})))
            saying.setdefault(key, {})[said] = None
    for key, place in places.items():
        yield place, ", ".join(saying[key])


def _markdown(oddity: Oddity) -> str:
    label = "Confirmed" if oddity.confirms else oddity.severity.value
    lines = [
        f"### {label}: {render.markdown(oddity.message)}\n",
        f"{render.markdown(oddity.calculation)} ({oddity.check})\n",
    ]
    for place, said in _sentences(oddity.statements):
        lines.append(f"> {render.markdown(place.exact)}  ")
        lines.append(f"> — {render.markdown(f'{place.document}, {place.start}–{place.end}; {said}')}\n")
    return "\n".join(lines) + "\n"
