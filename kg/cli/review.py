"""The command link: what linking was not sure about, for a person to decide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli import data, render
from kg.decisions import read_decisions, write_decisions
from kg.errors import InputError, SettingsError

ACTIONS = ("review",)


def link(
    ctx: typer.Context,
    action: Annotated[str, typer.Argument(metavar="review", help="List uncertain merges, the likeliest first.")],
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Output folder of kg build.", show_default=False)
    ] = None,
    decided: Annotated[
        list[Path] | None,
        typer.Option(
            "--decisions",
            metavar="FILE",
            help="Decisions made already: they are kept, and not asked about again; may be repeated.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """List uncertain merges of entities as a table to edit.

    Its rows are entities of different documents that may be one. Write merge, split, rename (with the new name in
    other_name) or keep into the first column, and give the file to kg build --decisions. Rows without a decision change
    nothing. Keep the file under version control.
    """
    if action not in ACTIONS:
        raise SettingsError(f"unknown: {action}", where="kg link", hint=f"there are: {', '.join(ACTIONS)}")
    from kg.graph.doubles import find_doubles, row_of
    from kg.stores.embedded import open_data

    rows: list[tuple[str, ...]] = []
    known: set[frozenset[str]] = set()
    for file in decided or ():
        kept, pairs = _kept(file)
        rows += kept
        known |= pairs
    made = rows.copy()
    for double in find_doubles(open_data(*data.source(folder))):
        if frozenset((double.one.iri, double.other.iri)) not in known:
            made.append(row_of(double))
    render.write(write_decisions(made))
    render.note(ctx.obj, f"{len(made) - len(rows)} uncertain merges, {len(rows)} decisions kept")


def _kept(file: Path) -> tuple[list[tuple[str, ...]], set[frozenset[str]]]:
    """The decided rows of a file, as they are, and the pairs that they are about."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}", where=str(file), hint="check the path"
        ) from error
    decisions = read_decisions(content, str(file))
    lines = content.decode("utf-8-sig").splitlines()[1:]
    rows = [tuple(cells) for cells in (line.split("\t") for line in lines) if cells[0].strip()]
    return rows, {frozenset((d.one.iri, d.other.iri)) for d in decisions}
