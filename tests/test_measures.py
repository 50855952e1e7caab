"""Bills, resolutions and ballot questions named by number."""

from __future__ import annotations

import hashlib

import pytest
from spacy.language import Language

from kg.extract.annotate import AnnotatedDocument, annotate
from kg.extract.measures import find_measures
from kg.extract.mentions import LocalEntity
from kg.extract.reading import read, resolve
from kg.lexicon import load_lexicon
from kg.model import IRI, Document

FORMS = [
    ("The union opposes House Bill 317.", "House Bill 317"),
    ("Senate Bill No. 21-333 would end it.", "Senate Bill No. 21-333"),
    ("They like H. 3417 best.", "H. 3417"),
    ("AB 2291 passed.", "AB 2291"),
    ("Vote for Resolution 9, please.", "Resolution 9"),
    ("Proposition 1 is the budget.", "Proposition 1"),
]


def annotated(nlp: Language, text: str) -> AnnotatedDocument:
    return annotate(document(text), nlp)


def document(text: str) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(iri=IRI("https://example.org/d"), name="d", text=text, sha256=digest)


def measures(nlp: Language, text: str, *entities: LocalEntity) -> tuple[LocalEntity, ...]:
    return find_measures(annotated(nlp, text), entities, load_lexicon())


@pytest.mark.parametrize(("text", "name"), FORMS)
def test_a_measure_is_a_concept_by_its_words_and_number(nlp: Language, text: str, name: str) -> None:
    (found,) = measures(nlp, text)
    assert (found.kind, found.names) == ("Concept", (name,))


@pytest.mark.parametrize("text", ["The bill for 300 dollars came.", "Ask J.S. 3 times.", "S. 208.5 is no number."])
def test_what_is_no_measure(nlp: Language, text: str) -> None:
    assert measures(nlp, text) == ()


def test_its_forms_are_one(nlp: Language) -> None:
    (found,) = measures(nlp, "Senate Bill 512 is new. SB 512 would end dues. SB 512 is bad.")
    assert found.names == ("Senate Bill 512", "SB 512")
    assert len(found.mentions) == 3


def test_two_numbers_are_two(nlp: Language) -> None:
    assert len(measures(nlp, "House Bill 5 and House Bill 6 passed.")) == 2


def test_the_bill_is_the_one_that_was_named(nlp: Language) -> None:
    text = "House Bill 317 passed. The bill is bad."
    parsed = annotated(nlp, text)
    context, _ = resolve(parsed, find_measures(parsed, (), load_lexicon()), load_lexicon())
    assert [r.entity for _, _, r in context.references()] == ["measure1", "measure1"]


def test_a_measure_that_nothing_is_said_of_is_no_entity(nlp: Language) -> None:
    text = "Dune Teachers Guild\n\nThe Dune Teachers Guild opposes House Bill 317. House Bill 5 passed on Monday."
    reading = read(document(text), nlp, load_lexicon())
    assert [e.names for e in reading.entities if e.kind == "Concept"] == [("House Bill 317",)]
    assert [(a.predicate, a.object) for a in reading.assertions if a.predicate == "opposes"]
