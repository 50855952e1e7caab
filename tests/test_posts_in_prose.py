"""Posts in running text, written the ways that people write: fronted, apposed, parted, of a time that is over."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.author import find_byline
from tests.contexts import context_of
from tests.relating import relate, roles

ENTITIES = {
    "p": "Person: Ana Ruiz, Ruiz",
    "q": "Person: Tom Beck",
    "u": "LaborUnion: Dune Teachers Guild",
    "d": "SchoolDistrict: Dune Valley Unified",
    "s": "School: Elm Elementary",
    "i": "Initiative: BRIDGE",
    "c": "SupportOrganization: Elm Bargaining Clinic",
}
#: (text, (person, title, whether it is past) of roles that it tells)
CASES = [
    ("The auditor, a quiet man named Tom Beck, agreed.", {("q", "auditor", False)}),
    ("The director, a woman by the name of Ana Ruiz, agreed.", {("p", "director", False)}),
    ("The Dune Teachers Guild, whose president in those days, Tom Beck, signed, agreed.", {("q", "president", True)}),
    ("With a treasurer, the late Tom Beck, they founded it.", {("q", "treasurer", False)}),
    ("Ana Ruiz did not become superintendent until July 1, 2020.", {("p", "superintendent", False)}),
    ("Ana Ruiz spoke. A lawyer, she called it odd.", {("p", "lawyer", False)}),
    ("Once a clerk at Elm Elementary, Ana Ruiz spoke.", {("p", "clerk", True)}),
    ("The Secretary-General of the Dune Teachers Guild, Ana Ruiz, agreed.", {("p", "Secretary-General", False)}),
    ("The treasurer of the Dune Teachers Guild (DTG), Ana Ruiz, agreed.", {("p", "treasurer", False)}),
    ("Tom Beck, a retired papermaker and past president of it, spoke.", {("q", "past president", True)}),
    ("Ana Ruiz, a printer, 1979-2011 clerk and past treasurer, spoke.", {("p", "past treasurer", True)}),
    (
        "At present the co-chairs are Ana Ruiz, the district's lawyer, and Tom Beck, who is a clerk.",
        {("p", "co-chair", False), ("q", "co-chair", False)},
    ),
    (
        "Ana Ruiz and the guild's new president, Tom Beck, are co-chairs.",
        {("p", "co-chair", False), ("q", "co-chair", False), ("q", "new president", False)},
    ),
    (
        "For it: its president, Ana Ruiz; its grievance officer, Tom Beck.",
        {("p", "president", False), ("q", "grievance officer", False)},
    ),
    ("The board named Ana Ruiz superintendent on a 5-2 vote.", {("p", "superintendent", False)}),
    ("Tom Beck, longtime Dune Teachers Guild president, smiled.", {("q", "president", False)}),
    ("Ana Ruiz is a director. The clinic's chief negotiator since 2018.", {("p", "director", False)}),
    ("Ana Ruiz, HR director. The Dune Valley Unified's counsel since 2018.", {("p", "counsel", False)}),
    ("Its first chair was a governor, Tom Beck.", {("q", "governor", False)}),
    ("The General Secretary, Smt. Ana Ruiz, and a clerk, presently Tom Beck, spoke.", {("q", "clerk", False)}),
    ("The Elm Bargaining Clinic is chaired by the guild's clerk, Ms. Ana Ruiz.", {("p", "chair", False)}),
    ("President's message — Ana Ruiz", {("p", "President", False)}),
    ("SUPERINTENDENT’S REPORT: Dr. Ana Ruiz", {("p", "SUPERINTENDENT", False)}),
    ("Inquiries: Ana Ruiz, BRIDGE program manager.", {("p", "program manager", False)}),
    ("Ana Ruiz, director. Was president of the Dune Teachers Guild before.", {("p", "president", False)}),
    ("Ana Ruiz used to direct the Elm Bargaining Clinic.", {("p", "director", True)}),
    ("Tom Beck, an economist who used to direct the Elm Bargaining Clinic, spoke.", {("q", "director", True)}),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_posts_as_people_write_them(nlp: Language, text: str, expected: set[tuple[str, str, bool]]) -> None:
    found = {(person, title, former) for person, title, _, former in roles(relate(context_of(nlp, text, **ENTITIES)))}
    assert expected <= found


def test_the_suite_of_posts_is_complete() -> None:
    assert len(CASES) == 27


@pytest.mark.parametrize(
    "text",
    [
        "A lawyer, the clerk said, was there. Ana Ruiz left.",
        "Ana Ruiz never used to direct the Elm Bargaining Clinic.",
        "The board named Ana Ruiz and left. The superintendent came.",
        "For it: its president, Ana Ruiz; its grievance officer stayed away.",
    ],
)
def test_posts_of_nobody_named(nlp: Language, text: str) -> None:
    found = {(person, title) for person, title, _, _ in roles(relate(context_of(nlp, text, **ENTITIES)))}
    assert not found & {("p", "lawyer"), ("p", "superintendent"), ("p", "grievance officer")}


def test_the_writer_is_who_the_byline_names(nlp: Language) -> None:
    text = "By Ana Ruiz\n\nTom Beck said no.\n\nThe writer is a board member of the Elm Bargaining Clinic."
    context = context_of(nlp, text, **ENTITIES)
    assert find_byline(context) == "p"
    assert ("p", "board member", "c", False) in roles(relate(context))
    unsigned = context_of(nlp, text.replace("By Ana Ruiz\n\n", ""), **ENTITIES)
    assert find_byline(unsigned) is None


@pytest.mark.parametrize(("post", "owner"), [("president", "u"), ("superintendent", "d")])
def test_whose_a_post_is_heeds_who_has_such_posts(nlp: Language, post: str, owner: str) -> None:
    text = f"Dune Valley Unified settled with the Dune Teachers Guild. Its {post}, Ana Ruiz, agreed."
    assert ("p", post, owner, False) in roles(relate(context_of(nlp, text, **ENTITIES)))
