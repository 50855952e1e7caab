"""Plain sentences that were misread: who opposes what, who gives what to whom, what runs from when to when."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.entities import link_mentions
from kg.extract.layout import lay_out
from kg.extract.namer import RULES_ONLY
from kg.extract.names import find_names
from kg.extract.titles import find_titles
from kg.extract.vocabulary import vocabulary
from kg.lexicon import load_lexicon
from tests.builders import document
from tests.contexts import context_of
from tests.relating import Fact, facts, relate

ENTITIES = {
    "p": "Person: Ana Ruiz",
    "q": "Person: Tom Beck",
    "r": "Person: Joan Tell",
    "u": "LaborUnion: Dune Teachers Guild",
    "v": "LaborUnion: Coast Federation",
    "d": "SchoolDistrict: Dune Valley Unified",
    "x": "SchoolDistrict: Salt Flat Unified",
    "s": "School: Elm School",
    "f": "SupportOrganization: Lark Institute",
    "g": "SupportOrganization: Moss Fund",
    "b": "GovernmentBody: Board of Education",
    "n": "Organization: River Network",
    "i": "Initiative: BRIDGE",
    "a": "Initiative: Shore Accord",
    "e": "Event: Fall Conference",
}
STATED: list[tuple[str, Fact]] = [
    ("The Dune Teachers Guild opposes BRIDGE; Dune Valley Unified has taken no position.", ("u", "opposes", "i")),
    ("The Dune Teachers Guild joined BRIDGE in 2015; Dune Valley Unified quit in 2017.", ("u", "participatesIn", "i")),
    ("The Shore Accord runs from July 1, 2018, through June 30, 2021.", ("a", "startedOn", "2018-07-01")),
    ("The Shore Accord runs from July 1, 2018, through June 30, 2021.", ("a", "endedOn", "2021-06-30")),
    ("Since its founding in 1998, the Lark Institute has taught many.", ("f", "startedOn", "1998")),
    (
        "The Dune Teachers Guild, a local of the Coast Federation, represents teachers of Dune Valley Unified.",
        ("u", "represents", "d"),
    ),
    ("Dune Valley Unified is a member of the River Network, as is Salt Flat Unified.", ("x", "memberOf", "n")),
    ("The program is a partnership of the Lark Institute and Dune Valley Unified.", ("f", "partnersWith", "d")),
    (
        "BRIDGE is run by the Lark Institute, funded by the Moss Fund, and watched by a board of seven.",
        ("g", "funds", "i"),
    ),
    ("The Moss Fund gave the Lark Institute $300,000 to study BRIDGE.", ("g", "funds", "f")),
    ("Dune Valley Unified received $50,000 from the Moss Fund.", ("g", "funds", "d")),
    ("A $50,000 grant from the Moss Fund to the Lark Institute pays for two courses.", ("g", "funds", "f")),
    ("Dune Valley Unified won a $50,000 Moss Fund grant.", ("g", "funds", "d")),
    ("Dune Valley Unified sent a team to the Fall Conference.", ("d", "participatesIn", "e")),
    ("Among those attending the Fall Conference were Ana Ruiz and Tom Beck.", ("q", "participatesIn", "e")),
    ("Fall Conference\n\nThe Fall Conference is in May.\n\nSponsored by the Moss Fund.", ("g", "organizes", "e")),
    (
        "Fall Conference\n\nPARTICIPATING TEAMS\n\n- Dune Valley Unified\n- Salt Flat Unified\n",
        ("x", "participatesIn", "e"),
    ),
    ("Ana Ruiz and Tom Beck of the Lark Institute spoke.", ("p", "affiliatedWith", "f")),
    ("Ana Ruiz was elected to the Board of Education in 2016.", ("p", "affiliatedWith", "b")),
    ("They met at Elm School, where Ana Ruiz teaches art.", ("p", "affiliatedWith", "s")),
    ("In 2014, the Lark Institute launched BRIDGE.", ("i", "startedOn", "2014")),
    ("The River Network, a group led by Ana Ruiz, has asked the board to quit BRIDGE.", ("p", "affiliatedWith", "n")),
]
UNSTATED: list[tuple[str, Fact]] = [
    ("The Shore Accord runs from July 1, 2018, through June 30, 2021.", ("a", "endedOn", "2018-07-01")),
    (
        "The Dune Teachers Guild, a local of the Coast Federation, represents teachers of Dune Valley Unified.",
        ("v", "represents", "d"),
    ),
    (
        "BRIDGE is run by the Lark Institute, funded by the Moss Fund, and watched by a board of seven.",
        ("g", "funds", "f"),
    ),
    ("The Moss Fund gave the Lark Institute $300,000 to study BRIDGE.", ("g", "funds", "i")),
    ("The Dune Teachers Guild supports the Shore Accord.", ("u", "funds", "a")),
    ("The Dune Teachers Guild opposes the Shore Accord.", ("u", "participatesIn", "a")),
    ("Two courses were taught by the Lark Institute at Elm School.", ("f", "partOf", "s")),
    (
        "Joan Tell, Dune Valley Unified, came. Joan Tell, Tom Beck and Ana Ruiz of the Lark Institute spoke.",
        ("r", "affiliatedWith", "f"),
    ),
    ("Board of Education\n\nMinutes\n\nAlso present: Ana Ruiz, Tom Beck", ("p", "affiliatedWith", "b")),
    ("BRIDGE was to be paid for by the Moss Fund.", ("g", "funds", "i")),
    ("In 2014, the Lark Institute saw BRIDGE begin elsewhere.", ("f", "startedOn", "2014")),
    ("Board of Education\n\nFall Conference\n\nAbsent: Ana Ruiz", ("p", "participatesIn", "e")),
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_what_is_stated(nlp: Language, text: str, expected: Fact) -> None:
    assert expected in facts(relate(context_of(nlp, text, **ENTITIES)))


@pytest.mark.parametrize(("text", "wrong"), UNSTATED)
def test_what_is_not_stated(nlp: Language, text: str, wrong: Fact) -> None:
    assert wrong not in facts(relate(context_of(nlp, text, **ENTITIES)))


def names(nlp: Language, text: str) -> dict[str, str]:
    """Name → kind, by the rules alone."""
    annotated, lexicon = annotate(document("d", text), nlp), load_lexicon()
    found = link_mentions(annotated, find_names(annotated, lexicon, RULES_ONLY), lexicon)
    return {name: e.kind for e in found for name in e.names}


NAMED = [
    ("The Local 114 of the United Service Workers spoke.", ["Local 114 of the United Service Workers"]),
    ("The Local 114 of the United Service Workers spoke.", ["United Service Workers"]),
    ("It was led by the Fargo-based Oak Center for School Labor.", ["Oak Center for School Labor"]),
    ("Mercer Public Schools' Dune High School is large.", ["Mercer Public Schools", "Dune High School"]),
    ("They gave the Mercer Public Schools money for the Oak Compact.", ["Mercer Public Schools", "Oak Compact"]),
    ("It has money from the Moss Foundation for the Oak Bridge program.", ["Moss Foundation"]),
    ("She runs the Oak Fellowship for the Elm Center for School Labor.", ["Oak Fellowship"]),
]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_where_names_begin_and_end(nlp: Language, text: str, expected: list[str]) -> None:
    assert set(expected) <= set(names(nlp, f"The Elm School District met in May.\n\n{text}"))


def test_a_local_is_a_member_of_the_union_in_its_name(nlp: Language) -> None:
    text = "Local 114 of the Coast Federation spoke."
    given = {"w": "LaborUnion: Local 114 of the Coast Federation"}
    context = context_of(nlp, f"{text} The Coast Federation is large.", **given, v=ENTITIES["v"])
    assert ("w", "memberOf", "v") in facts(relate(context))


TITLES = [
    ("Out of it came the Tuesday Table in May.", "Tuesday Table", "title-day"),
    ("We hold Red Shirt Wednesday in March.", "Red Shirt Wednesday", "title-day"),
    ("She directs our Two Chairs project.", "Two Chairs", "title-numeral"),
    ("We are proud of Mountain Mentors.", "Mountain Mentors", "title-trade"),
    ("We will be at Common Ground 2019 again.", "Common Ground 2019", "title-year"),
]
UNTITLED = [
    "The board met on Tuesday, March 5, in Salem.",
    "They met in July 2019.",
    "Superintendent Ruiz spoke Tuesday.",
]


@pytest.mark.parametrize(("text", "title", "form"), TITLES)
def test_whole_runs_are_candidates(nlp: Language, text: str, title: str, form: str) -> None:
    annotated = annotate(document("d", text), nlp)
    found = {c.text: c.form for c in find_titles(annotated, frozenset(), vocabulary(load_lexicon()))}
    assert found[title] == form


@pytest.mark.parametrize("text", UNTITLED)
def test_dates_make_no_titles(nlp: Language, text: str) -> None:
    annotated = annotate(document("d", text), nlp)
    assert not [c for c in find_titles(annotated, frozenset(), vocabulary(load_lexicon())) if c.form != "title"]


def test_entries_without_marks_are_blocks_of_their_own() -> None:
    text = (
        "COMMITTEE\nAna Ruiz, president, Dune Teachers Guild of the Coast\n"
        "Tom Beck, superintendent, Dune Valley Unified Schools\nJoan Tell, chair, Board of Education of Dune Valley\n"
    )
    assert [b.text.split(",")[0] for b in lay_out(text)] == ["COMMITTEE", "Ana Ruiz", "Tom Beck", "Joan Tell"]


def test_wrapped_lines_are_no_entries() -> None:
    text = (
        "The guild met on Monday with the board, which had not\n"
        "expected it, and told Ana Ruiz, Tom Beck and the board of\n"
        "Dune Valley Unified, where both of them work, that it was\nready to talk about pay.\n"
    )
    assert len(lay_out(text)) == 1
