"""The formats of `kg export`: what each is called, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import SettingsError
from kg.graph.export import FORMATS, read_lines
from kg.graph.exports.annotations import web_annotations
from kg.graph.exports.cube import data_cubes
from kg.graph.exports.description import description
from kg.graph.exports.nanopublications import nanopublications
from kg.graph.exports.network import gephi, graphml, neo4j
from kg.graph.exports.reifiers import turtle_12
from kg.graph.exports.selection import Selection
from kg.graph.exports.tables import csvw

#: A dataset in N-Quads and what of it is wanted → pieces of text.
WriteFile = Callable[[Path, Selection], Iterator[str]]
#: The same → the files of a folder, each a name and pieces.
WriteFolder = Callable[[Path, Selection], Iterator[tuple[str, Iterator[str]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A format of one file.

    Attributes:
        write: what writes it.
        extension: of its file, by which it is also found where it is the first with that extension.
        graphs: it holds named graphs that can be chosen; others hold statements of chosen statuses.
    """

    write: WriteFile
    extension: str
    graphs: bool = False


def _rdf(extension: str) -> WriteFile:
    def write(dataset: Path, selection: Selection) -> Iterator[str]:
        return FORMATS[extension](read_lines(dataset, selection.graph))

    return write


#: Name → format of one file.
FILES: dict[str, Form] = {
    **{name: Form(write=_rdf(name), extension=name, graphs=True) for name in FORMATS},
    "ttl12": Form(write=turtle_12, extension="ttl", graphs=True),
    "void": Form(write=description, extension="ttl", graphs=True),
    "nanopub": Form(write=nanopublications, extension="trig"),
    "qb": Form(write=data_cubes, extension="ttl"),
    "annotations": Form(write=web_annotations, extension="jsonld"),
    "graphml": Form(write=graphml, extension="graphml"),
}

#: Name → format that is a folder.
FOLDERS: dict[str, WriteFolder] = {"csvw": csvw, "gephi": gephi, "neo4j": neo4j}


def find_form(name: str | None, output: Path | None) -> str:
    """The name of the format that is asked for, or that the extension of the output tells; Turtle where nothing does.

    Raises:
        SettingsError: there is no such format.
    """
    told = name or (output.suffix.removeprefix(".") if output else "ttl")
    if told in FILES or (name and told in FOLDERS):
        return told
    where = "--format" if name else str(output)
    hint = f"name one with -f: {', '.join(sorted([*FILES, *FOLDERS]))}"
    raise SettingsError(f"unknown format {told!r}", where=where, hint=hint)
