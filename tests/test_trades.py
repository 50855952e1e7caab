"""Persons whose surname is a trade ("Ann Cook"), and persons whom only the post they are given tells."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.names import find_names
from kg.lexicon import load_lexicon
from tests.builders import document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The union hired Thomas Baker in May.", {"Thomas Baker"}),
        ("Mr. Thomas Baker and Ann R. Cook came.", {"Thomas Baker", "Ann R. Cook"}),
        ("Thomas Baker spoke. Then Baker left, and the baker closed.", {"Thomas Baker", "Baker"}),
        ("Trustee Ann Cook spoke. Cook County did not.", {"Ann Cook"}),
        ("The board named Zubenet Orlask superintendent on a 5-2 vote.", {"Zubenet Orlask"}),
        ("The union elected Zubenet Orlask its president.", {"Zubenet Orlask"}),
    ],
)
def test_persons_with_the_names_of_trades_and_those_given_posts(text: str, expected: set[str], nlp: Language) -> None:
    annotated = annotate(document("text", text), nlp)
    found = {
        annotated.passages[m.passage].block.text[m.start : m.end]
        for m in find_names(annotated, load_lexicon())
        if m.kind == "Person"
    }
    assert found == expected
