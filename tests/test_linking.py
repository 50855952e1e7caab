"""Linking across documents: what is merged, what is kept apart, and that the order of documents does not matter."""

from __future__ import annotations

import itertools

import pytest

from kg.extract.linking import fold, link
from kg.lexicon import Entry, Lexicon
from kg.model import IRI, Anchor, Assertion, Date, Document, Entity, EntityId, Grounds, Reading, Span, Status

BASE = "https://example.org/"
NOUNS = ("association", "board", "district", "education", "office", "school", "teachers")
LEXICON = Lexicon(
    (
        *(Entry(name=w, lemma=w, forms=(w,), part_of_speech="noun", denotes="Organization") for w in NOUNS),
        Entry(name="ohio", lemma="Ohio", forms=("Ohio",), part_of_speech="properNoun", denotes="USState"),
    )
)


def reading(name: str, *entities: tuple[str, str, tuple[str, ...]], started: dict[str, str] | None = None) -> Reading:
    """A reading of a document `name` with entities (id, kind, names) and start dates."""
    document = Document(iri=IRI(f"{BASE}document/{name}"), name=name, text="x" * 50, sha256=name * 4)
    grounds = Grounds(evidence=(Anchor(document.iri, Span(0, 5)),), rule="test", status=Status.ASSERTED)
    return Reading(
        document=document,
        entities=tuple(Entity(id=EntityId(i), kind=k, names=n) for i, k, n in entities),
        assertions=tuple(
            Assertion(subject=EntityId(i), predicate="startedOn", object=Date(value=d), grounds=grounds)
            for i, d in (started or {}).items()
        ),
    )


def ids(*readings: Reading) -> list[dict[str, str]]:
    """For each reading, in the order given, local id → IRI."""
    corpus = link(readings, LEXICON, BASE)
    linked = {r.document.iri: r for r in corpus.readings}
    return [{a.id: b.id for a, b in zip(r.entities, linked[r.document.iri].entities, strict=True)} for r in readings]


def test_fold_drops_case_accents_article_and_punctuation() -> None:
    assert fold("The Chávez–King  School") == "chavez king school"
    assert fold("Teachers' Union") == "teachers union"


def test_one_name_and_kind_is_one_organization() -> None:
    a, b = ids(
        reading("a", ("e1", "LaborUnion", ("Harlan Teachers Association", "HTA"))),
        reading("b", ("e7", "LaborUnion", ("Harlan Teachers Association",))),
    )
    assert a["e1"] == b["e7"] == "https://example.org/labor-union/harlan-teachers-association"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("LaborUnion", "Staff Association Chapter 12"), ("LaborUnion", "Staff Association Chapter 21")),
        (("School", "Harlan"), ("SchoolDistrict", "Harlan")),
        (("GovernmentBody", "School Board"), ("GovernmentBody", "School Board")),
        (("Event", "the strike"), ("Event", "the strike")),
        (("Place", "Columbia"), ("Place", "Columbia")),
    ],
    ids=["number", "kind", "name of common words", "common noun", "town without its state"],
)
def test_what_speaks_against_a_merge(one: tuple[str, str], other: tuple[str, str]) -> None:
    a, b = ids(reading("a", ("e1", one[0], (one[1],))), reading("b", ("e1", other[0], (other[1],))))
    assert a["e1"] != b["e1"]


@pytest.mark.parametrize("name", ["Ohio", "Columbia, Ohio"])
def test_a_state_and_a_town_with_its_state_are_one_place(name: str) -> None:
    a, b = ids(reading("a", ("e1", "Place", (name,))), reading("b", ("e1", "Place", (name,))))
    assert a["e1"] == b["e1"]


def test_people_of_one_name_need_an_organization_in_common() -> None:
    union = ("u", "LaborUnion", ("Harlan Teachers Association",))
    person = ("p", "Person", ("Ana Ruiz", "Ruiz"))
    a, b, c = ids(reading("a", person, union), reading("b", person, union), reading("c", person))
    assert a["p"] == b["p"]
    assert c["p"] != a["p"]


def test_an_acronym_joins_the_only_organization_that_it_stands_for() -> None:
    a, b = ids(
        reading("a", ("e1", "LaborUnion", ("Harlan Teachers Association", "HTA"))),
        reading("b", ("e1", "LaborUnion", ("HTA",))),
    )
    assert a["e1"] == b["e1"]
    a, b, c = ids(
        reading("a", ("e1", "LaborUnion", ("Harlan Teachers Association", "HTA"))),
        reading("b", ("e1", "LaborUnion", ("HTA",))),
        reading("c", ("e1", "LaborUnion", ("Holt Teachers Association", "HTA"))),
    )
    assert len({a["e1"], b["e1"], c["e1"]}) == 3


def test_an_annual_event_is_another_one_each_year() -> None:
    event = ("v", "Event", ("Harlan Labor Forum",))
    a, b, c = ids(
        reading("a", event, started={"v": "2018-03-04"}),
        reading("b", event, started={"v": "2019"}),
        reading("c", event, started={"v": "2018"}),
    )
    assert a["v"] == c["v"] != b["v"]


def test_one_reading_keeps_apart_what_its_own_linking_kept_apart() -> None:
    (a,) = ids(reading("a", ("e1", "School", ("Harlan Middle",)), ("e2", "School", ("Harlan Middle",))))
    assert a["e1"] != a["e2"]


def test_statements_are_rewritten_and_the_document_itself_keeps_its_iri() -> None:
    document = IRI(f"{BASE}document/a")
    grounds = Grounds(
        evidence=(Anchor(document, Span(0, 5)),),
        rule="test",
        status=Status.REPORTED,
        attributed_to=EntityId("p"),
        cites=(EntityId("w"),),
    )
    made = reading("a", ("p", "Person", ("Ana Ruiz",)), ("w", "Document", ("Report on Pay",)))
    cites = Assertion(subject=EntityId(document), predicate="cites", object=EntityId("w"), grounds=grounds)
    corpus = link([Reading(document=made.document, entities=made.entities, assertions=(cites,))], LEXICON, BASE)
    (statement,) = corpus.readings[0].assertions
    assert statement.subject == str(document)
    assert statement.object == f"{BASE}work/report-on-pay"
    assert statement.grounds.attributed_to == f"{BASE}person/ana-ruiz"
    assert statement.grounds.cites == (f"{BASE}work/report-on-pay",)


def test_the_order_of_documents_does_not_matter() -> None:
    readings = [
        reading("a", ("e1", "LaborUnion", ("Harlan Teachers Association", "HTA")), ("p", "Person", ("Ana Ruiz",))),
        reading("b", ("e1", "LaborUnion", ("HTA",)), ("p", "Person", ("Ana Ruiz",))),
        reading("c", ("e1", "LaborUnion", ("Harlan Teachers Association",)), ("p", "Person", ("Ana Ruiz",))),
    ]
    results = {tuple(link(order, LEXICON, BASE).entities) for order in itertools.permutations(readings)}
    assert len(results) == 1
