from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.author import find_author
from tests.contexts import context_of
from tests.relating import facts, relate, roles

ENTITIES = {
    "p": "Person: Ana Ruiz",
    "q": "Person: Tom Beck",
    "s": "School: Elm Elementary",
    "u": "LaborUnion: Dune Teachers Guild",
}
BODY = "I teach at Elm Elementary. I like it, and Tom Beck knows it.\n\n"
NAMED = [
    f"By Ana Ruiz\n\n{BODY}",
    f"From: Ana Ruiz\nTo: Tom Beck\n\n{BODY}",
    f"{BODY}Sincerely,\n\nAna Ruiz\n",
    f"{BODY}— Ana Ruiz, nurse\n",
    f"My name is Ana Ruiz. {BODY}",
    f"Good evening. I am Ana Ruiz.\n\n{BODY}",
    f"{BODY}Ana Ruiz teaches in Dune.\n",
]


@pytest.mark.parametrize("text", NAMED)
def test_the_author_is_named_at_the_head_or_at_the_foot(nlp: Language, text: str) -> None:
    context = context_of(nlp, text, **ENTITIES)
    assert find_author(context) == "p"
    found = relate(context)
    assert ("p", "teacher", "s", False) in roles(found)
    assert ("p", "affiliatedWith", "s") in facts(found)


def test_the_suite_of_authors_is_complete() -> None:
    assert len(NAMED) == 7


@pytest.mark.parametrize(
    "text",
    [
        "By Ana Ruiz\n\nTom Beck teaches at Elm Elementary.\n",  # nobody says "I"
        'By Ana Ruiz\n\n"I like it, I do," Tom Beck said.\n',  # only in a quotation
        f"{BODY}Ana Ruiz\n\nTom Beck\n",  # two may be meant
        BODY,
    ],
)
def test_documents_without_an_author(nlp: Language, text: str) -> None:
    assert find_author(context_of(nlp, text, **ENTITIES)) is None


def test_who_says_i_is_no_cue_of_a_quotation(nlp: Language) -> None:
    text = f'By Ana Ruiz\n\n{BODY}Tom Beck told me, "We want a raise this year."\n'
    context = context_of(nlp, text, **ENTITIES)
    assert find_author(context) == "p"
    quoted = [t for x in context.texts for t in x.tokens if x.quoted[t.i] and t.i in x.references]
    assert not quoted
