"""The ontology keeps the rules of ROBOT's report (names as there), stays in OWL 2 RL, and is what the code expects.

Each rule is a function from a graph to the terms that break it, and has a small graph that breaks it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg import assets, ontology
from kg.errors import AssetError
from kg.model import SpeechKind, Status, Unit
from kg.namespaces import ACC, PREFIXES
from kg.ontology import FAMILIES, load_ontology, read_ontology

GRAPH = ontology.graph()
ONTOLOGY = load_ontology()
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, SKOS.ConceptScheme)
ANNOTATIONS = (
    RDFS.label,
    RDFS.comment,
    SKOS.prefLabel,
    SKOS.altLabel,
    SKOS.definition,
    SKOS.editorialNote,
    SKOS.example,
)

Rule = Callable[[Graph], list[str]]
RULES: dict[Rule, str] = {}


def breaks(example: str) -> Callable[[Rule], Rule]:
    """Registers a rule with a graph that breaks it."""

    def register(rule: Rule) -> Rule:
        RULES[rule] = example
        return rule

    return register


def terms(graph: Graph) -> list[Node]:
    """All terms of acc: that a graph declares: classes, properties, schemes and their members."""
    declared = {s for kind in KINDS for s in graph.subjects(RDF.type, kind)} | set(graph.subjects(SKOS.inScheme))
    return sorted((t for t in declared if str(t).startswith(ACC)), key=str)


def short(node: Node | None) -> str:
    return str(node).removeprefix(ACC)


def repeated(graph: Graph, term: URIRef) -> list[str]:
    values = Counter(str(o).casefold() for s in terms(graph) for o in graph.objects(s, term))
    return sorted(v for v, n in values.items() if n > 1)


@breaks("acc:A a owl:Class .")
def missing_label(graph: Graph) -> list[str]:
    return [short(t) for t in terms(graph) if (t, RDFS.label, None) not in graph]


@breaks('acc:A a owl:Class ; rdfs:label "a"@en, "b"@en .')
def multiple_labels(graph: Graph) -> list[str]:
    return [short(t) for t in terms(graph) if len(list(graph.objects(t, RDFS.label))) > 1]


@breaks('acc:A a owl:Class ; rdfs:label "a"@en . acc:B a owl:ObjectProperty ; rdfs:label "A"@en .')
def duplicate_label(graph: Graph) -> list[str]:
    return repeated(graph, RDFS.label)


@breaks('acc:A a owl:Class ; rdfs:label "two\\tstops"@en . acc:B a owl:Class ; rdfs:label "no language" .')
def label_formatting(graph: Graph) -> list[str]:
    labels = [o for t in terms(graph) for o in graph.objects(t, RDFS.label)]
    return [str(o) for o in labels if not isinstance(o, Literal) or o.language != "en" or re.search(r"[\t\n\r]", o)]


@breaks('acc:A a owl:Class ; rdfs:label " a"@en .')
def label_whitespace(graph: Graph) -> list[str]:
    return [str(o) for t in terms(graph) for o in graph.objects(t, RDFS.label) if str(o) != " ".join(str(o).split())]


@breaks('acc:A skos:definition "Ends in a blank. "@en .')
def annotation_whitespace(graph: Graph) -> list[str]:
    return [str(o) for p in ANNOTATIONS for o in graph.objects(None, p) if str(o) != " ".join(str(o).split())]


@breaks("acc:A a owl:Class .")
def missing_definition(graph: Graph) -> list[str]:
    return [short(t) for t in terms(graph) if (t, SKOS.definition, None) not in graph]


@breaks('acc:A a owl:Class ; skos:definition "One."@en, "Two."@en .')
def multiple_definitions(graph: Graph) -> list[str]:
    return [short(t) for t in terms(graph) if len(list(graph.objects(t, SKOS.definition))) > 1]


@breaks('acc:A a owl:Class ; skos:definition "Same."@en . acc:B a owl:Class ; skos:definition "Same."@en .')
def duplicate_definition(graph: Graph) -> list[str]:
    return repeated(graph, SKOS.definition)


@breaks('acc:A a owl:Class ; skos:definition "begins small and does not end"@en .')
def lowercase_definition(graph: Graph) -> list[str]:
    definitions = [str(o) for t in terms(graph) for o in graph.objects(t, SKOS.definition)]
    return [d for d in definitions if not d[0].isupper() or not d.endswith(".")]


@breaks("acc: a owl:Ontology .")
def missing_ontology_metadata(graph: Graph) -> list[str]:
    """missing_ontology_title, _description and _license, and what documentation tools ask for."""
    vann = PREFIXES["vann"]
    wanted = [DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.creator, DCTERMS.created, DCTERMS.modified]
    wanted += [OWL.versionIRI, OWL.versionInfo]
    wanted += [URIRef(vann + "preferredNamespacePrefix"), URIRef(vann + "preferredNamespaceUri")]
    headers = list(graph.subjects(RDF.type, OWL.Ontology))
    return [str(w) for w in wanted if len([o for h in headers for o in graph.objects(h, w)]) != 1]


@breaks("acc:A a owl:Class ; owl:deprecated true . acc:B a owl:Class ; rdfs:subClassOf acc:A .")
def deprecated_reference(graph: Graph) -> list[str]:
    """deprecated_class_reference and deprecated_property_reference."""
    gone = set(graph.subjects(OWL.deprecated, Literal(True)))
    return [f"{short(s)} {short(o)}" for s, _, o in graph if o in gone and s not in gone]


@breaks("acc:A a owl:Class ; owl:equivalentClass acc:B . acc:B a owl:Class .")
def equivalent_pair(graph: Graph) -> list[str]:
    links = (OWL.equivalentClass, OWL.equivalentProperty)
    return [f"{short(s)} {short(o)}" for p in links for s, o in graph.subject_objects(p)]


@breaks("acc:A a owl:Class .")
def missing_superclass(graph: Graph) -> list[str]:
    classes = [t for t in terms(graph) if (t, RDF.type, OWL.Class) in graph]
    return [short(c) for c in classes if (c, RDFS.subClassOf, None) not in graph]


@breaks("acc:A a owl:Class ; rdfs:subClassOf schema:Thing .")
def undeclared_term(graph: Graph) -> list[str]:
    """Every term that an axiom names is declared, with exactly one kind; that of other vocabularies too."""
    axioms = [RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf, OWL.disjointWith]
    used = {x for p in axioms for s, o in graph.subject_objects(p) for x in (s, o)}
    used -= {x for x in used if str(x).startswith((str(XSD), str(RDFS), str(SKOS), str(RDF)))}
    kinds = {x: [k for k in KINDS if (x, RDF.type, k) in graph] for x in used | set(terms(graph))}
    members = set(graph.subjects(SKOS.inScheme))
    return sorted(short(x) for x, found in kinds.items() if len(found) != 1 and x not in members)


@breaks("acc:p a owl:ObjectProperty ; rdfs:range acc:A . acc:A a owl:Class .")
def domain_and_range_or_reason(graph: Graph) -> list[str]:
    properties = [t for t in terms(graph) if any((t, RDF.type, k) in graph for k in KINDS[1:4])]
    reasoned = [t for t in properties if (t, SKOS.editorialNote, None) in graph]
    both = [t for t in properties if (t, RDFS.domain, None) in graph and (t, RDFS.range, None) in graph]
    return [short(t) for t in properties if t not in both and t not in reasoned]


@breaks('acc:A a owl:Class ; skos:definition "A."@en .')
def missing_example(graph: Graph) -> list[str]:
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    return [short(t) for t in terms(graph) if (t, SKOS.example, None) not in graph and t not in schemes]


@breaks("acc:A a owl:Class ; rdfs:subClassOf acc:B . acc:B a owl:Class .")
def unaligned_or_unreasoned(graph: Graph) -> list[str]:
    """Every class and property has a standard term above it, across its inverse or beside it, or says why not."""
    links = [RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, SKOS.relatedMatch, SKOS.exactMatch]

    def above(term: Node) -> Iterator[Node]:
        for link in links:
            yield from graph.objects(term, link)
        yield from graph.objects(term, OWL.inverseOf)
        yield from graph.subjects(OWL.inverseOf, term)

    def reached(term: Node) -> set[Node]:
        seen, todo = {term}, [term]
        while todo:
            new = set(above(todo.pop())) - seen
            seen |= new
            todo += new
        return seen

    subjects = [t for t in terms(graph) if any((t, RDF.type, k) in graph for k in KINDS[:4])]
    unaligned = [t for t in subjects if all(str(x).startswith(ACC) for x in reached(t))]
    return [short(t) for t in unaligned if not any("standard" in str(o) for o in graph.objects(t, SKOS.editorialNote))]


@breaks("acc:A a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty acc:p ; owl:someValuesFrom acc:B ] .")
def blank_node(graph: Graph) -> list[str]:
    return [str(x) for triple in graph for x in triple if isinstance(x, BNode)]


# OWL 2 Profiles, 4.2: what a graph of named classes and properties may hold. Everything else would need a blank node,
# and there are none.
RL_TERMS = {
    OWL.Ontology,
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.NamedIndividual,
}
RL_TERMS |= {OWL.TransitiveProperty, OWL.SymmetricProperty, OWL.AsymmetricProperty, OWL.IrreflexiveProperty}
RL_TERMS |= {OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.disjointWith, OWL.inverseOf, OWL.versionIRI}
RL_TERMS |= {
    OWL.versionInfo,
    OWL.priorVersion,
    OWL.deprecated,
    OWL.equivalentClass,
    OWL.equivalentProperty,
    OWL.propertyDisjointWith,
}
RL_DATATYPES = {XSD[x] for x in ("string", "boolean", "decimal", "integer", "nonNegativeInteger", "positiveInteger")}
RL_DATATYPES |= {RDFS.Literal, XSD.dateTime, XSD.anyURI, RDF.PlainLiteral}


@breaks("acc:A a owl:Class ; owl:disjointUnionOf acc:B . acc:p a owl:ReflexiveProperty .")
def construct_outside_rl(graph: Graph) -> list[str]:
    used = {x for triple in graph for x in triple if str(x).startswith(str(OWL))}
    return sorted(str(x) for x in used - RL_TERMS)


@breaks("acc:p a owl:DatatypeProperty ; rdfs:range xsd:gYear .")
def datatype_outside_rl(graph: Graph) -> list[str]:
    ranges = {o for p in graph.subjects(RDF.type, OWL.DatatypeProperty) for o in graph.objects(p, RDFS.range)}
    return sorted(str(x) for x in ranges - RL_DATATYPES)


@breaks("acc:p a owl:ObjectProperty, owl:TransitiveProperty, owl:IrreflexiveProperty .")
def composite_property_restricted(graph: Graph) -> list[str]:
    """OWL 2 DL, 11.2: transitive properties and those above them are neither functional, asymmetric nor irreflexive."""
    simple = (OWL.FunctionalProperty, OWL.AsymmetricProperty, OWL.IrreflexiveProperty, OWL.InverseFunctionalProperty)
    transitive = set(graph.subjects(RDF.type, OWL.TransitiveProperty))
    above = {x for p in transitive for x in graph.transitive_objects(p, RDFS.subPropertyOf)}
    return sorted(short(p) for p in above if any((p, RDF.type, k) in graph for k in simple))


def test_rules_are_complete() -> None:
    assert len(RULES) == 22


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.__name__)
def test_ontology_keeps(rule: Rule) -> None:
    assert rule(GRAPH) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.__name__)
def test_rule_finds_what_breaks_it(rule: Rule) -> None:
    header = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
    assert rule(Graph().parse(data=header + RULES[rule], format="turtle"))


# --- terms in use ---


def test_every_term_of_acc_in_any_file_is_declared(root: Path) -> None:
    files = [p for folder in assets.FOLDERS for p in sorted((root / folder).glob("*")) if p.suffix in (".ttl", ".rq")]
    used = {m: p.name for p in files for m in re.findall(r"(?<![\w<])acc:([A-Za-z]\w*)", p.read_text())}
    assert len(used) > 80
    assert {m: f for m, f in used.items() if m not in ONTOLOGY.labels} == {}


def test_every_term_of_acc_in_the_code_is_declared(root: Path) -> None:
    code = {p.name: p.read_text() for p in sorted((root / "kg" / "graph").glob("*.py"))}
    used = {m: name for name, text in code.items() for m in re.findall(r"\bACC\.(\w+)", text)}
    assert len(used) > 30
    assert {m: f for m, f in used.items() if m not in ONTOLOGY.labels} == {}


@pytest.mark.parametrize(
    ("scheme", "members"),
    [("Units", [*Unit]), ("Statuses", [*Status]), ("SpeechKinds", [*SpeechKind])],
    ids=["Units", "Statuses", "SpeechKinds"],
)
def test_schemes_are_the_enumerations_of_the_model(scheme: str, members: list[str]) -> None:
    assert ONTOLOGY.schemes[scheme] == tuple(sorted(str(m) for m in members))


# --- what the relations are ---

# The table that the ontology, the shapes and the annotators share.
GUIDE = {
    "affiliatedWith": ("Person", "Organization"),
    "partOf": ("Organization", "Organization"),
    "locatedIn": ("Organization Event Place", "Place"),
    "participatesIn": ("Person Organization", "Initiative Event"),
    "leads": ("Person Organization", "Initiative Event"),
    "organizes": ("Person Organization", "Event Initiative"),
    "partnersWith": ("Organization", "Organization"),
    "bargainsWith": ("Organization", "Organization"),
    "represents": ("LaborUnion Person", "Organization"),
    "memberOf": ("Organization", "Organization"),
    "startedOn": ("Initiative Event Organization", ""),
    "endedOn": ("Initiative Event Organization", ""),
    "supports": ("Person Organization", "Concept Initiative Organization"),
    "opposes": ("Person Organization", "Concept Initiative Organization"),
    "funds": ("Organization", "Organization Initiative Event"),
    "cites": ("Document", "Document"),
    "presentsAt": ("Person Organization", "Event"),
}


def test_signatures_are_those_of_the_guide() -> None:
    assert set(ONTOLOGY.relations) == set(GUIDE)
    for relation, (subjects, objects) in GUIDE.items():
        assert ONTOLOGY.signature(relation) == (frozenset(subjects.split()), frozenset(objects.split())), relation


def test_signature_is_of_relations_only() -> None:
    for name in ("involvedIn", "hasPart", "status", "nothing"):
        with pytest.raises(KeyError, match=name):
            ONTOLOGY.signature(name)


def test_domains_and_ranges_infer_nothing_that_a_signature_does_not_say() -> None:
    for relation in ONTOLOGY.relations:
        found = ONTOLOGY.properties[relation]
        for inferred, kinds in ((found.domain, found.subject_kinds), (found.range, found.object_kinds)):
            if inferred and kinds:
                assert all(ONTOLOGY.is_a(k, inferred) for k in kinds), relation


def test_admits() -> None:
    assert ONTOLOGY.admits("represents", "LaborUnion", "School")
    assert not ONTOLOGY.admits("represents", "School", "LaborUnion")
    assert ONTOLOGY.admits("organizes", "Person", "Strike")
    assert ONTOLOGY.admits("startedOn", "Agreement", None)
    assert not ONTOLOGY.admits("startedOn", "Person", None)
    assert not ONTOLOGY.admits("startedOn", "Event", "Event")
    assert not ONTOLOGY.admits("leads", "Person", None)


def test_is_a_and_family() -> None:
    assert ONTOLOGY.is_a("School", "Organization")
    assert ONTOLOGY.is_a("School", "School")
    assert not ONTOLOGY.is_a("Organization", "School")
    assert not ONTOLOGY.is_a("Nothing", "Nothing")
    assert ONTOLOGY.family("Strike") == "Event"
    assert ONTOLOGY.family("LaborUnion") == "Organization"
    assert ONTOLOGY.family("Agent") is None
    assert not ONTOLOGY.is_a("CohortMembership", "Membership")


def test_families_are_pairwise_disjoint() -> None:
    disjoint = set(GRAPH.subject_objects(OWL.disjointWith))
    disjoint |= {(o, s) for s, o in disjoint}
    above = {f: set(GRAPH.transitive_objects(URIRef(ACC + f), RDFS.subClassOf)) for f in FAMILIES}
    pairs = list(combinations(FAMILIES, 2))
    assert len(pairs) == 28
    for left, right in pairs:
        assert any((x, y) in disjoint for x in above[left] for y in above[right]), (left, right)


def test_inverses_mirror_each_other() -> None:
    pairs = [(p, ONTOLOGY.properties[p.inverse]) for p in ONTOLOGY.properties.values() if p.inverse]
    assert len(pairs) == 28
    for found, inverse in pairs:
        assert inverse.inverse == found.name
        assert (found.domain, found.range) == (inverse.range, inverse.domain), found.name


def test_characteristics() -> None:
    by_kind = {
        c: {n for n, p in ONTOLOGY.properties.items() if c in p.characteristics}
        for c in ("symmetric", "transitive", "asymmetric")
    }
    assert by_kind == {
        "symmetric": {"partnersWith", "bargainsWith"},
        "transitive": {"partOf", "hasPart", "locatedIn", "locationOf"},
        "asymmetric": {"memberOf"},
    }


def test_false_friends_are_no_sub_properties() -> None:
    assert ONTOLOGY.properties["leads"].parents == ("involvedIn",)
    assert ONTOLOGY.properties["represents"].parents == ()
    assert ONTOLOGY.properties["presentsAt"].parents == ("participatesIn",)


# --- reading ---


def test_graph_is_the_callers_own() -> None:
    mine = ontology.graph()
    size = len(mine)
    mine.remove((None, None, None))
    assert len(ontology.graph()) == size > 1000


def test_a_term_without_label_is_an_error() -> None:
    mine = ontology.graph()
    mine.remove((URIRef(ACC + "School"), RDFS.label, None))
    with pytest.raises(AssetError, match="acc:School: a term needs rdfs:label"):
        read_ontology(mine)


def test_an_ontology_without_version_is_an_error() -> None:
    with pytest.raises(AssetError, match="owl:versionIRI"):
        read_ontology(Graph())


def test_malformed_turtle_is_an_error_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for known in (ontology._own, ontology._parsed):
        known.cache_clear()  # type: ignore[attr-defined]
    monkeypatch.setattr(assets, "read", lambda *_: b"acc:x a")
    try:
        with pytest.raises(AssetError, match=r"ontology/accord\.ttl: malformed Turtle"):
            ontology.graph()
    finally:
        for known in (ontology._own, ontology._parsed):
            known.cache_clear()  # type: ignore[attr-defined]
