"""Indirect speech: who is reported to say what, each part anchored."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.speech import find_attributions
from kg.lexicon import load_lexicon
from kg.model import Attribution, SpeechKind
from tests.contexts import context_of

PEOPLE = {
    "anna": "Person: Anna Berg, Berg",
    "office": "GovernmentBody: State Labor Office",
    "union": "LaborUnion: Larch Teachers Union",
}


def reported(nlp: Language, text: str) -> list[Attribution]:
    context = context_of(nlp, text, **PEOPLE)
    return [a for a in find_attributions(context, load_lexicon()) if a.kind is not SpeechKind.DIRECT]


#: (text, kind, speaker, content, cue)
CASES = [
    ("Anna Berg said that the talks had failed.", "Indirect", "anna", "the talks had failed", "said"),
    ("Anna Berg said nobody would be fired.", "Indirect", "anna", "nobody would be fired", "said"),
    (
        "The talks can cut turnover in poor schools, Berg said.",
        "Indirect",
        "anna",
        "The talks can cut turnover in poor schools",
        "said",
    ),
    (
        "According to the State Labor Office, six districts settled last year.",
        *("Indirect", "office", "six districts settled last year", "According"),
    ),
    (
        "Six districts settled last year, according to Anna Berg.",
        "Indirect",
        "anna",
        "Six districts settled last year",
        "according",
    ),
    (
        "The Larch Teachers Union says it holds cards from a majority.",
        "Indirect",
        "union",
        "it holds cards from a majority",
        "says",
    ),
    (
        "Anna Berg said she believes in the plan “as an idea” for later.",
        *("Mixed", "anna", "she believes in the plan “as an idea” for later", "said"),
    ),
]
NONE = [
    "Anna Berg did not say that the talks had failed.",
    "Anna Berg asked whether the talks had failed.",
    "Officials said that the talks had failed.",
    "“The talks have failed,” Anna Berg said.",
]


@pytest.mark.parametrize(("text", "kind", "speaker", "content", "cue"), CASES)
def test_reported_clauses(nlp: Language, text: str, kind: str, speaker: str, content: str, cue: str) -> None:
    (found,) = reported(nlp, text)
    assert (found.kind, found.speaker, found.text) == (kind, speaker, content)
    assert text[found.content.span.start : found.content.span.end] == content
    assert found.cue is not None
    assert text[found.cue.span.start : found.cue.span.end] == cue


@pytest.mark.parametrize("text", NONE)
def test_nothing_is_reported_without_a_source(nlp: Language, text: str) -> None:
    assert reported(nlp, text) == []


def test_the_suite_is_whole() -> None:
    assert (len(CASES), len(NONE)) == (7, 4)
