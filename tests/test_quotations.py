"""Direct quotations: which stretches are somebody's words, and whose."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.speech import find_attributions
from kg.lexicon import load_lexicon
from kg.model import Attribution, SpeechKind
from tests.contexts import context_of

PEOPLE = {
    "anna": "Person: Anna Berg, Berg",
    "paul": "Person: Paul Kern, Kern",
    "union": "LaborUnion: Larch Teachers Union",
    "watch": "Organization: Taxpayer Watch",
}


def direct(nlp: Language, text: str) -> list[Attribution]:
    context = context_of(nlp, text, **PEOPLE)
    return [a for a in find_attributions(context, load_lexicon()) if a.kind is SpeechKind.DIRECT]


def spoken(nlp: Language, text: str) -> list[tuple[str, str | None]]:
    return [(a.text, a.speaker) for a in direct(nlp, text)]


#: (text, [(words, speaker)])
CASES = [
    ("“We are ready to talk,” Anna Berg said.", [("We are ready to talk,", "anna")]),
    ("“We are ready to talk,” said Anna Berg, president of the union.", [("We are ready to talk,", "anna")]),
    ('"We are ready to talk," Berg says.', [("We are ready to talk,", "anna")]),
    ("Anna Berg told the board, “You have our answer.”", [("You have our answer.", "anna")]),
    ("Berg was blunter: “They never listened to us.”", [("They never listened to us.", "anna")]),
    ("“It was,” Berg said after a pause, “a good day.”", [("It was,", "anna"), ("a good day.", "anna")]),
    ("“We won,” said Anna Berg. “It took ten years.”", [("We won,", "anna"), ("It took ten years.", "anna")]),
    ("Anna Berg came in late. “We won,” she said.", [("We won,", "anna")]),
    ("“Hers,” says Paul Kern.", [("Hers,", "paul")]),
    ("“That plan is a mess,” Paul Kern scoffed.", [("That plan is a mess,", "paul")]),
    ("“That plan is a mess,” Paul Kern bellowed.", [("That plan is a mess,", "paul")]),
    ("Taxpayer Watch has written that the plan “hands the unions a veto.”", [("hands the unions a veto.", "watch")]),
    ("Anna Berg: “I used to count the grievances I won.”", [("I used to count the grievances I won.", "anna")]),
    ("“I came to watch them fail.” -- Paul Kern", [("I came to watch them fail.", "paul")]),
    (
        "“The first week I sat far from them.”\n   —Anna Berg, president",
        [("The first week I sat far from them.", "anna")],
    ),
    (
        "The Larch Teachers Union said the rumor was false. “There is no such plan,” a spokeswoman said.",
        [("There is no such plan,", "union")],
    ),
    ("“I opposed it then.”\nPaul Kern, principal, Ferndale Elementary", [("I opposed it then.", "paul")]),
    (
        "Anna Berg was clear. “He asked ‘can I get an extra percent'.”",
        [("He asked ‘can I get an extra percent'.", "anna")],
    ),
    (
        "“We begin here and we do not stop,” said Anna Berg. “There is more.\n\n“There is much more to do.”",
        [
            ("We begin here and we do not stop,", "anna"),
            ("There is more.", "anna"),
            ("There is much more to do.", "anna"),
        ],
    ),
]
#: No words of a speaker that the text names.
NONE = [
    "Paul Kern spoke to the Alisal “team” about a culture of “we” at length.",
    "89% agreed or strongly agreed, “My voice is respected at the school.”",
    "We do not believe a third party helps; it brings in a culture of “what’s in it for me.”",
    "Paul Kern led the session “Getting to the Table,” an August workshop.",
    "“We went from announcing to asking,” a principal told us.",
    "Paul Kern called the award “about half of right.”",
    "Paul Kern did not “come from a bank in the city.”",
    "Anna Berg said that the union will “endeavor in good faith to meet.”",
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_words_and_speaker(nlp: Language, text: str, expected: list[tuple[str, str]]) -> None:
    assert spoken(nlp, text) == expected


@pytest.mark.parametrize("text", NONE)
def test_other_stretches_are_no_quotations(nlp: Language, text: str) -> None:
    assert spoken(nlp, text) == []


def test_the_suite_is_whole() -> None:
    assert (len(CASES), len(NONE)) == (19, 8)


def test_an_anonymous_line_below_takes_no_other_speaker(nlp: Language) -> None:
    text = "“I was told to wait.” — Paul Kern, principal\n\n“It is nice. It is also work.” — Union member, anonymous\n"
    assert spoken(nlp, text) == [("I was told to wait.", "paul")]


def test_a_transcript_gives_one_quotation_a_turn_and_none_to_the_host(nlp: Language) -> None:
    text = (
        "RITA VOSS, HOST: We have Anna Berg and Paul Kern here. What happens now?\n\n"
        "BERG: (Laughs) We turn in the cards. Then the board has to sit down with us.\n\n"
        "VOSS: Mr. Kern, why not?\n\n"
        "KERN: It is the money.\n\n"
        "VOSS: Thank you both."
    )
    assert spoken(nlp, text) == [
        ("We turn in the cards. Then the board has to sit down with us.", "anna"),
        ("It is the money.", "paul"),
    ]


def test_anchors_are_the_documents_own_characters(nlp: Language) -> None:
    text = "“We copied it from\nsomebody in Ohio,”\xa0Berg said."
    (quotation,) = direct(nlp, text)
    span = quotation.content.span
    assert text[span.start : span.end] == "We copied it from\nsomebody in Ohio,"
    assert quotation.text == "We copied it from somebody in Ohio,"
    assert quotation.cue is not None
    assert quotation.source is not None
    assert text[quotation.cue.span.start : quotation.cue.span.end] == "said"
    assert text[quotation.source.span.start : quotation.source.span.end] == "Berg"


def test_turns_may_be_labelled_with_names_as_written_elsewhere(nlp: Language) -> None:
    text = (
        "Ms. Anna Berg: We turn in the cards. Then the board has to sit down with us.\n\n"
        "Mr. Paul Kern: It is the money.\n\n"
        "Ms. Anna Berg: It always is.\n\n"
        "Mr. Paul Kern: We have heard that before."
    )
    assert [speaker for _, speaker in spoken(nlp, text)] == ["anna", "paul", "anna", "paul"]


def test_a_roster_is_no_transcript(nlp: Language) -> None:
    assert spoken(nlp, "Anna Berg: she keeps the books.\n\nPaul Kern: he drives.\n\nRita Voss: she leads.") == []
