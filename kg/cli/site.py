"""The command site: a built graph as pages that open from disk, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli import data, render
from kg.cli.render import Screen
from kg.errors import OutputError
from kg.stores.directory import DATASET, check_target, is_output, read_file, read_texts, write_directory


def site(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help=f"Output folder of kg build. Default: ${data.VARIABLE}, else the folder {data.DEFAULT}.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="SITE", help="Folder for the pages.")] = Path(
        "site"
    ),
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of the folder that were changed since kg wrote them.")
    ] = False,
) -> None:
    """Write the graph as pages that need no server.

    Every statement is shown in its sentence; there are pages of things, a picture of the graph, charts of the numbers,
    a timeline, all canned questions and a SPARQL editor. Open SITE/index.html from disk, or put the folder on any web
    host; the pages ask no other machine for anything. The folder is replaced as a whole or not at all; one with files
    that kg did not write is refused.
    """
    screen: Screen = ctx.obj
    source = data.output_folder(folder)
    if is_output(output):
        hint = "name another folder with -o: the pages would replace the graph"
        raise OutputError("holds the output of kg build", where=str(output), hint=hint)
    check_target(output, force=force)

    from kg.graph.query import open_source
    from kg.site.assembly import site_files

    dataset = read_file(source, DATASET)
    report, words = read_file(source, "report.ttl"), read_file(source, "report.txt").decode()
    store = open_source(dataset, "nq", str(source / DATASET))
    files = site_files(store, dataset, read_texts(source), report, words)
    write_directory(output, files, force=force)
    size = sum(map(len, files.values())) / 1e6
    render.note(screen, f"written: {output} ({len(files)} files, {size:.1f} MB)")
    render.note(screen, f"open in a browser: {output / 'index.html'}")
