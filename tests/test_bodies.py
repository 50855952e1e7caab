"""What tells a body from an event that is held."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.evidence import Name
from kg.extract.names import type_names
from kg.extract.vocabulary import vocabulary
from kg.lexicon import load_lexicon
from tests.builders import document


def typed(text: str, nlp: Language) -> dict[str, Name]:
    return type_names(annotate(document("text", text), nlp), vocabulary(load_lexicon()), frozenset())[0]


SIGNS = [
    ("They met Zzyzx Larch, director, Larch Policy Forum.", "of-post"),
    ("Zzyzx Larch, who chairs the Larch Policy Forum, came.", "has-member"),
    ("Hosts: Larch Policy Forum", "labelled"),
    ("It was Zzyzx Larch (Larch Policy Forum); she spoke.", "bracketed"),
    ("The Larch Policy Forum, whose director is ill, met.", "has-post"),
    ("The Larch Policy Forum met. Its secretary was ill.", "its-post"),
    ("It is funded by the Larch Policy Forum.", "body-deed"),
]


@pytest.mark.parametrize(("text", "sign"), SIGNS)
def test_a_forum_with_signs_of_a_body_is_one(text: str, sign: str, nlp: Language) -> None:
    found = typed(text, nlp)["Larch Policy Forum"]
    assert found.evidence[sign] == 1
    assert found.kind == "SupportOrganization"


def test_a_forum_that_is_held_is_an_event(nlp: Language) -> None:
    assert typed("They spoke at the Larch Spring Forum in May.", nlp)["Larch Spring Forum"].kind == "Event"


def test_the_suite_of_signs_is_complete() -> None:
    assert len(SIGNS) == 7
