"""Constraints of SHACL Core that look at values alone, each a function that names what breaks it.

All take focus nodes with their value nodes, many at a time. Which values count as equal, ordered or well-formed is what
rdflib says, as in pySHACL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
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
Links = Mapping[Node, Collection[Node]]
#: Focus node, path where the shape's own is not meant, value node where the result has one.
Flaw = tuple[Node, Node | None, Node | None]
Find = Callable[[IndexedGraph, "Values"], Iterable[Flaw]]
Test = Callable[[Node], bool]


class RefusedShapeError(AssetError):
    """The compiled shapes have no certain answer here; pySHACL may have one."""


@dataclass(frozen=True, slots=True)
class Values:
    """Focus nodes with their value nodes, which are not copied: pairs by the hundred thousand cost more than the tests.

    Attributes:
        nodes: the focus nodes, each once.
        links: focus node → its value nodes; None where each node is its own value.
        all: the value nodes of all.
    """

    nodes: Nodes
    links: Links | None
    all: Set[Node]

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Each focus node with each of its values."""
        if (links := self.links) is None:
            return ((n, n) for n in self.nodes)
        return ((n, v) for n in self.nodes if n in links for v in links[n])

    def groups(self) -> Iterator[tuple[Node, Collection[Node]]]:
        """Each focus node with all its values."""
        if (links := self.links) is None:
            return ((n, (n,)) for n in self.nodes)
        return ((n, links.get(n, ())) for n in self.nodes)

    def flaws(self, wrong: Set[Node], path: Node | None) -> list[Flaw]:
        """The focus nodes of values that are wrong."""
        return [(f, path, v) for f, v in self.pairs() if v in wrong] if wrong else []


def values_of(nodes: Nodes, links: Links | None) -> Values:
    """Focus nodes with their values."""
    if links is None:
        return Values(nodes, None, nodes if isinstance(nodes, Set) else set(nodes))
    return Values(nodes, links, {v for n in nodes if n in links for v in links[n]})


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

    def find(graph: IndexedGraph, values: Values) -> list[Flaw]:
        held: dict[Node, list[tuple[Node, Node]]] = {}
        for predicate in graph.predicates():
            if predicate not in allowed:
                links = graph.links_of(predicate)
                for node in links.keys() & values.all:
                    held.setdefault(node, []).extend((predicate, target) for target in links[node])
        flaws = ((f, p, o) for f, v in values.pairs() if v in held for p, o in held[v])
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


def _min_count(parameters: list[Node], path: Node | None) -> Find:
    least = count_of(parameters[0])
    return lambda _, values: [(f, path, None) for f, own in values.groups() if len(own) < least]


def _max_count(parameters: list[Node], path: Node | None) -> Find:
    most = count_of(parameters[0])
    return lambda _, values: [(f, path, None) for f, own in values.groups() if len(own) > most]


def _class(parameters: list[Node], path: Node | None) -> Find:
    kind = _iri(parameters[0])
    return lambda graph, values: values.flaws(values.all - graph.instances(kind), path)


def _in(parameters: list[Node], path: Node | None) -> Find:
    allowed = frozenset(parameters)
    return lambda _, values: values.flaws(values.all - allowed, path)


def _has_value(parameters: list[Node], path: Node | None) -> Find:
    wanted = parameters[0]
    return lambda _, values: [(f, path, None) for f, own in values.groups() if wanted not in own]


def _each(parameters: list[Node], path: Node | None, *, make: Callable[[Node], Test]) -> Find:
    passes = make(parameters[0])
    return lambda _, values: values.flaws({v for v in values.all if not passes(v)}, path)


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
    python, in_a_language = _PYTHON_TYPES.get(wanted, object), wanted == RDF.langString
    is_text = wanted in (XSD.string, RDF.langString)

    def passes(node: Node) -> bool:
        if not isinstance(node, Literal):
            return False
        datatype = node.datatype
        if datatype is None:
            return is_text and bool(node.language) is in_a_language
        # Of two IRIs the text decides; rdflib's own comparison takes ten times as long.
        return str.__eq__(datatype, wanted) and node.ill_typed is not True and isinstance(node.value, python)

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


def _number(node: Node) -> int | Decimal | None:
    """The number of a literal, of which rdflib compares nothing else, so that it can be taken at once."""
    number = node.value if isinstance(node, Literal) else None
    return number if type(number) in (int, Decimal) and not node.ill_typed else None  # type: ignore[attr-defined]


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


def _disjoint(parameters: list[Node], path: Node | None) -> Find:
    other = _iri(parameters[0])

    def find(graph: IndexedGraph, values: Values) -> list[Flaw]:
        links = graph.links_of(other)
        return [(f, path, v) for f, v in values.pairs() if f in links and v in links[f]]

    return find


def _less_than(parameters: list[Node], path: Node | None, *, or_equal: bool) -> Find:
    other = _iri(parameters[0])

    def find(graph: IndexedGraph, values: Values) -> list[Flaw]:
        if any(isinstance(v, BNode) for v in values.all):
            raise RefusedShapeError("a blank node has no place in an order")
        links = graph.links_of(other)
        # All are compared before one is told: what has no order is found wherever it stands.
        return [
            (f, path, v)
            for f, v in values.pairs()
            if f in links and False in [_comes_before(v, o, or_equal) for o in links[f]]
        ]

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
