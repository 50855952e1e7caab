"""The gate: shapes (SHACL Core) and integrity checks over everything but ontology and inference.

The shapes are compiled; pySHACL is the reference, and takes the shapes that the compiler refuses. An empty shapes graph
conforms in SHACL, and so does one that targets nothing: both are errors here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from rdflib import RDF, RDFS, SH, Dataset, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg import assets
from kg.collector import uncollected
from kg.errors import AssetError, InputError
from kg.graph.compiled_shapes import Result, apply_shapes
from kg.graph.indexed_graph import IndexedGraph
from kg.graph.integrity import check, declared
from kg.graph.quads import Quads
from kg.graph.sentences import words_of
from kg.graph.shape_constraints import RefusedShapeError
from kg.graph.shape_reading import compile_shapes
from kg.graph.terms import node
from kg.model import Finding, Severity
from kg.namespaces import ACC, DATA, PREFIXES, shrink
from kg.ontology import graph as own_ontology
from kg.turtle import parse_turtle

#: Graphs that are no data: what the ontology says, and what was inferred with it.
NOT_DATA = ("/graph/ontology", "/graph/inferred")


_SUBJECT_KIND = URIRef(ACC + "subjectKind")
#: The shape that lists the relations of the ontology.
_PREDICATES = URIRef(PREFIXES["shape"] + "assertion-predicate")


class Engine(StrEnum):
    """What applies the shapes."""

    AUTO = "auto"
    COMPILED = "compiled"
    PYSHACL = "pyshacl"


@dataclass(frozen=True, slots=True)
class Report:
    """What the gate found.

    Attributes:
        findings: violations first, then by shape and focus node.
        shapes: number of node and property shapes that were applied.
        focus_nodes: number of nodes that the shapes targeted.
        engine: what applied the shapes.
    """

    findings: tuple[Finding, ...]
    shapes: int
    focus_nodes: int
    engine: Engine = Engine.COMPILED

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return all(f.severity is not Severity.VIOLATION for f in self.findings)

    def including(self, findings: Iterable[Finding]) -> Report:
        """The same report with findings of another check, such as the contradictions that reasoning met."""
        return replace(self, findings=in_order([*self.findings, *findings]))


def load_shapes(*files: str) -> Graph:
    """The shapes of the given files of the folder, by default of all that are about data (not the lexicon's).

    Raises:
        AssetError: malformed Turtle, or no such file.
        InputError: malformed Turtle of a user.
    """
    shapes = Graph()
    for name in files or [n for n in assets.names("shapes", ".ttl") if n != "lexicon.ttl"]:
        shapes += parse_turtle("shapes", name)
    return shapes


def validate(
    dataset: Dataset | Quads,
    ontology: Graph | None = None,
    shapes: Graph | None = None,
    *,
    base: str | None = None,
    engine: Engine = Engine.AUTO,
) -> Report:
    """Check the union of all graphs of the dataset but ontology and inference.

    Args:
        dataset: not changed.
        ontology: declares terms and their super-classes; by default as `terms_of`.
        shapes: by default those that Accord comes with.
        base: what the IRIs of the data begin with; by default read off the names of the graphs.
        engine: by default the compiled shapes, and pySHACL where these refuse.

    Raises:
        AssetError: no shapes, or malformed ones.
        RefusedShapeError: the compiled shapes were asked for by name and refuse.
        InputError: the shapes target no node of the data.
    """
    ontology = terms_of(dataset) if ontology is None else ontology
    shapes = load_shapes() if shapes is None else shapes
    base = base or _base(dataset)
    names = shapes_in(shapes)
    if not names:
        raise AssetError("there are no shapes, so nothing was checked", where="shapes")
    with uncollected():
        data = _data(dataset, ontology)
        found = check(data, declared(ontology), base)
        data.add(class_axioms(ontology))
        focus_nodes = len(focus_nodes_of(data, shapes))
    if not focus_nodes:
        raise InputError("the data hold nothing that the shapes are about", hint="is this a graph that kg built?")
    results, used = _apply(rebased(opened(shapes, ontology), base), data, engine)
    found += [finding_of(result, data, shapes) for result in results]
    return Report(findings=in_order(found), shapes=len(names), focus_nodes=focus_nodes, engine=used)


def terms_of(dataset: Dataset | Quads) -> Graph:
    """The ontology of Accord, and what users added to it when they built the dataset."""
    known = own_ontology()
    own = set(known.subjects())
    for told in _ontologies(dataset):
        known += [t for t in told if t[0] not in own and not str(t[0]).startswith(ACC)]
    return known


def _ontologies(dataset: Dataset | Quads) -> Iterator[Iterable[tuple[Node, Node, Node]]]:
    if isinstance(dataset, Quads):
        for name, triples in dataset.named.items():
            if name.endswith(NOT_DATA[0]):
                yield ((node(s), node(p), node(o)) for s, p, o in triples)
    else:
        yield from (graph for graph in dataset.graphs() if str(graph.identifier).endswith(NOT_DATA[0]))


def _apply(shapes: Graph, data: IndexedGraph, engine: Engine) -> tuple[list[Result], Engine]:
    if engine is not Engine.PYSHACL:
        try:
            with uncollected():
                return apply_shapes(compile_shapes(shapes), data), Engine.COMPILED
        except RefusedShapeError:
            if engine is Engine.COMPILED:
                raise
    return reference_results(shapes, data.as_graph()), Engine.PYSHACL


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as reports list them: violations first, each once."""
    ranks = list(Severity)
    order = sorted(
        dict.fromkeys(findings),
        key=lambda f: (ranks.index(f.severity), f.shape or "", f.focus, f.path or "", f.value or "", f.message),
    )
    return tuple(order)


def _base(dataset: Dataset | Quads) -> str:
    """The base that the data were built with: graph names are `{base}graph/…`."""
    all_names = dataset.named if isinstance(dataset, Quads) else [str(g.identifier) for g in dataset.graphs()]
    names = sorted(name for name in all_names if name.endswith("graph/entities"))
    return names[0].removesuffix("graph/entities") if names else DATA


def _data(dataset: Dataset | Quads, ontology: Graph) -> IndexedGraph:
    """The union of the graphs that are data; the ontology may stand among them in a file of triples."""
    data = IndexedGraph()
    if isinstance(dataset, Quads):
        triples = ((s, p, o) for s, p, o, name in dataset.quads() if not name.endswith(NOT_DATA))
    else:
        graphs = (graph for graph in dataset.graphs() if not str(graph.identifier).endswith(NOT_DATA))
        triples = (triple for graph in graphs for triple in graph)
    data.add(triples, leave_out=frozenset(ontology))
    return data


def class_axioms(ontology: Graph) -> Iterator[tuple[Node, Node, Node]]:
    """The axioms that sh:class and sh:targetClass follow; shapes name no super-classes that Accord reuses."""
    for lower, upper in ontology.subject_objects(RDFS.subClassOf):
        if (upper, RDFS.label, None) in ontology:  # acc:, and what a user declares
            yield lower, RDFS.subClassOf, upper


def shapes_in(shapes: Graph) -> set[Node]:
    """The node and property shapes of a shapes graph."""
    return {s for kind in (SH.NodeShape, SH.PropertyShape) for s in shapes.subjects(RDF.type, kind)}


def focus_nodes_of(data: IndexedGraph, shapes: Graph) -> set[Node]:
    """All nodes that a shape targets (SHACL, 2.1.3)."""
    found: set[Node] = set()
    for kind in set(shapes.objects(None, SH.targetClass)):
        found |= data.instances(kind)
    for path in set(shapes.objects(None, SH.targetSubjectsOf)):
        found.update(data.links_of(path))
    for path in set(shapes.objects(None, SH.targetObjectsOf)):
        found.update(data.inverse_of(path))
    named = set(shapes.objects(None, SH.targetNode))
    return found | (named & data.all_subjects() if named else named)


def opened(shapes: Graph, ontology: Graph) -> Graph:
    """The shapes with a user's relations among the predicates that assertions may have."""
    relations = {str(r) for r in ontology.subjects(_SUBJECT_KIND)}
    added = [URIRef(r) for r in sorted(relations) if not r.startswith(ACC)]
    known = shapes.value(_PREDICATES, SH["in"])
    if not added or known is None:
        return shapes
    copy = Graph()
    copy += shapes
    Collection(copy, known).__iadd__(added)
    return copy


def rebased(shapes: Graph, base: str) -> Graph:
    """The shapes with the pattern of IRIs set to another base."""
    if base == DATA:
        return shapes
    old, new = (re.sub(r"([.+?*()\[\]{}|^$\\])", r"\\\1", x) for x in (DATA, base))
    copy = Graph()
    for s, p, o in shapes:
        is_base = p == SH.pattern and str(o) == f"^{old}"
        copy.add((s, p, Literal(f"^{new}") if is_base else o))
    return copy


def reference_results(shapes: Graph, data: Graph) -> list[Result]:
    """What pySHACL finds.

    Raises:
        AssetError: it cannot apply the shapes.
    """
    import pyshacl  # half a second to import, and most commands do not need it

    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True, allow_warnings=True)
    except Exception as error:  # pySHACL raises its own types, rdflib's and plain RuntimeErrors for bad shapes
        raise AssetError(f"a shape cannot be applied: {error}", where="shapes") from error
    finally:
        logger = logging.getLogger("pyshacl-validate")
        logger.handlers.clear()  # pySHACL adds one at each call and leaves it behind
    if not isinstance(report, Graph):  # pySHACL returns a failure in the place of the report
        raise AssetError(f"the shapes cannot be applied: {report}", where="shapes")
    return [_told(report, result) for result in report.subjects(RDF.type, SH.ValidationResult)]


def _told(report: Graph, result: Node) -> Result:
    terms = (SH.sourceConstraintComponent, SH.sourceShape, SH.resultSeverity, SH.focusNode)
    component, shape, severity, focus = (next(iter(report.objects(result, term))) for term in terms)
    messages = sorted(map(str, report.objects(result, SH.resultMessage)))
    path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
    return Result(focus, path, value, component, shape, severity, tuple(messages))


def finding_of(result: Result, data: IndexedGraph, shapes: Graph, near: Iterable[Node | None] | None = None) -> Finding:
    """A validation result in words.

    Args:
        result: the result.
        data: where its words are looked for.
        shapes: the labels of shapes.
        near: the nodes whose statements may lend their words; by default focus node and value.
    """
    focus, path, value, shape = result.focus, result.path, result.value, result.shape
    messages: Iterable[str] = result.messages
    if result.component == SH.ClosedConstraintComponent and path is not None:
        label = shapes.value(shape, RDFS.label)
        messages = [f"{shrink(str(path))} is no property of this ({label}): remove it, or move it where it belongs."]
    return Finding(
        severity=Severity(str(result.severity).removeprefix(str(SH))),
        message=" ".join(messages),
        focus=str(focus),
        path=shrink(str(path)) if isinstance(path, URIRef) else None,
        value=str(value) if value is not None and value != focus else None,
        shape=shrink(str(shape)) if isinstance(shape, URIRef) else None,
        sentence=_sentence(data, focus, path, value, (focus, value) if near is None else near),
    )


def _sentence(
    data: IndexedGraph, focus: Node, path: Node | None, value: Node | None, near: Iterable[Node | None]
) -> str | None:
    """The words of the focus node or the value; for an entity, of the statements of that relation, else of any one."""
    stated = [n for n in data.subjects(RDF.subject, focus) if (n, RDF.predicate, path) in data] if path else []
    same = [n for n in stated if value is None or (n, RDF.object, value) in data]
    words = sorted({w for n in same or stated for w in words_of(data, n)})
    if words:
        return " | ".join(words)
    found = (words_near(data, n) for n in near if isinstance(n, URIRef))
    return next((words for words in found if words is not None), None)


def words_near(data: IndexedGraph, node: Node) -> str | None:
    """The words of a node, else of the first statement about it that has some."""
    about = sorted({*data.subjects(RDF.subject, node), *data.subjects(RDF.object, node)}, key=str)
    return next((" | ".join(words) for place in (node, *about) if (words := words_of(data, place))), None)
