"""The command site: a built graph as pages that open from disk, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli import data, render
from kg.cli.render import Screen
from kg.errors import OutputError
from kg.stores.directory import DATASET, check_target, is_output, read_file, write_directory


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
) -> None:
    """Write the graph as pages for the browser, with every statement in its sentence.

    Open SITE/index.html from disk, or put the folder on any web host; the pages ask no other machine for anything. The
    folder is replaced as a whole or not at all; one with files that kg did not write is refused.
    """
    screen: Screen = ctx.obj
    source = data.output_folder(folder)
    if is_output(output):
        hint = "name another folder with -o: the pages would replace the graph"
        raise OutputError("holds the output of kg build", where=str(output), hint=hint)
    check_target(output)

    from kg.graph.query import open_source
    from kg.site.assembly import site_files

    dataset = read_file(source, DATASET)
    names = sorted((source / "documents").glob("*.txt"))
    texts = {path.stem: path.read_bytes().decode() for path in names}
    report, words = read_file(source, "report.ttl"), read_file(source, "report.txt").decode()
    store = open_source(dataset, "nq", str(source / DATASET))
    files = site_files(store, dataset, texts, report, words)
    write_directory(output, files)
    size = sum(map(len, files.values())) / 1e6
    render.note(screen, f"written: {output} ({len(files)} files, {size:.1f} MB)")
    render.note(screen, f"open in a browser: {output / 'index.html'}")
