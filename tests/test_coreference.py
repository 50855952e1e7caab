"""Pronouns and definite nouns resolved to entities, and the cases in which nothing may be guessed."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.context import Context, quote_stretches
from kg.extract.mentions import Form
from tests.contexts import context_of

PEOPLE = {
    "anna": "Person: Anna Berg, Berg",
    "paul": "Person: Paul Kern, Kern",
    "union": "LaborUnion: Larch Teachers Union",
    "district": "SchoolDistrict: Larch School District",
}


def references(context: Context, word: str) -> list[str | None]:
    return [
        text.references[t.i].entity if t.i in text.references else None
        for text in context.texts
        for t in text.doc
        if t.lower_ == word
    ]


def test_he_and_she_go_to_persons_of_their_gender(nlp: Language) -> None:
    context = context_of(nlp, "Anna Berg met Paul Kern on Monday. She liked the plan. He did not.", **PEOPLE)
    assert references(context, "she") == ["anna"]
    assert references(context, "he") == ["paul"]


def test_a_subject_is_taken_before_an_object_of_unknown_gender(nlp: Language) -> None:
    people = {"a": "Person: Xq Vorr", "b": "Person: Yz Lumm"}
    context = context_of(nlp, "Chair Xq Vorr thanked Yz Lumm for the offer. She was glad.", **people)
    assert references(context, "she") == ["a"]


def test_an_honorific_decides_over_nearness(nlp: Language) -> None:
    people = {"a": "Person: Mr. Vorr", "b": "Person: Ms. Lumm"}
    context = context_of(nlp, "Mr. Vorr spoke first. Ms. Lumm spoke next. He was brief.", **people)
    assert references(context, "he") == ["a"]


def test_a_byline_is_no_antecedent(nlp: Language) -> None:
    context = context_of(
        nlp, "Talks resume\n\nBy Anna Berg\n\nThe talks resume today. She was calm about it.", **PEOPLE
    )
    assert references(context, "she") == [None]


def test_a_person_named_in_a_quotation_is_no_antecedent(nlp: Language) -> None:
    context = context_of(
        nlp, "Anna Berg smiled. “Ask Susan Hall,” she said. She left.", s="Person: Susan Hall", **PEOPLE
    )
    assert references(context, "she") == ["anna", "anna"]


def test_the_district_is_the_one_of_its_kind(nlp: Language) -> None:
    context = context_of(
        nlp, "Larch School District met the Larch Teachers Union. The district made an offer.", **PEOPLE
    )
    assert references(context, "district") == ["district"]


def test_a_modified_noun_is_another_thing(nlp: Language) -> None:
    context = context_of(nlp, "Larch School District is large. The neighboring district is small.", **PEOPLE)
    assert references(context, "district") == [None]


def test_a_role_noun_goes_to_the_one_who_bears_it(nlp: Language) -> None:
    context = context_of(
        nlp, "Superintendent Paul Kern spoke. Anna Berg spoke. The superintendent left early.", **PEOPLE
    )
    assert references(context, "superintendent")[-1] == "paul"


def test_we_is_the_voice_outside_quotations_only(nlp: Language) -> None:
    text = (
        "We at Larch Teachers Union bargain. Our members teach. We ask for respect. Larch Teachers Union grows. "
        "“We are tired,” said Anna Berg."
    )
    context = context_of(nlp, text, **PEOPLE)
    assert context.voice == "union"
    assert references(context, "we") == ["union", "union", None]


def test_a_dummy_it_refers_to_nothing(nlp: Language) -> None:
    context = context_of(nlp, "Larch School District met on Monday. It is important to listen.", **PEOPLE)
    assert references(context, "it") == [None]


def test_quote_marks_are_paired_with_forgiveness() -> None:
    def stretches(text: str) -> list[tuple[str, bool]]:
        return [(text[s.start : s.end], s.closed) for s in quote_stretches(text)]

    assert stretches("“One,” he said. “Two.”") == [("One,", True), ("Two.", True)]
    assert stretches('"One," he said. "Two."') == [("One,", True), ("Two.", True)]
    assert stretches("“It goes on") == [("It goes on", False)]
    assert stretches("“One “two” three") == [("One ", False), ("two", True)]
    assert stretches("no marks, only teachers' and workers’") == []
    assert stretches('he called it "a pact" – "a truce"') == [("a pact", True), ("a truce", True)]


def test_a_noun_that_stands_in_one_name_means_that_one(nlp: Language) -> None:
    unions = {"a": "LaborUnion: Larch Teachers Association", "f": "LaborUnion: Elm Federation of Teachers"}
    text = "The Elm Federation of Teachers met the Larch Teachers Association. The federation paid."
    context = context_of(nlp, text, **unions)
    assert references(context, "federation")[-1] == "f"


@pytest.mark.parametrize(
    ("entity", "text", "noun"),
    [
        ("SchoolDistrict: Dune Schools Trust", "The Dune Schools Trust grew. The trust paid.", "trust"),
        ("GovernmentBody: Dune Authority", "The Dune Authority met. The authority agreed.", "authority"),
        ("GovernmentBody: Department of Labor", "The Department of Labor met. The board agreed.", None),
    ],
)
def test_a_noun_at_the_head_of_one_name_stands_for_it(nlp: Language, entity: str, text: str, noun: str | None) -> None:
    context = context_of(nlp, text, x=entity)
    nominal = [t.tokens[i].text for t in context.texts for i, r in t.references.items() if r.form is Form.NOMINAL]
    assert nominal == ([noun] if noun else [])


def test_a_capital_makes_a_noun_the_name_of_the_party_named_first(nlp: Language) -> None:
    text = (
        "Larch Teachers United and the district disagree. The Oak Drivers Guild settled. "
        "The Union asks for more. Drivers say that the union is wrong."
    )
    guilds = {"first": "LaborUnion: Larch Teachers United", "second": "LaborUnion: Oak Drivers Guild"}
    context = context_of(nlp, text, **guilds)
    assert references(context, "union") == ["first", "first"]
    lower = context_of(nlp, text.replace("The Union asks", "Now the union asks"), **guilds)
    assert references(lower, "union") == ["second", "second"]
