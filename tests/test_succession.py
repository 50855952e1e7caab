from __future__ import annotations

import pytest
from spacy.language import Language

from tests.contexts import context_of
from tests.relating import facts, relate, roles

ENTITIES = {
    "p": "Person: Ana Ruiz, Ruiz",
    "q": "Person: Tom Beck, Beck",
    "u": "LaborUnion: Dune Teachers Guild",
}
OPENING = "Ana Ruiz is president of the Dune Teachers Guild. "
CASES = [
    ("Ana Ruiz was the first president of the Dune Teachers Guild. Ruiz was followed by Tom Beck.", "president", False),
    (f"{OPENING}Ruiz succeeded Tom Beck.", "president", None),
    (f"{OPENING}Tom Beck replaced Ruiz.", "president", False),
    (f"{OPENING}Her successor, Tom Beck, signed.", "president", False),
    (f"{OPENING}Ruiz's successor is Tom Beck.", "president", False),
    (f"{OPENING}Her predecessor, Tom Beck, never signed.", "president", True),
]


@pytest.mark.parametrize(("text", "title", "former"), CASES)
def test_who_comes_after_or_before_another_in_a_post(nlp: Language, text: str, title: str, former: bool | None) -> None:
    found = relate(context_of(nlp, text, **ENTITIES))
    told = {(r[1], r[2], r[3]) for r in roles(found) if r[0] == "q"}
    assert told == (set() if former is None else {(title, "u", former)})
    assert (("q", "affiliatedWith", "u") in facts(found)) is (former is False)


def test_the_suite_of_successions_is_complete() -> None:
    assert len(CASES) == 6


def test_the_evidence_of_a_succession_is_both_sentences(nlp: Language) -> None:
    found = relate(context_of(nlp, f"{OPENING}Her successor, Tom Beck, signed.", **ENTITIES))
    held = next(m for m in found.memberships if m.member == "q")
    assert len(held.grounds.evidence) == 2


def test_nobody_follows_whose_post_is_not_told(nlp: Language) -> None:
    text = "Ana Ruiz came late. Ruiz was followed by Tom Beck."
    assert not roles(relate(context_of(nlp, text, **ENTITIES)))


def test_as_which_one_follows_is_told_by_the_post_itself(nlp: Language) -> None:
    text = f"{OPENING}Tom Beck followed Ruiz as secretary of the Dune Teachers Guild."
    found = relate(context_of(nlp, text, **ENTITIES))
    assert {r[1] for r in roles(found) if r[0] == "q"} == {"secretary"}
