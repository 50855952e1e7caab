from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.frames import FRAMES, find_frames, symbols
from tests.contexts import context_of
from tests.relating import facts, relate

PEOPLE = {"p1": "Person: Ana Ruiz", "p2": "Person: Tom Beck"}
ORGANIZATIONS = {
    "u": "LaborUnion: Dune Teachers Guild, DTG",
    "d": "SchoolDistrict: Dune Valley Unified",
    "s": "School: Elm Elementary",
    "f": "SupportOrganization: Lark Institute",
    "l": "Place: Salem",
    "e": "Event: Spring Forum",
}
CASES = [
    ("Ana Ruiz of the Lark Institute spoke.", ("p1", "affiliatedWith", "f")),
    ("They heard Ana Ruiz and Tom Beck from the Lark Institute.", ("p1", "affiliatedWith", "f")),
    ("Ana Ruiz (Lark Institute) spoke.", ("p1", "affiliatedWith", "f")),
    ("Ana Ruiz, Lark Institute; Tom Beck, Elm Elementary.", ("p2", "affiliatedWith", "s")),
    ("Elm Elementary Ana Ruiz was there from the start.", ("p1", "affiliatedWith", "s")),
    ("The Lark Institute’s Ana Ruiz led the talks.", ("p1", "affiliatedWith", "f")),
    ("The Lark Institute, based in Salem, was founded early.", ("f", "locatedIn", "l")),
    ("The Spring Forum in Salem drew many.", ("e", "locatedIn", "l")),
    ("The Salem-based Lark Institute helped.", ("f", "locatedIn", "l")),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_adjacency_states_a_relation(nlp: Language, text: str, expected: tuple[str, str, str]) -> None:
    context = context_of(nlp, text, **PEOPLE, **ORGANIZATIONS)
    found = [c.value for c in find_frames(context, {t.index: {} for t in context.texts})]
    assert expected in [(v.subject, v.predicate, v.object) for v in found]  # type: ignore[union-attr]


def test_every_frame_compiles_and_has_a_name() -> None:
    assert len({f.rule for f in FRAMES}) == len(FRAMES) >= 15
    assert len(CASES) >= 9


def test_free_words_are_not_bridged(nlp: Language) -> None:
    context = context_of(nlp, "Ana Ruiz met critics of the Lark Institute.", **PEOPLE, **ORGANIZATIONS)
    assert ("p1", "affiliatedWith", "f") not in facts(relate(context))


def test_symbols_leave_out_honorifics_and_repeated_acronyms(nlp: Language) -> None:
    context = context_of(nlp, "Dr. Ana Ruiz, Ph.D., of the Dune Teachers Guild (DTG).", **PEOPLE, **ORGANIZATIONS)
    line = symbols(context, context.texts[0], {})
    assert "dr." not in line
    assert "ph.d." not in line
    assert line.count("<U") == 1


def test_evidence_is_the_sentence_and_the_trigger_lies_in_it(nlp: Language) -> None:
    text = "It rained. Ana Ruiz of the Lark Institute spoke. Then all went home."
    context = context_of(nlp, text, **PEOPLE, **ORGANIZATIONS)
    (candidate,) = find_frames(context, {t.index: {} for t in context.texts})
    (anchor,) = candidate.value.grounds.evidence
    assert text[anchor.span.start : anchor.span.end] == "Ana Ruiz of the Lark Institute spoke."
    trigger = candidate.trigger.span
    assert text[trigger.start : trigger.end] == "Ana Ruiz of the Lark Institute"


def test_a_byline_names_the_periodical(nlp: Language) -> None:
    text = "THE HILL COURIER\n\nBy Ana Ruiz\n\nThe board met on Tuesday for more than three hours in a crowded gym.\n"
    context = context_of(nlp, text, p1="Person: Ana Ruiz", o="Organization: THE HILL COURIER")
    assert ("p1", "affiliatedWith", "o") in facts(relate(context))
