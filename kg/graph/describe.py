"""A node as the graph has it: its triples, those that lead to it, and the statements about it with their words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.answers import serialized
from kg.graph.query import Result, Source, Term, plain_term
from kg.namespaces import ACC, DATA, PREFIXES

_LABELS = tuple(map(ox.NamedNode, (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label")))
_WIDTH = 80  # of a statement's words where they stand for it
_EXCERPT = ox.NamedNode(ACC + "excerpt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the union of all graphs says of a node.

    Attributes:
        label: its name, the words of a statement, or nothing.
        outgoing: (predicate, object) pairs, sorted.
        incoming: (subject, predicate) pairs, sorted.
        names: labels of the IRIs in these.
        complete: false where there is more than was asked for.
        graph: these triples, and those of the statements about it.
    """

    iri: str
    label: str
    outgoing: tuple[tuple[str, Term], ...]
    incoming: tuple[tuple[Term, str], ...]
    names: dict[str, str]
    complete: bool
    graph: Result


def describe(store: Source, iri: str, most: int) -> Description:
    """The description of an IRI, by at most so many triples in each direction.

    Raises:
        QueryError: no IRI, or the data know nothing of it.
    """
    try:
        node = ox.NamedNode(iri)
    except ValueError as error:
        raise QueryError("not an IRI", where=iri[:200], hint="give an absolute one") from error
    union = ox.DefaultGraph()
    found = [
        [quad.triple for quad in islice(quads, most + 1)]
        for quads in (
            store.quads_for_pattern(node, None, None, union),
            store.quads_for_pattern(None, None, node, union),
        )
    ]
    outgoing, incoming = (sorted(triples[:most], key=str) for triples in found)
    if not outgoing and not incoming:
        raise QueryError("the data say nothing of it", where=iri[:200], hint="look for it by name: kg explain NAME")
    told = [t for s in dict.fromkeys(t.subject for t in incoming) for t in _statement(store, s)]
    ends = [node, *(t.object for t in outgoing), *(t.subject for t in incoming)]
    names = {end.value: name for end in ends if isinstance(end, ox.NamedNode) and (name := _label(store, end))}
    return Description(
        iri=iri,
        label=names.get(iri, ""),
        outgoing=tuple((t.predicate.value, plain_term(t.object)) for t in outgoing),
        incoming=tuple((plain_term(t.subject), t.predicate.value) for t in incoming),
        names=names,
        complete=all(len(triples) <= most for triples in found),
        graph=serialized([*outgoing, *incoming, *told[: 10 * most]]),
    )


def _statement(store: Source, node: ox.NamedNode | ox.BlankNode | ox.Triple) -> list[ox.Triple]:
    """The triples of a statement, which bears its words; of other nodes none."""
    union = ox.DefaultGraph()
    if isinstance(node, ox.Triple) or next(store.quads_for_pattern(node, _EXCERPT, None, union), None) is None:
        return []
    return [quad.triple for quad in store.quads_for_pattern(node, None, None, union)]


def _label(store: Source, node: ox.NamedNode) -> str:
    for predicate in _LABELS:
        labels = [q.object.value for q in store.quads_for_pattern(node, predicate, None, ox.DefaultGraph())]  # type: ignore[union-attr]
        if labels:
            return min(labels)
    words = next(store.quads_for_pattern(node, _EXCERPT, None, ox.DefaultGraph()), None)
    return f"“{_cut(words.object.value)}”" if words and isinstance(words.object, ox.Literal) else ""


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1].rstrip() + "…"


def base_of(store: Source) -> str:
    """What the IRIs of a built dataset begin with, told from the names of its graphs."""
    names = sorted(name.value for name in store.named_graphs())
    ending = "graph/provenance"
    return next((name.removesuffix(ending) for name in names if name.endswith("/" + ending)), DATA)
