from __future__ import annotations

import pytest

from kg import ontology
from kg.errors import QueryError
from kg.graph.dataset import add_inferred, to_dataset
from kg.graph.proof import Proof, known_facts, prove, split, why
from kg.graph.query import Source, open_source
from kg.graph.reason import facts, infer
from kg.graph.serialize import to_nquads
from kg.graph.stated import Reader, text_of
from kg.model import Status
from tests.builders import BUILD, SETTINGS, Writer, corpus, document
from tests.gold import gold_corpus

TEXT = "Ash School is part of Elm Area. Elm Area is part of Oak District. Ash Union bargains with Oak District."


@pytest.fixture(scope="module")
def source() -> Source:
    writer = Writer(document("parts", TEXT))
    school, area = writer.entity("School", "Ash School"), writer.entity("SchoolDistrict", "Elm Area")
    district, union = writer.entity("SchoolDistrict", "Oak District"), writer.entity("LaborUnion", "Ash Union")
    first, second, third = (f"{s}." for s in TEXT.removesuffix(".").split(". "))
    writer.states(school, "partOf", area, writer.grounds(first))
    writer.states(area, "partOf", district, writer.grounds(second))
    writer.states(union, "bargainsWith", district, writer.grounds(third))
    writer.states(union, "partnersWith", district, writer.grounds(third, status=Status.REPORTED, by=union))
    dataset = to_dataset(corpus(writer), BUILD, SETTINGS)
    add_inferred(dataset, infer(facts(dataset), ontology.graph()).triples, SETTINGS)
    return open_source(to_nquads(dataset), "nq")


def proved(source: Source, *triple: str) -> Proof:
    found = why(source, *triple).proof
    assert found is not None
    return found


def test_a_stated_triple_is_its_own_reason(source: Source) -> None:
    found = proved(source, "Ash School", "partOf", "Elm Area")
    assert (found.rule, found.premises) == ("stated", ())
    assert [s.excerpt for s in found.statements] == ["Ash School is part of Elm Area."]


def test_symmetry_and_inverse(source: Source) -> None:
    found = proved(source, "Oak District", "bargainsWith", "Ash Union")
    assert (found.rule, found.axiom) == ("prp-symp", "acc:bargainsWith is symmetric")
    assert [p.words for p in found.premises] == ["Ash Union bargainsWith Oak District"]
    found = proved(source, "Elm Area", "hasPart", "Ash School")
    assert (found.rule, found.axiom) == ("prp-inv", "acc:partOf is the inverse of acc:hasPart")


def test_transitivity_comes_down_to_both_sentences(source: Source) -> None:
    found = proved(source, "Ash School", "partOf", "Oak District")
    assert found.rule == "prp-trp"
    assert [s.excerpt for p in found.premises for s in p.statements] == [
        "Ash School is part of Elm Area.",
        "Elm Area is part of Oak District.",
    ]
    found = proved(source, "Oak District", "schema:subOrganization", "Ash School")
    assert [found.rule, found.premises[0].rule] == ["prp-spo1", "prp-trp"]
    assert {p.rule for p in found.premises[0].premises} == {"prp-inv"}


def test_kinds_come_down_to_the_first_mention(source: Source) -> None:
    found = proved(source, "Ash Union", "a", "schema:Organization")
    assert found.rule == "cax-sco"
    while found.premises:
        (found,) = found.premises
    assert (found.rule, found.mention) == ("named", ("parts", "Ash Union"))


def test_claims_prove_nothing_and_are_told(source: Source) -> None:
    for subject, value in (("Ash Union", "Oak District"), ("Oak District", "Ash Union")):
        found = why(source, subject, "partnersWith", value)
        assert found.proof is None
        assert [(s.status, s.speaker) for s in found.other] == [("Reported", "Ash Union")]


def test_what_does_not_follow_has_no_proof(source: Source) -> None:
    assert why(source, "Oak District", "partOf", "Ash School").proof is None
    assert why(source, "Ash School", "a", "Person").proof is None


def test_words_and_names_are_told_apart(source: Source) -> None:
    assert split(source, "Ash School partOf Elm Area") == ("Ash School", "partOf", "Elm Area")
    assert split(source, "Ash School a School") == ("Ash School", "a", "School")
    for text in ("Ash School and Elm Area", "partOf", "Ash partOf bargainsWith partOf Elm"):
        with pytest.raises(QueryError, match="relation in"):
            split(source, text)
    with pytest.raises(QueryError, match="no relation is called 'owns'"):
        why(source, "Ash School", "owns", "Elm Area")


def test_every_inferred_triple_has_a_proof_and_no_other_has() -> None:
    dataset = to_dataset(gold_corpus(), BUILD, SETTINGS)
    add_inferred(dataset, infer(facts(dataset), ontology.graph()).triples, SETTINGS)
    source = open_source(to_nquads(dataset), "nq")
    known = known_facts(Reader(source))
    quads = [q for q in source.quads_for_pattern(None, None, None, None) if "/inferred" in text_of(q.graph_name)]
    inferred = {(text_of(q.subject), q.predicate.value, text_of(q.object)) for q in quads}
    assert len(inferred) > 400
    assert sorted(t for t in inferred if prove(known, t) is None) == []
    wrong = (
        {(o, p, s) for s, p, o in inferred if o.startswith("https://w3id.org/accord/data/")} - inferred - known.given
    )
    assert len(wrong) > 50
    assert sorted(t for t in wrong if prove(known, t) is not None) == []
