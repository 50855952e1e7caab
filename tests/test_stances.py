from __future__ import annotations

import pytest
from spacy.language import Language

from tests.contexts import context_of
from tests.relating import facts, relate

ENTITIES = {"u": "LaborUnion: Dune Teachers Guild", "p": "Person: Ana Ruiz", "k": "Initiative: House Bill 9"}
NAMED = [
    ("The Dune Teachers Guild endorsed House Bill 9.", "u", "supports"),
    ("Ana Ruiz opposes House Bill 9.", "p", "opposes"),
    ("The Dune Teachers Guild voted against House Bill 9.", "u", "opposes"),
    ("What the Dune Teachers Guild opposes is House Bill 9.", "u", "opposes"),
    ("House Bill 9 has passed the House. The Dune Teachers Guild opposes it.", "u", "opposes"),
    ("House Bill 9 has passed the House. Ana Ruiz spoke against it.", "p", "opposes"),
]


@pytest.mark.parametrize(("text", "who", "stance"), NAMED)
def test_stances_on_what_has_a_name(nlp: Language, text: str, who: str, stance: str) -> None:
    assert (who, stance, "k") in facts(relate(context_of(nlp, text, **ENTITIES)))


def test_the_suite_of_stances_is_complete() -> None:
    assert len(NAMED) == 6


@pytest.mark.parametrize(
    ("text", "stance", "status", "name"),
    [
        ("The Dune Teachers Guild opposes performance-based pay.", "opposes", "Asserted", "performance-based pay"),
        ("The Dune Teachers Guild does not support merit pay of any kind.", "supports", "Denied", "merit pay"),
        ("Ana Ruiz fought merit pay.", "opposes", "Asserted", "merit pay"),
        ("The Dune Teachers Guild believes in peer review.", "supports", "Asserted", "peer review"),
    ],
)
def test_a_policy_without_a_name_becomes_a_concept(
    nlp: Language, text: str, stance: str, status: str, name: str
) -> None:
    found = relate(context_of(nlp, text, **ENTITIES))
    (concept,) = found.concepts
    assert concept.kind == "Concept"
    assert concept.names == (name,)
    assert facts(found, status) == {("u" if "Guild" in text else "p", stance, concept.id)}


def test_the_same_policy_is_one_concept(nlp: Language) -> None:
    text = "The Dune Teachers Guild opposes merit pay. Ana Ruiz opposes merit pay."
    found = relate(context_of(nlp, text, **ENTITIES))
    assert len(found.concepts) == 1
    assert len(found.concepts[0].mentions) == 2


def test_people_are_no_policy(nlp: Language) -> None:
    found = relate(context_of(nlp, "The Dune Teachers Guild supports all new teachers.", **ENTITIES))
    assert found.concepts == ()


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The Dune Teachers Guild is opposed to House Bill 9.", "opposes"),
        ("The Dune Teachers Guild's opposition to House Bill 9 is known.", "opposes"),
        ("The Dune Teachers Guild voiced its support for House Bill 9.", "supports"),
        ("The Dune Teachers Guild is in favor of House Bill 9.", "supports"),
        ("The Dune Teachers Guild voted to support House Bill 9.", "supports"),
        ("The Dune Teachers Guild decided to oppose House Bill 9.", "opposes"),
    ],
)
def test_stances_in_nouns_participles_and_decisions(nlp: Language, text: str, stance: str) -> None:
    assert ("u", stance, "k") in facts(relate(context_of(nlp, text, **ENTITIES)))


def test_a_plan_to_support_is_no_stance_yet(nlp: Language) -> None:
    found = relate(context_of(nlp, "The Dune Teachers Guild may support House Bill 9.", **ENTITIES))
    assert ("u", "supports", "k") not in facts(found)
