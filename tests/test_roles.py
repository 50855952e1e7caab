from __future__ import annotations

import pytest
from spacy.language import Language

from tests.contexts import context_of
from tests.relating import facts, relate, roles

ENTITIES = {
    "p": "Person: Ana Ruiz",
    "q": "Person: Tom Beck",
    "u": "LaborUnion: Dune Teachers Guild",
    "d": "SchoolDistrict: Dune Valley Unified",
    "s": "School: Elm Elementary",
    "i": "Initiative: BRIDGE",
}
CASES = [
    ("Ana Ruiz, president of the Dune Teachers Guild, agreed.", ("p", "president", "u")),
    ("Dune Teachers Guild president Ana Ruiz agreed.", ("p", "president", "u")),
    ("Ana Ruiz, a third-grade teacher at Elm Elementary, agreed.", ("p", "third-grade teacher", "s")),
    ("Ana Ruiz, chief negotiator, Dune Teachers Guild, agreed.", ("p", "chief negotiator", "u")),
    ("The Dune Teachers Guild's vice president, Ana Ruiz, agreed.", ("p", "vice president", "u")),
    ("Ana Ruiz is the superintendent of Dune Valley Unified.", ("p", "superintendent", "d")),
    ("Ana Ruiz has long served as president of the Dune Teachers Guild.", ("p", "president", "u")),
    (
        "Ana Ruiz, a representative to BRIDGE from the Dune Teachers Guild, agreed.",
        ("p", "representative to BRIDGE", "u"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_post_beside_a_person(nlp: Language, text: str, expected: tuple[str, str, str]) -> None:
    found = relate(context_of(nlp, text, **ENTITIES))
    assert (*expected, False) in roles(found)
    assert (expected[0], "affiliatedWith", expected[2]) in facts(found)


def test_the_suite_of_posts_is_complete() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz, a former president of the Dune Teachers Guild, agreed.",
        "Ana Ruiz, a member of the Dune Teachers Guild until 2012, agreed.",
    ],
)
def test_a_former_post_is_a_role_without_affiliation(nlp: Language, text: str) -> None:
    found = relate(context_of(nlp, text, **ENTITIES))
    assert {(r[0], r[2], r[3]) for r in roles(found)} == {("p", "u", True)}
    assert ("p", "affiliatedWith", "u") not in facts(found)


def test_a_denied_post_is_no_affiliation(nlp: Language) -> None:
    found = relate(context_of(nlp, "Ana Ruiz is not a member of the Dune Teachers Guild.", **ENTITIES))
    assert ("p", "affiliatedWith", "u") not in facts(found)
    assert ("p", "affiliatedWith", "u") in facts(found, "Denied")


def test_a_post_of_several_people_is_each_ones(nlp: Language) -> None:
    found = relate(context_of(nlp, "Teachers Ana Ruiz and Tom Beck of Elm Elementary agreed.", **ENTITIES))
    assert {r[:2] for r in roles(found)} == {("p", "Teacher"), ("q", "Teacher")}


def test_a_superintendent_without_organization_works_for_the_only_employer(nlp: Language) -> None:
    text = "Dune Valley Unified has a plan. Superintendent Ana Ruiz presented it."
    assert ("p", "Superintendent", "d", False) in roles(relate(context_of(nlp, text, **ENTITIES)))


def test_membership_of_a_project_is_no_post(nlp: Language) -> None:
    found = relate(context_of(nlp, "Ana Ruiz was a member of the first year BRIDGE.", **ENTITIES))
    assert roles(found) == set()
    assert ("p", "participatesIn", "i") in facts(found)


def test_a_delegate_represents_and_both_take_part(nlp: Language) -> None:
    text = "Ana Ruiz, a representative to BRIDGE from the Dune Teachers Guild, agreed."
    found = facts(relate(context_of(nlp, text, **ENTITIES)))
    assert {("p", "represents", "u"), ("p", "participatesIn", "i"), ("u", "participatesIn", "i")} <= found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Ana Ruiz, president of the Dune Teachers Guild and a librarian at Elm Elementary, agreed.",
            {("p", "president", "u"), ("p", "librarian", "s")},
        ),
        ("The mediator, Professor Ana Ruiz, agreed.", {("p", "mediator", None), ("p", "Professor", None)}),
        (
            "Co-chairs: Superintendent Ana Ruiz and Guild president Tom Beck.",
            {("p", "Co-chair", None), ("q", "Co-chair", None)},
        ),
        (
            "Its co-chairs are Ana Ruiz, a teacher at Elm Elementary, and Tom Beck, the principal.",
            {("p", "co-chair", None), ("q", "co-chair", None)},
        ),
        (
            "Officers of both unions: Ana Ruiz (Dune Teachers Guild) and Tom Beck.",
            {("p", "Officer", None), ("q", "Officer", None)},
        ),
        ("Ana Ruiz, director. A former principal at Elm Elementary.", {("p", "former principal", "s")}),
        ("Superintendent Tom Beck and the Dune Teachers Guild's president, Ana Ruiz, met.", {("p", "president", "u")}),
    ],
)  # fmt: skip
def test_a_post_further_from_its_holder(nlp: Language, text: str, expected: set[tuple[str, str, str | None]]) -> None:
    found = {(person, title, place) for person, title, place, _ in roles(relate(context_of(nlp, text, **ENTITIES)))}
    assert {(a, b) for a, b, _ in expected} <= {(a, b) for a, b, _ in found}
    assert {e for e in expected if e[2]} <= found


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz, a teacher, and the superintendent met.",
        "Ana Ruiz came. Later the principal and a custodian spoke of it.",
        "Teachers signed. Ana Ruiz did not.",
    ],
)
def test_a_post_of_somebody_else_is_left_alone(nlp: Language, text: str) -> None:
    assert {title for _, title, _, _ in roles(relate(context_of(nlp, text, **ENTITIES)))} <= {"teacher"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Ruiz teaches welding at Elm Elementary.", ("p", "teacher", "s", False)),
        ("Ana Ruiz, who taught physics at Elm Elementary until 2004, spoke.", ("p", "teacher", "s", True)),
        ("Ana Ruiz, who has directed Elm Elementary since 2010, spoke.", ("p", "director", "s", False)),
        ("The Dune Teachers Guild was founded by Ana Ruiz in 1990.", ("p", "founder", "u", False)),
        ("Ana Ruiz, who drives a bus, spoke.", ("p", "driver", None, False)),
        ("Ana Ruiz chairs the Dune Teachers Guild.", ("p", "chair", "u", False)),
    ],
)
def test_a_post_that_a_verb_tells(nlp: Language, text: str, expected: tuple[str, str, str | None, bool]) -> None:
    found = relate(context_of(nlp, text, **ENTITIES))
    assert expected in roles(found)
    assert (("p", "affiliatedWith", expected[2]) in facts(found)) is (expected[2] is not None and not expected[3])


@pytest.mark.parametrize("text", ["Ana Ruiz drives change at Elm Elementary.", "Ana Ruiz, who teaches, spoke."])
def test_verbs_that_tell_no_post(nlp: Language, text: str) -> None:
    assert roles(relate(context_of(nlp, text, **ENTITIES))) == set()


FURTHER = [
    ("Ana Ruiz, Ed.D., president of the Dune Teachers Guild, spoke.", ("p", "president", "u", False)),
    ("Ana Ruiz, R.N., school nurse at Elm Elementary, spoke.", ("p", "school nurse", "s", False)),
    (
        "Ana Ruiz, the Dune Teachers Guild's president and a science teacher at Elm Elementary, spoke.",
        ("p", "science teacher", "s", False),
    ),
    ("Ana Ruiz, a nurse and past president of the Dune Teachers Guild, spoke.", ("p", "past president", "u", True)),
    ("Ana Ruiz was president of the Dune Teachers Guild from 2010 to 2014.", ("p", "president", "u", True)),
    ("Ana Ruiz, who retired as principal of Elm Elementary, spoke.", ("p", "principal", "s", True)),
    ("Ana Ruiz succeeded Tom Beck as president of the Dune Teachers Guild.", ("p", "president", "u", False)),
    ("Ana Ruiz was elected president of the Dune Teachers Guild.", ("p", "president", "u", False)),
    ("Ana Ruiz and Tom Beck are co-chairs of the Dune Teachers Guild.", ("q", "co-chair", "u", False)),
    ("A teacher at Elm Elementary named Ana Ruiz spoke.", None),
    ("A custodian named Ana Ruiz spoke.", ("p", "custodian", None, False)),
    ("Ana Ruiz, 54, a fifth-grade teacher at Elm Elementary, spoke.", ("p", "fifth-grade teacher", "s", False)),
    ("Ana Ruiz, a 20-year veteran teacher at Elm Elementary, spoke.", ("p", "20-year veteran teacher", "s", False)),
    ("Tom Beck and Ana Ruiz, both teachers at Elm Elementary, spoke.", ("q", "teacher", "s", False)),
    (
        "Ana Ruiz, in her third year as superintendent of Dune Valley Unified, spoke.",
        ("p", "superintendent", "d", False),
    ),
    ("Mediator emeritus Ana Ruiz spoke.", ("p", "Mediator emeritus", None, False)),
    ("Ana Ruiz, the course's present director, spoke.", ("p", "present director", None, False)),
    (
        "Ana Ruiz of Reno, Nev., who is general counsel of the Dune Teachers Guild, spoke.",
        ("p", "general counsel", "u", False),
    ),
]


@pytest.mark.parametrize(("text", "expected"), FURTHER)
def test_posts_behind_letters_joints_and_clauses(
    nlp: Language, text: str, expected: tuple[str, str, str | None, bool] | None
) -> None:
    found = roles(relate(context_of(nlp, text, **ENTITIES)))
    if expected is not None:
        assert (expected[0], expected[1], expected[3]) in {(r[0], r[1], r[3]) for r in found}
        assert expected[2] is None or expected in found


def test_the_suite_of_further_posts_is_complete() -> None:
    assert len(FURTHER) == 18


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Ana Ruiz co-chairs the Dune Teachers Guild with Tom Beck.",
            {("p", "co-chair", "u", False), ("q", "co-chair", "u", False)},
        ),
        (
            "Tom Beck and Ana Ruiz co-lead the Dune Teachers Guild.",
            {("p", "co-lead", "u", False), ("q", "co-lead", "u", False)},
        ),
        ("Ana Ruiz, who heads the Dune Teachers Guild, spoke.", {("p", "head", "u", False)}),
        ("Its founder, Ana Ruiz, teaches science at Elm Elementary.", {("p", "teacher", "s", False)}),
        ("Ana Ruiz, who teaches sixth grade, spoke.", {("p", "teacher", None, False)}),
    ],
)
def test_more_posts_that_verbs_tell(nlp: Language, text: str, expected: set[tuple[str, str, str | None, bool]]) -> None:
    assert expected <= set(roles(relate(context_of(nlp, text, **ENTITIES))))


@pytest.mark.parametrize("text", ["Ana Ruiz taught us a lesson.", "Ana Ruiz taught the board how."])
def test_teaching_that_is_no_profession(nlp: Language, text: str) -> None:
    assert not roles(relate(context_of(nlp, text, **ENTITIES)))


LATER = [
    ("Ana Ruiz of the Dune Teachers Guild, a retired bus driver, agreed.", {("p", "retired bus driver", True)}),
    ("Ana Ruiz, formerly a clerk at Elm Elementary, agreed.", {("p", "clerk", True)}),
    ("Ana Ruiz, who was for nine years secretary of the Dune Teachers Guild, agreed.", {("p", "secretary", False)}),
    ("Ana Ruiz is no longer chair of the Dune Teachers Guild.", {("p", "chair", True)}),
    ("Ana Ruiz stepped down as president of the Dune Teachers Guild.", {("p", "president", True)}),
    ("Ana Ruiz left her post as superintendent.", {("p", "superintendent", True)}),
    ("Ana Ruiz joined the Dune Teachers Guild as an organizer.", {("p", "organizer", False)}),
    ("In May the Dune Teachers Guild elected Ana Ruiz president.", {("p", "president", False)}),
    ("Ana Ruiz as president and Tom Beck as clerk signed.", {("p", "president", False), ("q", "clerk", False)}),
    ("Ana Ruiz, one of four mediators at Elm Elementary, agreed.", {("p", "mediator", False)}),
    ("The principal of Elm Elementary is Ana Ruiz; the nurse is Tom Beck.", {("p", "principal", False)}),
    ("Nurse and third-grade teacher Ana Ruiz agreed.", {("p", "Nurse", False), ("p", "third-grade teacher", False)}),
    ("Dune Teachers Guild reps Ana Ruiz and Tom Beck signed.", {("p", "rep", False), ("q", "rep", False)}),
    (
        "Principals Ana Ruiz of Elm Elementary and Tom Beck of Elm Elementary signed.",
        {("p", "Principal", False), ("q", "Principal", False)},
    ),
    ("Authors: Ana Ruiz, Ph.D., and Tom Beck, M.P.P.", {("p", "Author", False), ("q", "Author", False)}),
    ("Dune Valley Unified is a network, founded in 2009 by Ana Ruiz and Tom Beck.", {("q", "founder", False)}),
    ("BRIDGE is co-chaired by nurse Ana Ruiz and clerk Tom Beck.", {("p", "nurse", False), ("q", "clerk", False)}),
    ("Ana Ruiz and Tom Beck co-chair the Dune Teachers Guild.", {("p", "co-chair", False), ("q", "co-chair", False)}),
    ("The Dune Teachers Guild is led by Ana Ruiz.", {("p", "leader", False)}),
    ("Ana Ruiz has cooked at Elm Elementary for nine years.", {("p", "cook", False)}),
]


@pytest.mark.parametrize(("text", "expected"), LATER)
def test_posts_told_in_other_ways(nlp: Language, text: str, expected: set[tuple[str, str, bool]]) -> None:
    found = {(r[0], r[1], r[3]) for r in roles(relate(context_of(nlp, text, **ENTITIES)))}
    assert expected <= found


def test_the_suite_of_other_ways_is_complete() -> None:
    assert len(LATER) == 20


def test_brackets_behind_a_person_hold_where_the_post_is(nlp: Language) -> None:
    text = "Officers of both: Ana Ruiz (Dune Teachers Guild), president, and Tom Beck, legal counsel (Elm Elementary)."
    found = {(r[0], r[2]) for r in roles(relate(context_of(nlp, text, **ENTITIES)))}
    assert ("q", "s") in found
