"""A dataset in memory as a build makes it: the triples of each named graph as plain strings.

rdflib's Dataset keeps three indexes of every triple and compares terms in Python; a build only writes triples once and
reads all of them in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from rdflib import Dataset, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.term import Node

from kg.errors import InputError
from kg.graph.admission import parse_quads, read_rdf
from kg.graph.formats import malformed, readable
from kg.graph.terms import Term, Triple, n3, node
from kg.limits import DEFAULT, Limits


@dataclass(frozen=True, slots=True)
class Quads:
    """Named graphs; of one without triples nothing remains in any output.

    Attributes:
        named: IRI of a graph → its triples; "" for the default graph.
    """

    named: dict[str, set[Triple]] = field(default_factory=dict)

    def graph(self, name: str) -> set[Triple]:
        """The triples of a graph, to be added to."""
        return self.named.setdefault(name, set())

    def quads(self) -> Iterator[tuple[Node, Node, Node, URIRef]]:
        """All quads in the terms of rdflib, each IRI one object: for what is given a Dataset elsewhere."""
        known: dict[Term, Node] = {}

        def term(text: Term) -> Node:
            found = known.get(text)
            if found is None:
                found = known[text] = node(text)
            return found

        for name, triples in self.named.items():
            graph = URIRef(name) if name else DATASET_DEFAULT_GRAPH_ID
            for s, p, o in triples:
                yield term(s), term(p), term(o), graph


def as_quads(dataset: Dataset | Quads) -> Quads:
    """The triples of a dataset as strings.

    Raises:
        ValueError: a blank node.
    """
    if isinstance(dataset, Quads):
        return dataset
    made = Quads()
    for s, p, o, graph in dataset.quads():
        name = "" if graph in (None, DATASET_DEFAULT_GRAPH_ID) else str(graph)
        made.graph(name).add((n3(s), n3(p), n3(o)))
    return made


def read_quads(
    source: Path | bytes, extension: str | None = None, into: Quads | None = None, limits: Limits = DEFAULT
) -> Quads:
    """Read RDF letter by letter ("0.500" stays); blank nodes keep the names that the file gives them.

    Args:
        source: a file, or its content.
        extension: of `kg.graph.formats.READABLE`; taken from the file name when not given.
        into: what the quads are added to.
        limits: of its size and depth.

    Raises:
        InputError: the file cannot be read, its format is unknown, or it is malformed (with the line).
    """
    where = str(source) if isinstance(source, Path) else "input"
    form = readable(extension or (source.suffix if isinstance(source, Path) else ""), where)
    made = Quads() if into is None else into
    known: dict[object, set[Triple]] = {}
    terms: dict[Term, Term] = {}
    try:
        for s, p, o, graph in parse_quads(read_rdf(source, where, limits), form, where, limits):
            if graph not in known:
                known[graph] = made.graph("" if isinstance(graph, ox.DefaultGraph) else str(graph.value))
            if isinstance(s, ox.Triple) or isinstance(o, ox.Triple):
                raise ValueError("RDF 1.2 triple terms are not supported")  # noqa: TRY004, TRY301 (malformed input)
            subject, target = str(s), str(o)  # one string for each term, however often it stands there
            known[graph].add((terms.setdefault(subject, subject), str(p), terms.setdefault(target, target)))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=where) from error
    except (SyntaxError, ValueError) as error:
        raise malformed(error, where) from error
    return made


def as_dataset(quads: Quads) -> Dataset:
    """The same triples as a dataset of rdflib."""
    made = Dataset()
    for name in quads.named:
        made.graph(URIRef(name) if name else DATASET_DEFAULT_GRAPH_ID)
    graphs = {g.identifier: g for g in made.graphs()}
    for s, p, o, name in quads.quads():
        graphs[name].add((s, p, o))
    return made


def as_strings(triples: Iterable[tuple[Node, Node, Node]]) -> Iterator[Triple]:
    """Triples of rdflib as strings.

    Raises:
        ValueError: a blank node.
    """
    return ((n3(s), n3(p), n3(o)) for s, p, o in triples)
