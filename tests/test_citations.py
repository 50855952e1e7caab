"""Citations: footnotes and their marks, addresses, titles, and documents that only a noun names."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.citations import citing_places, find_citations, footnotes
from kg.extract.entities import link_mentions
from kg.extract.mentions import LocalEntity
from kg.extract.namer import RULES_ONLY
from kg.extract.names import find_names
from kg.lexicon import load_lexicon
from tests.builders import document

NOTED = """\
Pay rose by 8%¹ last year. Nobody was let go.² The rest is in the contract.

¹ http://www.larch.example/pay_%20list.pdf
² Larch Courier, “Union chief digs in,” Sept. 18, 2015
³ Larch Wire, June 28, 2011
⁴ The lower figure should be borne in mind.
"""


def works(text: str, nlp: Language) -> tuple[LocalEntity, ...]:
    annotated = annotate(document("text", text), nlp)
    entities = link_mentions(annotated, find_names(annotated, load_lexicon(), RULES_ONLY), load_lexicon())
    return find_citations(annotated, entities, load_lexicon())


def test_footnotes_with_their_marks(nlp: Language) -> None:
    annotated = annotate(document("text", NOTED), nlp)
    found = footnotes(annotated)
    assert sorted(found) == ["1", "2", "3", "4"]
    definition, marks = found["1"]
    assert annotated.passages[definition].block.text.startswith("http://www.larch")
    assert [annotated.passages[p].block.text[:position] for p, position in marks] == ["Pay rose by 8%"]
    assert found["3"][1] == ()


def test_sources_of_footnotes(nlp: Language) -> None:
    found = works(NOTED, nlp)
    assert [w.names[0] for w in found] == [
        "http://www.larch.example/pay_%20list.pdf",
        "Union chief digs in",
        "Larch Wire, June 28, 2011",
    ]
    assert {w.kind for w in found} == {"Document"}
    assert [w.id for w in found] == ["d1", "d2", "d3"]


def test_places_that_cite(nlp: Language) -> None:
    annotated = annotate(document("text", NOTED), nlp)
    found = find_citations(annotated, (), load_lexicon())
    assert citing_places(annotated, found)[found[0].id] == ((0, 14),)


CITED = [
    (
        "The full text is posted at http://www.larch.example/hr/2019.pdf. Questions?",
        "http://www.larch.example/hr/2019.pdf",
    ),
    ("In their last report, “Paycheck Prisoners,” they said so.", "Paycheck Prisoners"),
    ("Her report, Same Side of the Board (2021), found more.", "Same Side of the Board"),
    ("It costs $9,000 (Thornton, 2014).", "Thornton, 2014"),
    ("She is the author of The Third Chair (2016).", "The Third Chair"),
    ("In a letter of January 8, 2019, he accepted.", "letter of January 8, 2019"),
    ("It fell by half, according to a staffing report.", "staffing report"),
    ("Per our charter authorization agreement, they may.", "charter authorization agreement"),
    ("Contrary to the Larch Sentinel of October 11, they did not.", "Larch Sentinel of October 11"),
    ("See also: Larch Annual Report 2018 (PDF).", "Larch Annual Report 2018"),
]


@pytest.mark.parametrize(("text", "name"), CITED)
def test_documents_cited_in_running_text(text: str, name: str, nlp: Language) -> None:
    assert name in [n for w in works(text, nlp) for n in w.names]


def test_ways_to_cite_were_tried() -> None:
    assert len(CITED) == 10


@pytest.mark.parametrize(
    "text",
    [
        "She supports Senate Bill 512, which would forbid it.",
        "Write to ana@larch.example with questions.",
        "A report is due in May.",
        "“We met before it,” she said.",
        "They live in Medford. They met in the library (Medford, 2014).",
    ],
)
def test_what_cites_nothing(text: str, nlp: Language) -> None:
    assert works(text, nlp) == ()
