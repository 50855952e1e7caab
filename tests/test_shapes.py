"""Each shape has data that it passes and data that it names: `tests/shapes/{node shape}/{pass,fail}.ttl`.

A case is about one node shape and its property shapes; what others would say of the same lines does not matter.
"""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from kg import assets, ontology
from kg.graph.validate import load_shapes, validate
from kg.namespaces import ACC, PREFIXES

SHAPES = PREFIXES["shape"]
CASES = Path(__file__).parent / "shapes"
ALL = load_shapes(*assets.names("shapes", ".ttl"))
ONTOLOGY = ontology.graph()
NODE_SHAPES = sorted(str(s).removeprefix(SHAPES) for s in ALL.subjects(RDF.type, SH.NodeShape))
# What a shape has beside constraints of its own.
NO_CONSTRAINT = {RDF.type, RDFS.label, SH.property, SH.path, SH.severity, SH.message}
NO_CONSTRAINT |= {SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.ignoredProperties}


def only(name: str) -> Graph:
    """The triples of one node shape and all that hangs on it."""
    found, todo = Graph(), [URIRef(SHAPES + name)]
    while todo:
        node = todo.pop()
        for triple in ALL.triples((node, None, None)):
            if triple not in found:
                found.add(triple)
                todo += [triple[2]] if isinstance(triple[2], URIRef) or triple[2] in ALL.subjects() else []  # type: ignore[list-item]
    return found


def named(name: str, kind: str) -> set[str]:
    dataset = Dataset()
    dataset.graph(URIRef("urn:test:graph")).parse(CASES / name / f"{kind}.ttl", format="turtle")
    report = validate(dataset, ONTOLOGY, only(name))
    return {(f.shape or "").removeprefix("shape:") for f in report.findings} & members(name)


def members(name: str) -> set[str]:
    """The node shape and its property shapes, those that constrain something."""
    node = URIRef(SHAPES + name)
    shapes: list[Node] = [node, *ALL.objects(node, SH.property)]
    return {str(s).removeprefix(SHAPES) for s in shapes if set(ALL.predicates(s)) - NO_CONSTRAINT}


def test_every_node_shape_has_a_passing_and_a_failing_case() -> None:
    assert len(NODE_SHAPES) == 52
    files = sorted(str(p.relative_to(CASES)) for p in CASES.rglob("*") if p.is_file())
    assert files == sorted(f"{n}/{kind}.ttl" for n in NODE_SHAPES for kind in ("fail", "pass"))


def test_every_property_shape_hangs_on_a_node_shape() -> None:
    shapes = {str(s).removeprefix(SHAPES) for s in ALL.subjects(RDF.type, SH.PropertyShape)}
    assert len(shapes) == 112
    assert shapes == {m for n in NODE_SHAPES for m in members(n)} - set(NODE_SHAPES)


@pytest.mark.parametrize("name", NODE_SHAPES)
def test_passes(name: str) -> None:
    assert named(name, "pass") == set()


@pytest.mark.parametrize("name", NODE_SHAPES)
def test_fails_and_names_itself_and_each_property_shape(name: str) -> None:
    assert members(name)
    assert named(name, "fail") == members(name)


@pytest.mark.parametrize("name", NODE_SHAPES)
def test_has_label_and_words(name: str) -> None:
    for member in members(name) | {name}:
        node = URIRef(SHAPES + member)
        assert len(list(ALL.objects(node, RDFS.label))) == 1, member
        if member in members(name):
            (message,) = ALL.objects(node, SH.message)
            assert isinstance(message, Literal)
            assert message.language == "en"
            assert message.endswith("."), member
            assert ALL.value(node, SH.severity) in (SH.Violation, SH.Warning), member


def test_no_two_shapes_share_a_label() -> None:
    labels = [str(x) for s in {*ALL.subjects(SH.message)} for x in ALL.objects(s, RDFS.label)]
    assert sorted({x for x in labels if labels.count(x) > 1}) == []


def test_relations_are_those_of_the_ontology() -> None:
    known = ontology.load_ontology()
    for relation in known.relations:
        subjects, objects = known.signature(relation)
        assert allowed(URIRef(SHAPES + relation)) == subjects, relation
        if objects:
            assert allowed(URIRef(f"{SHAPES}{relation}-object")) == objects, relation
    predicates = ALL.value(URIRef(SHAPES + "assertion-predicate"), SH["in"])
    assert {str(x).removeprefix(ACC) for x in ALL.items(predicates)} == {*known.relations, "roleTitle"}  # type: ignore[arg-type]


def allowed(shape: URIRef) -> set[str]:
    options = ALL.value(shape, SH["or"])
    nodes: list[Node] = list(ALL.items(options)) if options is not None else [shape]
    return {str(c).removeprefix(ACC) for n in nodes for c in ALL.objects(n, SH["class"])}


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ("manner-status", "Statuses"),
        ("statistic-unit", "Units"),
        ("attribution-kind", "SpeechKinds"),
        ("statement-support", "Supports"),
        ("membership-role", "Roles"),
    ],
)
def test_lists_are_those_of_the_schemes(shape: str, scheme: str) -> None:
    members = ALL.items(ALL.value(URIRef(SHAPES + shape), SH["in"]))  # type: ignore[arg-type]
    assert sorted(str(x).removeprefix(ACC) for x in members) == list(ontology.load_ontology().schemes[scheme])


def test_shapes_are_well_formed_core_shapes() -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=ALL, meta_shacl=True)
    assert conforms, text
    assert not set(ALL.predicates()) & {SH.sparql, SH.rule, SH.js}


def test_lexicon_has_its_form() -> None:
    lexicon = Graph()
    for name in assets.names("ontology", ".ttl"):
        if name.startswith("lexicon"):
            lexicon.parse(data=assets.read("ontology", name), format="turtle")
    conforms, _, text = pyshacl.validate(lexicon, shacl_graph=load_shapes("lexicon.ttl"), inplace=True)
    assert conforms, text
