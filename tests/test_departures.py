from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.departures import find_departure_words, find_departures
from kg.extract.status import find_markers
from kg.lexicon import load_lexicon
from tests.contexts import context_of

ENTITIES = {
    "ana": "Person: Ana Ruiz, Ruiz",
    "tom": "Person: Tom Beck, Beck",
    "board": "GovernmentBody: Dune Board",
    "guild": "LaborUnion: Dune Teachers Guild",
    "league": "Organization: Coast League",
}

CASES = [
    ("Ana Ruiz quit the Dune Board in 1992.", {("ana", "board")}),
    ("Ana Ruiz, formerly of the Dune Board, and Tom Beck spoke.", {("ana", "board")}),
    ("The guest was Tom Beck, a baker and past president of the Dune Teachers Guild.", {("tom", "guild")}),
    ("It is led by Ana Ruiz, who was before that the director of the Dune Board.", {("ana", "board")}),
    ("Ana Ruiz, a past winner, works for the Dune Board.", set()),
    (
        "The Dune Board, under Ana Ruiz, met. Ruiz, who left in 2018 to lead the Coast League, laughed.",
        {("ana", "board")},
    ),
    ("The Dune Board, under Ana Ruiz, met. Ruiz left the room in tears.", set()),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_who_has_left_what(nlp: Language, text: str, expected: set[tuple[str, str]]) -> None:
    lexicon = load_lexicon()
    context = context_of(nlp, text, **ENTITIES)
    assert find_departures(context, find_departure_words(lexicon), find_markers(lexicon)) == expected
