"""Pages that are not of the domain: nothing false may be stated of a recipe, a football report, a story."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language

from kg.extract.reading import read
from kg.lexicon import load_lexicon
from kg.model import Reading
from kg.sources import read_documents


@pytest.fixture(scope="module")
def readings(nlp: Language, root: Path) -> dict[str, Reading]:
    documents, skipped = read_documents([root / "tests" / "data" / "elsewhere"], "https://example.org/")
    assert not skipped
    return {d.name: read(d, nlp, load_lexicon()) for d in documents}


def test_there_are_three_pages(readings: dict[str, Reading]) -> None:
    assert set(readings) == {"football", "recipe", "story"}


def test_no_relation_is_stated_that_a_reader_would_call_false(readings: dict[str, Reading]) -> None:
    found = set()
    for reading in readings.values():
        names = {e.id: e.names[0] for e in reading.entities}
        stated = [a for a in reading.assertions if a.grounds.status.stated]
        found |= {(names[a.subject], a.predicate, names.get(a.object, "")) for a in stated if isinstance(a.object, str)}
        assert all(isinstance(a.object, str) for a in stated)
    # "Jamie Falk, on loan from Northgate Athletic" may be read so.
    assert found <= {("Jamie Falk", "affiliatedWith", "Northgate Athletic")}


def test_roles_are_those_that_the_pages_give(readings: dict[str, Reading]) -> None:
    found = set()
    for reading in readings.values():
        names = {e.id: e.names[0] for e in reading.entities}
        found |= {
            (names[m.member], m.role_title, m.organization and names[m.organization]) for m in reading.memberships
        }
    assert found <= {
        ("Lewis Pryce", "captain", None),
        ("Doreen Whitlam", "manager", None),
        ("Gareth Munro", "Rovers coach", None),
        ("Gareth Munro", "coach", None),
        ("Helen Stannard", "referee", None),
        ("Arlo Finch", "Captain", None),
    }
    assert len(found) >= 4


def test_words_are_given_to_those_who_say_them(readings: dict[str, Reading]) -> None:
    reading = readings["football"]
    names = {e.id: e.names[0] for e in reading.entities}
    said = {(names[a.speaker], a.text) for a in reading.attributions if a.speaker}
    assert ("Gareth Munro", "We are not down yet,") in said
    assert ("Doreen Whitlam", "I should have listened sooner.") in said
