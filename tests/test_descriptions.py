"""Descriptions of organizations ("the teachers' union", "district officials"), and those that may mean another one."""

from __future__ import annotations

import pytest
from spacy.language import Language

from tests.contexts import context_of

ONE = {"u": "LaborUnion: Larch Guild", "d": "SchoolDistrict: Larch Valley Unified", "p": "Person: Ana Ruiz"}
TWO = {**ONE, "t": "LaborUnion: Larch Teachers League", "w": "LaborUnion: Larch Custodians Alliance"}
LEAD = "The Larch Guild and Larch Valley Unified met Ana Ruiz."
BOTH = f"{LEAD} So did the Larch Teachers League and the Larch Custodians Alliance."


def referents(nlp: Language, text: str, entities: dict[str, str], word: str) -> list[str | None]:
    context = context_of(nlp, text, **entities)
    last = context.texts[-1]
    return [last.references[t.i].entity if t.i in last.references else None for t in last.doc if t.lower_ == word]


CASES = [
    ("The school district paid.", "district", "d"),
    ("The school system paid.", "system", "d"),
    ("The teachers union paid.", "union", "u"),
    ("The teachers' union paid.", "union", "u"),
    ("The local union paid.", "union", "u"),
    ("Ana Ruiz paid. Her union had 90 members.", "union", "u"),
    ("Union leaders paid.", "union", "u"),
    ("District officials paid.", "district", "d"),
    ("The 400-member union paid.", "union", "u"),
]


@pytest.mark.parametrize(("text", "word", "expected"), CASES)
def test_the_one_of_its_kind(nlp: Language, text: str, word: str, expected: str) -> None:
    assert referents(nlp, f"{LEAD}\n\n{text}", ONE, word) == [expected]


def test_the_suite_is_complete() -> None:
    assert len(CASES) == 9


@pytest.mark.parametrize("text", ["Union leaders paid.", "The local union paid.", "Ana Ruiz paid for her union."])
def test_of_several_none_is_guessed(nlp: Language, text: str) -> None:
    assert referents(nlp, f"{BOTH}\n\n{text}", TWO, "union") == [None]


def test_of_several_the_one_with_those_people_in_its_name(nlp: Language) -> None:
    assert referents(nlp, f"{BOTH}\n\nThe teachers' union paid.", TWO, "union") == ["t"]


@pytest.mark.parametrize("text", ["A rival union paid.", "The statewide union paid.", "Two school districts paid."])
def test_descriptions_of_others(nlp: Language, text: str) -> None:
    word = "districts" if "districts" in text else "union"
    assert referents(nlp, f"{LEAD}\n\n{text}", ONE, word) == [None]
