from __future__ import annotations

from spacy.language import Language

from tests.contexts import context_of
from tests.relating import facts, relate

SCHOOLS = {"a": "School: Alder", "b": "School: Birch", "c": "School: Cedar", "d": "School: Dogwood", "e": "School: Elm"}
PROJECT = {"i": "Initiative: BRIDGE"}
DISTRICT = {"x": "SchoolDistrict: Dune Valley Unified"}
ORDERED = (
    "BRIDGE began in 2015. Alder and Birch were the first schools in BRIDGE, followed by Cedar and Dogwood. "
    "Elm and Fir were the last schools to join BRIDGE."
)


def test_ordinal_cohorts(nlp: Language) -> None:
    found = relate(context_of(nlp, ORDERED, **SCHOOLS, f="School: Fir", **PROJECT))
    cohorts = {(m.member, m.organization, m.cohort) for m in found.memberships}
    assert cohorts == {(s, "i", n) for n, group in ((1, "ab"), (2, "cd"), (3, "ef")) for s in group}
    assert {(s, "participatesIn", "i") for s in "abcdef"} <= facts(found)


def test_cohorts_carry_their_label_and_no_date(nlp: Language) -> None:
    found = relate(context_of(nlp, ORDERED, **SCHOOLS, f="School: Fir", **PROJECT))
    labels = {m.cohort: m.cohort_label for m in found.memberships}
    assert labels == {1: "the first schools", 2: "followed by", 3: "the last schools"}
    assert all(m.start is None and m.end is None for m in found.memberships)


def test_a_list_without_order_is_no_cohort(nlp: Language) -> None:
    found = relate(context_of(nlp, "Alder and Birch are in BRIDGE.", **SCHOOLS, **PROJECT))
    assert [m for m in found.memberships if m.cohort] == []


def test_all_schools_of_a_counted_district(nlp: Language) -> None:
    text = (
        "BRIDGE helps. Alder, Birch and Cedar have it. Dogwood and Elm have it too. "
        "Now all the Dune Valley Unified’s 5 schools are part of BRIDGE."
    )
    found = facts(relate(context_of(nlp, text, **SCHOOLS, **PROJECT, **DISTRICT)))
    assert {(s, "partOf", "x") for s in "abcde"} <= found
    assert {(s, "participatesIn", "i") for s in "abcde"} <= found


def test_a_count_that_differs_says_nothing_of_the_named_schools(nlp: Language) -> None:
    text = "Alder, Birch and Cedar have BRIDGE. All of Dune Valley Unified’s 12 schools are part of BRIDGE."
    found = facts(relate(context_of(nlp, text, a=SCHOOLS["a"], b=SCHOOLS["b"], c=SCHOOLS["c"], **PROJECT, **DISTRICT)))
    assert {f for f in found if f[1] == "partOf"} == set()


def test_schools_listed_after_their_owner(nlp: Language) -> None:
    text = "Dune Valley Unified runs three schools: Alder, Birch and Cedar."
    found = facts(relate(context_of(nlp, text, **SCHOOLS, **DISTRICT)))
    assert {(s, "partOf", "x") for s in "abc"} <= found


def test_items_under_a_cohort_take_part_in_it_and_in_the_programme(nlp: Language) -> None:
    text = "BRIDGE is a programme.\n\nCohort 2\n\n• Dune Valley Unified\n• Moss Unified\n"
    context = context_of(
        nlp,
        text,
        **PROJECT,
        h="Initiative: Cohort 2",
        x="SchoolDistrict: Dune Valley Unified",
        y="SchoolDistrict: Moss Unified",
    )
    found = facts(relate(context))
    assert {(x, "participatesIn", i) for x in "xy" for i in "ih"} <= found
