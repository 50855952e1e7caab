"""The audit: each check has sentences that it finds odd, and others that it confirms or passes over.

`tests/audit/CHECK.txt` has one document a line: `odd:`, `agrees:` (both with `=> calculation`) or `silent:`. Figures
stand in brackets, with their qualifier behind a bar ("[80 percent|nearly]"); `//` parts sentences. Checks of relations
and dates have their cases below, since they need entities.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import assets
from kg.errors import QueryError
from kg.graph.audit import COLUMNS, FOLDER, PREPARATION, Oddity, audit, chosen, load_checks
from kg.graph.audit_report import audit_turtle
from kg.graph.dataset import to_dataset
from kg.graph.query import Source, open_source
from kg.graph.serialize import to_nquads
from kg.model import Anchor, Date, EntityId, Grounds, Membership, Metadata, Severity, Span, Statistic, Status, Unit
from tests.builders import BUILD, SETTINGS, Writer, corpus, document
from tests.gold import gold_corpus

CASES = Path(__file__).parent / "audit"
LINE = re.compile(r"(odd|agrees|silent): (.+?)(?: => (.+))?")
WORDS = dict(zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True))

Written = list[tuple[str, str, str, str]]


def written_cases() -> Written:
    """(check, kind, document, calculation) of all lines of all files."""
    found = []
    for path in sorted(CASES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            match = LINE.fullmatch(line)
            assert match, line
            assert (match[3] is None) == (match[1] == "silent"), line
            found.append((path.stem, match[1], match[2], match[3] or ""))
    return found


def quantity(words: str) -> tuple[Decimal, Decimal | None, Unit]:
    unit = Unit.DOLLAR if "$" in words else Unit.PERCENT if re.search("%|percent", words) else Unit.COUNT
    numbers = [Decimal(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", words)]
    numbers = numbers or [Decimal(WORDS[words.lower()])]
    if "million" in words:
        numbers[0] *= 1000000
    return numbers[0], numbers[1] if len(numbers) > 1 else None, unit


def written(text: str, name: str = "paper") -> Writer:
    """The document of a line, all its figures about one district."""
    plain = ""
    figures: list[tuple[int, str, str | None, int]] = []
    sentences: list[tuple[int, int]] = []
    for sentence in text.split(" // "):
        start = len(plain)
        for part in re.split(r"(\[[^\]]*\])", sentence):
            words, _, qualifier = part.strip("[]").partition("|") if part.startswith("[") else (part, "", "")
            if part.startswith("["):
                figures.append((len(plain), words, qualifier or None, len(sentences)))
            plain += words
        sentences.append((start, len(plain)))
        plain += " "
    writer = Writer(document(name, plain))
    district = writer.entity("SchoolDistrict", "Cedar Fork School District")
    for start, words, qualifier, number in figures:
        value, upper, unit = quantity(words)
        anchor = Anchor(writer.document.iri, Span(*sentences[number]))
        writer.statistics.append(
            Statistic(
                value=value,
                upper=upper,
                unit=unit,
                figure=Anchor(writer.document.iri, Span(start, start + len(words))),
                grounds=Grounds(evidence=(anchor,), rule="test"),
                about=(district,),
                qualifier=qualifier,
            )
        )
    return writer


def source_of(*writers: Writer) -> Source:
    return open_source(to_nquads(to_dataset(corpus(*writers), BUILD, SETTINGS)), "nq")


def found_by(check: str, *writers: Writer) -> tuple[Oddity, ...]:
    return audit(source_of(*writers), chosen([check]))


@pytest.mark.parametrize(("check", "kind", "text", "calculation"), written_cases())
def test_sentences(check: str, kind: str, text: str, calculation: str) -> None:
    found = found_by(check, written(text))
    assert [(f.confirms, f.calculation) for f in found] == (
        [] if kind == "silent" else [(kind == "agrees", calculation)]
    )
    for item in found:
        assert item.statements
        assert all(s.excerpt and s.places for s in item.statements)
        assert not item.confirms or item.severity is Severity.INFO


# --- checks of relations and dates -----------------------------------------------------------------------------------


def dated(start: str, end: str, length: str = "three-year") -> Writer:
    text = f"The Elm Bay Accord is a {length} agreement. It began in {start}. It ends in {end}."
    writer = Writer(document("accord", text))
    accord = writer.entity("Initiative", "Elm Bay Accord")
    first, began, ends = (f"{s}." for s in text.rstrip(".").split(". "))
    writer.states(accord, "startedOn", Date(value=start), writer.grounds(began))
    writer.states(accord, "endedOn", Date(value=end), writer.grounds(ends))
    writer.number("3", Unit.YEAR, length, writer.grounds(first), accord)
    return writer


def differing(
    second: str, kind: str = "Initiative", status: Status = Status.ASSERTED, name: str = "Elm Bay Accord"
) -> tuple[Writer, Writer]:
    writers = []
    for document_name, date in (("one", "2015"), ("two", second)):
        writer = Writer(document(document_name, f"The {name} was launched in {date}."))
        accord = writer.entity(kind, name)
        writer.states(accord, "startedOn", Date(value=date), writer.grounds(writer.document.text, status=status))
        writers.append(writer)
    return writers[0], writers[1]


def counting_back(year: str, date: str | None) -> Writer:
    text = f"The Elm Bay Accord, a project that began three years ago, grows. It was launched in {year}."
    writer = Writer(document("news", text, Metadata(date=date)))
    accord, union = writer.entity("Initiative", "Elm Bay Accord"), writer.entity("LaborUnion", "Elm Bay Union")
    first, second = "The Elm Bay Accord, a project that began three years ago, grows.", f"It was launched in {year}."
    writer.states(accord, "startedOn", Date(value=year), writer.grounds(second))
    writer.states(union, "participatesIn", accord, writer.grounds(first))
    return writer


def in_cohorts(total: str, *sizes: int) -> Writer:
    text = f"All our {total} schools are in the Elm Bay Accord."
    writer = Writer(document("cohorts", text))
    accord = writer.entity("Initiative", "Elm Bay Accord")
    for ordinal, size in enumerate(sizes, 1):
        for number in range(size):
            school = writer.entity("School", f"School {ordinal}-{number}")
            writer.joins(school, accord, ordinal, None, writer.grounds(text))
    writer.number(total, Unit.COUNT, total, writer.grounds(text), accord)
    return writer


def with_parts(total: str, parts: int) -> Writer:
    text = f"Teams meet in the district's {total} schools."
    writer = Writer(document("parts", text))
    district = writer.entity("SchoolDistrict", "Elm Bay School District")
    for number in range(parts):
        writer.states(writer.entity("School", f"School {number}"), "partOf", district, writer.grounds(text))
    writer.number(total, Unit.COUNT, total, writer.grounds(text), district)
    return writer


def role(start: str, end: str) -> Writer:
    text = "Ana Brook was president of the Elm Bay Union."
    writer = Writer(document("role", text))
    person, union = writer.entity("Person", "Ana Brook"), writer.entity("LaborUnion", "Elm Bay Union")
    writer.memberships.append(
        Membership(
            member=person,
            organization=union,
            role_title="president",
            grounds=writer.grounds(text),
            start=start,
            end=end,
        )
    )
    return writer


def stance(speaker: str, status: Status = Status.ASSERTED, *, sourced: bool = False) -> Writer:
    text = "The Elm Bay Union opposes merit pay."
    writer = Writer(document("stance", text))
    union, pay = writer.entity("LaborUnion", "Elm Bay Union"), writer.entity("Concept", "merit pay")
    cites = (writer.entity("Document", "minutes of May"),) if sourced else ()
    writer.voice = writer.entity("Organization", speaker)
    if speaker == "Elm Bay Union":
        writer.voice = union
    writer.states(union, "opposes", pay, writer.grounds(text, status=status, cites=cites))
    return writer


Case = tuple[str, Callable[[], tuple[Writer, ...]], str | None, bool]
BUILT: list[Case] = [
    ("durations", lambda: (dated("2018", "2022-06"),), "2022 − 2018 = 4, with both years 5; not three-year", False),
    ("durations", lambda: (dated("2018", "2021"),), "2021 − 2018 = 3, with both years 4; printed as three-year", True),
    ("durations", lambda: (dated("2018", "2020", "three-semester"),), None, False),
    ("start-after-end", lambda: (dated("2021-09", "2021-06"),), "2021-06 is before 2021-09", False),
    ("start-after-end", lambda: (role("2019", "2017"),), "2017 is before 2019", False),
    ("start-after-end", lambda: (dated("2021-09", "2021"),), None, False),
    ("dates-that-differ", lambda: differing("2016"), "2015 and 2016 are different dates of two documents", False),
    ("dates-that-differ", lambda: differing("2015-06"), None, False),
    ("dates-that-differ", lambda: differing("2016", "Event"), None, False),
    ("dates-that-differ", lambda: differing("2016", status=Status.PLANNED), None, False),
    ("dates-that-differ", lambda: differing("2016", name="agreement"), None, False),
    ("years-ago", lambda: (counting_back("2015", "2021-05"),), "2015 + 3 = 2018, but the document is of 2021", False),
    ("years-ago", lambda: (counting_back("2015", "2018-05"),), "2015 + 3 = 2018; the document is of 2018", True),
    (
        "years-ago",
        lambda: (counting_back("2015", None),),
        "2015 + 3 = 2018: right if the document is of that year, but it bears no date",
        False,
    ),
    ("cohorts", lambda: (in_cohorts("12", 4, 4, 4),), "4 + 4 + 4 = 12, as printed", True),
    ("cohorts", lambda: (in_cohorts("12", 4, 5, 4),), "4 + 5 + 4 = 13, not 12", False),
    ("cohorts", lambda: (in_cohorts("12", 4, 4),), "4 + 4 = 8, not 12", False),
    ("cohorts", lambda: (in_cohorts("4", 4),), None, False),
    ("named-parts", lambda: (with_parts("3", 4),), "4 named, not 3", False),
    ("named-parts", lambda: (with_parts("4", 4),), "4 named, as printed", True),
    ("named-parts", lambda: (with_parts("5", 4),), None, False),
    ("unsourced-claims", lambda: (stance("Oak Point Schools"),), "no source is given", False),
    ("unsourced-claims", lambda: (stance("Oak Point Schools", Status.DENIED),), "no source is given", False),
    ("unsourced-claims", lambda: (stance("Oak Point Schools", sourced=True),), None, False),
    ("unsourced-claims", lambda: (stance("Elm Bay Union"),), None, False),
]


@pytest.mark.parametrize(("check", "writers", "calculation", "confirms"), BUILT)
def test_relations_and_dates(
    check: str, writers: Callable[[], tuple[Writer, ...]], calculation: str | None, confirms: bool
) -> None:
    found = found_by(check, *writers())
    assert [(f.confirms, f.calculation) for f in found] == ([] if calculation is None else [(confirms, calculation)])


def test_numbers_with_a_source_are_not_told() -> None:
    text = "The union represents 604 teachers. Pay rose by 3 percent."
    writer = Writer(document("sourced", text))
    minutes = writer.entity("Document", "minutes of May")
    writer.number("604", Unit.COUNT, "604", writer.grounds("The union represents 604 teachers.", cites=[minutes]))
    speaker = writer.entity("Person", "Ana Brook")
    grounds = writer.grounds("Pay rose by 3 percent.", status=Status.REPORTED, by=EntityId(speaker))
    writer.number("3", Unit.PERCENT, "3 percent", grounds)
    (found,) = found_by("unsourced-numbers", writer)
    assert found.calculation == "1 of 2, 1 of them in the words of somebody who is named"
    assert [s.excerpt for s in found.statements] == ["Pay rose by 3 percent."]


# --- all of them -----------------------------------------------------------------------------------------------------


def test_every_check_has_a_case_that_it_finds_odd_and_one_that_it_does_not() -> None:
    odd = {check for check, kind, _, _ in written_cases() if kind == "odd"}
    odd |= {check for check, _, calculation, confirms in BUILT if calculation and not confirms}
    right = {check for check, kind, _, _ in written_cases() if kind != "odd"}
    right |= {check for check, _, calculation, confirms in BUILT if calculation is None or confirms}
    assert odd == right == set(load_checks())
    assert len(load_checks()) == 17
    assert len(written_cases()) == 66
    assert len(BUILT) == 25


def test_every_check_says_what_it_asks() -> None:
    for name, check in load_checks().items():
        assert check.summary.endswith("?"), name
        assert check.description.endswith("."), name
        assert check.tags[0] == "audit", name
        severities = re.findall(r"Violation|Warning|Info", dict(check.columns)["severity"])
        assert severities, name
        assert set(COLUMNS) <= {c for c, _ in check.columns}
        for column, meaning in check.columns:
            assert f"?{column}" in check.text, f"{name}: {column}"
            assert meaning, f"{name}: {column}"
    assert set(PREPARATION) == {f.removesuffix(".rq") for f in assets.names(FOLDER)} - set(load_checks())


def test_severities_are_those_of_the_header() -> None:
    for check, kind, text, _ in written_cases():
        if kind == "odd":
            (found,) = found_by(check, written(text))
            assert found.severity.value in dict(load_checks()[check].columns)["severity"], check


def test_the_seeds() -> None:
    store = open_source(to_nquads(to_dataset(gold_corpus(), BUILD, SETTINGS)), "nq")
    triples = len(store)
    found = audit(store)
    assert len(store) == triples, "what the checks need is taken out again"
    told = {(f.check, f.severity.value, f.confirms, f.calculation) for f in found}
    cut_off = "100 × 6 / 468 = 1.28: 1.2 is cut off; rounded it is 1.3"
    assert ("shares-of-counts", "Warning", False, cut_off) in told
    (survey,) = [f for f in found if f.check == "survey-options"]
    assert survey.calculation.startswith("5 other items read “agreed or strongly agreed”")
    assert survey.statements[0].excerpt.startswith("99% of staff agreed or disagreed")
    assert [f.calculation for f in found if f.check == "unsourced-numbers"] == [
        "11 of 21",
        "7 of 7, 1 of them in the words of somebody who is named",
    ]
    assert [f for f in found if f.severity is Severity.VIOLATION] == []
    assert audit(store) == found


def test_a_store_that_may_only_be_read_is_audited_too(tmp_path: Path) -> None:
    """As those are that large builds have in the cache."""
    source = open_source(to_nquads(to_dataset(gold_corpus(), BUILD, SETTINGS)), "nq")
    kept = ox.Store(str(tmp_path / "store"))
    kept.bulk_extend(source)
    kept.flush()
    del kept
    found = audit(source)
    assert found
    assert audit(ox.Store.read_only(str(tmp_path / "store"))) == found


def test_unknown_checks_are_refused() -> None:
    with pytest.raises(QueryError, match="no check is called nosuch"):
        chosen(["totals", "nosuch"])


def test_the_report_names_check_and_statements() -> None:
    found = found_by("totals", written("Personnel: [11] teachers, [4] aides ([16] hires in all)."))
    turtle = audit_turtle(found).decode()
    assert turtle == audit_turtle(found).decode()
    for words in ("sh:ValidationReport", "sh:resultSeverity sh:Warning", "audit#totals", "11 + 4 = 15, not 16"):
        assert words in turtle
    assert turtle.count("data/statistic/") >= 4  # the focus node, and all three as what it was derived from
    assert "sh:conforms true" in turtle
    assert "sh:result " not in audit_turtle(()).decode()
