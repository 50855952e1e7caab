"""Dates in running text and the date of a document."""

from __future__ import annotations

import hashlib

import pytest

from kg.extract.annotate import AnnotatedDocument, Passage
from kg.extract.dates import document_date, find_dates
from kg.extract.layout import lay_out
from kg.model import IRI, Document

#: (text, reference, periods)
CASES = [
    ("It opened in August 2016.", None, ["2016-08"]),
    ("On Tuesday, March 4, 2014, they met.", None, ["2014-03-04"]),
    ("The contract runs from July 1, 2014 to June 30, 2019.", None, ["2014-07-01", "2019-06-30"]),
    ("In 2014-15 they got a raise.", None, ["2014/2015"]),
    ("Cohort 7 (2017–2020)", None, ["2017/2020"]),
    ("Proposed Budget, Fiscal Year 2012-13", None, ["2012/2013"]),
    ("the retreat on April 3–4", "2020-02-11", ["2020-04-03/2020-04-04"]),
    ("the Jan. 9 forum", "2016", ["2016-01-09"]),
    ("Ballots are due by February.", "2019-11-02", ["2020-02"]),
    ("since last August", "2024-02-09", ["2023-08"]),
    ("It began three years ago.", "2018-05-22", ["2015"]),
    ("They met last Thursday and Friday.", "2018-05-22", ["2018-05-17/2018-05-18"]),
    ("The mediator is to meet both teams Saturday.", "2022-08-24", ["2022-08-27"]),
    ("adopted in 2016 and dropped two years later", None, ["2016", "2018"]),
    ("began on October 13 and ended on the 28th", "2014-11-20", ["2014-10-13", "2014-10-28"]),
    ("Last updated: 11/19/2018", None, ["2018-11-19"]),
    ("posted 2018-11-19", None, ["2018-11-19"]),
]
#: Nothing in these is a date that can be told.
NONE = [
    ("The Jan. 9 forum came three years ago, on a Tuesday.", None),
    ("They will decide next fall.", None),
    ("It has 2,015 members and costs $2015.", None),
    ("You may march on; it may rain.", "2015-03-01"),
]


@pytest.mark.parametrize(("text", "reference", "periods"), CASES)
def test_dates_are_read_with_the_precision_of_the_text(text: str, reference: str | None, periods: list[str]) -> None:
    assert [d.period for d in find_dates(text, reference)] == periods


@pytest.mark.parametrize(("text", "reference"), NONE)
def test_no_date_is_guessed(text: str, reference: str | None) -> None:
    assert [d.value for d in find_dates(text, reference)] == []


def test_an_impossible_day_is_not_read() -> None:
    assert [d.value for d in find_dates("February 30, 2015")] == ["2015"]


def test_the_mention_is_the_words_of_the_date() -> None:
    text = "Signed on September 8, 2015 in Bristol."
    (date,) = find_dates(text)
    assert text[date.start : date.end] == "September 8, 2015"
    assert (date.value, date.interval_end, date.school_year, date.form) == ("2015-09-08", None, False, "full")


def test_a_school_year_is_marked() -> None:
    (date,) = find_dates("In 2014-15, teachers received a raise.")
    assert date.school_year
    assert (date.value, date.interval_end) == ("2014", "2015")


BODY = (
    "The district and its teachers have worked together since 2003, when the first agreement was signed in March 2003. "
    * 4
)


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("District News  |  October 3, 2019\n\n", "2019-10-03"),
        ("Posted May 22, 2018\n\n", "2018-05-22"),
        ("A statement to our families, February 2017\n\n", "2017-02"),
        ("Winter 2016                Vol. 41, No. 2\n\n", "2016"),
        ("DULUTH, Minn., Nov. 14, 2017 — ", "2017-11-14"),
        ("Opened: August 2009\n\n", None),
        ("HALLMARKS OF OUR SCHOOLS\n\n", None),
    ],
)
def test_a_document_is_dated_by_its_head_only(head: str, date: str | None) -> None:
    text = head + BODY
    document = Document(iri=IRI("x:d"), name="d", text=text, sha256=hashlib.sha256(text.encode()).hexdigest())
    passages = tuple(Passage(i, block, None) for i, block in enumerate(lay_out(text)))  # type: ignore[arg-type]
    assert document_date(AnnotatedDocument(document, passages)) == date
