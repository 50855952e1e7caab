"""In-document linking: what is one entity, what stays apart, and the gender of persons."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.entities import link_mentions
from kg.extract.mentions import Form, LocalEntity
from kg.extract.namer import RULES_ONLY
from kg.extract.names import find_names
from kg.lexicon import load_lexicon
from tests.builders import document


def entities(text: str, nlp: Language) -> tuple[LocalEntity, ...]:
    annotated = annotate(document("text", text), nlp)
    return link_mentions(annotated, find_names(annotated, load_lexicon(), RULES_ONLY), load_lexicon())


def grouped(text: str, nlp: Language) -> list[tuple[str, ...]]:
    return sorted(e.names for e in entities(text, nlp))


def test_short_forms_join_the_fullest_form(nlp: Language) -> None:
    found = entities(
        "Ann Brook spoke for the Larch Valley Teachers Association (LVTA). Brook said LVTA had met the "
        "Center for School Work. The Center helped.",
        nlp,
    )
    names = {e.names[0]: set(e.names[1:]) for e in found}
    assert names["Ann Brook"] == {"Brook"}
    assert names["Larch Valley Teachers Association"] == {"LVTA"}
    assert names["Center for School Work"] == {"Center"}
    brook = next(e for e in found if e.kind == "Person")
    assert [m.form for m in brook.mentions] == [Form.NAME, Form.SHORT]
    assert [e.id for e in found] == [f"e{i + 1}" for i in range(len(found))]


@pytest.mark.parametrize(
    "text",
    [
        "School Workers Local 12 met School Workers Local 14.",
        "The Larch Union School District met. Larch, Brook and Stone were the first schools in the project.",
        "The Oregon School Employees Association Chapter 12 met.",
        "Larch Valley Elementary is a school of the Larch Valley School District.",
        "The Larch Valley Teachers Association sued the Larch Valley School District.",
    ],
)
def test_number_chapter_and_kind_keep_apart(text: str, nlp: Language) -> None:
    found = grouped(text, nlp)
    assert len(found) >= 2
    assert len({names[0] for names in found}) == len(found)
    assert all(len(names) == 1 for names in found if "Larch" not in names), found


def test_a_bare_head_alone_is_no_entity(nlp: Language) -> None:
    assert grouped("The Board met on Monday.", nlp) == []


def test_cities_with_and_without_their_state(nlp: Language) -> None:
    assert grouped("They met in Medford, Ore., and left Medford by bus.", nlp) == [("Medford, Ore.", "Medford")]


def test_numbered_acronyms(nlp: Language) -> None:
    [names] = grouped("Stone Reach Regional School Unit 114, known as RSU 114, has 11 schools.", nlp)
    assert names == ("Stone Reach Regional School Unit 114", "RSU 114")


def test_phrases_for_one_contract_are_one_entity(nlp: Language) -> None:
    found = entities("They shook hands on a two-year contract. The contract runs to 2020.", nlp)
    [contract] = [e for e in found if e.kind == "Initiative"]
    assert contract.names == ("two-year contract", "contract")
    assert {m.form for m in contract.mentions} == {Form.NOMINAL}


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("Mrs. Jordan Brook spoke.", "f"),
        ("Mr. Leslie Brook spoke.", "m"),
        ("George Brook, a teacher, spoke.", "m"),
        ("Keiko Brook, a teacher, spoke.", "f"),
        ("Leslie Brook, a teacher, spoke.", None),
    ],
)
def test_gender_by_honorific_or_given_name(text: str, gender: str | None, nlp: Language) -> None:
    [person] = [e for e in entities(text, nlp) if e.kind == "Person"]
    assert person.gender == gender


def test_same_entities_on_every_run(nlp: Language) -> None:
    text = "Ann Brook and Bo Stone of the Larch Valley Teachers Association met in Medford."
    assert entities(text, nlp) == entities(text, nlp)


def test_initials_and_capitals_join_the_full_name(nlp: Language) -> None:
    found = entities(
        "Delia Rosen, president of the union, spoke.\n\nCommittee: D. Rosen.\n\nROSEN: Yes.\n\nMr. ROSEN left.", nlp
    )
    assert [set(e.names) for e in found if e.kind == "Person"] == [{"Delia Rosen", "D. Rosen", "ROSEN"}]


def test_a_district_is_also_called_by_the_common_noun_behind_its_name(nlp: Language) -> None:
    found = entities("The superintendent of Larch Fork schools met the Larch Fork school board.", nlp)
    names = {name for e in found for name in e.names}
    assert "Larch Fork schools" in names
    assert "Larch Fork school" not in names


def test_a_defined_term_is_a_name_of_what_it_was_defined_for(nlp: Language) -> None:
    text = "The Larch City School District (the “Employer”) and the Larch Drivers Union signed. The Employer agreed."
    [employer] = [e for e in entities(text, nlp) if e.kind == "SchoolDistrict"]
    assert set(employer.names) == {"Larch City School District", "Employer"}
