from __future__ import annotations

import pytest
from spacy.language import Language

from tests.contexts import context_of
from tests.relating import facts, relate, roles

ENTITIES = {
    "p": "Person: Ana Ruiz",
    "q": "Person: Tom Beck",
    "r": "Person: Mei Lund",
    "s": "School: Elm Elementary",
    "t": "School: Oak Middle",
    "u": "LaborUnion: Dune Teachers Guild",
    "c": "Organization: Joint Staffing Council",
}
OPENING = "The Dune Teachers Guild and the Joint Staffing Council met on Monday.\n\n"
LISTS = [
    ("Team leaders\n\nAna Ruiz, Elm Elementary\nTom Beck, Oak Middle\n", "team leader"),
    ("TEAM LEADERS\n- Ana Ruiz (Elm Elementary)\n- Tom Beck (Oak Middle)\n", "team leader"),
    ("This year's coaches are:\n\n* Ana Ruiz, Elm Elementary\n* Tom Beck, Oak Middle\n", "coach"),
    ("Site coordinators by school:\nElm Elementary: Ana Ruiz\nOak Middle: Tom Beck\n", "site coordinator"),
    ("Coach assignments\n\nAna Ruiz, Elm Elementary\nTom Beck, Oak Middle\n", "coach"),
    ("School | Nurse\n--- | ---\nElm Elementary | Ana Ruiz\nOak Middle | Tom Beck\n", "nurse"),
    ("School\tYear\tHead coach\nElm Elementary\t2019\tAna Ruiz\nOak Middle\t2020\tTom Beck\n", "head coach"),
    (
        "School           Year    Principal\nElm Elementary   2019    Ana Ruiz\nOak Middle       2020    Tom Beck\n",
        "principal",
    ),
]


@pytest.mark.parametrize(("text", "title"), LISTS)
def test_a_post_stands_above_its_holders(nlp: Language, text: str, title: str) -> None:
    found = relate(context_of(nlp, OPENING + text, **ENTITIES))
    told = {(r[0], str(r[1]).lower(), r[2]) for r in roles(found)}
    assert told == {("p", title, "s"), ("q", title, "t")}
    assert {("p", "affiliatedWith", "s"), ("q", "affiliatedWith", "t")} <= facts(found)


def test_the_suite_of_lists_is_complete() -> None:
    assert len(LISTS) == 8


def test_the_head_names_the_body_and_labels_the_sides(nlp: Language) -> None:
    text = (
        "The first members of the Joint Staffing Council shall be:\n\n"
        "For the Dune Teachers Guild: Ana Ruiz; Tom Beck, treasurer.\n"
    )
    found = relate(context_of(nlp, OPENING + text, **ENTITIES))
    assert {("p", "c"), ("q", "c")} <= {(r[0], r[2]) for r in roles(found) if "member" in str(r[1])}


def test_the_evidence_is_the_head_and_the_entry(nlp: Language) -> None:
    text = f"{OPENING}Team leaders\n\nAna Ruiz, Elm Elementary\nTom Beck, Oak Middle\n"
    found = relate(context_of(nlp, text, **ENTITIES))
    held = next(m for m in found.memberships if m.member == "p")
    assert [text[a.span.start : a.span.end] for a in held.grounds.evidence] == [
        "Team leaders",
        "Ana Ruiz, Elm Elementary",
    ]


def test_a_post_of_one_is_that_of_the_first_below(nlp: Language) -> None:
    found = relate(context_of(nlp, f"{OPENING}Program coordinator\nAna Ruiz\nTom Beck\n", **ENTITIES))
    assert {(r[0], r[1]) for r in roles(found)} == {("p", "Program coordinator")}


@pytest.mark.parametrize(
    "text",
    [
        "A message from the director\nAna Ruiz, Elm Elementary\n",
        "Coaches met on Monday.\n\nAna Ruiz, Elm Elementary\n",
        "Coaches\n\nThe gym was full. Ana Ruiz came.\n",
        "School | Visitors\nElm Elementary | Ana Ruiz\n",
    ],
)
def test_lines_that_head_no_list_of_holders(nlp: Language, text: str) -> None:
    assert not roles(relate(context_of(nlp, OPENING + text, **ENTITIES)))
