"""Relations beyond one verb: relative clauses, possessors, agreements, places, money, terms, and who has left."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.judgement import DOUBTED, stands
from kg.extract.statements import Candidate
from kg.model import Anchor, Assertion, EntityId, Grounds, Span, Status
from tests.contexts import context_of
from tests.relating import Fact, facts, relate

ENTITIES = {
    "p": "Person: Ana Ruiz",
    "q": "Person: Tom Beck",
    "u": "LaborUnion: Dune Teachers Guild",
    "v": "LaborUnion: Coast Federation",
    "d": "SchoolDistrict: Dune Valley Unified",
    "s": "School: Elm School",
    "t": "School: Oak School",
    "f": "SupportOrganization: Lark Institute",
    "g": "SupportOrganization: Moss Fund",
    "y": "SupportOrganization: Heron University",
    "b": "GovernmentBody: Pilot Council",
    "i": "Initiative: BRIDGE",
    "a": "Initiative: Shore Accord",
    "k": "Initiative: three-year contract",
    "e": "Event: Fall Conference",
    "w": "Event: What Teams Do",
    "l": "Place: Salem",
    "m": "Place: Astoria",
}
STATED: list[tuple[str, Fact]] = [
    ("The Coast Federation, to which the Dune Teachers Guild belongs, met.", ("u", "memberOf", "v")),
    ("They praised BRIDGE, which the Dune Teachers Guild joined in 2016.", ("u", "participatesIn", "i")),
    ("BRIDGE, a project the Lark Institute launched, is small.", ("f", "organizes", "i")),
    ("The Dune Teachers Guild and its partner, the Lark Institute, met.", ("u", "partnersWith", "f")),
    ("The Dune Teachers Guild, a Coast Federation affiliate, met.", ("u", "memberOf", "v")),
    ("The Lark Institute is a unit of Heron University.", ("f", "partOf", "y")),
    ("Ana Ruiz, Lark Institute, Heron University, spoke.", ("f", "partOf", "y")),
    ("The Lark Institute runs BRIDGE with the Moss Fund.", ("f", "partnersWith", "g")),
    ("The Pilot Council includes Ana Ruiz and Tom Beck.", ("q", "affiliatedWith", "b")),
    (
        "A three-year contract between the Dune Teachers Guild and Dune Valley Unified is in force.",
        ("u", "bargainsWith", "d"),
    ),
    ("Dune Valley Unified has signed the Shore Accord.", ("d", "participatesIn", "a")),
    ("The Lark Institute is a nonprofit in Salem.", ("f", "locatedIn", "l")),
    ("The Fall Conference wound up on Friday in Salem.", ("e", "locatedIn", "l")),
    ("The Lark Institute in Salem and Astoria is small.", ("f", "locatedIn", "m")),
    ("BRIDGE is small. The rest of the money comes from the Moss Fund.", ("g", "funds", "i")),
    ("BRIDGE is paid for by the Moss Fund.", ("g", "funds", "i")),
    ("Dune Valley Unified bears the cost of BRIDGE.", ("d", "funds", "i")),
    ("Funders: Moss Fund\n\nBRIDGE is small.", ("g", "funds", "i")),
    ("The Lark Institute, founded in 2006, is small.", ("f", "startedOn", "2006")),
    ("Founded in 2006, the Lark Institute is small.", ("f", "startedOn", "2006")),
    ("The Shore Accord (to June 30, 2021) is good.", ("a", "endedOn", "2021-06-30")),
    ("The Shore Accord is new. It takes effect on July 1, 2021.", ("a", "startedOn", "2021-07-01")),
    ("“What Teams Do.” Moderator: Ana Ruiz.", ("p", "leads", "w")),
    ("Dune Valley Unified (Elm School, Oak School) is large.", ("t", "partOf", "d")),
    ("Elm School (Dune Valley Unified) is large.", ("s", "partOf", "d")),
    ("Dune Valley Unified is large. It has two schools, Elm School and Oak School.", ("s", "partOf", "d")),
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_what_a_sentence_states(nlp: Language, text: str, expected: Fact) -> None:
    assert expected in facts(relate(context_of(nlp, text, **ENTITIES)))


def test_all_relations_are_tried() -> None:
    assert len(STATED) >= 26
    assert len({fact[1] for _, fact in STATED}) >= 11


UNSTATED: list[tuple[str, Fact]] = [
    ("Ana Ruiz, who served on the Pilot Council until 2019, spoke.", ("p", "affiliatedWith", "b")),
    ("The Dune Teachers Guild quit BRIDGE in 2012.", ("u", "participatesIn", "i")),
    ("Ana Ruiz has led the Dune Teachers Guild since 2015.", ("u", "startedOn", "2015")),
    ("The Dune Teachers Guild voted at Elm School for a strike at Dune Valley Unified.", ("u", "bargainsWith", "s")),
    ("The Lark Institute is in Salem, Astoria.", ("f", "locatedIn", "m")),
    ("Dune Valley Unified belongs to the Coast Federation.", ("d", "memberOf", "v")),
]


@pytest.mark.parametrize(("text", "wrong"), UNSTATED)
def test_what_a_sentence_does_not_state(nlp: Language, text: str, wrong: Fact) -> None:
    assert wrong not in facts(relate(context_of(nlp, text, **ENTITIES)))


def test_grants_in_a_funders_list_go_to_the_names_that_items_begin_with(nlp: Language) -> None:
    text = (
        "Moss Fund grants\n\n- Dune Valley Unified, with the Dune Teachers Guild: $90,000\n"
        "- Lark Institute: $20,000\n\nThe Moss Fund thanks all."
    )
    found = facts(relate(context_of(nlp, text, **ENTITIES)))
    assert {("g", "funds", "d"), ("g", "funds", "f")} <= found
    assert ("g", "funds", "u") not in found


def test_years_in_a_name_begin_and_end_an_agreement(nlp: Language) -> None:
    context = context_of(nlp, "Members approved the 2022-2025 agreement.", z="Initiative: 2022-2025 agreement")
    assert {("z", "startedOn", "2022"), ("z", "endedOn", "2025")} <= facts(relate(context))


def test_the_publisher_of_a_newsletter_is_its_voice(nlp: Language) -> None:
    text = (
        "Newsletter of the Dune Teachers Guild\n\nWe met Dune Valley Unified. Dune Valley Unified gave us nothing. "
        "Dune Valley Unified told us so. Our members wait. We wait with Dune Valley Unified."
    )
    assert context_of(nlp, text, **ENTITIES).voice == "u"


@pytest.mark.parametrize(("score", "expected"), [(DOUBTED - 0.01, False), (DOUBTED, True)])
def test_a_frame_falls_where_the_judge_takes_it_for_wrong(score: float, expected: bool) -> None:
    anchor = Anchor(document="d", span=Span(0, 1))  # type: ignore[arg-type]
    grounds = Grounds(evidence=(anchor,), rule="frame", confidence=0.7)
    stated = Assertion(subject=EntityId("u"), predicate="memberOf", object=EntityId("v"), grounds=grounds)
    scores = {("memberOf", ("u", "v")): score}
    assert stands(Candidate(stated, anchor), scores) is expected
    denied = Assertion(
        subject=EntityId("u"),
        predicate="memberOf",
        object=EntityId("v"),
        grounds=Grounds(evidence=(anchor,), rule="frame", confidence=0.7, status=Status.DENIED),
    )
    assert stands(Candidate(denied, anchor), scores)
