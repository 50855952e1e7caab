"""`kg export` and `kg digest`: the graph in other formats, and what proves a copy of it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from kg.cli import data, render
from kg.errors import SettingsError
from kg.stores.directory import DATASET, check_target, write_directory
from kg.stores.files import check_file, stream_file

_DEFAULT = f"Default: ${data.VARIABLE}, else the folder {data.DEFAULT}."
_FOLDER = f"Output folder of kg build. {_DEFAULT}"
#: Named graphs that are written on request; `kg.graph.exports.selection` says the same, and imports more.
_PARTS = "claims, statements, evidence, unmapped, inferred, provenance, ontology"


class Profile(StrEnum):
    """How much is written."""

    PLAIN = "plain"
    FULL = "full"


def export(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help=_FOLDER, show_default=False)] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="FORMAT",
            help="ttl, trig, nt, nq, rdf or jsonld; ttl12, nanopub, annotations, qb or void; graphml; csvw, neo4j or "
            "gephi (folders). Default: by the extension of -o, else ttl.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE|DIR", help="What to write, or - for standard output.")
    ] = data.STDIN,
    profile: Annotated[
        Profile, typer.Option("--profile", help="plain: facts, or what is asserted. full: everything, with its status.")
    ] = Profile.PLAIN,
    parts: Annotated[
        str,
        typer.Option(
            "--with",
            metavar="PARTS",
            help=f"Of RDF: what to add to the facts, separated by commas: {_PARTS}, or all.",
            show_default=False,
        ),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite what -o names.")] = False,
) -> None:
    """Write the graph in another format.

    It holds facts, names and documents, and more with --with or --profile full. Claims are what documents report others
    to say. They are no facts, and are written only when asked for. What each format keeps: docs/exports.md.
    """
    from kg.graph.export import write_pieces
    from kg.graph.exports.forms import FILES, FOLDERS, find_form
    from kg.graph.exports.selection import select

    name = find_form(form, None if output == data.STDIN else output)
    selection = select(parts, full=profile is Profile.FULL)
    if parts and not (name in FILES and FILES[name].graphs):
        hint = "choose with --profile full whether it holds more than what is asserted"
        raise SettingsError(f"{name} holds statements, not named graphs", where="--with", hint=hint)
    if name in FOLDERS and output == data.STDIN:
        raise SettingsError(f"{name} is a folder of files", where="--output", hint="name one with -o DIR")
    if output != data.STDIN:
        (check_target if name in FOLDERS else check_file)(output, force=force)
    dataset = data.output_folder(folder) / DATASET
    if name in FOLDERS:
        files = {part: "".join(pieces).encode() for part, pieces in FOLDERS[name](dataset, selection)}
        write_directory(output, files, force=force)
    else:

        def write(file: BinaryIO) -> None:
            write_pieces(FILES[name].write(dataset, selection), file)

        if output == data.STDIN:
            with render.binary_output() as file:
                write(file)
            return
        stream_file(output, write, force=force)
    render.note(ctx.obj, f"written: {output}")


def digest(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="DIR|FILE", help=f"Output folder, or a file of RDF. {_DEFAULT}", show_default=False),
    ] = None,
) -> None:
    """Print the SHA-256 of the graph in canonical form (RDFC-1.0).

    It is the same for the same triples, in whatever order and format they are written, on every machine.
    """
    from kg.graph.exports.canonical import digest_build, digest_file
    from kg.limits import load_limits

    path = data.chosen(source)
    if path.is_dir():
        made, _ = digest_build(data.output_folder(path) / DATASET)
    else:
        made = digest_file(path, load_limits())
    render.write(f"{made}\n")
