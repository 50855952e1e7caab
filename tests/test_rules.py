"""The compiled rules against owlrl: on each rule alone, on generated facts and ontologies, and on builds."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace
from rdflib.term import Node

from kg import ontology
from kg.building import Build
from kg.graph.dataset import to_quads
from kg.graph.quads import as_quads
from kg.graph.reason import REASONERS, Closure, infer, infer_quads
from kg.graph.rules import RULES
from kg.graph.serialize import parse_rdf
from kg.graph.statements import date
from kg.graph.terms import node
from kg.graph.vocabulary import ACC
from kg.namespaces import PREFIXES
from kg.settings import Reasoner
from tests.builders import BUILD, SETTINGS
from tests.gold import gold_corpus

D = Namespace("https://w3id.org/accord/data/x/")
ONTOLOGY = ontology.graph()
HEADER = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + f"@prefix d: <{D}> .\n"

Triples = list[tuple[Node, Node, Node]]

#: Rule → axioms, facts, and what follows; for the rules that deny something, the words of the finding.
CASES = {
    "cax-sco": ("acc:A rdfs:subClassOf acc:B . acc:B rdfs:subClassOf acc:C .", "d:x a acc:A .", "d:x a acc:B, acc:C ."),
    "cax-eqc1": ("acc:A owl:equivalentClass acc:B .", "d:x a acc:A .", "d:x a acc:B ."),
    "cax-eqc2": ("acc:A owl:equivalentClass acc:B .", "d:x a acc:B .", "d:x a acc:A ."),
    "prp-spo1": ("acc:p rdfs:subPropertyOf acc:q .", "d:x acc:p d:y .", "d:x acc:q d:y ."),
    "prp-eqp1": ("acc:p owl:equivalentProperty acc:q .", "d:x acc:p d:y .", "d:x acc:q d:y ."),
    "prp-eqp2": ("acc:p owl:equivalentProperty acc:q .", "d:x acc:q d:y .", "d:x acc:p d:y ."),
    "prp-inv1": ("acc:p owl:inverseOf acc:q .", "d:x acc:p d:y .", "d:y acc:q d:x ."),
    "prp-inv2": ("acc:p owl:inverseOf acc:q .", "d:x acc:q d:y .", "d:y acc:p d:x ."),
    "prp-symp": ("acc:p a owl:SymmetricProperty .", "d:x acc:p d:y .", "d:y acc:p d:x ."),
    "prp-trp": (
        "acc:p a owl:TransitiveProperty .",
        "d:x acc:p d:y . d:y acc:p d:z . d:z acc:p d:w .",
        "d:x acc:p d:z, d:w . d:y acc:p d:w .",
    ),
    "prp-dom": ("acc:p rdfs:domain acc:A .", "d:x acc:p d:y .", "d:x a acc:A ."),
    "prp-rng": ("acc:p rdfs:range acc:A .", "d:x acc:p d:y .", "d:y a acc:A ."),
    "prp-irp": ("acc:p a owl:IrreflexiveProperty .", "d:x acc:p d:x .", "acc:p itself"),
    "prp-asyp": ("acc:p a owl:AsymmetricProperty .", "d:x acc:p d:y . d:y acc:p d:x .", "and the other way round"),
    "prp-pdw": ("acc:p owl:propertyDisjointWith acc:q .", "d:x acc:p d:y ; acc:q d:y .", "of disjoint properties"),
    "cax-dw": ("acc:A owl:disjointWith acc:B .", "d:x a acc:A, acc:B .", "x cannot be both acc:A and acc:B"),
}


def graph(turtle: str) -> Graph:
    return Graph().parse(data=HEADER + turtle, format="turtle")


def of(triples: Iterable[tuple[Node, Node, Node]]) -> Graph:
    made = Graph()
    for triple in triples:
        made.add(triple)
    return made


def both(given: Graph, axioms: Graph) -> tuple[Closure[Node], Closure[Node]]:
    assert set(REASONERS) == set(Reasoner)
    return infer(given, axioms), infer(given, axioms, reasoner=Reasoner.OWLRL)


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(RULES)
    assert len(RULES) == 16


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_alone(rule: str) -> None:
    axioms, given, expected = CASES[rule]
    fast, reference = both(graph(given), graph(axioms))
    assert fast == reference
    if "d:" in expected:
        assert set(fast.triples) == set(graph(expected))
    else:
        assert [expected in f.message for f in fast.inconsistencies] == [True]


@pytest.mark.parametrize(
    ("axioms", "given"),
    [
        # What one rule gives is what another takes.
        ("acc:p rdfs:subPropertyOf acc:q . acc:q owl:inverseOf acc:r . acc:r rdfs:domain acc:A .", "d:x acc:p d:y ."),
        (
            "acc:p rdfs:subPropertyOf acc:q . acc:q a owl:TransitiveProperty, owl:SymmetricProperty .",
            "d:x acc:p d:y . d:z acc:q d:y .",
        ),
        (
            """acc:p a owl:TransitiveProperty ; owl:inverseOf acc:q . acc:q a owl:TransitiveProperty .
            acc:p rdfs:subPropertyOf acc:r . acc:r a owl:TransitiveProperty ; rdfs:range acc:A .""",
            "d:x acc:p d:y . d:z acc:q d:y . d:z acc:r d:v . d:v acc:p d:x .",
        ),
        ("acc:A rdfs:subClassOf acc:B . acc:B rdfs:subClassOf acc:A . acc:p rdfs:domain acc:A .", "d:x acc:p d:y ."),
        # A property under a symmetric, an asymmetric and an irreflexive one: denied, though no fact uses those.
        ("acc:p rdfs:subPropertyOf acc:q . acc:q a owl:AsymmetricProperty .", "d:x acc:p d:y . d:y acc:p d:x ."),
        ("acc:p rdfs:subPropertyOf acc:q . acc:q a owl:IrreflexiveProperty .", "d:x acc:p d:x ."),
        # Literals have kinds and stand as subjects only on the way.
        ("acc:p owl:inverseOf acc:q . acc:q rdfs:range acc:A .", 'd:x acc:p "2015"^^xsd:gYear .'),
        ("acc:p rdfs:range xsd:date .", 'd:x acc:p "2015-02-30"^^xsd:date, "2015-02-28"^^xsd:date .'),
        ("acc:p rdfs:range acc:A ; rdfs:domain acc:B .", "d:x acc:p [] ; foaf:knows [] ."),
    ],
)
def test_rules_together(axioms: str, given: str) -> None:
    fast, reference = both(graph(given), graph(axioms))
    assert fast == reference
    assert fast.triples or fast.inconsistencies


def test_a_literal_that_its_datatype_does_not_have_is_told() -> None:
    found = infer(graph('d:x acc:p "2015-02-30"^^xsd:date .'), Graph()).inconsistencies
    assert ["2015-02-30" in f.message for f in found] == [True]


def _facts(name: str, chance: random.Random) -> Triples:
    """A small graph in terms of the ontology, whose nodes are its own."""
    terms = ontology.load_ontology()
    nodes = [D[f"{name}-{n}"] for n in range(chance.randint(2, 6))]
    found: Triples = []
    for _ in range(chance.randint(1, 14)):
        subject = chance.choice(nodes)
        relation = chance.choice(terms.relations)
        if chance.random() < 0.25:
            found.append((subject, RDF.type, ACC[chance.choice(list(terms.classes))]))
        elif terms.properties[relation].object_kinds:
            found.append((subject, ACC[relation], chance.choice(nodes)))
        else:
            found.append((subject, ACC[relation], node(date(chance.choice(["2003", "2003-05", "2003-05-31"])))))
    return found


@pytest.mark.parametrize("part", range(5))
def test_generated_facts(part: int) -> None:
    """Fifty graphs at a time: owlrl takes them as one, the rules take each alone as well."""
    chance = random.Random(part)  # noqa: S311 (the same cases on every run)
    graphs = [_facts(f"{part}-{n}", chance) for n in range(50)]
    together = of(t for triples in graphs for t in triples)
    fast, reference = both(together, ONTOLOGY)
    assert fast == reference
    assert len(fast.triples) > 1000
    assert len(fast.inconsistencies) > 10
    alone = [infer(of(triples), ONTOLOGY) for triples in graphs]
    assert len(alone) == 50
    assert {t for closure in alone for t in closure.triples} == set(fast.triples)


AXIOM_KINDS = [
    *((p, "class") for p in (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith)),
    *((p, "property") for p in (RDFS.subPropertyOf, OWL.inverseOf, OWL.equivalentProperty, OWL.propertyDisjointWith)),
    *((p, "side") for p in (RDFS.domain, RDFS.range)),
    *(
        (c, "character")
        for c in (
            OWL.TransitiveProperty,
            OWL.SymmetricProperty,
            OWL.AsymmetricProperty,
            OWL.IrreflexiveProperty,
            OWL.FunctionalProperty,
        )
    ),
]


def _axioms(name: str, chance: random.Random) -> tuple[Triples, Triples]:
    """A small ontology whose terms are its own, and facts in these terms."""
    classes, properties = [ACC[f"C-{name}-{n}"] for n in range(4)], [ACC[f"p-{name}-{n}"] for n in range(3)]
    nodes = [D[f"{name}-{n}"] for n in range(4)]
    axioms: Triples = []
    for _ in range(chance.randint(3, 9)):
        axiom, kind = chance.choice(AXIOM_KINDS)
        if kind == "class":
            axioms.append((chance.choice(classes), axiom, chance.choice(classes)))
        elif kind == "property":
            axioms.append((chance.choice(properties), axiom, chance.choice(properties)))
        elif kind == "side":
            axioms.append((chance.choice(properties), axiom, chance.choice(classes)))
        else:
            axioms.append((chance.choice(properties), RDF.type, axiom))
    facts: Triples = []
    for _ in range(chance.randint(2, 8)):
        target: Node = chance.choice([*nodes, Literal("2003")])
        facts.append((chance.choice(nodes), chance.choice(properties), target))
        facts.append((chance.choice(nodes), RDF.type, chance.choice(classes)))
    return axioms, facts


@pytest.mark.parametrize("part", range(4))
def test_generated_ontologies(part: int) -> None:
    chance = random.Random(part)  # noqa: S311 (the same cases on every run)
    made = [_axioms(f"{part}-{n}", chance) for n in range(25)]
    axioms, given = (of(t for pair in made for t in pair[side]) for side in (0, 1))
    fast, reference = both(given, axioms)
    assert fast == reference
    assert len(fast.triples) > 80
    assert {f.shape for f in fast.inconsistencies} >= {"owl:disjointWith"}


def test_builds(seeds_build: Build) -> None:
    seeds = as_quads(parse_rdf(seeds_build.files["dataset.nq"], "nq"))
    for dataset, least in ((to_quads(gold_corpus(), BUILD, SETTINGS), 500), (seeds, 500)):
        fast = infer_quads(dataset, ONTOLOGY)
        assert fast == infer_quads(dataset, ONTOLOGY, Reasoner.OWLRL)
        assert len(fast.triples) > least
