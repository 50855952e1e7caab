"""Roles and where they are held: signatures, abbreviated and plural posts, the ranking of organizations."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.relations import Relations
from kg.extract.workplaces import choices, place_roles, sorts_of_posts
from kg.lexicon import load_lexicon
from kg.model import Assertion, Membership
from tests.contexts import context_of
from tests.relating import relate, roles

ENTITIES = {
    "p": "Person: Ana Ruiz",
    "q": "Person: Tom Beck",
    "u": "LaborUnion: Dune Teachers Guild",
    "d": "SchoolDistrict: Dune Valley Unified",
}
SORTS = sorts_of_posts(load_lexicon())
#: (text, (person, title) of its roles)
TITLES = [
    (
        "Regards,\n\nAna Ruiz, Ed.D.\nSuperintendent of Schools\nDune Valley Unified",
        {("p", "Superintendent of Schools")},
    ),
    ("Talks resume\n\nBy Ana Ruiz\nStaff writer\n\nThey resumed today.", {("p", "Staff writer")}),
    ("Present: Pres. Ana Ruiz; Supt. Tom Beck.", {("p", "Pres."), ("q", "Supt.")}),
    ("Trustees Ana Ruiz and Tom Beck voted no.", {("p", "Trustee"), ("q", "Trustee")}),
    ("Board members Ana Ruiz and Tom Beck voted no.", {("p", "Board member"), ("q", "Board member")}),
    ("The mediator, Ana Ruiz, agreed.", {("p", "mediator")}),
    ("Ana Ruiz, the superintendent, agreed.", {("p", "superintendent")}),
    ("Fact-finder Ana Ruiz wrote it.", {("p", "Fact-finder")}),
    ("Ana Ruiz wrote it.\nSuperintendent of Schools", set()),
    ("Ana Ruiz\nThe superintendent of schools said that talks would resume.", set()),
]


@pytest.mark.parametrize(("text", "expected"), TITLES)
def test_posts_and_their_persons(nlp: Language, text: str, expected: set[tuple[str, str]]) -> None:
    assert {(person, title) for person, title, _, _ in roles(relate(context_of(nlp, text, **ENTITIES)))} == expected


def test_the_suite_of_titles_is_complete() -> None:
    assert len(TITLES) == 10


@pytest.fixture(scope="module")
def found(nlp: Language) -> Relations:
    text = "Dune Valley Unified met the Dune Teachers Guild.\n\nAna Ruiz, president of the Dune Teachers Guild, spoke."
    return relate(context_of(nlp, text, **ENTITIES))


def test_features_tell_what_the_frame_says(found: Relations) -> None:
    (choice,) = choices(found.context, found.candidates, SORTS)
    features = dict(zip((*choice.organizations, ""), choice.features, strict=True))
    assert set(features) == {"d", "u", ""}
    assert {"frame", "frame=role at organization", "meet=1", "LaborUnion title=president"} <= features["u"]
    assert {"meet=0", "SchoolDistrict post=president", "text-1"} <= features["d"]
    assert "frame" not in features["d"]
    assert {"nothing", "nothing frame=role at organization"} <= features[""]


def placed(found: Relations, **weights: float) -> tuple[str | None, set[str]]:
    """The organization of the role, and the objects of the affiliations that stay."""
    named = {name.replace("_", " "): weight for name, weight in weights.items()}
    candidates = [c.value for c in place_roles(found.context, found.candidates, named, SORTS)]
    (held,) = [v for v in candidates if isinstance(v, Membership)]
    return held.organization, {str(v.object) for v in candidates if isinstance(v, Assertion)}


def test_what_the_frame_says_stays_unless_another_is_likelier(found: Relations) -> None:
    assert placed(found, frame=3.0) == ("u", {"u"})
    assert placed(found, frame=3.0, SchoolDistrict=0.0, far=9.0) == ("u", {"u"})


def test_a_role_elsewhere_takes_its_sentence_along_and_the_affiliation_goes_with_it(found: Relations) -> None:
    weights = {"text-1": 5.0}
    candidates = [c.value for c in place_roles(found.context, found.candidates, weights, SORTS)]
    (held,) = [v for v in candidates if isinstance(v, Membership)]
    # Both are named in the passage before; the ids decide.
    assert held.organization == "d"
    assert len(held.grounds.evidence) == 2
    (belongs,) = [v for v in candidates if isinstance(v, Assertion)]
    assert (belongs.subject, belongs.predicate, belongs.object) == ("p", "affiliatedWith", "d")
    assert belongs.grounds.evidence == held.grounds.evidence
    assert belongs.grounds.confidence == 0.5  # both organizations are named there


def test_an_unlikely_place_gives_no_affiliation(found: Relations) -> None:
    assert placed(found, frame=-1.0, nothing=0.9) == ("d", set())


def test_a_role_may_be_held_nowhere(found: Relations) -> None:
    assert placed(found, nothing=9.0) == (None, set())


def test_what_only_another_post_leads_to_is_beyond_it(nlp: Language) -> None:
    text = "The Dune Teachers Guild met.\n\nChair: Ana Ruiz, superintendent, Dune Valley Unified"
    related = relate(context_of(nlp, text, **ENTITIES))
    beyond = {
        (str(choice.candidate.value.role_title), e)
        for choice in choices(related.context, related.candidates, SORTS)
        if isinstance(choice.candidate.value, Membership)
        for e, features in zip(choice.organizations, choice.features, strict=False)
        if "beyond another post" in features
    }
    assert beyond == {("Chair", "d")}


@pytest.mark.parametrize(
    ("name", "mark"), [("Dune Board of Education", "governs schools"), ("State Board of Mediation", "governs none")]
)
def test_a_board_governs_schools_by_its_name(nlp: Language, name: str, mark: str) -> None:
    entities = {"p": "Person: Ana Ruiz", "b": f"GovernmentBody: {name}"}
    related = relate(context_of(nlp, f"The {name} met.\n\nBoard president Ana Ruiz spoke.", **entities))
    (choice,) = choices(related.context, related.candidates, SORTS)
    assert mark in choice.features[0]


def test_what_sort_of_post_it_is_counts(nlp: Language) -> None:
    related = relate(context_of(nlp, "Dune Valley Unified met the mediator, Ana Ruiz.", **ENTITIES))
    (choice,) = choices(related.context, related.candidates, SORTS)
    assert all("SchoolDistrict sort=NeutralPost" in f for f in choice.features[:1])
    assert "nothing sort=NeutralPost" in choice.features[-1]
    assert SORTS["mediators"] == ("NeutralPost",)
