"""Phrases of common nouns that name something, and those that stand for what has a name."""

from __future__ import annotations

import hashlib
import re

import pytest
from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.mentions import Form, Mention
from kg.extract.nominals import find_nominals
from kg.extract.vocabulary import vocabulary
from kg.lexicon import load_lexicon
from kg.model import IRI, Document


def groups(nlp: Language, text: str, **named: str) -> list[list[str]]:
    """The phrases of each group, where names of the document are given with their kinds."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    annotated = annotate(Document(iri=IRI("https://example.org/d"), name="d", text=text, sha256=digest), nlp)
    mentions = [
        Mention(p.index, m.start(), m.end(), kind, "by-hand", Form.NAME)
        for kind, name in named.items()
        for p in annotated.passages
        for m in re.finditer(re.escape(name), p.block.text)
    ]
    found = find_nominals(annotated, mentions, vocabulary(load_lexicon()))
    return [[annotated.passages[n.passage].block.text[n.start : n.end] for n in group] for group in found]


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("The Larch Teachers Association met. The association voted.", "LaborUnion", "Larch Teachers Association"),
        ("The Moss Foundation paid. The foundation is old.", "SupportOrganization", "Moss Foundation"),
        ("The Larch School Board met. The board voted.", "GovernmentBody", "Larch School Board"),
        ("The Bridges Project ended. The project was small.", "Initiative", "Bridges Project"),
    ],
)
def test_a_bare_noun_refers_to_what_it_heads(nlp: Language, text: str, kind: str, name: str) -> None:
    assert groups(nlp, text, **{kind: name}) == []
    assert len(groups(nlp, text)) >= 1


def test_a_noun_with_modifiers_is_another_thing(nlp: Language) -> None:
    text = "The Moss Foundation paid. A three-year agreement was signed."
    assert groups(nlp, text, SupportOrganization="Moss Foundation") == [["three-year agreement"]]


def test_the_board_is_the_school_board(nlp: Language) -> None:
    assert groups(nlp, "The school board met. The board voted.") == [["school board", "board"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In May the guild polled its members.", [["polled"]]),
        ("They may strike over it.", [["strike"]]),
        ("Drivers voted 41 to 17 to join.", [["voted"]]),
        ("Drivers voted with their feet.", []),
        ("The vote was close. Drivers voted 41 to 17.", [["vote"]]),
    ],
)
def test_a_verb_tells_an_event_that_no_noun_names(nlp: Language, text: str, found: list[list[str]]) -> None:
    assert groups(nlp, text) == found


def test_the_words_of_a_deed_go_on_to_its_object_or_result(nlp: Language) -> None:
    words = vocabulary(load_lexicon())
    for text, whole in (
        ("In May the guild surveyed 61 drivers.", "surveyed 61 drivers"),
        ("Drivers voted unanimously to join; cooks voted by 9-2.", "voted by 9-2"),
    ):
        annotated = annotate(Document(iri=IRI("https://example.org/d"), name="d", text=text, sha256=""), nlp)
        (group,) = find_nominals(annotated, [], words)
        assert annotated.passages[0].block.text[group[0].start : group[0].whole] == whole


def test_a_number_counts_what_a_phrase_names_and_a_year_is_part_of_it(nlp: Language) -> None:
    assert groups(nlp, "Clerks opened 61 ballots.") == [["ballots"]]
    assert groups(nlp, "The 2019 workshops were free.") == [["2019 workshops"]]
