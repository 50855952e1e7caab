"""Constraints of SHACL Core that look at values alone, each a function that names what breaks it.

All take focus nodes with their value nodes, many at a time. Which values count as equal, ordered or well-formed is what
rdflib says, as in pySHACL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, SH, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from kg.errors import AssetError
from kg.graph.indexed_graph import IndexedGraph

if TYPE_CHECKING:
    from kg.graph.compiled_shapes import Shape

Nodes = Collection[Node]
#: Focus nodes, each once, with their value nodes.
Pairs = list[tuple[Node, Collection[Node]]]
#: Focus node, path where the shape's own is not meant, value node where the result has one.
Flaw = tuple[Node, Node | None, Node | None]
Find = Callable[[IndexedGraph, Pairs], Iterable[Flaw]]
Test = Callable[[Node], bool]


class RefusedShapeError(AssetError):
    """The compiled shapes have no certain answer here; pySHACL may have one."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape.

    Attributes:
        component: its constraint component, a term of sh:.
        find: names the focus nodes that break it.
        details: the shape whose own results are told as well (sh:node).
    """

    component: URIRef
    find: Find
    details: Shape | None = None


def constraint_of(parameter: Node, values: list[Node], path: Node | None) -> Constraint:
    """The constraint that a property of a shape makes.

    Args:
        parameter: a key of `PARAMETERS`.
        values: the value of the property, or the members of the list that is its value.
        path: the sh:path of the shape; None for a node shape.

    Raises:
        RefusedShapeError: a value that the property cannot have, or has no place on such a shape.
    """
    component, make = PARAMETERS[parameter]
    if parameter in _OF_PATHS and path is None:
        raise RefusedShapeError(f"{parameter} has no place on a node shape")
    return Constraint(component, make(values, path))


def closed(allowed: Set[Node]) -> Constraint:
    """sh:closed with the paths of the property shapes and sh:ignoredProperties."""

    def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
        nodes = {v for _, values in pairs for v in values}
        held: dict[Node, list[tuple[Node, Node]]] = {}
        for predicate in graph.predicates():
            if predicate not in allowed:
                links = graph.links_of(predicate)
                for node in nodes & links.keys():
                    held.setdefault(node, []).extend((predicate, target) for target in links[node])
        flaws = ((f, p, o) for f, values in pairs for v in values if v in held for p, o in held[v])
        return [flaw for flaw in flaws if flaw[1:] != (RDF.type, RDFS.Resource)] if held else []

    return Constraint(SH.ClosedConstraintComponent, find)


def count_of(value: Node | None) -> int:
    """A count as shapes give them.

    Raises:
        RefusedShapeError: not a whole number from 0.
    """
    number = value.value if isinstance(value, Literal) and value.datatype == XSD.integer else None
    if not isinstance(number, int) or number < 0:
        raise RefusedShapeError(f"not a count: {value}")
    return number


def _min_count(values: list[Node], path: Node | None) -> Find:
    least = count_of(values[0])
    return lambda _, pairs: [(f, path, None) for f, own in pairs if len(own) < least]


def _max_count(values: list[Node], path: Node | None) -> Find:
    most = count_of(values[0])
    return lambda _, pairs: [(f, path, None) for f, own in pairs if len(own) > most]


def _class(values: list[Node], path: Node | None) -> Find:
    kind = _iri(values[0])

    def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
        instances = graph.instances(kind)
        return [(f, path, v) for f, own in pairs for v in own if v not in instances]

    return find


def _in(values: list[Node], path: Node | None) -> Find:
    allowed = frozenset(values)
    return lambda _, pairs: [(f, path, v) for f, own in pairs for v in own if v not in allowed]


def _has_value(values: list[Node], path: Node | None) -> Find:
    wanted = values[0]
    return lambda _, pairs: [(f, path, None) for f, own in pairs if wanted not in own]


def _each(values: list[Node], path: Node | None, *, make: Callable[[Node], Test]) -> Find:
    passes = make(values[0])
    return lambda _, pairs: [(f, path, v) for f, own in pairs for v in own if not passes(v)]


def _iri(value: Node) -> URIRef:
    if not isinstance(value, URIRef):
        raise RefusedShapeError(f"not an IRI: {value}")
    return value


def _has_node_kind(value: Node) -> Test:
    kinds: dict[Node, type | tuple[type, ...]] = {
        SH.IRI: URIRef,
        SH.BlankNode: BNode,
        SH.Literal: Literal,
        SH.BlankNodeOrIRI: (BNode, URIRef),
        SH.BlankNodeOrLiteral: (BNode, Literal),
        SH.IRIOrLiteral: (URIRef, Literal),
    }
    if value not in kinds:
        raise RefusedShapeError(f"not a kind of node: {value}")
    kind = kinds[value]
    return lambda node: isinstance(node, kind)


#: What rdflib makes of the well-formed literals of a datatype; of others it does not know whether they are.
_PYTHON_TYPES: dict[URIRef, type | tuple[type, ...]] = {
    XSD.string: (str, bytes),
    RDF.langString: (str, bytes),
    XSD.integer: int,
    XSD.float: float,
    XSD.decimal: Decimal,
    XSD.boolean: bool,
    XSD.date: date,
    XSD.time: time,
    XSD.dateTime: datetime,
}


def _has_datatype(value: Node) -> Test:
    wanted = _iri(value)
    if wanted in (RDFS.Literal, RDFS.Datatype):
        raise RefusedShapeError(f"not a datatype that literals have: {wanted}")
    python = _PYTHON_TYPES.get(wanted, object)

    def passes(node: Node) -> bool:
        if not isinstance(node, Literal):
            return False
        if node.datatype == wanted:
            return node.ill_typed is not True and isinstance(node.value, python)
        plain = (wanted == XSD.string and not node.language) or (wanted == RDF.langString and bool(node.language))
        return node.datatype is None and plain and isinstance(node.value, python)

    return passes


def _matches(value: Node) -> Test:
    if not isinstance(value, Literal):
        raise RefusedShapeError(f"not a pattern: {value}")
    try:
        search = re.compile(str(value)).search
    except re.error as error:
        raise RefusedShapeError(f"not a pattern that Python knows: {error}") from error
    return lambda node: isinstance(node, URIRef | Literal) and search(node) is not None


def _is_long(value: Node, *, at_most: bool = False) -> Test:
    limit = count_of(value)
    if at_most:
        return lambda node: isinstance(node, URIRef | Literal) and len(node) <= limit
    return lambda node: not limit or (isinstance(node, URIRef | Literal) and len(node) >= limit)


#: Of these rdflib compares the numbers and nothing else, so that they can be taken at once.
_NUMBERS = {XSD.integer, XSD.decimal, XSD.nonNegativeInteger, XSD.positiveInteger}


def _number(node: Node) -> int | Decimal | None:
    """The number of a well-formed literal of the commonest numeric datatypes."""
    if isinstance(node, Literal) and not node.ill_typed and node.datatype in _NUMBERS:
        number = node.value
        return number if isinstance(number, int | Decimal) else None
    return None


def _order(one: Literal, other: Literal) -> int:
    """-1, 0 or 1 for literals that can be compared.

    Raises:
        TypeError, NotImplementedError: they cannot.
    """
    if one.eq(other):
        return 0
    # rdflib would put dates and times of unlike kinds into an order that they do not have.
    first, second = (one.value, other.value) if isinstance(one.value, datetime | time) else (one, other)
    if first is not one and first == second:
        return 0
    return 1 if first > second else -1


def _is_in_range(value: Node, *, allowed: tuple[int, ...]) -> Test:
    if not isinstance(value, Literal):
        raise RefusedShapeError(f"not a limit: {value}")
    bound: Literal = value
    limit, is_text = _number(bound), isinstance(bound.value, str)

    def passes(node: Node) -> bool:
        if limit is not None and (number := _number(node)) is not None:
            return ((number > limit) - (number < limit)) in allowed
        if not isinstance(node, Literal) or isinstance(node.value, str) is not is_text:
            return False
        try:
            return _order(node, bound) in allowed
        except (TypeError, NotImplementedError):
            return False

    return passes


def _disjoint(values: list[Node], path: Node | None) -> Find:
    other = _iri(values[0])

    def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
        links = graph.links_of(other)
        return [(f, path, v) for f, own in pairs if f in links for v in own if v in links[f]]

    return find


def _less_than(values: list[Node], path: Node | None, *, or_equal: bool) -> Find:
    other = _iri(values[0])

    def find(graph: IndexedGraph, pairs: Pairs) -> list[Flaw]:
        links = graph.links_of(other)
        if any(isinstance(v, BNode) for _, own in pairs for v in own):
            raise RefusedShapeError("a blank node has no place in an order")
        both = ((f, v, links[f]) for f, own in pairs if f in links for v in own)
        return [(f, path, v) for f, v, others in both if False in [_comes_before(v, o, or_equal) for o in others]]

    return find


def _comes_before(one: Node, other: Node, or_equal: bool) -> bool:
    """Whether a value is less than another one.

    Raises:
        RefusedShapeError: a blank node, or literals that have no order: pySHACL stops there.
    """
    if (left := _number(one)) is not None and (right := _number(other)) is not None:
        return left <= right if or_equal else left < right
    first, second = _as_ordered(one), _as_ordered(other)
    if isinstance(first, Node) is not isinstance(second, Node):
        return False
    try:
        return bool(first <= second if or_equal else first < second)  # type: ignore[operator]
    except TypeError as error:
        raise RefusedShapeError(f"values that have no order: {one}, {other}") from error


def _as_ordered(node: Node) -> Node | str:
    """Plain text for what is text, else the literal."""
    if isinstance(node, BNode):
        raise RefusedShapeError("a blank node has no place in an order")
    if isinstance(node, URIRef) or (isinstance(node, Literal) and isinstance(node.value, str)):
        return str(node)
    return node


#: Signs of the comparison with a limit that are allowed.
_RANGES: dict[Node, tuple[URIRef, tuple[int, ...]]] = {
    SH.minInclusive: (SH.MinInclusiveConstraintComponent, (0, 1)),
    SH.minExclusive: (SH.MinExclusiveConstraintComponent, (1,)),
    SH.maxInclusive: (SH.MaxInclusiveConstraintComponent, (-1, 0)),
    SH.maxExclusive: (SH.MaxExclusiveConstraintComponent, (-1,)),
}
#: Property of a shape → its component, and what is asked of each value.
_TESTS: dict[Node, tuple[URIRef, Callable[[Node], Test]]] = {
    SH.nodeKind: (SH.NodeKindConstraintComponent, _has_node_kind),
    SH.datatype: (SH.DatatypeConstraintComponent, _has_datatype),
    SH.pattern: (SH.PatternConstraintComponent, _matches),
    SH.minLength: (SH.MinLengthConstraintComponent, _is_long),
    SH.maxLength: (SH.MaxLengthConstraintComponent, partial(_is_long, at_most=True)),
    **{name: (part, partial(_is_in_range, allowed=signs)) for name, (part, signs) in _RANGES.items()},
}
#: Property of a shape → its component, and what makes the constraint of its value and the path of the shape.
PARAMETERS: dict[Node, tuple[URIRef, Callable[[list[Node], Node | None], Find]]] = {
    SH.minCount: (SH.MinCountConstraintComponent, _min_count),
    SH.maxCount: (SH.MaxCountConstraintComponent, _max_count),
    SH["class"]: (SH.ClassConstraintComponent, _class),
    SH["in"]: (SH.InConstraintComponent, _in),
    SH.hasValue: (SH.HasValueConstraintComponent, _has_value),
    SH.disjoint: (SH.DisjointConstraintComponent, _disjoint),
    SH.lessThan: (SH.LessThanConstraintComponent, partial(_less_than, or_equal=False)),
    SH.lessThanOrEquals: (SH.LessThanOrEqualsConstraintComponent, partial(_less_than, or_equal=True)),
    **{name: (part, partial(_each, make=make)) for name, (part, make) in _TESTS.items()},
}
_OF_PATHS = {SH.minCount, SH.maxCount, SH.lessThan, SH.lessThanOrEquals}
