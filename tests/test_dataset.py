from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from rdflib import RDF, XSD, BNode, Dataset, Graph, Literal, URIRef

from kg.graph.dataset import BuildInfo, add_inferred, graph_iri, to_dataset, to_quads
from kg.graph.provenance import DOCUMENT_PARTS
from kg.graph.serialize import to_nquads
from kg.graph.statements import date, decimal
from kg.graph.validate import validate
from kg.graph.vocabulary import ACC, CITO, DCTERMS, OA, ORG, PROV, SCHEMA, SKOS
from kg.model import Corpus, Date, EntityId, Metadata, Status, Unit
from kg.settings import Settings
from tests.builders import BUILD, SETTINGS, Writer, corpus, document
from tests.gold import gold_corpus

TEXT = (
    "Ann Lee, president of the Elm Union, spoke.\nThe union began in 2015, a report¹ says. “We won,” she said. "
    "Between 30 and 42.50 of pupils agreed. Oak School joined the Pact first.\n¹ http://x.org/report"
)


def writer(name: str = "one") -> Writer:
    w = Writer(document(name, TEXT, Metadata(title="A title", publisher="Elm", date="2016-03", inferred=("title",))))
    lee, elm = w.entity("Person", "Ann Lee", "Lee"), w.entity("LaborUnion", "Elm Union", "The union")
    report, pact = w.entity("Document", "http://x.org/report"), w.entity("Initiative", "Pact")
    oak = w.entity("School", "Oak School")
    w.voice = elm
    w.states(lee, "affiliatedWith", elm, w.grounds("Ann Lee, president of the Elm Union"))
    w.states(
        elm,
        "startedOn",
        Date(value="2015"),
        w.grounds("The union began in 2015", "Elm Union", status=Status.REPORTED, by=report, cites=[report]),
    )
    w.states(elm, "opposes", oak, w.grounds("joined", status=Status.DENIED))
    w.states(elm, "organizes", pact, w.grounds("joined", status=Status.PLANNED))
    w.states(elm, "funds", pact, w.grounds("joined", status=Status.HYPOTHETICAL))
    w.role(lee, "president", elm, w.grounds("president of the Elm Union"))
    w.joins(oak, pact, 1, "first", w.grounds("Oak School joined the Pact first"))
    w.number(
        "30",
        Unit.OTHER,
        "30",
        w.grounds("Between 30 and 42.50 of pupils agreed."),
        elm,
        upper="42.50",
        period="2014/2015",
    )
    w.says(lee, "We won,", cue="said", source="she")
    return w


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return to_dataset(corpus(writer()), BUILD, SETTINGS)


@pytest.fixture(scope="module")
def union(dataset: Dataset) -> Graph:
    graph = Graph()
    for s, p, o, _ in dataset.quads():
        graph.add((s, p, o))
    return graph


def part(dataset: Dataset, name: str) -> Graph:
    return dataset.graph(URIRef(graph_iri(SETTINGS.base, name, f"{SETTINGS.base}document/one")))


def predicates(graph: Graph) -> set[str]:
    return {str(p).removeprefix(str(ACC)) for p in graph.predicates()}


def statement(union: Graph, predicate: str) -> URIRef:
    (found,) = union.subjects(RDF.predicate, ACC[predicate])
    assert isinstance(found, URIRef)
    return found


def test_only_asserted_statements_are_facts_and_only_reported_ones_claims(dataset: Dataset) -> None:
    assert predicates(part(dataset, "facts")) == {"affiliatedWith"}
    assert predicates(part(dataset, "claims")) == {"startedOn"}


def test_every_status_is_an_assertion(union: Graph) -> None:
    found = {str(union.value(a, ACC.status)).removeprefix(str(ACC)) for a in union.subjects(RDF.type, ACC.Assertion)}
    assert found == {s.value for s in Status}


def test_a_reported_statement_has_its_source_citation_and_two_sentences(union: Graph) -> None:
    node = statement(union, "startedOn")
    report = union.value(predicate=SKOS.prefLabel, object=Literal("http://x.org/report"))
    assert union.value(node, ACC.attributedTo) == report
    assert union.value(node, CITO.citesAsEvidence) == report
    assert union.value(node, RDF.object) == Literal("2015", datatype=XSD.gYear)
    assert union.value(node, ACC.support) == ACC.SeveralSentences
    assert union.value(node, ACC.excerpt) == Literal("Elm Union […] The union began in 2015")
    assert len(list(union.objects(node, OA.hasTarget))) == 2


def test_targets_have_quote_and_position(union: Graph) -> None:
    targets = set(union.subjects(RDF.type, OA.SpecificResource))
    assert len(targets) >= 10
    for target in targets:
        quote, position = sorted(union.objects(target, OA.hasSelector), key=str, reverse=True)
        start, end = (int(str(union.value(position, term))) for term in (OA.start, OA.end))
        assert str(union.value(quote, OA.exact)) == TEXT[start:end]
        assert str(union.value(quote, OA.prefix) or "") == TEXT[max(0, start - 32) : start]
        assert str(union.value(quote, OA.suffix) or "") == TEXT[end : end + 32]
        assert union.value(position, OA.start).datatype == XSD.nonNegativeInteger  # type: ignore[union-attr]


def test_statements_of_the_same_words_share_a_target(union: Graph) -> None:
    targets = [union.value(statement(union, p), OA.hasTarget) for p in ("opposes", "organizes", "funds")]
    assert len(set(targets)) == 1


def test_statistic(union: Graph) -> None:
    (node,) = union.subjects(RDF.type, ACC.Statistic)
    assert union.value(node, ACC.value) == Literal("30", datatype=XSD.decimal)
    assert str(union.value(node, ACC.upperValue)) == "42.5"
    assert union.value(node, ACC.unit) == ACC.OtherUnit
    assert union.value(node, ACC.period) == Literal("2014/2015")
    figure = union.value(node, ACC.figure)
    assert [str(x) for s in union.objects(figure, OA.hasSelector) for x in union.objects(s, OA.exact)] == ["30"]


def test_quotation_has_speaker_cue_and_source(union: Graph) -> None:
    (node,) = union.subjects(RDF.type, ACC.Quotation)
    assert (node, RDF.type, ACC.Attribution) in union
    assert union.value(node, SCHEMA.text) == Literal("We won,")
    assert union.value(node, ACC.speechKind) == ACC.Direct
    for term, words in ((ACC.cueTarget, "said"), (ACC.sourceTarget, "she"), (OA.hasTarget, "We won,")):
        selectors = union.objects(union.value(node, term), OA.hasSelector)
        assert [str(x) for s in selectors for x in union.objects(s, OA.exact)] == [words]


def test_roles_and_cohorts(union: Graph) -> None:
    (role,) = union.subjects(RDF.type, ACC.Membership)
    assert union.value(role, ACC.roleTitle) == Literal("president")
    assert union.value(role, ORG.organization) is not None
    (place,) = union.subjects(RDF.type, ACC.CohortMembership)
    assert (place, ORG.organization, None) not in union  # its range would make an organization of the initiative
    cohort = union.value(place, ACC.cohort)
    assert str(union.value(cohort, ACC.ordinal)) == "1"
    assert union.value(cohort, SKOS.prefLabel) == Literal("Pact, cohort 1")
    assert union.value(union.value(cohort, ACC.cohortOf), SKOS.prefLabel) == Literal("Pact")


def test_a_denied_role_is_no_membership() -> None:
    w = writer()
    lee, elm = (EntityId(i) for i in list(w.entities)[:2])
    w.role(lee, "treasurer", elm, w.grounds("Ann Lee", status=Status.DENIED))
    w.role(lee, "cook", None, w.grounds("Ann Lee", status=Status.DENIED))
    graph = to_dataset(corpus(w), BUILD, SETTINGS)
    nodes = {s for s, _, _, _ in graph.quads((None, SCHEMA.roleName, Literal("treasurer"), None))}
    assert len(nodes) == 1
    assert {o for _, _, o, _ in graph.quads((nodes.pop(), RDF.type, None, None))} == {ACC.Assertion}
    for title in ("treasurer", "cook"):
        assert not list(graph.quads((None, ACC.roleTitle, Literal(title), None)))
    assert not list(graph.quads((None, SCHEMA.roleName, Literal("cook"), None)))
    assert validate(graph).conforms


def test_document_metadata_and_mentions(dataset: Dataset) -> None:
    graph = part(dataset, "document")
    node = URIRef(f"{SETTINGS.base}document/one")
    assert graph.value(node, DCTERMS["title"]) == Literal("A title")
    assert graph.value(node, ACC.inferredField) == Literal("title")
    assert graph.value(node, DCTERMS.date) == Literal("2016-03", datatype=XSD.gYearMonth)
    assert graph.value(node, ACC.sha256) == Literal(document("one", TEXT).sha256)
    assert graph.value(node, ACC.voice) is not None
    assert len(list(graph.objects(node, SCHEMA.mentions))) == 5
    assert len(list(graph.subjects(ACC.mentionTarget))) == 5


def test_provenance_names_software_model_and_inputs_but_no_clock(dataset: Dataset) -> None:
    graph = dataset.graph(URIRef(graph_iri(SETTINGS.base, "provenance")))
    (build,) = graph.subjects(RDF.type, PROV.Activity)
    used = {str(o) for o in graph.objects(build, PROV.used)}
    assert used == {f"{SETTINGS.base}document/one", f"{SETTINGS.base}agent/test-model-3-8-0"}
    assert graph.value(build, PROV.endedAtTime) is None
    dated = to_dataset(corpus(writer()), BUILD, Settings(epoch=0))
    times = [o for _, _, o, _ in dated.quads((None, PROV.endedAtTime, None, None))]
    assert times == [Literal("1970-01-01T00:00:00Z", datatype=XSD.dateTime)]


def test_one_document_can_be_replaced_without_touching_another() -> None:
    def graphs(dataset: Dataset) -> dict[str, set[object]]:
        return {str(g.identifier): set(g) for g in dataset.graphs() if "/graph/one/" in str(g.identifier)}

    other = writer("two")
    other.states(list(other.entities)[1], "leads", EntityId(list(other.entities)[3]), other.grounds("joined"))
    alone = graphs(to_dataset(corpus(writer()), BUILD, SETTINGS))
    assert len(alone) == len(DOCUMENT_PARTS)
    assert graphs(to_dataset(corpus(writer(), other), BUILD, SETTINGS)) == alone


def test_no_blank_nodes_and_every_iri_in_the_base_or_a_vocabulary() -> None:
    dataset = to_dataset(gold_corpus(), BUILD, SETTINGS)
    add_inferred(dataset, [], SETTINGS)
    terms = {t for quad in dataset.quads() for t in quad}
    assert not [t for t in terms if isinstance(t, BNode)]
    subjects = {str(s) for s, _, _, g in dataset.quads() if not str(g).endswith("/ontology")}
    assert all(s.startswith(SETTINGS.base) for s in subjects)
    other = to_dataset(gold_corpus(), BUILD, Settings(base="https://example.org/d/"))
    minted = {str(s) for s, _, _, _ in other.quads()}
    assert {s.split("/")[2] for s in minted if "/assertion/" in s or "/evidence/" in s} == {"example.org"}


def test_the_order_of_statements_and_entities_does_not_matter() -> None:
    made = corpus(writer())
    reading = made.readings[0]
    turned = dataclasses.replace(
        reading,
        assertions=reading.assertions[::-1],
        statistics=reading.statistics[::-1],
        attributions=reading.attributions[::-1],
    )
    mixed = Corpus(documents=made.documents, entities=made.entities[::-1], readings=(turned,))
    assert to_nquads(to_dataset(mixed, BUILD, SETTINGS)) == to_nquads(to_dataset(made, BUILD, SETTINGS))


def test_the_same_statement_found_twice_is_one_with_the_higher_confidence() -> None:
    w = writer()
    lee, elm = (EntityId(i) for i in list(w.entities)[:2])
    w.states(lee, "represents", elm, w.grounds("Ann Lee", rule="weak", confidence=0.5))
    w.states(lee, "represents", elm, w.grounds("Ann Lee", rule="strong", confidence=0.75))
    dataset = to_dataset(corpus(w), BUILD, SETTINGS)
    (node,) = {s for s, _, _, _ in dataset.quads((None, RDF.predicate, ACC.represents, None))}
    assert [str(o) for _, _, o, _ in dataset.quads((node, ACC.rule, None, None))] == ["strong"]
    assert [str(o) for _, _, o, _ in dataset.quads((node, ACC.confidence, None, None))] == ["0.75"]
    less = to_dataset(corpus(w), BUILD, Settings(min_confidence=0.8))
    assert not list(less.quads((None, RDF.predicate, ACC.represents, None)))


def test_unknown_entities_are_refused() -> None:
    w = writer()
    w.states(next(iter(w.entities)), "leads", EntityId("https://example.org/nobody"), w.grounds("Ann Lee"))
    with pytest.raises(ValueError, match=r"one: statements refer to unknown https://example\.org/nobody"):
        to_dataset(corpus(w), BUILD, SETTINGS)


def test_quads_are_checked_and_written_as_the_dataset_is() -> None:
    made = corpus(writer())
    for settings in (SETTINGS, Settings(base=SETTINGS.base, min_confidence=0.95)):
        quads, dataset = to_quads(made, BUILD, settings), to_dataset(made, BUILD, settings)
        add_inferred(quads, [], settings)
        add_inferred(dataset, [], settings)
        assert to_nquads(quads) == to_nquads(dataset)
        assert validate(quads) == validate(dataset)
        assert validate(quads).focus_nodes > 10


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("99", "99"),
        ("99.0", "99"),
        ("42.50", "42.5"),
        ("1E+3", "1000"),
        ("0.667", "0.667"),
        ("-0.0", "0"),
        ("1000", "1000"),
    ],
)
def test_decimals_are_canonical(value: str, text: str) -> None:
    assert decimal(Decimal(value)) == str(Literal(text, datatype=XSD.decimal).n3())


@pytest.mark.parametrize(
    ("value", "kind"),
    [("2015", XSD.gYear), ("2015-06", XSD.gYearMonth), ("2015-06-04", XSD.date), ("2014/2015", None), ("spring", None)],
)
def test_dates_are_typed_by_precision(value: str, kind: URIRef | None) -> None:
    assert date(value) == str(Literal(value, datatype=kind).n3())


def test_graph_names() -> None:
    assert graph_iri("http://x/", "facts", "http://x/document/a") == "http://x/graph/a/facts"
    assert graph_iri("http://x/", "inferred") == "http://x/graph/inferred"
    assert graph_iri("http://x/", "facts", "http://y/z?q").startswith("http://x/graph/http-y-z-q-")
    with pytest.raises(ValueError, match="no such graph: facts"):
        graph_iri("http://x/", "facts")


def test_build_info_is_part_of_what_activities_are_named_by() -> None:
    newer = BuildInfo(version="0.0.2", model="test-model", model_version="3.8.0")
    one, two = (to_nquads(to_dataset(corpus(writer()), b, SETTINGS)) for b in (BUILD, newer))
    assert one != two
