"""The gate, one document at a time: the same findings as `validate` gives for the whole dataset.

Every node is described by one document alone, or shared: what documents name, and the build. Shapes look no further
than the properties of a node and the kinds of their values. So the nodes of a document are checked with its graphs and
the kinds of what it names, and the shared nodes with what all documents say of them directly; both together is the
check of the whole. Shapes that look further, and data that are not what Accord writes, are refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.term import Node

from kg.collector import uncollected
from kg.errors import AssetError
from kg.graph.compiled_shapes import Result, Shape, apply_shapes
from kg.graph.indexed_graph import IndexedGraph
from kg.graph.integrity import Declared, check, declared
from kg.graph.quads import Quads
from kg.graph.shape_constraints import RefusedShapeError
from kg.graph.shape_reading import compile_shapes
from kg.graph.terms import Term, Triple, iri, text_of
from kg.graph.validate import (
    class_axioms,
    finding_of,
    focus_nodes_of,
    load_shapes,
    opened,
    rebased,
    shapes_in,
    words_near,
)
from kg.model import Finding
from kg.ontology import graph as own_ontology

_NESTED = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
_LISTS = (SH["or"], SH["and"], SH.xone)


@dataclass(frozen=True, slots=True)
class Portion:
    """Some nodes that several documents may name: all that is said of them, and the types of the nodes around them."""

    own: list[Triple]
    around: list[Triple]


class WholeNeededError(Exception):
    """Only the whole dataset can tell."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Shapes and ontology, read once for many documents.

    Attributes:
        base: what the IRIs of the data begin with.
        shapes: as they are written, for their labels and targets.
        compiled: the same as functions, for this base.
        ontology: its triples, which are no data.
        axioms: that order classes.
        known: what the ontology declares.
        count: number of shapes.
        objects: predicates whose objects are targets.
    """

    base: str
    shapes: Graph
    compiled: tuple[Shape, ...]
    ontology: frozenset[tuple[Node, Node, Node]]
    axioms: tuple[tuple[Node, Node, Node], ...]
    known: Declared
    count: int
    objects: frozenset[Term]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of the nodes of one document.

    Attributes:
        findings: of its nodes.
        wordless: those whose words, if there are any, stand where other documents name the value.
        focus_nodes: how many of its nodes shapes target.
    """

    findings: tuple[Finding, ...]
    wordless: tuple[Finding, ...]
    focus_nodes: int


def open_gate(base: str, shapes: Graph | None = None, ontology: Graph | None = None) -> Gate:
    """The gate for data of a base, by default with the shapes and the ontology that Accord comes with.

    Raises:
        AssetError: there are no shapes, or they cannot be compiled.
        WholeNeededError: a shape looks further than the properties of a node.
    """
    shapes = load_shapes() if shapes is None else shapes
    ontology = own_ontology() if ontology is None else ontology
    count = len(shapes_in(shapes))
    if not count:
        raise AssetError("there are no shapes, so nothing was checked", where="shapes")
    _refuse_far_sighted(shapes)
    try:
        compiled = compile_shapes(rebased(opened(shapes, ontology), base))
    except RefusedShapeError as error:
        raise WholeNeededError(str(error)) from error
    return Gate(
        base=base,
        shapes=shapes,
        compiled=compiled,
        ontology=frozenset(ontology),
        axioms=tuple(class_axioms(ontology)),
        known=declared(ontology),
        count=count,
        objects=frozenset(iri(str(o)) for o in shapes.objects(None, SH.targetObjectsOf)),
    )


def check_documents(gate: Gate, documents: Sequence[Quads], owners: Mapping[str, int]) -> list[Checked]:
    """Check the nodes of some documents.

    Args:
        gate: shapes and ontology.
        documents: the graphs of each, with the description of what it names.
        owners: IRI → number of the one document that describes it.

    Raises:
        WholeNeededError: something is wrong that is no matter of one document.
    """
    data = _data(gate, documents)
    if check(data, gate.known, gate.base):
        raise WholeNeededError("terms or nodes that are declared or described nowhere")
    findings: list[list[Finding]] = [[] for _ in documents]
    wordless: list[list[Finding]] = [[] for _ in documents]
    targets = [0] * len(documents)
    data.add(gate.axioms)
    for node in focus_nodes_of(data, gate.shapes):
        owner = owners.get(str(node))
        if owner is not None:
            targets[owner] += 1
    for result in _results(gate, data):
        owner = owners.get(str(result.focus))
        if owner is not None:
            foreign = isinstance(result.value, URIRef) and str(result.value) not in owners
            found = finding_of(result, data, gate.shapes, near=(result.focus,) if foreign else None)
            (wordless if foreign and found.sentence is None else findings)[owner].append(found)
    return [Checked(tuple(f), tuple(w), count) for f, w, count in zip(findings, wordless, targets, strict=True)]


def check_shared(gate: Gate, portions: Iterable[Portion]) -> tuple[list[Result], int]:
    """Check what several documents may name.

    Args:
        gate: shapes and ontology.
        portions: of all shared nodes.

    Returns:
        Results, and the number of nodes that shapes target.

    Raises:
        WholeNeededError: something is wrong that is no matter of shapes.
    """
    found, targets, strangers = list[Result](), 0, set[Node]()
    for portion in portions:
        data = _data(gate, (Quads({"": {*portion.own, *portion.around}}),))
        if check(data, gate.known, gate.base, words=False):
            raise WholeNeededError("terms or nodes that are declared or described nowhere")
        own, described = {text_of(s) for s, _, _ in portion.own}, data.all_subjects()
        data.add(gate.axioms)
        focused = focus_nodes_of(data, gate.shapes)
        targets += sum(str(node) in own for node in focused)
        strangers |= focused - described
        found += [r for r in _results(gate, data) if str(r.focus) in own or r.focus not in described]
    return found, targets + len(strangers)


def tell_shared(gate: Gate, results: Iterable[Result], wordless: Iterable[Finding], near: Quads) -> list[Finding]:
    """Results about shared nodes and findings without words, in the words of documents that name the nodes (`near`)."""
    data = _data(gate, (near,))
    worded = [replace(f, sentence=words_near(data, URIRef(f.value or ""))) for f in wordless]
    return worded + [finding_of(result, data, gate.shapes) for result in results]


def _data(gate: Gate, parts: Iterable[Quads]) -> IndexedGraph:
    data = IndexedGraph()
    with uncollected():
        data.add_terms(_triples(parts), leave_out=gate.ontology)
    return data


def _triples(parts: Iterable[Quads]) -> Iterator[Triple]:
    return chain.from_iterable(triples for part in parts for triples in part.named.values())


def _results(gate: Gate, data: IndexedGraph) -> list[Result]:
    try:
        with uncollected():
            return apply_shapes(gate.compiled, data)
    except RefusedShapeError as error:
        raise WholeNeededError(str(error)) from error


def _refuse_far_sighted(shapes: Graph) -> None:
    """Refuse paths of several steps, and shapes that ask for the properties of values."""
    for shape, path in shapes.subject_objects(SH.path):
        if isinstance(path, BNode):
            raise WholeNeededError(f"{shape} has a path of several steps")
        todo, seen = [n for term in (*_NESTED, *_LISTS) for n in _members(shapes, shape, term)], set[Node]()
        while todo:
            inner = todo.pop()
            if inner in seen:
                continue
            seen.add(inner)
            if (inner, SH.path, None) in shapes:
                raise WholeNeededError(f"{shape} asks for the properties of values")
            todo += [n for term in (*_NESTED, *_LISTS) for n in _members(shapes, inner, term)]


def _members(shapes: Graph, shape: Node, term: Node) -> list[Node]:
    found: list[Node] = []
    for value in shapes.objects(shape, term):
        if term not in _LISTS:
            found.append(value)
        while term in _LISTS and value and value != RDF.nil:
            found += shapes.objects(value, RDF.first)
            value = next(iter(shapes.objects(value, RDF.rest)), RDF.nil)  # noqa: PLW2901 (down the list)
    return found
