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
from kg.graph.shape_constraints import Constraint, Find, Flaw, Nodes, RefusedShapeError, Values, values_of
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
    try:
        return [result for shape in shapes for result in results(shape, graph, focus_nodes(shape, graph))]
    except ArithmeticError as error:  # decimals that are no numbers
        raise RefusedShapeError(f"values that have no order: {error!r}") from error


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
    if not nodes:
        return
    values = _values(shape, graph, nodes)
    for constraint in shape.constraints:
        found = []
        for focus, path, value in constraint.find(graph, values):
            yield Result(focus, path, value, constraint.component, shape.node, shape.severity, shape.messages)
            found.append(value)
        if constraint.details is not None and found:
            yield from results(constraint.details, graph, {v for v in found if v is not None})
    for other in shape.properties:
        yield from results(other, graph, values.all)


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
    values = _values(shape, graph, nodes)
    found = {flaw[0] for constraint in shape.constraints for flaw in constraint.find(graph, values)}
    for other in shape.properties:
        bad = failing(other, graph, values.all, strict=strict)
        found.update(focus for focus, _, _ in values.flaws(bad, None))
    return found


def _values(shape: Shape, graph: IndexedGraph, nodes: Nodes) -> Values:
    return values_of(nodes, None if shape.path is None else shape.path(graph, nodes))


# --- constraints that ask other shapes ---


def some_conform(options: tuple[Shape, ...], path: Node | None) -> Constraint:
    """sh:or."""

    def find(graph: IndexedGraph, values: Values) -> list[Flaw]:
        # All are asked about all values, as in pySHACL: one that cannot answer is told whatever the others say.
        first, *others = (failing(option, graph, values.all) for option in options)
        return values.flaws(first.intersection(*others), path)

    return Constraint(SH.OrConstraintComponent, find)


def all_conform(parts: tuple[Shape, ...], path: Node | None) -> Constraint:
    """sh:and."""

    def find(graph: IndexedGraph, values: Values) -> list[Flaw]:
        return values.flaws(set().union(*(failing(part, graph, values.all) for part in parts)), path)

    return Constraint(SH.AndConstraintComponent, find)


def none_conform(shape: Shape, path: Node | None) -> Constraint:
    """sh:not."""

    def find(graph: IndexedGraph, values: Values) -> list[Flaw]:
        return values.flaws(values.all - failing(shape, graph, values.all), path)

    return Constraint(SH.NotConstraintComponent, find)


def conform(shape: Shape, path: Node | None) -> Constraint:
    """sh:node: here warnings of the other shape count."""

    def find(graph: IndexedGraph, values: Values) -> list[Flaw]:
        return values.flaws(failing(shape, graph, values.all, strict=True), path)

    return Constraint(SH.NodeConstraintComponent, find, details=shape)


def so_many_conform(shape: Shape, path: Node, least: int | None, most: int | None) -> Iterator[Constraint]:
    """sh:qualifiedValueShape with sh:qualifiedMinCount, sh:qualifiedMaxCount or both."""

    def finder(is_wrong: Callable[[int], bool]) -> Find:
        def find(graph: IndexedGraph, values: Values) -> list[Flaw]:
            bad = failing(shape, graph, values.all)
            return [(f, path, None) for f, own in values.groups() if is_wrong(sum([v not in bad for v in own]))]

        return find

    if least is not None:
        yield Constraint(SH.QualifiedMinCountConstraintComponent, finder(lambda count: count < least))
    if most is not None:
        yield Constraint(SH.QualifiedMaxCountConstraintComponent, finder(lambda count: count > most))
