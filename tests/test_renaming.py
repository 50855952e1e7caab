"""Phrases of common nouns that tell a name again are that name; those beside it that tell another thing are not."""

from __future__ import annotations

import re

import pytest
from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.entities import link_mentions
from kg.extract.mentions import Form, Mention
from kg.extract.nominals import as_mentions, find_nominals
from kg.extract.vocabulary import vocabulary
from kg.lexicon import load_lexicon
from tests.builders import document

NAME = "Two Hats"
AGAIN = [
    ("They praised Two Hats, a two-day workshop on budgets. The workshop was short.", "Event"),
    ("They praised “Two Hats,” an August workshop of the center.", "Event"),
    ("Two Hats is a yearly workshop on budgets.", "Event"),
    ("They began a mentoring program called Two Hats.", "Initiative"),
    ("They began a mentoring program, Two Hats, in May.", "Initiative"),
    ("The Two Hats program is small.", "Initiative"),
]
ANOTHER = [
    ("They praised Two Hats, a yearly workshop and a retreat.", "Event"),
    ("They praised Two Hats and the two-day workshop on budgets.", "Event"),
    ("The Two Hats contract is short.", "Initiative"),
    ("After Two Hats the two-day workshop on budgets was short.", "Event"),
]


def entities(nlp: Language, text: str, kind: str) -> list[tuple[str, ...]]:
    """The names of each entity, where every phrase stands for something of one kind."""
    lexicon = load_lexicon()
    annotated = annotate(document("d", text), nlp)
    named = [
        Mention(p.index, m.start(), m.end(), kind, "by-hand", Form.NAME)
        for p in annotated.passages
        for m in re.finditer(NAME, p.block.text)
    ]
    groups = find_nominals(annotated, named, vocabulary(lexicon))
    mentions = sorted([*named, *(m for group in groups for m in as_mentions(group, kind))])
    return [e.names for e in link_mentions(annotated, tuple(mentions), lexicon)]


@pytest.mark.parametrize(("text", "kind"), AGAIN)
def test_a_phrase_tells_a_name_again(nlp: Language, text: str, kind: str) -> None:
    found = entities(nlp, text, kind)
    assert len(found) == 1
    assert NAME in found[0]


@pytest.mark.parametrize(("text", "kind"), ANOTHER)
def test_a_phrase_beside_a_name_may_be_another_thing(nlp: Language, text: str, kind: str) -> None:
    assert len(entities(nlp, text, kind)) != 1 or entities(nlp, text, kind) == [(NAME,)]


def test_what_is_said_of_the_workshop_later_is_said_of_the_name(nlp: Language) -> None:
    found = entities(nlp, "They praised Two Hats, a two-day workshop on budgets. The workshop was short.", "Event")
    assert "workshop" in " ".join(found[0])
