"""Property paths of SHACL (2.3.1) as functions: predicates, their inverses, sequences and alternatives of these."""

from __future__ import annotations

from collections.abc import Callable

from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from kg.graph.indexed_graph import IndexedGraph
from kg.graph.shape_constraints import Links, Nodes, RefusedShapeError

#: Focus nodes → the value nodes of each that has any; of other nodes as well, where that costs nothing.
Path = Callable[[IndexedGraph, Nodes], Links]
#: Longer lists of paths, and paths in paths in paths, pySHACL does not follow.
_LONGEST = 4
_DEEPEST = 1


def path_of(graph: Graph, term: Node, read: set[Node], depth: int = 0) -> Path:
    """The path that a term stands for.

    Args:
        graph: the shapes graph.
        term: the value of sh:path.
        read: gets the nodes that the path is written with.
        depth: in how many others it is nested.

    Raises:
        RefusedShapeError: another kind of path, or a malformed one.
    """
    if isinstance(term, URIRef):
        return _predicate(term)
    read.add(term)
    described = dict(graph.predicate_objects(term))
    if len(described) == len(list(graph.predicate_objects(term))) and depth <= _DEEPEST:
        inverted = described.get(SH.inversePath)
        if isinstance(inverted, URIRef) and len(described) == 1:
            return _inverse(inverted)
        is_sequence = described.keys() == {RDF.first, RDF.rest}
        if is_sequence or described.keys() == {SH.alternativePath}:
            terms = items_of(graph, term if is_sequence else described[SH.alternativePath], read)
            if 2 <= len(terms) <= _LONGEST:
                paths = [path_of(graph, t, read, depth + 1) for t in terms]
                return _sequence(paths) if is_sequence else _alternative(paths)
    raise RefusedShapeError("a path of a kind that is not known here", where=str(term))


def items_of(graph: Graph, head: Node, read: set[Node]) -> list[Node]:
    """The members of a list.

    Args:
        graph: the shapes graph.
        head: the first node of the list.
        read: gets the nodes of the list.

    Raises:
        RefusedShapeError: it is malformed, or empty.
    """
    items: list[Node] = []
    seen: set[Node] = set()
    while head != RDF.nil:
        cell = dict(graph.predicate_objects(head))
        if cell.keys() != {RDF.first, RDF.rest} or len(list(graph.objects(head))) != 2 or head in seen:
            raise RefusedShapeError("not a well-formed list", where=str(head))
        seen.add(head)
        items.append(cell[RDF.first])
        head = cell[RDF.rest]
    if not items:
        raise RefusedShapeError("an empty list", where=str(head))
    read |= seen
    return items


def _predicate(predicate: Node) -> Path:
    return lambda graph, _: graph.links_of(predicate)


def _inverse(predicate: Node) -> Path:
    return lambda graph, _: graph.inverse_of(predicate)


def _sequence(paths: list[Path]) -> Path:
    def follow(graph: IndexedGraph, nodes: Nodes) -> Links:
        return {n: reached(graph, n) for n in nodes}

    def reached(graph: IndexedGraph, node: Node) -> set[Node]:
        values = {node}
        for path in paths:
            links = path(graph, values)
            values = {v for n in values if n in links for v in links[n]}
        return values

    return follow


def _alternative(paths: list[Path]) -> Path:
    def follow(graph: IndexedGraph, nodes: Nodes) -> Links:
        ways = [path(graph, nodes) for path in paths]
        return {n: {v for way in ways if n in way for v in way[n]} for n in nodes}

    return follow
