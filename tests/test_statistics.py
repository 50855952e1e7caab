"""Numbers with a meaning: value, unit, what they measure, what they are about, who says so, on what source."""

from __future__ import annotations

from decimal import Decimal

import pytest
from spacy.language import Language

from kg.extract import statistics as statistics_module
from kg.extract.measurement import LONGEST
from kg.extract.numerals import parse_number
from kg.extract.quantities import find_quantities
from kg.extract.speech import find_attributions
from kg.extract.statistics import find_statistics
from kg.extract.units import Quantity
from kg.lexicon import load_lexicon
from kg.model import EntityId, Statistic, Status, Unit
from tests.contexts import context_of

THINGS = {
    "network": "CharterNetwork: Larch Charter Schools, Larch",
    "union": "LaborUnion: Larch Teachers Union",
    "anna": "Person: Anna Berg, Berg",
    "report": "Document: Pay in Schools",
}


def statistics(nlp: Language, text: str, **entities: str) -> tuple[Statistic, ...]:
    context = context_of(nlp, text, **(entities or THINGS))
    lexicon = load_lexicon()
    marks: dict[str, list[tuple[int, int]]] = {}
    defined: dict[str, int] = {}
    for passage in context.annotated.passages:
        for position, label in passage.block.notes:
            if passage.block.kind == "footnote":
                defined[label] = passage.index
            else:
                marks.setdefault(label, []).append((passage.index, position))
    notes = {label: (where, tuple(marks.get(label, ()))) for label, where in defined.items()}
    return find_statistics(context, lexicon, find_attributions(context, lexicon), notes)


def short(quantity: Quantity) -> str:
    upper = f"..{quantity.upper}" if quantity.upper is not None else ""
    return f"{quantity.value.normalize():f}{upper} {quantity.unit.value}"


#: (text, quantities)
QUANTITIES = [
    ("99% of teachers", ["99 Percent"]),
    ("Ninety-three percent of all funding", ["93 Percent"]),
    ("an 8 percentage point gain", ["8 OtherUnit"]),
    ("bonuses up to $9,000", ["9000 USDollar"]),
    ("a budget of $31.6 million", ["31600000 USDollar"]),
    ("fifty cents more", ["0.5 USDollar"]),
    ("for the past 8 years", ["8 Year"]),
    ("for close to a decade", ["10 Year"]),
    ("two and a half years of bargaining", ["2.5 Year"]),
    ("over 45 minutes a day", ["45 OtherUnit"]),
    ("nine school days", ["9 OtherUnit"]),
    ("class sizes: 34 to 42.5", ["34..42.5 Count"]),
    ("between $900 and $2,200 a year", ["900..2200 USDollar"]),
    ("three to five years", ["3..5 Year"]),
    ("turnover fell from 22 to 14 percent", ["22 Percent", "14 Percent"]),
    ("It rose from 16 to 18 or 19 percent.", ["16 Percent", "18..19 Percent"]),
    ("It went from 61 percent to 84.", ["61 Percent", "84 Percent"]),
    ("Enrollment fell 12 percent to 410.", ["12 Percent", "410 Count"]),
    ("Raises of 2.5, 3 and 3.25 percent", ["2.5 Percent", "3 Percent", "3.25 Percent"]),
    ("They asked for 6.9 percent and the board offered 5.5.", ["6.9 Percent", "5.5 Percent"]),
    ("grievances fell by 10 to 35 percent", ["10..35 Percent"]),
    ("The board voted 412-37 to go on.", ["412 Count", "37 Count"]),
    ("approved it by 412 votes to 389", ["412 Count", "389 Count"]),
    ("the board turned it down 4-1", ["4 Count", "1 Count"]),
    ("two-thirds of members", ["0.6667 Ratio"]),
    ("about half of them", ["0.5 Ratio"]),
    ("a fifth of the budget", ["0.2 Ratio"]),
    ("three out of four teachers", ["0.75 Ratio"]),
    ("one position in five was vacant", ["0.2 Ratio"]),
    ("2.3 times as likely", ["2.3 Ratio"]),
    ("a ratio of 14 to 1", ["14 Ratio"]),
    ("thousands of other districts", ["1000 Count"]),
    ("half a million dollars", ["500000 USDollar"]),
    ("six dozen donuts", ["72 Count"]),
    ("Members: 412, up from 397 a year ago.", ["412 Count", "397 Count"]),
    ("a loan of £640,000, €1.8m in debt", ["640000 OtherUnit", "1800000 OtherUnit"]),
    ("between £310,000 and £350,000 a year", ["310000..350000 OtherUnit"]),
    ("KSh 70 million and Rs. 36 lakh", ["70000000 OtherUnit", "3600000 OtherUnit"]),
    ("R5,6 million, and R240 an hour", ["5600000 OtherUnit", "240 OtherUnit"]),
    ("RM30 million and GBP 40", ["30000000 OtherUnit", "40 OtherUnit"]),
    ("about 180,000 Swiss francs", ["180000 OtherUnit"]),
    ("between 31,000 and 36,000 dollars", ["31000..36000 USDollar"]),
    ("58,4% of 2 310 clerks", ["58.4 Percent", "2310 Count"]),
    ("12-hundred dollars", ["1200 USDollar"]),
    ("six hours and thirty minutes of class", ["6.5 OtherUnit"]),
    ("half a day, half an hour, half a percentage point", ["0.5 OtherUnit"] * 3),
    ("It was 38 degrees; she holds two degrees.", ["38 OtherUnit", "2 Count"]),
    ("2.4 fewer sick days, 40 hrs a year", ["2.4 OtherUnit", "40 OtherUnit"]),
    ("Four clerks in ten left.", ["0.4 Ratio"]),
    ("It came nine months later.", ["9 OtherUnit"]),
    ("190 days, down from 201", ["190 OtherUnit", "201 OtherUnit"]),
    ("Drivers stay 6.2 years on average, up from 4.", ["6.2 Year", "4 Year"]),
    ("Attendance was 14 percent, down from 91 on a usual day.", ["14 Percent", "91 Percent"]),
    ("a year of 180 days; 184 for new clerks", ["180 OtherUnit", "184 OtherUnit"]),
    ("It was settled in 6 hours. Complaints: 19 in May.", ["6 OtherUnit", "19 Count"]),
    ("Members voted 8 to 1 to strike.", ["8 Count", "1 Count"]),
    ("one nurse: 1 per 700 pupils", ["1 Count", "700 Count"]),
    ("from 120,300 to below 90,000 in five months", ["120300 Count", "90000 Count", "5 OtherUnit"]),
    ("Reception to Year 9, 118 pupils", ["118 Count"]),
    ("12.6: percentage of clerks who quit", ["12.6 Percent"]),
]
#: Numbers that count and measure nothing.
NAMES = [
    "Local 1187 and Chapter 577 met in Room 204",
    "call 555-0172 or (555) 010-0172, ext. 12",
    "see https://example.org/2014/12/report-45",
    "on Tuesday, March 4, 2014 at 7:15 p.m.",
    "in the 2014-15 school year, in grades 3 through 8 and K-12",
    "the 38th convention, the 9th session, a third straight year",
    "Senate Bill 512, Article 14 and Section 3.2",
    "one another, no one, one of them, a one-size-fits-all plan",
    "She is 66. He was seventy-three.",
    "three years earlier, a 26-year-old teacher",
    "the 1990s; Page 1 of 2; 90.7 FM",
    "1208 Elevator Road",
    "on 5, 12 and 19 July, on Monday 3 – Tuesday 4 March 2019, between 6 and 21 May",
    "call 0800 555 013, 084 555 0113 or +44 20 5550 0113",
    "cl 9 of Circular 6/2018, Motion 17, page 31, item 4, [2014] ACTIT 61, Act 12 of 1998, Quarterly 8 (2013)",
    "since nine this morning, at ten past seven, from 8:15 to 3",
    "an 11-16 school; she turned 90. Clerks under 30 have no post.",
    "5.1 Duty day",
]


@pytest.mark.parametrize(("text", "expected"), QUANTITIES)
def test_quantities(text: str, expected: list[str]) -> None:
    assert [short(q) for q in find_quantities(text, load_lexicon())] == expected


@pytest.mark.parametrize("text", NAMES)
def test_numbers_that_only_name_are_left_out(text: str) -> None:
    found = [q for q in find_quantities(text, load_lexicon()) if not (q.bare and q.value == 1)]
    assert [text[q.start : q.end] for q in found] == []


def test_the_suite_is_whole() -> None:
    assert (len(QUANTITIES), len(NAMES)) == (60, 18)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1,250", "1250"),
        ("2.5 million", "2500000"),
        ("twenty-six", "26"),
        ("four hundred and twelve", "412"),
        ("forty-two hundred", "4200"),
        ("a dozen", "12"),
        ("two and a half", "2.5"),
        ("many", None),
        ("a", None),
    ],
)
def test_number_words(words: str, value: str | None) -> None:
    assert parse_number(words) == (Decimal(value) if value else None)


@pytest.mark.parametrize("qualifier", ["nearly", "up to", "at least", "more than", "an estimated", "no less than"])
def test_qualifiers(qualifier: str) -> None:
    (quantity,) = find_quantities(f"It has {qualifier} 50 members.", load_lexicon())
    assert quantity.qualifier == qualifier


def test_a_share_with_its_counts(nlp: Language) -> None:
    six, all_, share = statistics(nlp, "In 2014, six of 468 Larch teachers (or 1.2%) were let go for cause.")
    assert (six.value, all_.value, share.value) == (Decimal(6), Decimal(468), Decimal("1.2"))
    assert (share.numerator, share.denominator) == (Decimal(6), Decimal(468))
    assert (six.numerator, six.denominator) == (None, None)
    assert {s.period for s in (six, all_, share)} == {"2014"}


def test_what_is_measured_and_of_whom(nlp: Language) -> None:
    text = "In December 2014, 99% of Larch teachers received a pay bonus. Larch schools average class size: 30."
    bonus, size = statistics(nlp, text)
    assert bonus.measure is not None
    assert "received a pay bonus" in bonus.measure
    assert bonus.population == "Larch teachers"
    assert bonus.period == "2014-12"
    assert bonus.about[0] == "network"
    assert (size.measure, size.population) == ("Larch schools average class size", None)


def test_survey_items_measure_answer_and_statement(nlp: Language) -> None:
    text = (
        "In the survey conducted in November 2014, Larch staff felt positive.\n\n"
        "- 89% agreed or strongly agreed, “My voice is respected.”\n"
        "- 91% of staff agreed or strongly agreed, “Our school is very positive.”\n"
    )
    first, second = statistics(nlp, text)
    assert first.measure is not None
    assert "agreed" in first.measure
    assert "voice is respected" in first.measure
    assert second.population == "staff"
    assert (first.period, second.period) == ("2014-11", "2014-11")


def test_a_reported_number_has_its_speaker(nlp: Language) -> None:
    text = "“We lost 12 teachers,” said Anna Berg. She said that 30 percent had left. Larch employs 410 teachers."
    quoted, indirect, own = statistics(nlp, text)
    assert (quoted.grounds.status, quoted.grounds.attributed_to) == (Status.REPORTED, "anna")
    assert (indirect.grounds.status, indirect.grounds.attributed_to) == (Status.REPORTED, "anna")
    assert (own.grounds.status, own.grounds.attributed_to) == (Status.ASSERTED, None)


def test_a_number_cites_the_document_of_its_footnote(nlp: Language) -> None:
    text = (
        "Larch pays its teachers 8 percent more¹. It has 30 schools.\n\n"
        "Larch class size: 30; contract class size: 34².\n\n"
        "¹ Pay in Schools, 2014\n\n² Another source, 2015"
    )
    found = statistics(nlp, text)
    assert [(str(s.value), s.grounds.cites) for s in found] == [
        ("8", (EntityId("report"),)),
        ("30", ()),
        ("30", ()),
        ("34", ()),
    ]


def test_evidence_is_the_sentence_and_the_figure_its_own_anchor(nlp: Language) -> None:
    text = "Larch is large. It spends \\$9,000 on each teacher. It is glad."
    (found,) = statistics(nlp, text)
    (evidence,) = found.grounds.evidence
    assert text[evidence.span.start : evidence.span.end] == "It spends \\$9,000 on each teacher."
    assert text[found.figure.span.start : found.figure.span.end] == "$9,000"
    assert (found.value, found.unit) == (Decimal(9000), Unit.DOLLAR)


def test_evidence_is_the_row_of_a_table_and_leaves_out_the_number_of_a_section(nlp: Language) -> None:
    rows = "Unit\tTerm\tRaise\nLarch Teachers Union\t2 years\t4.5%\nElm Clerks\t3 years\t3.5%\n"
    text = f"{rows}\n3.2 The minimum is $41,000.\n"
    evidence = {
        s.value: text[s.grounds.evidence[0].span.start : s.grounds.evidence[0].span.end] for s in statistics(nlp, text)
    }
    assert evidence[Decimal("4.5")] == "Larch Teachers Union\t2 years\t4.5%"
    assert evidence[Decimal("3.5")] == "Elm Clerks\t3 years\t3.5%"
    assert evidence[Decimal(41000)] == "The minimum is $41,000."


def test_a_headline_figure_is_the_body_s(nlp: Language) -> None:
    text = (
        "Larch gets $2.6 million\n\nLarch Charter Schools will get $2.6 million for buses. The union is glad of that."
    )
    (found,) = statistics(nlp, text)
    assert text[found.figure.span.start :].startswith("$2.6 million for")
    assert len(found.grounds.evidence) == 2


def test_a_definite_number_points_back(nlp: Language) -> None:
    text = "Larch Charter Schools runs 14 schools. In eleven of the 14 the plan is in place."
    assert [int(s.value) for s in statistics(nlp, text)] == [14, 11]


def test_numbers_in_names_and_ages_are_left_out(nlp: Language) -> None:
    text = "Anna Berg, 57, leads Local Twelve. Its two-year contract ends soon."
    found = statistics(nlp, text, anna="Person: Anna Berg", u="LaborUnion: Local Twelve")
    assert [(int(s.value), s.unit) for s in found] == [(2, Unit.YEAR)]


#: (text, values): numbers without a unit, by what stands around them in the parse.
BARE = [
    ("Three (3) of the schools closed, and the two unions met again.", [3]),
    ("Larch Teachers Union 415, which is small, met with 12 teachers. Anna Berg leads 415.", [12]),
    ("She directs our Four Tables project with 9 teachers.", [9]),
    ("The doors open at six, because Anna Berg has the key for 40 rooms.", [40]),
    ("Class size is capped at nine.", [9]),
]


@pytest.mark.parametrize(("text", "values"), BARE)
def test_bare_numbers_that_only_name_or_point(nlp: Language, text: str, values: list[int]) -> None:
    assert [s.value for s in statistics(nlp, text)] == values


def test_a_number_takes_the_unit_of_a_subject_that_changes(nlp: Language) -> None:
    found = statistics(nlp, "Days lost to illness fell from 8.5 to 5.1 for each teacher.")
    assert [(s.value, s.unit) for s in found] == [(Decimal("8.5"), Unit.OTHER), (Decimal("5.1"), Unit.OTHER)]


def test_about_is_short_and_nearest_first(nlp: Language) -> None:
    text = "Larch Charter Schools grew. The Larch Teachers Union has 410 members in Larch Charter Schools."
    (found,) = statistics(nlp, text)
    assert found.about == ("union", "network")
    assert found.measure is not None
    assert len(found.measure.split()) <= LONGEST


def test_figures_of_a_long_line_are_not_compared_pair_by_pair(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Quantity] = []
    key = statistics_module._key

    def noted(quantity: Quantity) -> tuple[object, ...]:
        asked.append(quantity)
        return key(quantity)

    monkeypatch.setattr(statistics_module, "_key", noted)
    found = find_statistics(context_of(nlp, "12 34 5% $6 7/8 " * 100), load_lexicon(), (), {})
    assert len(found) > 300
    assert len(asked) <= 2 * len(found)


def test_a_figure_of_a_row_is_about_what_the_row_names(nlp: Language) -> None:
    text = "Unit\tTerm\tMembers\nLarch Teachers Union\t2 years\t212\nElm Clerks\t3 years\t48\n"
    union, clerks = "LaborUnion: Larch Teachers Union", "LaborUnion: Elm Clerks"
    about = {s.value: s.about[:1] for s in statistics(nlp, text, union=union, clerks=clerks)}
    assert about[Decimal(212)] == ("union",)
    assert about[Decimal(48)] == ("clerks",)
