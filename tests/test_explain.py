from __future__ import annotations

import pytest
from rdflib import URIRef

from kg.errors import QueryError
from kg.graph.dataset import add_inferred, to_dataset
from kg.graph.explain import explain
from kg.graph.query import Source, open_source
from kg.graph.serialize import to_nquads
from kg.graph.vocabulary import ACC
from kg.model import Corpus
from tests.builders import BUILD, SETTINGS
from tests.gold import gold_corpus


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return gold_corpus()


@pytest.fixture(scope="module")
def source(corpus: Corpus) -> Source:
    dataset = to_dataset(corpus, BUILD, SETTINGS)
    ids = {e.names[0]: URIRef(e.id) for e in corpus.entities}
    inferred = [
        (ids["Alisal Labor Management Accord"], ACC.ledBy, ids["Consortium for Educational Change"]),
        (ids["Alisal Labor Management Accord"], ACC.anchor, URIRef("https://w3id.org/accord/data/evidence/x")),
    ]
    add_inferred(dataset, inferred, SETTINGS)
    return open_source(to_nquads(dataset), "nq")


def test_statements_are_grouped_by_relation(source: Source) -> None:
    found = explain(source, "Lopez")
    assert found.names == ("George Lopez",)
    assert found.kinds[0] == "Person"
    groups = dict(found.groups)
    assert list(groups) == ["affiliatedWith", "participatesIn", "represents", "supports", "role", "words"]
    assert [(e.subject, e.value) for e in groups["role"]] == [
        ("George Lopez", "representative to ALMA, Alisal Teachers Association")
    ]
    assert len(groups["words"]) == 2


def test_every_statement_has_words_at_their_offsets(source: Source, corpus: Corpus) -> None:
    texts = {d.name: d.text for d in corpus.documents}
    found = explain(source, "ALMA")
    statements = [e for _, group in found.groups for e in group]
    assert len(statements) > 30
    for statement in statements:
        assert statement.rule == "test"
        assert statement.confidence == "1"
        assert statement.places
        for place in statement.places:
            assert texts[place.document][place.start : place.end] == place.exact
            assert texts[place.document].startswith(place.prefix + place.exact, place.start - len(place.prefix))


def test_cohorts_belong_to_their_initiative(source: Source) -> None:
    cohorts = dict(explain(source, "ALMA").groups)["cohort"]
    assert len(cohorts) == 12
    assert {e.value for e in cohorts} == {f"Alisal Labor Management Accord, cohort {n}" for n in (1, 2, 3)}


def test_status_speaker_and_source(source: Source) -> None:
    groups = dict(explain(source, "UTLA").groups)
    statuses = {(e.value, e.status) for e in groups["supports"]}
    assert statuses == {("performance-based compensation", "Denied")}
    assert {e.speaker for e in groups["bargainsWith"]} == {"ALLIANCE COLLEGE-READY PUBLIC SCHOOLS"}
    numbers = dict(explain(source, "LAUSD").groups)["number"]
    ranges = [e for e in numbers if "–" in e.value]
    assert [e.value for e in ranges] == ["34–42.5 Count class size under the LAUSD-UTLA contract"]
    assert ranges[0].cites[0].endswith("859AM.pdf")


def test_reported_numbers_are_their_speakers(source: Source) -> None:
    numbers = dict(explain(source, "collaboration").groups)["number"]
    assert [(e.status, e.speaker) for e in numbers] == [("Reported", "Ed Horowitz")]


def test_what_follows_is_told_apart_from_what_is_stated(source: Source) -> None:
    assert explain(source, "ALMA").inferred == (("ledBy", "Consortium for Educational Change"),)


def test_a_statement_explains_itself(source: Source) -> None:
    stated = dict(explain(source, "Keiko Inoue").groups)["role"][0]
    for term in (stated.iri, "membership:" + stated.iri.rpartition("/")[2]):
        found = explain(source, term)
        assert found.iri == stated.iri
        assert found.groups == (("role", (stated,)),)
        assert found.names == ()


def test_documents_explain_what_they_cite(source: Source) -> None:
    groups = dict(explain(source, "000_765f323035fc507c").groups)
    assert len(groups["cites"]) == 7


def test_unknown_terms(source: Source) -> None:
    with pytest.raises(QueryError, match="no entity is called 'Nobody'"):
        explain(source, "Nobody")
