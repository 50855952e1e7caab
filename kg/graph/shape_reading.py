"""Shapes graphs read into functions.

What is not known is refused, never passed over: a property of a shape, a form of its value, a path, a node of the
shapes graph that is no shape. So is what pySHACL would refuse, which then tells it in its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rdflib import RDF, RDFS, SH, Graph, Literal
from rdflib.term import Node

from kg.graph.compiled_shapes import (
    TARGETS,
    Shape,
    all_conform,
    conform,
    none_conform,
    so_many_conform,
    some_conform,
)
from kg.graph.shape_constraints import PARAMETERS, Constraint, RefusedShapeError, closed, constraint_of, count_of
from kg.graph.shape_paths import items_of, path_of

#: Pure documentation (SHACL, 2.3.2); and what is read together with another property.
_SILENT = {RDF.type, RDFS.label, RDFS.comment, SH.name, SH.description, SH.order, SH.group, SH.property, *TARGETS}
_SILENT |= {SH.path, SH.severity, SH.message, SH.ignoredProperties, SH.qualifiedMinCount, SH.qualifiedMaxCount}
_KINDS = (SH.NodeShape, SH.PropertyShape)
#: What a shape may say several times; each is a constraint of its own.
_MANY = {SH["class"], SH.hasValue, SH.pattern, SH.disjoint, SH.lessThan, SH.lessThanOrEquals}
_MANY |= {SH.minInclusive, SH.minExclusive, SH.maxInclusive, SH.maxExclusive}
_MANY |= {SH["or"], SH["and"], SH["not"], SH.node}
#: Shapes in shapes in shapes: pySHACL gives up at 15, and shapes that refer to themselves have no end.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a shapes graph something is read.

    Attributes:
        graph: the shapes graph.
        read: its nodes that were read.
        reported: whether what a shape finds here becomes results, or is asked for by another shape only.
        depth: in how many shapes this one is nested.
    """

    graph: Graph
    read: set[Node]
    reported: bool = True
    depth: int = 0

    def within(self, *, reported: bool) -> _Place:
        """The same place inside a shape."""
        return replace(self, reported=self.reported and reported, depth=self.depth + 1)


def compile_shapes(graph: Graph) -> tuple[Shape, ...]:
    """The shapes that have targets, in the order of their names.

    Raises:
        RefusedShapeError: something that is not known here, well-formed or not.
    """
    place = _Place(graph, set())
    roots = sorted({s for term in TARGETS for s in graph.subjects(term)}, key=str)
    found = tuple(_shape(place, root) for root in roots)
    # Shapes without a target are read for the sake of what is wrong with them.
    for node in sorted({s for kind in _KINDS for s in graph.subjects(RDF.type, kind)} - place.read, key=str):
        _shape(place, node)
    for subject, predicate, target in graph:
        if subject not in place.read and any(str(x).startswith(str(SH)) for x in (predicate, target)):
            raise RefusedShapeError("neither a shape nor a part of one", where=str(subject))
    return found


def _shape(place: _Place, node: Node) -> Shape:
    graph, where = place.graph, str(node)
    place.read.add(node)
    if place.depth > _DEEPEST:
        raise RefusedShapeError("shapes nested too deeply, or one that refers to itself", where=where)
    given: dict[Node, list[Node]] = {}
    for predicate, value in graph.predicate_objects(node):
        given.setdefault(predicate, []).append(value)
    if not given:
        raise RefusedShapeError("a shape that is described nowhere", where=where)
    try:
        shape = _described(place, node, given)
    except RefusedShapeError as error:
        raise error if error.where else RefusedShapeError(error.message, where=where) from error
    if place.reported and shape.constraints and len(shape.messages) < max(1, len(given.get(SH.message, ()))):
        raise RefusedShapeError("no sh:message, which would have to be made up", where=where)
    return shape


def _described(place: _Place, node: Node, given: dict[Node, list[Node]]) -> Shape:
    term, severity = _only(given, SH.path), _only(given, SH.severity) or SH.Violation
    if set(given.get(RDF.type, ())) - {SH.NodeShape if term is None else SH.PropertyShape}:
        raise RefusedShapeError("a type that does not go with the other properties")
    if severity not in (SH.Violation, SH.Warning, SH.Info):
        raise RefusedShapeError("a severity that is none of SHACL's")
    if SH.ignoredProperties in given and SH.closed not in given:
        raise RefusedShapeError("sh:ignoredProperties without sh:closed")
    if SH.qualifiedValueShape not in given and given.keys() & {SH.qualifiedMinCount, SH.qualifiedMaxCount}:
        raise RefusedShapeError("a qualified count without sh:qualifiedValueShape")
    properties = tuple(_shape(place.within(reported=True), p) for p in given.get(SH.property, ()))
    if any(p.path is None for p in properties):
        raise RefusedShapeError("sh:property leads to a node shape")
    return Shape(
        node=node,
        term=term,
        path=None if term is None else path_of(place.graph, term, place.read),
        severity=severity,
        messages=tuple(sorted(str(m) for m in given.get(SH.message, ()) if isinstance(m, Literal))),
        constraints=tuple(
            constraint
            for parameter in sorted(given.keys() - _SILENT, key=str)
            for constraint in _constraints(place, parameter, given, term)
        ),
        properties=properties,
        targets=tuple((t, value) for t in TARGETS for value in sorted(given.get(t, ()), key=str)),
    )


def _only(given: dict[Node, list[Node]], term: Node) -> Node | None:
    values = given.get(term, [])
    if len(values) > 1:
        raise RefusedShapeError(f"more than one {term}")
    return values[0] if values else None


def _constraints(
    place: _Place, parameter: Node, given: dict[Node, list[Node]], path: Node | None
) -> Iterator[Constraint]:
    """The constraints that one property of a shape makes."""
    values = sorted(given[parameter], key=str)
    if parameter not in _MANY:
        _only(given, parameter)
    if parameter == SH.closed:
        yield from _closed(place, values[0], given)
    elif parameter == SH.qualifiedValueShape:
        yield from _qualified(place, values[0], given, path)
    elif parameter in PARAMETERS:
        for value in values:
            items = items_of(place.graph, value, place.read) if parameter == SH["in"] else [value]
            yield constraint_of(parameter, items, path)
    elif parameter in _SHAPES_OF:
        for value in values:
            yield _SHAPES_OF[parameter](place, value, path)
    else:
        raise RefusedShapeError(f"the property {parameter} is not known here")


def _closed(place: _Place, value: Node, given: dict[Node, list[Node]]) -> Iterator[Constraint]:
    is_closed = value.value if isinstance(value, Literal) else None
    if not isinstance(is_closed, bool):
        raise RefusedShapeError("sh:closed is neither true nor false")
    ignored = _only(given, SH.ignoredProperties)
    paths = {p for shape in given.get(SH.property, ()) for p in place.graph.objects(shape, SH.path)}
    if ignored is not None:
        paths.update(items_of(place.graph, ignored, place.read))
    if is_closed:
        yield closed(paths)


def _qualified(place: _Place, value: Node, given: dict[Node, list[Node]], path: Node | None) -> Iterator[Constraint]:
    least, most = _only(given, SH.qualifiedMinCount), _only(given, SH.qualifiedMaxCount)
    if path is None or (least is None and most is None):
        raise RefusedShapeError("sh:qualifiedValueShape has no place here, or no count")
    shape = _shape(place.within(reported=False), value)
    counts = (None if count is None else count_of(count) for count in (least, most))
    return so_many_conform(shape, path, *counts)


def _listed(place: _Place, head: Node) -> tuple[Shape, ...]:
    return tuple(_shape(place.within(reported=False), s) for s in items_of(place.graph, head, place.read))


def _or(place: _Place, value: Node, path: Node | None) -> Constraint:
    return some_conform(_listed(place, value), path)


def _and(place: _Place, value: Node, path: Node | None) -> Constraint:
    return all_conform(_listed(place, value), path)


def _not(place: _Place, value: Node, path: Node | None) -> Constraint:
    return none_conform(_shape(place.within(reported=False), value), path)


def _node(place: _Place, value: Node, path: Node | None) -> Constraint:
    shape = _shape(place.within(reported=True), value)
    if shape.path is not None:
        raise RefusedShapeError("sh:node leads to a property shape")
    return conform(shape, path)


#: Properties whose values are shapes, or lists of shapes.
_SHAPES_OF: dict[Node, Callable[[_Place, Node, Node | None], Constraint]] = {
    SH["or"]: _or,
    SH["and"]: _and,
    SH["not"]: _not,
    SH.node: _node,
}
