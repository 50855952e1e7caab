"""The gate: a small dataset that lacks nothing is taken apart, and the gate itself is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from rdflib import RDF, RDFS, SH, SKOS, XSD, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from kg import assets, ontology
from kg.errors import AssetError, InputError
from kg.graph.dataset import to_dataset
from kg.graph.validate import Engine, Report, load_shapes, validate
from kg.graph.vocabulary import ACC, OA, ORG, PROV, SCHEMA
from kg.model import Date, Finding, Severity, Status, Unit
from kg.namespaces import DATA
from tests.builders import BUILD, SETTINGS, Writer, corpus, document

Quad = tuple[Node, Node, Node, URIRef]

TEXT = (
    "The Lake Teachers Association bargains with Lake District. Its president is Ana Bell. “It works,” Bell said. "
    "About 81 percent agreed. Lake School joined the first cohort of Bridge in 2003. The union does not oppose it."
)
SHAPES = load_shapes()
ONTOLOGY = ontology.graph()


def write() -> Dataset:
    """A dataset with a statement of every kind."""
    w = Writer(document("news", TEXT))
    union = w.entity("LaborUnion", "Lake Teachers Association")
    district = w.entity("SchoolDistrict", "Lake District")
    bell = w.entity("Person", "Ana Bell", "Bell")
    school = w.entity("School", "Lake School")
    bridge = w.entity("Initiative", "Bridge")
    first, second, _, number, joined, denied = [f"{s}." for s in TEXT.rstrip(".").replace(".”", "”").split(". ")]
    w.states(union, "bargainsWith", district, w.grounds(first))
    w.states(bell, "affiliatedWith", union, w.grounds(first, second))
    w.role(bell, "president", union, w.grounds(second))
    w.says(bell, "It works,", "said", "Bell")
    w.number("81", Unit.PERCENT, "81 percent", w.grounds(number), union, qualifier="about", measure="agreed")
    w.joins(school, bridge, 1, "first cohort", w.grounds(joined))
    w.states(school, "participatesIn", bridge, w.grounds(joined))
    w.states(bridge, "startedOn", Date(value="2003"), w.grounds(joined, status=Status.REPORTED, by=bell))
    w.states(union, "opposes", bridge, w.grounds(denied, status=Status.DENIED))
    w.voice = union
    return to_dataset(corpus(w), replace(BUILD, ontology=ontology.load_ontology().version), SETTINGS)


DATASET = write()
QUADS: list[Quad] = [(s, p, o, URIRef(str(g))) for s, p, o, g in DATASET.quads()]


def without(drop: Callable[[Quad], bool], *add: Quad) -> Report:
    changed = Dataset()
    kept = [q for q in QUADS if not drop(q)]
    assert add or len(kept) < len(QUADS)
    for s, p, o, g in [*kept, *add]:
        changed.graph(g).add((s, p, o))
    return validate(changed, ONTOLOGY, SHAPES)


def is_about(node: Node, predicate: Node | None = None) -> Callable[[Quad], bool]:
    return lambda q: q[0] == node and predicate in (None, q[1])


def nodes(kind: Node) -> list[Node]:
    found = sorted({q[0] for q in QUADS if q[1:3] == (RDF.type, kind)}, key=str)
    assert found
    return found


def violations(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.severity is Severity.VIOLATION]


def test_the_dataset_conforms() -> None:
    report = validate(DATASET)
    assert report.findings == ()
    assert report.conforms
    assert report.shapes == len(set(SHAPES.subjects(SH.message)) | set(SHAPES.subjects(RDF.type, SH.NodeShape)))
    assert report.focus_nodes > 50


def test_validation_changes_nothing() -> None:
    before, logger = set(DATASET.quads()), logging.getLogger("pyshacl-validate")
    handlers = list(logger.handlers)
    for engine in Engine:
        validate(DATASET, ONTOLOGY, SHAPES, engine=engine)
        assert set(DATASET.quads()) == before
        assert len(logger.handlers) <= len(handlers)


# --- what issue 2 asks: something is taken away, and the gate names it ---


@pytest.mark.parametrize("kind", [OA.SpecificResource, OA.TextQuoteSelector, OA.TextPositionSelector])
def test_an_evidence_node_is_missed(kind: Node) -> None:
    for node in nodes(kind)[:2]:
        report = without(is_about(node))
        assert not report.conforms
        assert any(str(node) in (f.focus, f.value) for f in violations(report))


def test_a_link_to_evidence_is_missed() -> None:
    for node in [*nodes(ACC.Assertion), *nodes(ACC.Statistic), *nodes(ACC.Quotation), *nodes(ACC.Membership)]:
        links = sorted((q for q in QUADS if q[:2] == (node, OA.hasTarget)), key=str)
        report = without(links[0].__eq__)
        (found,) = [f for f in violations(report) if f.shape in ("shape:statement-evidence", "shape:several-sentences")]
        assert found.focus == str(node)
        assert "oa:hasTarget" in found.message


def test_a_speaker_is_missed() -> None:
    (quotation,) = nodes(ACC.Quotation)
    (found,) = violations(without(lambda q: q[1] == ACC.speaker))
    assert found.focus == str(quotation)
    assert found.path == "acc:speaker"
    assert found.shape == "shape:attribution-speaker"
    assert "needs its speaker" in found.message
    assert found.sentence == "It works,"


def test_the_source_of_a_reported_statement_is_missed() -> None:
    (found,) = violations(without(lambda q: q[1] == ACC.attributedTo))
    assert found.shape == "shape:manner"
    assert "acc:attributedTo" in found.message
    assert found.sentence == "Lake School joined the first cohort of Bridge in 2003."


def test_a_speaker_who_is_not_described_is_missed() -> None:
    bell = next(q[0] for q in QUADS if q[1] == SKOS.prefLabel and str(q[2]) == "Ana Bell")
    report = without(lambda q: q[0] == bell)
    assert {"shape:attribution-speaker", "loose-end"} <= {f.shape for f in violations(report)}


TYPES = sorted({str(q[2]) for q in QUADS if q[1] == RDF.type} - {str(ACC.Attribution)})


@pytest.mark.parametrize("kind", TYPES, ids=lambda t: t.rpartition("/")[2])
def test_a_type_is_missed(kind: str) -> None:
    """acc:Attribution is not asked for: the one of this dataset is an acc:Quotation as well."""
    node = nodes(URIRef(kind))[0]
    report = without(lambda q: q[:3] == (node, RDF.type, URIRef(kind)))
    assert any(str(node) in (f.focus, f.value) for f in violations(report))


def test_there_are_types_of_all_sorts() -> None:
    assert len(TYPES) == 19


@pytest.mark.parametrize("term", [SKOS.prefLabel, RDFS.label])
def test_a_label_is_missed(term: Node) -> None:
    for node in sorted({q[0] for q in QUADS if q[1] == term}, key=str)[::3]:
        report = without(is_about(node, term))
        assert any(f.focus == str(node) and "label" in f.message.casefold() for f in violations(report))


def test_an_undeclared_predicate_is_named() -> None:
    node, graph = nodes(ACC.Person)[0], QUADS[0][3]
    report = without(lambda _: False, (node, ACC.employs, nodes(ACC.School)[0], graph))
    (found,) = violations(report)
    assert (found.focus, found.path, found.shape) == (str(node), "acc:employs", "undeclared-predicate")
    assert "acc:employs" in found.message


@pytest.mark.parametrize(
    "term", [SKOS["prefLabel"] + "s", URIRef("https://example.org/worksFor"), ORG.hasBoss, PROV.used_]
)
def test_undeclared_terms_of_other_vocabularies_are_named(term: URIRef) -> None:
    report = without(lambda _: False, (nodes(ACC.Person)[0], term, Literal("x"), QUADS[0][3]))
    assert [f.shape for f in violations(report)] == ["undeclared-predicate"]


def test_an_undeclared_class_is_named() -> None:
    report = without(lambda _: False, (nodes(ACC.Person)[0], RDF.type, ACC.Boss, QUADS[0][3]))
    (found,) = violations(report)
    assert (found.shape, found.value) == ("undeclared-class", "acc:Boss")


def test_a_declared_predicate_in_the_wrong_place_is_named() -> None:
    node = nodes(ACC.Assertion)[0]
    report = without(lambda _: False, (node, SCHEMA.text, Literal("x"), QUADS[0][3]))
    (found,) = violations(report)
    assert (found.focus, found.path) == (str(node), "schema:text")
    assert found.message.startswith("schema:text is no property of this (assertion): remove it")


# --- no fact without its words ---


def test_a_fact_without_assertion_is_a_violation() -> None:
    school, district = nodes(ACC.School)[0], nodes(ACC.SchoolDistrict)[0]
    (found,) = violations(without(lambda _: False, (school, ACC.partOf, district, QUADS[0][3])))
    assert (found.shape, found.focus, found.value) == ("fact-without-words", str(school), str(district))


def test_a_denied_statement_is_no_ground_for_a_fact() -> None:
    union, bridge = nodes(ACC.LaborUnion)[0], nodes(ACC.Initiative)[0]
    (found,) = violations(without(lambda _: False, (union, ACC.opposes, bridge, QUADS[0][3])))
    assert found.shape == "fact-without-words"


def test_an_assertion_without_fact_is_a_warning() -> None:
    report = without(lambda q: q[1] == ACC.participatesIn)
    (found,) = report.findings
    assert (found.severity, found.shape) == (Severity.WARNING, "words-without-fact")
    assert found.sentence == "Lake School joined the first cohort of Bridge in 2003."
    assert report.conforms


def test_a_wrong_kind_of_object_is_told_with_its_sentence() -> None:
    bridge = nodes(ACC.Initiative)[0]
    place = [(bridge, RDF.type, ACC.Place, q[3]) for q in QUADS if q[:3] == (bridge, RDF.type, ACC.Initiative)]
    report = without(lambda q: q[:3] == (bridge, RDF.type, ACC.Initiative), *place)
    found = next(f for f in violations(report) if f.shape == "shape:participatesIn-object")
    assert found.path == "acc:participatesIn"
    assert found.value == str(bridge)
    assert found.message.startswith(
        "The object of acc:participatesIn must be an event or initiative: give it that kind"
    )
    assert found.sentence == "Lake School joined the first cohort of Bridge in 2003."


# --- which graphs are data ---


def test_ontology_and_inference_are_no_data() -> None:
    whole = Dataset()
    for s, p, o, g in QUADS:
        whole.graph(g).add((s, p, o))
    for part in ("inferred", "ontology"):
        named = whole.graph(URIRef(f"{SETTINGS.base}graph/{part}"))
        named.add((nodes(ACC.Person)[0], URIRef("https://example.org/any"), Literal("x")))
    assert validate(whole, ONTOLOGY, SHAPES) == validate(DATASET, ONTOLOGY, SHAPES)


def test_the_ontology_may_stand_among_the_triples_of_a_file() -> None:
    whole = Dataset()
    for triple in [*(q[:3] for q in QUADS), *ONTOLOGY]:
        whole.graph(URIRef("urn:one")).add(triple)
    assert validate(whole, ONTOLOGY, SHAPES).conforms


def test_another_base_is_read_off_the_graphs() -> None:
    base, moved = "https://data.example.org/a+b/", Dataset()
    for quad in QUADS:
        s, p, o, g = (URIRef(x.replace(DATA, base)) if isinstance(x, URIRef) else x for x in quad)
        moved.graph(URIRef(str(g))).add((s, p, o))
    assert validate(moved, ONTOLOGY, SHAPES).findings == ()
    foreign = violations(validate(moved, ONTOLOGY, SHAPES, base=DATA))
    assert len(foreign) > 20
    assert all("base of the data" in f.message for f in foreign)


# --- the gate itself ---


def test_no_shapes_is_an_error() -> None:
    with pytest.raises(AssetError, match="no shapes"):
        validate(DATASET, ONTOLOGY, Graph())


def test_no_focus_nodes_is_an_error() -> None:
    for dataset in (Dataset(), Dataset()):
        dataset.graph(URIRef("urn:g")).add((URIRef("urn:a"), URIRef("urn:b"), Literal("c")))
        with pytest.raises(InputError, match="nothing that the shapes are about"):
            validate(dataset, ONTOLOGY, SHAPES)


def test_a_malformed_shape_is_an_error() -> None:
    bad = Graph()
    shape = URIRef("urn:shape")
    bad.add((shape, RDF.type, SH.NodeShape))
    bad.add((shape, SH.targetClass, ACC.Person))
    bad.add((shape, SH.minCount, Literal(1, datatype=XSD.integer)))
    with pytest.raises(AssetError, match="a shape cannot be applied"):
        validate(DATASET, ONTOLOGY, bad)


def test_malformed_turtle_is_an_error_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "read", lambda *_: b"shape:x a")
    with pytest.raises(AssetError, match=r"shapes/entities\.ttl: malformed Turtle"):
        load_shapes()


def test_unknown_shape_files_are_an_error() -> None:
    with pytest.raises(AssetError, match="no such file in shapes"):
        load_shapes("nothing.ttl")


def finding(severity: Severity, shape: str) -> Finding:
    return Finding(severity=severity, message="m", focus="urn:x", shape=shape)


def test_warnings_do_not_fail_and_violations_come_first() -> None:
    warning, violation = finding(Severity.WARNING, "a"), finding(Severity.VIOLATION, "b")
    report = Report(findings=(warning,), shapes=1, focus_nodes=1)
    assert report.conforms
    both = report.including([violation, warning])
    assert both.findings == (violation, warning)
    assert not both.conforms
    assert (both.shapes, both.focus_nodes) == (1, 1)


def test_findings_are_in_the_same_order_whatever_the_order_of_triples() -> None:
    drop = {SKOS.prefLabel, ACC.rule, OA.exact}
    reports = []
    for quads in (QUADS, QUADS[::-1]):
        changed = Dataset()
        for s, p, o, g in quads:
            if p not in drop:
                changed.graph(g).add((s, p, o))
        reports.append(validate(changed, ONTOLOGY, SHAPES))
    assert reports[0] == reports[1]
    assert len(reports[0].findings) > 20


def test_the_sentences_of_several_dates_are_those_that_give_them() -> None:
    bridge, graph = nodes(ACC.Initiative)[0], QUADS[0][3]
    report = without(lambda _: False, (bridge, ACC.startedOn, Literal("2004", datatype=XSD.gYear), graph))
    found = next(f for f in report.findings if f.shape == "shape:startedOn-once")
    assert found.severity is Severity.WARNING
    assert found.sentence == "Lake School joined the first cohort of Bridge in 2003."
