from __future__ import annotations

import pytest

from kg.errors import QueryError
from kg.graph.dataset import to_dataset
from kg.graph.paths import Chain, find_paths
from kg.graph.query import Source, open_source
from kg.graph.serialize import to_nquads
from kg.model import EntityId, Status
from tests.builders import BUILD, SETTINGS, Writer, corpus, document
from tests.gold import gold_corpus

TEXT = (
    "Ana Brook heads Ash Local. Ash Local bargains with Elm District. Elm District hosts Oak Forum. Cy Dunn spoke at"
    " Oak Forum. Cy Dunn lives in Fir Town. Ana Brook lives in Fir Town. The memo cites the pact. Bo Reed denies it."
)


def sentence(start: str) -> str:
    return next(s for s in TEXT.removesuffix(".").split(". ") if s.startswith(start)) + "."


@pytest.fixture(scope="module")
def source() -> Source:
    """Brook – Ash Local – Elm District – Oak Forum – Dunn, with ways that must not be taken beside it."""
    writer = Writer(document("memo", TEXT))
    brook, dunn = writer.entity("Person", "Ana Brook"), writer.entity("Person", "Cy Dunn")
    local, district = writer.entity("LaborUnion", "Ash Local"), writer.entity("SchoolDistrict", "Elm District")
    forum, town = writer.entity("Event", "Oak Forum"), writer.entity("Place", "Fir Town")
    pact, reed = writer.entity("Initiative", "Fir Pact"), writer.entity("Person", "Bo Reed")
    writer.role(brook, "president", local, writer.grounds(sentence("Ana Brook heads")))
    writer.states(local, "bargainsWith", district, writer.grounds(sentence("Ash Local")))
    writer.states(district, "organizes", forum, writer.grounds(sentence("Elm District"), confidence=0.9))
    writer.states(district, "participatesIn", forum, writer.grounds(sentence("Elm District"), confidence=0.5))
    said = writer.grounds(sentence("Cy Dunn spoke"), status=Status.REPORTED, by=reed)
    writer.states(dunn, "presentsAt", forum, said)
    for person, words in ((brook, "Ana Brook lives"), (dunn, "Cy Dunn lives")):
        writer.states(person, "locatedIn", town, writer.grounds(sentence(words)))
        writer.states(EntityId(writer.document.iri), "cites", person, writer.grounds(sentence("The memo")))
    for status in (Status.DENIED, Status.PLANNED, Status.HYPOTHETICAL):
        for person in (brook, dunn):
            writer.states(person, "supports", pact, writer.grounds(sentence("Bo Reed"), status=status))
    return open_source(to_nquads(to_dataset(corpus(writer), BUILD, SETTINGS)), "nq")


def names(chain: Chain) -> list[str]:
    return [chain.hops[0].source, *(hop.target for hop in chain.hops)]


LONG = ["Ana Brook", "Ash Local", "Elm District", "Oak Forum", "Cy Dunn"]


def test_shortest_chain_of_what_is_stated(source: Source) -> None:
    (chain,) = find_paths(source, "Brook", "Dunn")
    assert names(chain) == LONG
    told = [[(r.name, r.direction, r.claim) for r in hop.relations] for hop in chain.hops]
    assert told == [
        [("role: president", "→", False)],
        [("bargainsWith", "–", False)],
        [("organizes", "→", False), ("participatesIn", "→", False)],
        [("presentsAt", "←", True)],
    ]
    assert [hop.claim for hop in chain.hops] == [False, False, False, True]
    stated = chain.hops[3].relations[0].statement
    assert (stated.status, stated.speaker, stated.excerpt) == ("Reported", "Bo Reed", "Cy Dunn spoke at Oak Forum.")


def test_the_other_way_round_is_the_same_chain(source: Source) -> None:
    (chain,) = find_paths(source, "Dunn", "Brook")
    assert names(chain) == LONG[::-1]
    assert [hop.relations[0].direction for hop in chain.hops] == ["→", "←", "–", "←"]


def test_places_and_documents_connect_only_on_request(source: Source) -> None:
    (chain,) = find_paths(source, "Brook", "Dunn", through=("Place",))
    assert names(chain) == ["Ana Brook", "Fir Town", "Cy Dunn"]
    (chain,) = find_paths(source, "Brook", "Dunn", through=("Document",))
    assert names(chain) == ["Ana Brook", "memo", "Cy Dunn"]
    both = find_paths(source, "Brook", "Dunn", through=("Document", "Place"))
    assert [names(c)[1] for c in both] == ["Fir Town", "memo"]


def test_a_place_may_be_the_end(source: Source) -> None:
    (chain,) = find_paths(source, "Brook", "Fir Town")
    assert names(chain) == ["Ana Brook", "Fir Town"]


def test_longer_chains_on_request(source: Source) -> None:
    found = find_paths(source, "Brook", "Dunn", through=("Document", "Place"), longer=True, max_hops=4)
    assert [len(c.hops) for c in found] == [2, 2, 4]
    assert len(find_paths(source, "Brook", "Dunn", through=("Document", "Place"), longer=True, limit=2)) == 2


def test_no_chain_where_it_is_too_long_or_stands_on_claims(source: Source) -> None:
    assert find_paths(source, "Brook", "Dunn", max_hops=3) == ()
    assert find_paths(source, "Brook", "Dunn", claims=False) == ()
    assert find_paths(source, "Brook", "Fir Pact") == (), "what is denied, planned or supposed connects nothing"


def test_facts_come_before_claims() -> None:
    text = "Ana Brook and Cy Dunn."
    writer = Writer(document("two", text))
    brook, dunn = writer.entity("Person", "Ana Brook"), writer.entity("Person", "Cy Dunn")
    for name, status in (("Ash Local", Status.REPORTED), ("Elm Local", Status.ASSERTED)):
        union = writer.entity("LaborUnion", name)
        for person in (brook, dunn):
            by = brook if status is Status.REPORTED else None
            writer.states(person, "affiliatedWith", union, writer.grounds(text, status=status, by=by))
    found = find_paths(
        open_source(to_nquads(to_dataset(corpus(writer), BUILD, SETTINGS)), "nq"), "Ana Brook", "Cy Dunn", limit=5
    )
    assert [names(c)[1] for c in found] == ["Elm Local", "Ash Local"]


def test_both_ends_must_be_two_known_things(source: Source) -> None:
    with pytest.raises(QueryError, match="the same"):
        find_paths(source, "Brook", "Ana Brook")
    with pytest.raises(QueryError, match="no entity is called 'Nobody'"):
        find_paths(source, "Brook", "Nobody")


def test_the_chain_of_the_seeds() -> None:
    gold = open_source(to_nquads(to_dataset(gold_corpus(), BUILD, SETTINGS)), "nq")
    found = find_paths(gold, "Horowitz", "Inoue")
    assert {len(c.hops) for c in found} == {4}
    middle = ["Alisal Union School District", "California School Employees Association Chapter 577"]
    chain = next(c for c in found if names(c)[2:4] == middle)
    assert "partnersWith" in {r.name for hop in chain.hops for r in hop.relations}
    assert find_paths(gold, "Horowitz", "Inoue") == found
