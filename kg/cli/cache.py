"""The command cache: where what can be made again is kept, how much of it there is, and an end to it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Annotated

import typer

from kg.cli import render
from kg.corpus.entries import clear, default_folder, sizes
from kg.errors import SettingsError
from kg.stores.cache import copies

ACTIONS = ("show", "clear")
#: Kind of entries → what they are.
KINDS = {
    "answer": "answers of a language model",
    "build": "outcomes of builds",
    "part": "what documents give to a graph",
    "reading": "readings of documents",
}
_DAY = 24 * 60 * 60


def cache(
    ctx: typer.Context,
    action: Annotated[
        str, typer.Argument(metavar="show|clear", help="Tell what there is, or remove it.", show_default=True)
    ] = "show",
    older_than: Annotated[
        float | None,
        typer.Option(
            "--older-than",
            metavar="DAYS",
            min=0,
            help="Of clear: only what was not used for so many days.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--cache", metavar="DIR", help="The folder of kg build --cache DIR instead.", show_default=False),
    ] = None,
) -> None:
    """Show or clear what is kept for later runs.

    It costs time, and nothing else, to make it again: readings of documents and parts of graphs for kg build, copies of
    large datasets for kg query. Each line of show gives a folder, the number of entries and their size. clear may run
    while others build or ask.
    """
    if action not in ACTIONS:
        raise SettingsError(f"unknown: {action}", where="kg cache", hint=f"there are: {', '.join(ACTIONS)}")
    if older_than is not None and action != "clear":
        raise SettingsError("belongs to: kg cache clear", where="--older-than", hint="nothing was removed")
    if action == "show":
        _show(folder or default_folder(), own=folder is None)
        return
    before = float("inf") if older_than is None else time.time() - older_than * _DAY
    gone, freed = clear(folder or default_folder(), before)
    for copy, made, taken in copies() if folder is None else ():
        if made < before:
            shutil.rmtree(copy, ignore_errors=True)
            gone, freed = gone + 1, freed + taken
    render.note(ctx.obj, f"removed: {gone:,} entries, {_megabytes(freed)}")


def _show(folder: Path, *, own: bool) -> None:
    rows = [(folder / kind, *found, KINDS.get(kind, "")) for kind, found in sizes(folder).items()]
    stores = copies() if own else []
    if stores:
        rows.append((stores[0][0].parent, len(stores), sum(taken for *_, taken in stores), "datasets for questions"))
    for place, count, taken, words in rows:
        render.write(f"{place}\t{count}\t{_megabytes(taken)}\t{words}\n")
    if not rows:
        render.write(f"{folder}\t0\t{_megabytes(0)}\tnothing is kept\n")


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"
