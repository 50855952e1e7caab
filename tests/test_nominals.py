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
