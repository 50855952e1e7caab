"""What follows, what does not, and what contradicts itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg import ontology
from kg.graph.reason import Closure, facts, infer
from kg.graph.vocabulary import ACC, OA, ORG, PROV, SCHEMA
from kg.model import Severity
from kg.namespaces import PREFIXES

D = Namespace("https://w3id.org/accord/data/x/")
FOAF = Namespace(PREFIXES["foaf"])
ONTOLOGY = ontology.graph()

HEADER = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + f"@prefix d: <{D}> .\n"


def graph(turtle: str) -> Graph:
    return Graph().parse(data=HEADER + turtle, format="turtle")


def closure(turtle: str, statements: str = "") -> Closure[Node]:
    return infer(graph(turtle), ONTOLOGY, graph(statements))


def follows(turtle: str) -> set[tuple[Node, Node, Node]]:
    return set(closure(turtle).triples)


@pytest.mark.parametrize(
    ("given_triples", "expected"),
    [
        ("d:s acc:partOf d:d . d:d acc:partOf d:c .", (D.s, ACC.partOf, D.c)),
        ("d:s acc:partOf d:d . d:d acc:partOf d:c .", (D.c, ACC.hasPart, D.s)),
        ("d:e acc:locatedIn d:t . d:t acc:locatedIn d:c .", (D.e, ACC.locatedIn, D.c)),
        ("d:u acc:bargainsWith d:d .", (D.d, ACC.bargainsWith, D.u)),
        ("d:a acc:partnersWith d:b .", (D.b, ACC.partnersWith, D.a)),
        ("d:p acc:leads d:i .", (D.i, ACC.ledBy, D.p)),
        ("d:p acc:leads d:i .", (D.p, ACC.involvedIn, D.i)),
        ("d:p acc:presentsAt d:e .", (D.p, ACC.participatesIn, D.e)),
        ("d:p acc:presentsAt d:e .", (D.p, ACC.involvedIn, D.e)),
        ("d:a acc:memberOf d:b .", (D.a, ORG.memberOf, D.b)),
        ("d:a acc:memberOf d:b .", (D.b, ACC.hasMember, D.a)),
        ("d:s a acc:School .", (D.s, RDF.type, ACC.Organization)),
        ("d:s a acc:School .", (D.s, RDF.type, ORG.Organization)),
        ("d:s a acc:Strike .", (D.s, RDF.type, SCHEMA.Event)),
        ("d:p acc:affiliatedWith d:o .", (D.p, RDF.type, FOAF.Person)),
        ("d:p acc:affiliatedWith d:o .", (D.p, SCHEMA.affiliation, D.o)),
        ("d:f acc:funds d:i .", (D.i, SCHEMA.funder, D.f)),
        ("d:a acc:cites d:b .", (D.b, ACC.citedBy, D.a)),
        ('d:i acc:startedOn "2003"^^xsd:gYear .', (D.i, SCHEMA.startDate, Literal("2003", datatype=XSD.gYear))),
    ],
)
def test_follows(given_triples: str, expected: tuple[Node, Node, Node]) -> None:
    assert expected in follows(given_triples)


@pytest.mark.parametrize(
    ("given_triples", "wrong"),
    [
        ("d:p acc:leads d:i .", (D.p, ACC.participatesIn, D.i)),
        ("d:p acc:leads d:i .", (D.p, ACC.affiliatedWith, D.i)),
        ("d:p acc:affiliatedWith d:o . d:o acc:partOf d:d .", (D.p, ACC.affiliatedWith, D.d)),
        ("d:a acc:memberOf d:b . d:b acc:memberOf d:c .", (D.a, ACC.memberOf, D.c)),
        ("d:a acc:partnersWith d:b . d:b acc:partnersWith d:c .", (D.a, ACC.partnersWith, D.c)),
        ("d:u acc:represents d:s .", (D.u, PROV.actedOnBehalfOf, D.s)),
        ("d:o acc:locatedIn d:t .", (D.o, RDF.type, ACC.Organization)),
    ],
)
def test_does_not_follow(given_triples: str, wrong: tuple[Node, Node, Node]) -> None:
    assert wrong not in follows(given_triples)


def test_only_new_triples_about_entities_and_no_noise() -> None:
    data = graph(
        """d:s a acc:School ; skos:prefLabel "Lake School" ; acc:partOf d:d ; acc:startedOn "2003"^^xsd:gYear .
        d:p a acc:Person ; acc:leads d:i ; acc:affiliatedWith d:s . d:doc a acc:Document ; acc:voice d:s ."""
    )
    before = set(data)
    found = infer(data, ONTOLOGY).triples
    assert set(data) == before
    assert len(found) > 40
    assert not set(found) & before
    for s, p, o in found:
        assert str(s).startswith(str(D))
        assert not isinstance(o, BNode)
        assert not str(p).startswith((str(OWL), str(RDFS), str(SKOS)))
        assert s != o
        assert p != RDF.type or not str(o).startswith((str(OWL), str(RDFS), str(XSD)))


def test_the_ontology_is_not_changed() -> None:
    before = set(ONTOLOGY)
    closure("d:p acc:affiliatedWith d:o .")
    assert set(ONTOLOGY) == before


def test_nothing_follows_from_nothing() -> None:
    assert closure("") == Closure((), ())


def test_sorted() -> None:
    found = closure("d:p acc:affiliatedWith d:o . d:b acc:partOf d:o . d:a acc:partOf d:b .").triples
    assert list(found) == sorted(found, key=lambda t: tuple(map(str, t)))


NODES = st.sampled_from([D[x] for x in "abcd"])
RELATIONS = st.sampled_from([ACC[r] for r in ontology.load_ontology().relations if not r.endswith("On")])
TYPES = st.sampled_from([ACC[k] for k in ontology.FAMILIES])
TRIPLES = st.one_of(st.tuples(NODES, RELATIONS, NODES), st.tuples(NODES, st.just(RDF.type), TYPES))


@settings(max_examples=20)
@given(st.lists(TRIPLES, max_size=5))
def test_a_closure_is_closed(triples: list[tuple[URIRef, URIRef, URIRef]]) -> None:
    data = Graph()
    for triple in triples:
        data.add(triple)
    first = infer(data, ONTOLOGY)
    for new in first.triples:
        data.add(new)
    assert infer(data, ONTOLOGY).triples == ()


# --- contradictions ---


def test_disjoint_kinds_name_the_statements_and_their_sentences() -> None:
    (found,) = closure(
        "d:lake a acc:School . d:fund acc:funds d:lake . d:board acc:locatedIn d:lake .",
        """d:a1 rdf:subject d:board ; rdf:predicate acc:locatedIn ; rdf:object d:lake ;
            acc:excerpt "The board meets at Lake." .
        d:a2 rdf:subject d:fund ; rdf:predicate acc:funds ; rdf:object d:lake ; acc:excerpt "The fund pays Lake." .""",
    ).inconsistencies
    assert found.severity is Severity.VIOLATION
    assert found.message == (
        "Inconsistency: lake cannot be both agent and place; stated: board acc:locatedIn lake; lake rdf:type acc:School"
    )
    assert (found.focus, found.shape) == (str(D.lake), "owl:disjointWith")
    assert found.path == "acc:locatedIn, rdf:type"
    assert found.value == "acc:Agent, acc:Place"
    assert found.sentence == "The board meets at Lake."


@pytest.mark.parametrize(
    ("turtle", "shape", "words"),
    [
        ("d:a acc:bargainsWith d:a .", "owl:IrreflexiveProperty", "a acc:bargainsWith itself"),
        ("d:c acc:cohortOf d:i, d:j .", "owl:FunctionalProperty", "c has several values of acc:cohortOf: i, j"),
        ("d:p acc:affiliatedWith d:o . d:p acc:funds d:o .", "owl:disjointWith", "both organization and person"),
        ("d:e a acc:Event, acc:Initiative .", "owl:disjointWith", "both event and initiative"),
    ],
)
def test_contradiction(turtle: str, shape: str, words: str) -> None:
    found = closure(turtle).inconsistencies
    assert [f.shape for f in found] == [shape]
    assert words in found[0].message
    assert found[0].severity is Severity.VIOLATION
    assert "stated: " in found[0].message


def test_two_documents_that_contradict_each_other_are_a_warning() -> None:
    [found] = closure("d:a acc:memberOf d:b . d:b acc:memberOf d:a .").inconsistencies
    assert (found.severity, found.shape) == (Severity.WARNING, "owl:AsymmetricProperty")
    assert "a acc:memberOf b and the other way" in found.message


def test_a_circle_of_parts_is_a_warning_for_each_part() -> None:
    found = closure("d:a acc:partOf d:b . d:b acc:partOf d:c . d:c acc:partOf d:a .").inconsistencies
    assert [f.focus for f in found] == [str(D.a), str(D.b), str(D.c)]
    assert {f.severity for f in found} == {Severity.WARNING}


def test_no_contradiction_among_what_goes_together() -> None:
    assert not closure(
        """d:u a acc:LaborUnion, acc:SupportOrganization ; acc:supports d:x ; acc:opposes d:x .
        d:i acc:startedOn "2003"^^xsd:gYear, "2003-05"^^xsd:gYearMonth . d:p acc:leads d:i ; acc:participatesIn d:i ."""
    ).inconsistencies


def test_what_only_owlrl_sees_is_told_in_its_words() -> None:
    axioms = ontology.graph()
    axioms.add((ACC.supports, OWL.propertyDisjointWith, ACC.opposes))
    (found,) = infer(graph("d:u acc:supports d:x ; acc:opposes d:x ."), axioms).inconsistencies
    assert found.message.startswith("Inconsistency: Erroneous usage of disjoint properties")


# --- which triples are facts ---


def test_facts_are_the_direct_triples_the_kinds_and_the_voice() -> None:
    dataset = Dataset()
    base = "https://w3id.org/accord/data/graph/"
    for name, turtle in {
        "doc/facts": "d:a acc:partOf d:b .",
        "doc/claims": "d:a acc:memberOf d:c .",
        "doc/document": "d:doc a acc:Document ; acc:voice d:a ; acc:sha256 'x' . d:a acc:mentionTarget d:t .",
        "doc/statements": "d:s a acc:Assertion ; rdf:subject d:a ; rdf:predicate acc:opposes ; rdf:object d:b .",
        "doc/evidence": "d:t a oa:SpecificResource .",
        "entities": "d:a a acc:School .",
        "inferred": "d:b acc:hasPart d:a .",
        "ontology": "acc:School a owl:Class .",
    }.items():
        for triple in graph(turtle):
            dataset.graph(URIRef(base + name)).add(triple)
    found = facts(dataset)
    assert set(found) == {
        (D.a, ACC.partOf, D.b),
        (D.a, RDF.type, ACC.School),
        (D.doc, RDF.type, ACC.Document),
        (D.doc, ACC.voice, D.a),
    }
    assert not [t for t in infer(found, ONTOLOGY).triples if t[1] in (ACC.anchor, ACC.opposes, OA.hasTarget)]
