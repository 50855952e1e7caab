"""A gathering that is called by another noun the next time."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.nominals import find_nominals
from kg.extract.vocabulary import vocabulary
from kg.lexicon import load_lexicon
from tests.builders import document

CASES = [
    ("The union held its last training in May. The workshop took two days.", 1),
    ("The union held a training in May and a conference in June. The workshop took two days.", 3),
    ("The union held a training in May. A workshop took two days.", 2),
    ("The union held trainings in May. The workshop took two days.", 2),
]


@pytest.mark.parametrize(("text", "count"), CASES)
def test_the_only_gathering_may_be_called_otherwise(text: str, count: int, nlp: Language) -> None:
    groups = find_nominals(annotate(document("text", text), nlp), [], vocabulary(load_lexicon()))
    assert len([g for g in groups if g[0].category == "Gathering"]) == count
