"""SHACL Core as plain functions: shapes that were read once, applied to all focus nodes at a time.

The results are those of pySHACL, whose readings of the Recommendation are followed where it leaves a choice: a shape
whose severity is below a violation conforms wherever another shape asks; what a shape after sh:node finds is told too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rdflib import SH
from rdflib.term import Node

from kg.graph.indexed_graph import IndexedGraph
from kg.graph.shape_constraints import Constraint, Find, Flaw, Nodes, Pairs
from kg.graph.shape_paths import Path

#: The ways to say which nodes a shape is about.
TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True, slots=True)
class Result:
    """A validation result (SHACL, 3.6): terms of RDF, of which `messages` are as the shape gives them."""

    focus: Node
    path: Node | None
    value: Node | None
    component: Node
    shape: Node
    severity: Node
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape whose constraints are functions.

    Attributes:
        node: its name in the shapes graph.
        term: the value of sh:path, for results; None for a node shape.
        path: from focus nodes to value nodes; None for a node shape.
        properties: what hangs on it by sh:property.
        targets: property of sh: and its value, one for each target declaration.
    """

    node: Node
    term: Node | None
    path: Path | None
    severity: Node
    messages: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    properties: tuple[Shape, ...]
    targets: tuple[tuple[Node, Node], ...]

    @property
    def must_hold(self) -> bool:
        """Whether not to conform counts where another shape asks."""
        return self.severity == SH.Violation


def apply_shapes(shapes: Iterable[Shape], graph: IndexedGraph) -> list[Result]:
    """All results of the shapes on their targets, in no particular order and each once or more often.

    Raises:
        RefusedShapeError: the data hold what a constraint cannot compare.
    """
    return [result for shape in shapes for result in results(shape, graph, focus_nodes(shape, graph))]


def focus_nodes(shape: Shape, graph: IndexedGraph) -> set[Node]:
    """What the shape targets (SHACL, 2.1.3)."""
    found: set[Node] = set()
    for term, value in shape.targets:
        if term == SH.targetNode:
            found.add(value)
        elif term == SH.targetClass:
            found |= graph.instances(value)
        elif term == SH.targetSubjectsOf:
            found.update(graph.links_of(value))
        else:
            found.update(graph.inverse_of(value))
    return found


def results(shape: Shape, graph: IndexedGraph, nodes: Nodes) -> Iterator[Result]:
    """The results of a shape on some nodes, with those of its property shapes."""
    pairs = _values(shape, graph, nodes)
    if not pairs:
        return
    for constraint in shape.constraints:
        values = []
        for focus, path, value in constraint.find(graph, pairs):
            yield Result(focus, path, value, constraint.component, shape.node, shape.severity, shape.messages)
            values.append(value)
        if constraint.details is not None and values:
            yield from results(constraint.details, graph, {v for v in values if v is not None})
    if shape.properties:
        values_of_all = nodes if shape.path is None else _all_values(pairs)
        for other in shape.properties:
            yield from results(other, graph, values_of_all)


def failing(shape: Shape, graph: IndexedGraph, nodes: Nodes, *, strict: bool = False) -> set[Node]:
    """Those of the nodes that do not conform.

    Args:
        shape: the shape that is asked about.
        graph: the data.
        nodes: distinct ones.
        strict: whether warnings count as well.
    """
    if not nodes or not (strict or shape.must_hold):
        return set()
    pairs = _values(shape, graph, nodes)
    found = {flaw[0] for constraint in shape.constraints for flaw in constraint.find(graph, pairs)}
    for other in shape.properties:
        values = failing(other, graph, nodes if shape.path is None else _all_values(pairs), strict=strict)
        if values:
            found.update(focus for focus, own in pairs if not values.isdisjoint(own))
    return found


def _values(shape: Shape, graph: IndexedGraph, nodes: Nodes) -> Pairs:
    return [(n, (n,)) for n in nodes] if shape.path is None else shape.path(graph, nodes)


def _all_values(pairs: Pairs) -> set[Node]:
    return {value for _, values in pairs for value in values}


# --- constraints that ask other shapes ---


def some_conform(options: tuple[Shape, ...], path: Node | None) -> Constraint:
    """sh:or."""

    def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
        left = _all_values(pairs)
        for option in options:
            left = failing(option, graph, left)
        return [(f, path, v) for f, own in pairs for v in own if v in left] if left else []

    return Constraint(SH.OrConstraintComponent, find)


def all_conform(parts: tuple[Shape, ...], path: Node | None) -> Constraint:
    """sh:and."""

    def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
        values = _all_values(pairs)
        bad = set().union(*(failing(part, graph, values) for part in parts))
        return [(f, path, v) for f, own in pairs for v in own if v in bad] if bad else []

    return Constraint(SH.AndConstraintComponent, find)


def none_conform(shape: Shape, path: Node | None) -> Constraint:
    """sh:not."""

    def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
        good = failing(shape, graph, _all_values(pairs))
        return [(f, path, v) for f, own in pairs for v in own if v not in good]

    return Constraint(SH.NotConstraintComponent, find)


def conform(shape: Shape, path: Node | None) -> Constraint:
    """sh:node: here warnings of the other shape count."""

    def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
        bad = failing(shape, graph, _all_values(pairs), strict=True)
        return [(f, path, v) for f, own in pairs for v in own if v in bad] if bad else []

    return Constraint(SH.NodeConstraintComponent, find, details=shape)


def so_many_conform(shape: Shape, path: Node, least: int | None, most: int | None) -> Iterator[Constraint]:
    """sh:qualifiedValueShape with sh:qualifiedMinCount, sh:qualifiedMaxCount or both."""

    def finder(is_wrong: Callable[[int], bool]) -> Find:
        def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
            bad = failing(shape, graph, _all_values(pairs))
            return [(f, path, None) for f, own in pairs if is_wrong(sum(v not in bad for v in own))]

        return find

    if least is not None:
        yield Constraint(SH.QualifiedMinCountConstraintComponent, finder(lambda count: count < least))
    if most is not None:
        yield Constraint(SH.QualifiedMaxCountConstraintComponent, finder(lambda count: count > most))
