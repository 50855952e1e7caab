"""Parts of speech and lemmas are the pipeline's own, however little of it runs."""

from __future__ import annotations

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract import morphology
from kg.extract.morphology import COMPONENTS, add_morphology, morphology_of

TEXTS = (
    "",
    "The teachers' union was bargaining with the district; its leaders left early.",
    "There are two schools. There's one more.",
    "I'm gonna go, and you got ta stay. Let's ask y'all!",
    "Two  spaces and\na line break   here",
    "SHE LEFT. she left. She leaves what others have left.",
)


def seen(docs: list[Doc]) -> list[list[tuple[str, str, str, str]]]:
    return [[(t.tag_, t.dep_, t.pos_, t.lemma_) for t in doc] for doc in docs]


@pytest.mark.parametrize("most", [morphology.MOST, 0], ids=["remembered", "forgotten"])
def test_parts_of_speech_and_lemmas_are_those_of_the_whole_pipeline(
    nlp: Language, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(morphology, "MOST", most)
    whole = seen(list(nlp.pipe(TEXTS)))
    for texts, expected in ((TEXTS, whole), (TEXTS[::-1], whole[::-1])):  # the second time most is known
        docs = list(nlp.pipe(texts, disable=COMPONENTS))
        add_morphology(docs, morphology_of(nlp))
        assert seen(docs) == expected
    parts = {part for text in whole for *_, part, _ in text}
    assert {"NOUN", "VERB", "AUX", "PUNCT", "SPACE"} <= parts


def test_longer_patterns_are_found(nlp: Language) -> None:
    """Each text but the plain ones needs the ruler itself, or this test would not see that it is asked."""
    longer = morphology_of(nlp).longer
    assert [bool(longer(doc)) for doc in nlp.pipe(TEXTS)] == [False, False, True, True, False, False]
