"""The command plot: the graph, its figures and its dates as pictures for papers and slides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import data, render
from kg.cli.questions import NO
from kg.cli.render import Screen
from kg.errors import OutputError, SettingsError
from kg.model import Status
from kg.stores.embedded import open_data
from kg.stores.files import check_file, write_file

if TYPE_CHECKING:
    from kg.site.svg import Picture

_EXTENSIONS = (".svg", ".png")
#: What asks for a file that is not made; a folder may have any other name, with a full stop too.
_OTHERS = (".pdf", ".eps", ".ps", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".html")


class What(StrEnum):
    """The pictures to draw; the names are those of `kg.site.plots.Subject`."""

    GRAPH = "graph"
    NUMBERS = "numbers"
    TIMELINE = "timeline"
    ALL = "all"


class Form(StrEnum):
    """Formats of pictures."""

    SVG = "svg"
    PNG = "png"


def _complete_kind(incomplete: str) -> list[str]:
    from kg.ontology import load_ontology

    return [name for name in load_ontology().classes if name.startswith(incomplete)]


def _complete_relation(incomplete: str) -> list[str]:
    from kg.ontology import load_ontology

    return [name for name in load_ontology().relations if name.startswith(incomplete)]


def plot(
    ctx: typer.Context,
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR|FILE",
            help=f"Output folder, RDF file, or -. Default: ${data.VARIABLE}, else the folder {data.DEFAULT}.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER|FILE", help="Folder for all, or one file, .svg or .png.")
    ] = Path("plots"),
    what: Annotated[What, typer.Option("--what", help="Which picture.")] = What.ALL,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="Draw only entities of this class in the graph (School); may be repeated.",
            autocompletion=_complete_kind,
            show_default=False,
        ),
    ] = None,
    relations: Annotated[
        list[str] | None,
        typer.Option(
            "--relation",
            metavar="RELATION",
            help="Draw only this relation in the graph (partOf); may be repeated.",
            autocompletion=_complete_relation,
            show_default=False,
        ),
    ] = None,
    statuses: Annotated[
        list[Status] | None,
        typer.Option("--status", help="Draw only what is said so; may be repeated.", show_default=False),
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Title of the picture.", show_default=False)] = "",
    form: Annotated[
        Form | None,
        typer.Option("-f", "--format", help="Format of the files of a folder. Default: svg.", show_default=False),
    ] = None,
    zoom: Annotated[float, typer.Option("--zoom", min=0.1, max=10, help="PNG: pixels for a unit of the SVG.")] = 2.0,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files.")] = False,
) -> int:
    """Draw the graph, its numbers and its dates, for papers and slides.

    SVG without a browser; the same data give the same bytes. Kinds have forms and letters beside colours, facts are
    solid and claims dashed, numbers bear their base, their source and what the audit says. What has no room stands in
    a key below. PNG needs the extra: pip install 'accord-kg[png]'. The exit code is 1 where there is nothing to draw.
    """
    from kg.site.plots import Subject, draw

    screen: Screen = ctx.obj
    single = output.suffix.lower() in _EXTENSIONS and not output.is_dir()
    extension = _extension(output, single, what, form)
    _check(kinds or (), relations or ())
    pictures = draw(
        open_data(*data.source(source)),
        [s for s in Subject if what in (What.ALL, s.value)],
        kinds=kinds or (),
        relations=relations or (),
        statuses=[s.value for s in statuses or ()],
        title=title,
        together=single,
    )
    if not pictures:
        render.note(screen, "there is nothing to draw")
        return NO
    files = {output if single else output / f"{name}{extension}": p for name, p in pictures.items()}
    _write(screen, files, zoom if extension == ".png" else None, force)
    return 0


def _extension(output: Path, single: bool, what: What, form: Form | None) -> str:
    """Of the files to write.

    Raises:
        SettingsError: one file for several pictures, or a format that is not that of its name.
    """
    if not single:
        if output.suffix.lower() in _OTHERS and not output.is_dir():
            hint = "name a file that ends in .svg or .png, or a folder"
            raise SettingsError(f"no format of pictures: {output.suffix}", where=str(output), hint=hint)
        return f".{form or Form.SVG}"
    if what is What.ALL:
        hint = "name one picture with --what graph, numbers or timeline, or a folder with -o"
        raise SettingsError("one file cannot hold all pictures", where=str(output), hint=hint)
    extension = output.suffix.lower()
    if form and f".{form}" != extension:
        hint = "leave --format out, or name another file"
        raise SettingsError(f"the file is no {form}", where=str(output), hint=hint)
    return extension


def _check(kinds: Sequence[str], relations: Sequence[str]) -> None:
    """Whether the ontology has these terms.

    Raises:
        SettingsError: it has not; the nearest are named.
    """
    from kg.ontology import load_ontology

    ontology = load_ontology()
    for where, names, known in (("--kind", kinds, ontology.classes), ("--relation", relations, ontology.relations)):
        if unknown := [name for name in names if name not in known]:
            hint = f"there are: {', '.join(known)}"
            raise SettingsError(f"the ontology has no {', '.join(unknown)}", where=where, hint=hint)


def _write(screen: Screen, files: Mapping[Path, Picture], zoom: float | None, force: bool) -> None:
    """Write the pictures, all drawn before the first is written.

    Raises:
        OutputError: a file is there already, or the disk refuses.
    """
    from kg.site.raster import rasterize
    from kg.site.svg import render as render_svg

    for path in files:
        check_file(path, force=force)
    try:
        for folder in {path.parent for path in files}:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "check that you may write there"
        raise OutputError(f"cannot write: {error.strerror or error}", where=str(error.filename), hint=hint) from error
    drawn = {path: rasterize(p, zoom) if zoom is not None else render_svg(p) for path, p in files.items()}
    for path, content in drawn.items():
        write_file(path, content, force=force)
        render.note(screen, f"written: {path}")
