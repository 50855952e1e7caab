"""Reading and writing RDF: the same bytes for the same triples, errors that name the line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import XSD, BNode, Dataset, Literal, URIRef
from rdflib.term import Node

from kg.errors import InputError, SettingsError
from kg.graph.admission import parse_quads, read_rdf
from kg.graph.formats import malformed, readable
from kg.graph.jsonld import jsonld_context, node_writer
from kg.graph.quads import Quads, as_quads
from kg.graph.terms import Term, n3, text_of
from kg.graph.turtle import to_trig, to_turtle
from kg.limits import DEFAULT, Limits

__all__ = [
    "FORMATS",
    "parse_rdf",
    "serialize",
    "to_jsonld",
    "to_nquads",
    "to_ntriples",
    "to_trig",
    "to_turtle",
    "union",
]


def union(dataset: Dataset) -> list[tuple[Node, Node, Node]]:
    """The triples of all graphs, each once, in no particular order."""
    return list({(s, p, o) for s, p, o, _ in dataset.quads()})


def to_nquads(dataset: Dataset | Quads) -> bytes:
    """Sorted canonical N-Quads.

    Raises:
        ValueError: a blank node.
    """
    lines: list[bytes] = []  # in the order of code points, as text would be, and in half the memory
    for name, triples in as_quads(dataset).named.items():
        end = f" <{name}> .\n" if name else " .\n"
        lines += [f"{s} {p} {o}{end}".encode() for s, p, o in triples]
    lines.sort()
    return b"".join(lines)


def to_ntriples(triples: Iterable[tuple[Node, Node, Node]]) -> bytes:
    """Sorted canonical N-Triples."""
    return "".join(sorted({f"{n3(s)} {n3(p)} {n3(o)} .\n" for s, p, o in triples})).encode()


def to_jsonld(dataset: Dataset) -> bytes:
    """JSON-LD 1.1, one @graph for each named graph; everything sorted, lexical forms kept."""
    write = node_writer()
    graphs: list[dict[str, Any]] = []
    for name, triples in sorted(as_quads(dataset).named.items()):
        subjects: dict[Term, dict[Term, list[Term]]] = {}
        for s, p, o in triples:
            subjects.setdefault(s, {}).setdefault(p, []).append(o)
        nodes = [write(text_of(subject), subjects[subject]) for subject in sorted(subjects, key=text_of)]
        graphs += ([{"@id": name, "@graph": nodes}] if nodes else []) if name else nodes
    document = {"@context": jsonld_context(), "@graph": graphs}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


#: Extension → writer of a whole dataset; formats without named graphs hold the union.
FORMATS: dict[str, Callable[[Dataset], bytes]] = {
    "jsonld": to_jsonld,
    "nq": to_nquads,
    "nt": lambda dataset: to_ntriples(union(dataset)),
    "trig": to_trig,
    "ttl": lambda dataset: to_turtle(union(dataset)),
}


def serialize(dataset: Dataset, extension: str) -> bytes:
    """The dataset in a format of FORMATS.

    Raises:
        SettingsError: there is no such format.
    """
    writer = FORMATS.get(extension.removeprefix("."))
    if writer is None:
        raise SettingsError(f"unknown RDF format {extension!r}", hint="there are: " + ", ".join(FORMATS))
    return writer(dataset)


def parse_rdf(
    source: Path | bytes, extension: str | None = None, where: str | None = None, *, limits: Limits = DEFAULT
) -> Dataset:
    """Read RDF and keep its lexical forms ("0.500" stays).

    Args:
        source: a file, or its content.
        extension: of `kg.graph.formats.READABLE`; taken from the file name when not given.
        where: how to call the source in messages.
        limits: of its size and depth.

    Raises:
        InputError: the file cannot be read, its format is unknown, or it is malformed (with the line).
    """
    where = where or (str(source) if isinstance(source, Path) else "input")
    extension = (extension or (source.suffix if isinstance(source, Path) else "")).removeprefix(".")
    form = readable(extension, where)
    dataset = Dataset()
    try:
        for quad in parse_quads(read_rdf(source, where, limits), form, where, limits):
            name = quad.graph_name
            named = None if isinstance(name, ox.DefaultGraph) else dataset.graph(URIRef(name.value))
            target = dataset.default_graph if named is None else named
            target.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=where) from error
    except (SyntaxError, ValueError) as error:
        raise malformed(error, where) from error
    return dataset


def _node(term: object) -> Node:
    """A pyoxigraph term as rdflib's, letter by letter."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise ValueError("RDF 1.2 triple terms are not supported")  # noqa: TRY004 (reported as malformed input)
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value == str(XSD.string) else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype, normalize=False)
