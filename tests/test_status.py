from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.status import Markers, find_markers, find_status
from kg.lexicon import load_lexicon
from kg.model import Status

CASES = [
    ("The union supports the plan.", "supports", Status.ASSERTED),
    ("The union does not support the plan.", "support", Status.DENIED),
    ("The union has never supported the plan.", "supported", Status.DENIED),
    ("The board neither endorses nor opposes the plan.", "endorses", Status.DENIED),
    ("No union supports the plan.", "supports", Status.DENIED),
    ("The union declined to support the plan.", "support", Status.DENIED),
    ("The union will support the plan.", "support", Status.PLANNED),
    ("The union expects to support the plan.", "support", Status.PLANNED),
    ("The union might support the plan.", "support", Status.HYPOTHETICAL),
    ("The union would support the plan.", "support", Status.HYPOTHETICAL),
    ("The strike ends if the union supports the plan.", "supports", Status.HYPOTHETICAL),
    ("They work without a contract.", "contract", Status.DENIED),
    ("Nor do we support the plan.", "support", Status.DENIED),
    ("The district does not fund or support the plan.", "support", Status.DENIED),
    ("Does the union support the plan?", "support", Status.HYPOTHETICAL),
    ("The union had hoped to join the pool.", "join", Status.PLANNED),
    ("The union is thinking of joining the pool.", "joining", Status.PLANNED),
    ("The union has yet to join the pool.", "join", Status.DENIED),
    ("The union used to support the plan.", "support", Status.DENIED),
    ("The union almost joined the pool.", "joined", Status.DENIED),
    ("The union stopped short of joining the pool.", "joining", Status.DENIED),
    ("It is false that the union supports the plan.", "supports", Status.DENIED),
    ("It is unclear that the union supports the plan.", "supports", Status.HYPOTHETICAL),
    ("Ana no longer works for the union.", "works", Status.DENIED),
    ("She did not, as was often reported, work for the union.", "work", Status.DENIED),
    ("The union does support the plan.", "support", Status.ASSERTED),
    ("It does not represent cooks, nor does it represent the staff of the cafe.", "represent", Status.DENIED),
    ("Correction. Last week we wrote that the union supports the plan.", "supports", Status.DENIED),
    ("An earlier version wrongly said that the union supports the plan.", "supports", Status.DENIED),
    ("Last week we wrote that the union supports the plan.", "supports", Status.ASSERTED),
    ("The union supports the plan; the district has taken no position.", "supports", Status.ASSERTED),
    ("The pool, a group joined by few, hopes to grow.", "joined", Status.ASSERTED),
    ("The plan was to be paid for by the union.", "paid", Status.PLANNED),
    ("The plan is to be voted on in May.", "voted", Status.ASSERTED),
]


@pytest.fixture(scope="module")
def markers() -> Markers:
    return find_markers(load_lexicon())


@pytest.mark.parametrize(("sentence", "word", "expected"), CASES)
def test_the_clause_of_a_predicate_has_its_status(
    nlp: Language, markers: Markers, sentence: str, word: str, expected: Status
) -> None:
    doc = nlp(sentence)
    token = next(t for t in doc if t.text == word)
    assert find_status(token, markers) is expected


def test_enough_cases_of_each_status() -> None:
    assert len(CASES) >= 30
    assert {c[2] for c in CASES} == {Status.ASSERTED, Status.DENIED, Status.PLANNED, Status.HYPOTHETICAL}


def test_a_conjunct_with_its_own_subject_is_not_negated(nlp: Language, markers: Markers) -> None:
    doc = nlp("The board does not fund the plan, but the union supports it.")
    assert find_status(next(t for t in doc if t.text == "supports"), markers) is Status.ASSERTED


def test_every_marker_class_is_in_the_lexicon(markers: Markers) -> None:
    assert all(
        (
            markers.negations,
            markers.denials,
            markers.prospects,
            markers.plans,
            markers.possibilities,
            markers.conditions,
        )
    )
