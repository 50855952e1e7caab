from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.context import Context
from kg.extract.turns import find_turns, speaker_label
from tests.contexts import context_of

ENTITIES = {
    "p": "Person: Ana Ruiz, Ruiz, RUIZ",
    "q": "Person: Tom Beck, Beck, BECK",
    "u": "LaborUnion: Dune Teachers Guild",
}
OPENING = "HEARING OF THE EDUCATION COMMITTEE\n\nAna Ruiz presided, and Tom Beck of the Dune Teachers Guild spoke.\n\n"
TURNS = [
    ("{s}", "Will the hearing come to order."),
    ("{w}", "Thank you. We lost 12 members."),
    ("{s}", "When?"),
    ("{w}", "I think it was in May."),
]
STYLES = [
    ("RUIZ: ", "BECK: "),
    ("Ruiz: ", "Beck: "),
    ("Ms. Ana Ruiz: ", "Mr. Tom Beck: "),
    ("[00:10:12] RUIZ: ", "[00:11:02] BECK: "),
    ("**Ruiz:** ", "**Beck:** "),
    ("Ms. RUIZ. ", "Mr. BECK. "),
    ("Senator RUIZ. ", "Mr. BECK. "),
]


def speakers(context: Context) -> list[tuple[str | None, str]]:
    found = find_turns(context)
    return [
        (turn.speaker, t.string[turn.start : turn.end].strip())
        for t in context.texts
        for turn in found.get(t.index, ())
    ]


@pytest.mark.parametrize(("presiding", "witness"), STYLES)
def test_turns_are_told_by_their_labels(nlp: Language, presiding: str, witness: str) -> None:
    turns = "\n\n".join(label.format(s=presiding, w=witness) + said for label, said in TURNS)
    found = speakers(context_of(nlp, f"{OPENING}{turns}\n", **ENTITIES))
    assert found == [("p" if n % 2 == 0 else "q", said) for n, (_, said) in enumerate(TURNS)]


def test_turns_that_no_blank_line_sets_apart(nlp: Language) -> None:
    text = (
        f"{OPENING}Why now?\nRUIZ: It was time. BECK: said so.\nBECK: I did not.\n\nWhat next?\nBECK: A vote.\n"
        "RUIZ: We lost 12 members.\n\nRUIZ: Good night.\n\nBECK: Good night.\n"
    )
    found = speakers(context_of(nlp, text, **ENTITIES))
    assert ("p", "It was time. BECK: said so.") in found
    assert ("q", "I did not.") in found


def test_the_suite_of_styles_is_complete() -> None:
    assert len(STYLES) == 7


def test_who_presides_is_named_once_and_then_by_the_post(nlp: Language) -> None:
    text = (
        f"{OPENING}The Chair (Ms. Ana Ruiz): Welcome.\n\nMr. Tom Beck: Thank you.\n\n"
        "The Chair: Go ahead.\n\nMr. Tom Beck: We lost 12 members.\n"
    )
    assert [who for who, _ in speakers(context_of(nlp, text, **ENTITIES))] == ["p", "q", "p", "q"]


def test_an_interview_has_questions_and_answers(nlp: Language) -> None:
    text = (
        "FIVE QUESTIONS FOR ANA RUIZ\n\nAna Ruiz works at the Dune Teachers Guild. She spoke with Tom Beck.\n\n"
        "Q. How was it?\n\nA. I liked it.\n\nQ. Why?\n\nA. Because I did.\n"
    )
    entities = {**ENTITIES, "p": "Person: Ana Ruiz, ANA RUIZ"}
    assert [who for who, _ in speakers(context_of(nlp, text, **entities))] == ["q", "p", "q", "p"]


def test_initials_stand_for_speakers(nlp: Language) -> None:
    text = f"{OPENING}AR: Welcome.\n\nTB: Thank you.\n\nAR: Go ahead.\n\nTB: We lost 12 members.\n"
    assert [who for who, _ in speakers(context_of(nlp, text, **ENTITIES))] == ["p", "q", "p", "q"]


@pytest.mark.parametrize(
    "text",
    [
        "Q. Who is covered?\n\nA. All teachers are.\n\nQ. When?\n\nA. In May.\n",  # a list of questions
        "Principal: Ana Ruiz\n\nNurse: Tom Beck\n\nOffice: Room 4\n",
        "Result: Both signed.\n\nParties: Ana Ruiz\n\nResult: Both signed.\n\nParties: Tom Beck\n",
        "Ana Ruiz: coordinator\n\nTom Beck: nurse\n",
    ],
)
def test_other_lines_with_labels_are_no_turns(nlp: Language, text: str) -> None:
    assert not speakers(context_of(nlp, f"{OPENING}{text}", **ENTITIES))


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("BROADUS: Thank you.", "BROADUS: "),
        ("THEO DELACROIX, HOST: Last night …", "THEO DELACROIX, HOST: "),
        ("Note: this is no turn.", None),
        ("WHAT WE WANT", None),
    ],
)
def test_speaker_labels_are_told_from_headings(line: str, label: str | None) -> None:
    assert speaker_label(line) == label
