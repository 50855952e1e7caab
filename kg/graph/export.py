"""A file of RDF in another format, for graphs of any size: read once, sorted outside memory, written as it comes.

The bytes are those of `kg.graph.serialize`. No store is asked: it would rewrite literals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.errors import InputError, SettingsError
from kg.graph.formats import malformed, readable
from kg.graph.jsonld import dump, jsonld_context, node_writer
from kg.graph.rdfxml import to_rdfxml
from kg.graph.sorting import sorted_lines
from kg.graph.terms import Term
from kg.graph.turtle import block_writer, header, namespace_of, prefixes_of, writer
from kg.namespaces import PREFIXES

#: How rdflib calls the default graph, which decides its place among the others in TriG.
_DEFAULT_GRAPH = "urn:x-rdflib:default"
#: Characters of an IRI by which the known prefixes can be told: the namespaces in `kg.namespaces` end in / or #, so
#: that a term is in one of them where it begins with it.
_HEAD = max(map(len, PREFIXES.values()))
_MOST_HEADS = 1 << 16
#: Lines that are encoded and written at a time.
_PORTION = 1 << 12


#: The graph of a triple ("" for the default graph), and the triple as in N-Triples, without the full stop.
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Namespaces:
    """What prefixes are chosen by: beginnings of all IRIs, and the namespaces of subjects."""

    heads: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)

    def prefixes(self) -> dict[str, str]:
        """Prefix → namespace."""
        return prefixes_of(self.heads, self.subjects)


def export(source: Path, extension: str, out: BinaryIO, wanted: Callable[[str], bool] | None = None) -> None:
    """Write the quads of a file in a format of FORMATS.

    Args:
        source: a file in a format that is read.
        extension: of the format to write; those without named graphs hold the union.
        out: nothing is written to it before all was read.
        wanted: whether a graph, by its IRI ("" for the default graph), is written; by default all are.

    Raises:
        SettingsError: there is no such format.
        InputError: the file cannot be read, is malformed (with the line), or has blank nodes.
        OSError: the disk refuses.
    """
    write = FORMATS.get(extension.removeprefix("."))
    if write is None:
        raise SettingsError(f"unknown RDF format {extension!r}", hint="there are: " + ", ".join(FORMATS))
    write_pieces(write(read_lines(source, wanted)), out)


def write_pieces(pieces: Iterator[str], out: BinaryIO) -> None:
    """Write text as it comes, many pieces at a time."""
    while portion := "".join(islice(pieces, _PORTION)):
        out.write(portion.encode())


def read_lines(source: Path, wanted: Callable[[str], bool] | None = None) -> Iterator[Line]:
    """The quads of a file as they come; the arguments and errors are those of `export`."""
    form, where = readable(source.suffix, str(source)), str(source)
    try:
        with source.open("rb") as file:
            yield from _lines(ox.parse(file, format=form), where, wanted)
    except OSError as error:
        raise InputError(error.strerror or str(error), where=where) from error
    except (SyntaxError, ValueError) as error:
        raise malformed(error, where) from error


def _lines(quads: Iterable[ox.Quad], where: str, wanted: Callable[[str], bool] | None) -> Iterator[Line]:
    # Graph → its name, whether it is wanted, and how much of a line it takes.
    known: dict[Any, tuple[str, bool, int]] = {}
    for quad in quads:
        graph = quad.graph_name
        if graph not in known:
            name = "" if isinstance(graph, ox.DefaultGraph) else graph.value
            known[graph] = name, wanted is None or wanted(name), len(name) + 3 if name else 0
        name, passes, length = known[graph]
        if passes:
            text = str(quad)
            if text[0] == "_" or "> _:" in text or "> <<" in text:
                _refuse_others(quad, where)
            yield name, text[:-length] if length else text


def _refuse_others(quad: ox.Quad, where: str) -> None:
    for term in (quad.subject, quad.object):
        if not isinstance(term, ox.NamedNode | ox.Literal):
            hint = "give it an IRI; kg build writes no blank nodes"
            raise InputError(f"not a term that Accord writes: {term}", where=where, hint=hint)


def _nquads(lines: Iterator[Line]) -> Iterator[str]:
    whole = (f"{triple} <{name}>" if name else triple for name, triple in lines)
    return (f"{line} .\n" for line in sorted_lines(whole))


def _ntriples(lines: Iterator[Line]) -> Iterator[str]:
    return (f"{line} .\n" for line in sorted_lines(triple for _, triple in lines))


def _turtle(lines: Iterator[Line]) -> Iterator[str]:
    spaces = _Namespaces()
    rows = sorted_lines(row for _, row in _rows(lines, spaces))
    first = next(rows, None)  # all is read now, and the namespaces are known
    prefixes = spaces.prefixes()
    yield f"{header(prefixes)}\n"
    block = block_writer(writer(prefixes))
    between = ""
    for subject, properties in _subjects(_again(first, rows)):
        yield f"{between}{block(f'<{subject}>', properties)}"
        between = "\n"


def _trig(lines: Iterator[Line]) -> Iterator[str]:
    spaces = _Namespaces()
    rows = sorted_lines(f"{name or _DEFAULT_GRAPH}\x01{row}" for name, row in _rows(lines, spaces))
    first = next(rows, None)
    prefixes = spaces.prefixes()
    yield header(prefixes)
    write = writer(prefixes)
    plain, indented = block_writer(write), block_writer(write, "    ")
    for name, inside in groupby(_again(first, rows), key=_graph):
        yield "\n" if name == _DEFAULT_GRAPH else f"\n<{name}> {{\n"
        block, between = plain if name == _DEFAULT_GRAPH else indented, ""
        for subject, properties in _subjects(row[len(name) + 1 :] for row in inside):
            yield f"{between}{block(f'<{subject}>', properties)}"
            between = "\n"
        if name != _DEFAULT_GRAPH:
            yield "}\n"


def _jsonld(lines: Iterator[Line]) -> Iterator[str]:
    rows = sorted_lines(f"{name}\x01{row}" for name, row in _rows(lines, _Namespaces()))
    node = node_writer()
    yield f"{dump({'@context': jsonld_context()}, 0)[:-2]},\n"
    yield ' "@graph": ['
    between = "\n"
    for name, inside in groupby(rows, key=_graph):
        if name:
            yield f'{between}  {{\n   "@id": {json.dumps(name, ensure_ascii=False)},\n   "@graph": ['
        inner = "\n" if name else between
        for subject, properties in _subjects(row[len(name) + 1 :] for row in inside):
            depth = 4 if name else 2
            yield f"{inner}{' ' * depth}{dump(node(subject, properties), depth)}"
            inner = ",\n"
        if name:
            yield "\n   ]\n  }"
        between = ",\n"
    yield "\n ]\n}\n" if between != "\n" else "]\n}\n"


def _rdfxml(lines: Iterator[Line]) -> Iterator[str]:
    spaces = _Namespaces()
    rows = sorted_lines(row for _, row in _rows(lines, spaces))
    first = next(rows, None)
    known = {prefix: space for prefix, space in spaces.prefixes().items() if prefix in PREFIXES}
    return to_rdfxml(_subjects(_again(first, rows)), known)


def _rows(lines: Iterator[Line], spaces: _Namespaces) -> Iterator[Line]:
    """The triples in a form that sorts by the IRI of the subject: that, a tab, predicate and object."""
    heads, last = spaces.heads, ""
    for name, triple in lines:
        subject, _, rest = triple[1:].partition("> ")
        if subject != last:
            last = subject
            spaces.subjects.add(namespace_of(f"<{subject}>"))
            heads.add(subject[:_HEAD])
        predicate, _, target = rest.partition(" ")
        heads.add(predicate[1 : _HEAD + 1])
        if target[0] == "<":
            heads.add(target[1 : _HEAD + 1])
        elif target[-1] == ">":
            start = target.rindex('"') + 4
            heads.add(target[start : start + _HEAD])
        if len(heads) > _MOST_HEADS:
            kept = {space for space in PREFIXES.values() if any(head.startswith(space) for head in heads)}
            heads.clear()
            heads.update(kept)
        yield name, f"{subject}\t{rest}"


def _again(first: str | None, others: Iterator[str]) -> Iterator[str]:
    return others if first is None else chain((first,), others)


def _graph(row: str) -> str:
    return row[: row.index("\x01")]


def by_subject(lines: Iterator[Line]) -> Iterator[tuple[str, dict[Term, list[Term]]]]:
    """The subjects of the union of all graphs, in order, with their objects by predicate."""
    return _subjects(sorted_lines(row for _, row in _rows(lines, _Namespaces())))


def _subjects(rows: Iterator[str]) -> Iterator[tuple[str, dict[Term, list[Term]]]]:
    """Subjects with their objects by predicate, of sorted rows."""
    last, verb = "", ""
    properties: dict[Term, list[Term]] = {}
    for row in rows:
        subject, _, rest = row.partition("\t")
        predicate, _, target = rest.partition(" ")
        if subject != last:
            if properties:
                yield last, properties
            last, verb, properties = subject, predicate, {predicate: [target]}
        elif predicate != verb:
            verb = predicate
            properties[verb] = [target]
        else:
            properties[verb].append(target)
    if properties:
        yield last, properties


#: Extension → what writes quads; formats without named graphs hold the union.
FORMATS: dict[str, Callable[[Iterator[Line]], Iterator[str]]] = {
    "jsonld": _jsonld,
    "nq": _nquads,
    "nt": _ntriples,
    "rdf": _rdfxml,
    "trig": _trig,
    "ttl": _turtle,
}
