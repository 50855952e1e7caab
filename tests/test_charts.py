"""Which figures stand in one chart: each in exactly one, and only what one scale makes sense of side by side."""

from __future__ import annotations

import pytest

from kg.graph.audit import Oddity, audit
from kg.graph.query import Source
from kg.model import Severity
from kg.site.charts import Chart, group_figures
from kg.site.clipping import LONGEST, clause, clip
from kg.site.contents import Figure, read_figures
from tests.picturing import figure


def kinds(*figures: Figure) -> list[tuple[str, list[float]]]:
    return [(c.kind, [r.value for r in c.rows]) for c in group_figures(figures)]


def test_percentages_beside_quoted_items_are_a_survey() -> None:
    first = figure("58% of staff agree: “My work is seen.”", "58%", "58", base="staff")
    second = figure("44% agree: “I can raise a problem.”", "44%", "44", start=60)
    (chart,) = group_figures([first, second])
    assert (chart.kind, chart.axis) == ("survey", (0.0, 100.0, 20.0))
    assert [r.label for r in chart.rows] == ["My work is seen", "I can raise a problem"]
    assert [r.detail for r in chart.rows] == ["58% of staff agree", "44% agree"]
    assert [r.detail[slice(*r.mark)] for r in chart.rows] == ["58%", "44%"]
    assert "base: staff; where none is given, the text names none" in chart.subtitle


def test_speech_is_no_item() -> None:
    inside = figure("“We lost 12% of our people,” she said.", "12%", "12")
    far = figure("Costs rose 3% after “the long winter of talks”.", "3%", "3", start=5000)
    assert [kind for kind, _ in kinds(inside, far)] == ["shares"]


def test_different_periods_of_one_thing_are_a_series_in_order_of_time() -> None:
    sentence = "Raises are 2.5 percent for 2019 and 2 percent for 2018."
    late = figure(sentence, "2.5 percent", "2.5", period="2019")
    early = figure(sentence, "2 percent", "2", period="2018")
    assert kinds(late, early) == [("series", [2, 2.5])]
    apart = [
        figure(f"In {y} {n} teachers left.", n, n, "Count", start=int(y), period=y, measure="teachers left the schools")
        for y, n in (("2014", "31"), ("2015", "42"), ("2016", "28"))
    ]
    assert kinds(*apart) == [("series", [31, 42, 28])]


def test_one_unit_in_one_sentence_is_compared() -> None:
    sentence = "The members approved it, 241 to 19."
    assert kinds(figure(sentence, "241", "241", "Count"), figure(sentence, "19", "19", "Count")) == [
        ("comparison", [241, 19])
    ]


@pytest.mark.parametrize(
    ("sentence", "one", "other"),
    [
        ("It drew 151 people from 46 districts.", "151", "46"),
        ("All | 812 | 569 | end", "812", "569"),
        ("Row 812 569 end", "812", "569"),
    ],
)
def test_what_counts_different_things_is_not(sentence: str, one: str, other: str) -> None:
    found = kinds(figure(sentence, one, one, "Count"), figure(sentence, other, other, "Count"))
    assert [kind for kind, _ in found] == ["figures"]


def test_a_finding_brings_figures_together_and_is_marked_on_the_first() -> None:
    one = figure("Elm has 604 teachers.", "604", "604", "Count")
    two = figure("Elm employs 612 teachers.", "612", "612", "Count", start=100)
    three = figure("Elm has 12 schools.", "12", "12", "Count", start=200)
    oddity = Oddity(
        severity=Severity.WARNING,
        check="same-quantity",
        label="?",
        message="604 and 612 teachers",
        calculation="612 − 604 = 8",
        statements=(one.statement, two.statement),
    )
    compared, rest = group_figures([one, two, three], [oddity])
    assert (compared.kind, rest.kind) == ("comparison", "figures")
    assert [[f.message for f in r.findings] for r in compared.rows] == [["604 and 612 teachers"], []]


def test_ranges_durations_and_the_rest() -> None:
    found = kinds(
        figure("Classes have 34 to 42 pupils.", "34 to 42", "34", "Count", upper="42"),
        figure("It took five years.", "five years", "5", "Year", start=50),
        figure("They met for two days.", "two days", "2", "OtherUnit", start=90),
    )
    assert found == [("durations", [5]), ("ranges", [34]), ("figures", [2])]


@pytest.mark.parametrize(
    ("made", "printed"),
    [
        (figure("up to $9,000", "$9,000", "9000", "USDollar", qualifier="up to"), "up to $9,000"),
        (figure("34 to 42.5", "34 to 42.5", "34", "Count", upper="42.5"), "34–42.5"),
        (figure("one year", "one year", "1", "Year"), "1 year"),
        (figure("two days", "two days", "2", "OtherUnit"), "2 days"),
        (figure("thousands of them", "thousands", "1000", "Count"), "thousands"),
        (figure("1.20 %", "1.20 %", "1.20"), "1.2 %"),
    ],
)
def test_numbers_as_they_are_shown(made: Figure, printed: str) -> None:
    assert group_figures([made])[0].rows[0].printed == printed


@pytest.mark.parametrize(
    ("value", "axis"), [("93", (0, 100, 20)), ("2.5", (0, 2.5, 0.5)), ("-4", (-4, 0, 1)), ("0", (0, 1, 1))]
)
def test_axes_begin_at_zero_and_hold_all(value: str, axis: tuple[float, float, float]) -> None:
    assert group_figures([figure(f"{value}%", f"{value}%", value)])[0].axis == pytest.approx(axis)


def test_labels_are_short_and_hold_the_figure() -> None:
    sentence = "word " * 40 + "seven of them left; " + "word " * 40
    at = sentence.index("seven")
    label, mark = clip(*clause(sentence, (at, at + 5)))
    assert len(label) <= LONGEST
    assert label[slice(*mark)] == "seven"
    assert label.startswith("… ")
    assert clause("a; b 5 c; d", (5, 6)) == ("b 5 c", (2, 3))


def test_each_statistic_of_the_seeds_stands_in_one_chart(seeds_source: Source) -> None:
    figures = read_figures(seeds_source)
    charts: tuple[Chart, ...] = group_figures(figures, audit(seeds_source))
    rows = [r.iri for c in charts for r in c.rows]
    assert len(figures) > 20
    assert sorted(rows) == sorted(f.statement.iri for f in figures)
    assert all(f.sentence[slice(*f.mark)] for f in figures)
    survey = next(c for c in charts if c.kind == "survey")
    assert len(survey.rows) == 6
    assert [f.check for r in survey.rows for f in r.findings if not f.confirms] == ["survey-options"]
    assert any(r.upper is not None for c in charts for r in c.rows if c.kind == "comparison")
    assert group_figures(tuple(reversed(figures)), audit(seeds_source)) != ()
