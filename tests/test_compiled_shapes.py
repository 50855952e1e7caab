"""The compiled shapes against pySHACL: the same results on every case, on broken graphs, on shapes of each kind."""

from __future__ import annotations

import logging
import random
from collections import Counter

import pytest
from rdflib import RDF, RDFS, SH, XSD, BNode, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from kg.collector import uncollected
from kg.errors import AssetError
from kg.graph.compiled_shapes import Result, apply_shapes
from kg.graph.indexed_graph import IndexedGraph
from kg.graph.shape_constraints import PARAMETERS, RefusedShapeError
from kg.graph.shape_reading import compile_shapes
from kg.graph.validate import Engine, load_shapes, reference_results, validate
from kg.graph.vocabulary import ACC
from tests.test_shapes import CASES, NODE_SHAPES, only
from tests.test_validate import DATASET, ONTOLOGY, QUADS, SHAPES

Triple = tuple[Node, Node, Node]

COMPILED = compile_shapes(SHAPES)
CLASSES = [t for t in ONTOLOGY.triples((None, RDFS.subClassOf, None)) if isinstance(t[2], URIRef)]


def indexed(*triples: Triple) -> IndexedGraph:
    graph = IndexedGraph()
    graph.add(triples)
    return graph


def parsed(turtle: str) -> Graph:
    prefixes = f"@prefix : <urn:x:> . @prefix sh: <{SH}> . @prefix rdf: <{RDF}> . @prefix rdfs: <{RDFS}> . "
    return Graph().parse(data=f"{prefixes} @prefix xsd: <{XSD}> . {turtle}", format="turtle")


def both(shapes: Graph, data: IndexedGraph) -> tuple[set[Result], set[Result]]:
    return set(apply_shapes(compile_shapes(shapes), data)), set(reference_results(shapes, data.as_graph()))


# --- Accord's own shapes ---


@pytest.mark.parametrize("name", NODE_SHAPES)
def test_each_case_has_the_same_results(name: str) -> None:
    shapes = only(name)
    for kind in ("pass", "fail"):
        data = indexed(*Graph().parse(CASES / name / f"{kind}.ttl", format="turtle"), *CLASSES)
        compiled, reference = both(shapes, data)
        assert compiled == reference
        assert compiled or kind == "pass"


def test_findings_are_the_same_to_the_letter() -> None:
    for name in NODE_SHAPES[::4]:
        dataset = Dataset()
        dataset.graph(URIRef("urn:g")).parse(CASES / name / "fail.ttl", format="turtle")
        compiled, reference = (validate(dataset, ONTOLOGY, only(name), engine=e) for e in (Engine.AUTO, Engine.PYSHACL))
        assert (compiled.engine, reference.engine) == (Engine.COMPILED, Engine.PYSHACL)
        assert compiled.findings == reference.findings
        assert (compiled.shapes, compiled.focus_nodes) == (reference.shapes, reference.focus_nodes)


def test_own_shapes_are_never_refused() -> None:
    assert validate(DATASET, ONTOLOGY, SHAPES, engine=Engine.COMPILED).engine is Engine.COMPILED
    assert len(COMPILED) == 50
    assert len(compile_shapes(load_shapes("lexicon.ttl"))) == 2


# --- broken graphs ---

ODD: list[Node] = [
    Literal(""),
    Literal("x", lang="en"),
    Literal("-1", datatype=XSD.integer),
    Literal("x", datatype=XSD.integer),
    Literal("1.5", datatype=XSD.decimal),
    Literal("-1", datatype=XSD.decimal),
    Literal("1.5", datatype=XSD.double),
    Literal("2003", datatype=XSD.gYear),
    Literal("2003-01-05", datatype=XSD.date),
    Literal("x", datatype=XSD.date),
    Literal("2003-01-05T10:00:00", datatype=XSD.dateTime),
    Literal("true", datatype=XSD.boolean),
    Literal("7", datatype=XSD.nonNegativeInteger),
    Literal("7", datatype=XSD.string),
    URIRef("urn:x"),
    ACC.Person,
    ACC.Entity,
]
GRAPHS, CHANGES = 50, 7


def broken(seed: int) -> list[Triple]:
    """The triples of a graph that conforms, with as many changes as `CHANGES`."""
    choose = random.Random(seed)  # noqa: S311
    triples = sorted({q[:3] for q in QUADS}, key=str)
    for _ in range(CHANGES):
        place, other = choose.randrange(len(triples)), choose.choice(triples)
        subject, predicate, target = triples[place]
        match choose.randrange(6):
            case 0:
                triples.pop(place)
            case 1:
                triples.append((subject, predicate, choose.choice(ODD)))
            case 2:
                triples[place] = (subject, predicate, choose.choice(ODD))
            case 3:
                triples.append((subject, other[1], other[2]))
            case 4:
                triples[place] = (subject, predicate, other[2])
            case _:
                triples[place] = (subject, other[1], target)
    return triples


def test_broken_graphs_have_the_same_results() -> None:
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    found: Counter[Node] = Counter()
    for seed in range(GRAPHS):
        data = indexed(*broken(seed), *CLASSES)
        compiled, reference = set(apply_shapes(COMPILED, data)), set(reference_results(SHAPES, data.as_graph()))
        assert compiled == reference, f"seed {seed}"
        assert compiled, f"seed {seed}"
        found.update(result.component for result in compiled)
    assert GRAPHS * CHANGES >= 300
    assert found.total() > 500
    assert len(found) >= 13


# --- each construct, alone ---

DATA = """
:a a :Low ; :p 1, 2 ; :q 2 ; :next :b ; :name "Ab"@en, "" ; :day "2003-01-05"^^xsd:date .
:b a :High ; :p "x" ; :q :a ; :next :c ; :name "b" ; :day "x"^^xsd:date .
:c :p :c ; :q 0.5 ; :next :a, "end" ; :name 5 ; :day "2004"^^xsd:gYear .
:d a :Other ; :next _:blank . _:blank a :Other ; :name "in between" .
:Low rdfs:subClassOf :Middle . :Middle rdfs:subClassOf :High .
"""
TARGET = "sh:targetSubjectsOf :next ; sh:message 'wrong'"
#: What a shape says → number of results.
CONSTRUCTS = {
    "sh:class :High": 2,
    "sh:class :High, :Low": 3,
    "sh:nodeKind sh:IRI": 0,
    "sh:nodeKind sh:BlankNodeOrLiteral": 4,
    "sh:closed true": 22,
    "sh:closed false": 0,
    "sh:closed true ; sh:ignoredProperties ( :p :next rdf:type ) ; sh:property [ sh:path :q ]": 7,
    "sh:in ( :a :b )": 2,
    "sh:hasValue :a": 3,
    "sh:pattern 'x:[ab]'": 2,
    "sh:minLength 7": 0,
    "sh:maxLength 6": 4,
    "sh:property [ sh:path :name ; sh:datatype xsd:string ; sh:message 'm' ]": 2,
    "sh:property [ sh:path :name ; sh:datatype rdf:langString ; sh:message 'm' ]": 3,
    "sh:property [ sh:path :name ; sh:nodeKind sh:Literal ; sh:minLength 2 ; sh:message 'm' ]": 3,
    "sh:property [ sh:path :day ; sh:datatype xsd:date ; sh:message 'm', 'n'@en ]": 2,
    "sh:property [ sh:path :day ; sh:minInclusive '2003-06-01'^^xsd:date ; sh:message 'm' ]": 2,
    "sh:property [ sh:path :p ; sh:maxCount 1 ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message 'm' ]": 2,
    "sh:property [ sh:path :p ; sh:minExclusive 1 ; sh:maxExclusive 2.5 ; sh:message 'm' ]": 5,
    "sh:property [ sh:path :p ; sh:maxInclusive 1, 2 ; sh:message 'm' ]": 3,
    "sh:property [ sh:path :p ; sh:disjoint :q ; sh:message 'm' ]": 1,
    "sh:property [ sh:path :p ; sh:lessThan :q ; sh:message 'm' ]": 3,
    "sh:property [ sh:path :p ; sh:lessThanOrEquals :q ; sh:message 'm' ]": 2,
    "sh:property [ sh:path [ sh:inversePath :next ] ; sh:class :Low ; sh:message 'm' ]": 2,
    "sh:property [ sh:path ( :next :next ) ; sh:maxCount 0 ; sh:message 'm' ]": 3,
    "sh:property [ sh:path ( :next [ sh:inversePath :q ] ) ; sh:nodeKind sh:Literal ; sh:message 'm' ]": 1,
    "sh:property [ sh:path [ sh:alternativePath ( :p :q ) ] ; sh:maxCount 2 ; sh:minCount 1 ; sh:message 'm' ]": 1,
    "sh:property [ sh:path :next ; sh:property [ sh:path :next ; sh:nodeKind sh:IRI ; sh:message 'm' ] ]": 1,
    "sh:or ( [ sh:class :Low ] [ sh:property [ sh:path :p ; sh:maxInclusive 1 ] ] )": 2,
    "sh:and ( [ sh:class :High ] [ sh:nodeKind sh:IRI ] )": 2,
    "sh:not [ sh:class :High ], [ sh:class :Other ]": 3,
    "sh:node [ sh:property [ sh:path :p ; sh:maxCount 1 ; sh:message 'm' ; sh:severity sh:Info ] ]": 2,
    "sh:or ( [ sh:class :High ; sh:severity sh:Warning ] )": 0,
    "sh:not [ sh:property [ sh:path :p ; sh:maxCount 1 ; sh:severity sh:Warning ] ]": 4,
    "sh:property [ sh:path :next ; sh:message 'm' ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ; "
    "sh:qualifiedValueShape [ sh:class :High ] ]": 2,
    "sh:targetClass :Middle ; sh:targetObjectsOf :next ; sh:targetNode :none ; sh:class :Low": 6,
}


@pytest.mark.parametrize("says", CONSTRUCTS)
def test_a_construct_has_the_same_results(says: str) -> None:
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    shapes = parsed(f":shape a sh:NodeShape ; {TARGET} ; {says} .")
    compiled, reference = both(shapes, indexed(*parsed(DATA)))
    assert compiled == reference
    assert len(compiled) == CONSTRUCTS[says]


def test_all_constraints_are_among_the_constructs() -> None:
    terms = {p for says in CONSTRUCTS for p in parsed(f":shape {says} .").predicates()}
    assert set(PARAMETERS) <= terms
    assert len(PARAMETERS) == 17


# --- what is refused ---

REFUSED = [
    "sh:equals :q",
    "sh:xone ( [ sh:class :Low ] )",
    "sh:deactivated true",
    "sh:sparql [ sh:select 'SELECT $this { $this a :Low }' ]",
    "sh:unknown 1",
    ":mine 1",
    "sh:minCount 1",
    "sh:class 'Low'",
    "sh:nodeKind sh:IRI, sh:Literal",
    "sh:nodeKind sh:Node",
    "sh:pattern '('",
    "sh:pattern 'a' ; sh:flags 'i'",
    "sh:minLength -1",
    "sh:in ()",
    "sh:in :a",
    "sh:closed 'yes'",
    "sh:ignoredProperties ( :p )",
    "sh:minInclusive :a",
    "sh:severity :Grave ; sh:class :Low",
    "sh:severity sh:Info, sh:Warning ; sh:class :Low",
    "sh:or ( :nowhere )",
    "sh:or ( [ sh:equals :q ] )",
    "sh:node :shape",
    "sh:node [ sh:path :p ; sh:minCount 1 ]",
    "sh:property [ sh:class :Low ]",
    "sh:qualifiedValueShape [ sh:class :Low ] ; sh:qualifiedMinCount 1",
    "a rdfs:Class ; sh:class :Low",
    *(
        f"sh:property [ sh:message 'm' ; {p} ]"
        for p in (
            "sh:path :p ; sh:uniqueLang true",
            "sh:path :p ; sh:languageIn ( 'en' )",
            "sh:path :p ; sh:minCount 1.5",
            "sh:path :p ; sh:datatype xsd:string, xsd:integer",
            "sh:path :p ; sh:qualifiedMinCount 1",
            "sh:path :p ; sh:qualifiedValueShape [ sh:class :Low ]",
            "sh:path :p ; sh:qualifiedValueShape [] ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true",
            "sh:path [ sh:zeroOrMorePath :p ] ; sh:maxCount 1",
            "sh:path [ sh:inversePath ( :p :q ) ] ; sh:maxCount 1",
            "sh:path ( :p ) ; sh:maxCount 1",
            "sh:path :p, :q ; sh:maxCount 1",
        )
    ),
    "sh:property [ sh:path :p ; sh:minCount 1 ]",
]


@pytest.mark.parametrize("says", REFUSED)
def test_what_is_unknown_or_malformed_is_refused(says: str) -> None:
    with pytest.raises(RefusedShapeError) as refused:
        compile_shapes(parsed(f":shape a sh:NodeShape ; {TARGET} ; {says} ."))
    assert refused.value.where


def test_there_are_refusals_of_all_sorts() -> None:
    assert len(REFUSED) == 39


def test_other_nodes_of_the_shapes_graph_are_not_passed_over() -> None:
    fine = f":shape a sh:NodeShape ; {TARGET} ; sh:class :Low . :note rdfs:label 'a note' ."
    assert len(compile_shapes(parsed(fine))) == 1
    for more in (":mine a sh:ConstraintComponent .", ":rule sh:order 1 .", ":alone a sh:NodeShape ; sh:equals :p ."):
        with pytest.raises(RefusedShapeError):
            compile_shapes(parsed(fine + more))


def test_what_is_refused_goes_to_pyshacl() -> None:
    dataset = Dataset()
    for triple in parsed(DATA):
        dataset.graph(URIRef("urn:g")).add(triple)
    shapes = parsed(f":shape a sh:NodeShape ; {TARGET} ; sh:property [ sh:path :p ; sh:message 'm' ; sh:equals :q ] .")
    report = validate(dataset, ONTOLOGY, shapes)
    assert report.engine is Engine.PYSHACL
    assert report == validate(dataset, ONTOLOGY, shapes, engine=Engine.PYSHACL)
    assert len([f for f in report.findings if f.message == "m"]) == 5
    with pytest.raises(RefusedShapeError, match="equals is not known here"):
        validate(dataset, ONTOLOGY, shapes, engine=Engine.COMPILED)


@pytest.mark.parametrize("value", [BNode("b"), Literal("2003", datatype=XSD.gYear), Literal("x", datatype=XSD.integer)])
def test_values_without_an_order_are_as_pyshacl_has_them(value: Node) -> None:
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    shapes = parsed(f":s {TARGET} ; sh:property [ sh:path :p ; sh:lessThan :q ; sh:message 'm' ] .")
    node, other = URIRef("urn:x:a"), Literal("2003-01-01", datatype=XSD.date)
    p, q, following = (URIRef(f"urn:x:{name}") for name in ("p", "q", "next"))
    data = indexed((node, p, value), (node, q, other), (node, following, node))
    try:
        compiled = set(apply_shapes(compile_shapes(shapes), data))
    except RefusedShapeError:
        with pytest.raises(AssetError, match="a shape cannot be applied"):
            reference_results(shapes, data.as_graph())
    else:
        assert compiled == set(reference_results(shapes, data.as_graph()))


@pytest.mark.parametrize("within", ["sh:property {}", "sh:or ( [ sh:nodeKind sh:IRI ] [ sh:property {} ] )"])
def test_a_decimal_that_is_no_number_is_refused(within: str) -> None:
    says = within.format("[ sh:path :p ; sh:minInclusive 1 ; sh:message 'm' ]")
    shapes = parsed(f":s {TARGET} ; {says} .")
    node, p, following = (URIRef(f"urn:x:{name}") for name in ("a", "p", "next"))
    data = indexed((node, p, Literal("NaN", datatype=XSD.decimal)), (node, following, node))
    with pytest.raises(RefusedShapeError):
        apply_shapes(compile_shapes(shapes), data)
    with pytest.raises(AssetError):
        reference_results(shapes, data.as_graph())


# --- the index ---


def test_the_index_holds_each_triple_once_and_both_ways() -> None:
    a, b, p = URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:p")
    data = IndexedGraph()
    data.add([(a, p, b), (URIRef("urn:a"), URIRef("urn:p"), URIRef("urn:b")), (a, p, Literal("b")), (b, p, a)])
    data.add([(b, p, b), (a, p, BNode("b"))], leave_out={(b, p, b)})
    assert len(list(data)) == 4
    assert set(data.as_graph()) == set(data)
    assert list(data.objects(a, p)) == [b, Literal("b"), BNode("b")]
    assert list(data.subjects(p, a)) == [b]
    assert list(data.subjects(p, b)) == [a]
    assert (a, p, Literal("b")) in data
    assert (b, p, b) not in data
    assert data.value(a, p) == BNode("b")
    assert data.value(a, RDF.type) is None
    assert data.predicates() == [p]
    assert data.all_subjects() == {a, b}
    assert data.all_iris() == {a, b}


def test_instances_follow_the_classes_and_what_is_added_later() -> None:
    a, b, low, high = (URIRef(f"urn:{x}") for x in "ablh")
    data = indexed((a, RDF.type, low), (low, RDFS.subClassOf, high), (high, RDFS.subClassOf, low))
    assert data.instances(high) == data.instances(low) == {a}
    data.add([(b, RDF.type, high)])
    assert data.instances(low) == {a, b}


def test_the_collector_is_as_it_was() -> None:
    import gc

    for switch in (gc.disable, gc.enable):
        switch()
        before = gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() is before
