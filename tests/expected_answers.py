"""What the canned questions must answer on the two seeds, whoever extracted: shared by tests of queries and of builds.

Rows hold the columns that matter, in the order of `columns`; None is an empty cell. Names are compared without case,
accents and articles. Rows in `optional` are suggested by the texts, not stated: an answer may have them or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.graph.query import Result
from kg.graph.resolve import fold

Row = tuple[str | None, ...]

A = "000_765f323035fc507c"
B = "004_ee2d5fac82ae12ba"

ALLIANCE = "Alliance College-Ready Public Schools"
DISTRICT = "Alisal Union School District"
TEACHERS = "Alisal Teachers Association"
EMPLOYEES = "California School Employees Association"
CHAPTER = "California School Employees Association Chapter 577"
INSTITUTE = "California Labor Management Institute"
CONSORTIUM = "Consortium for Educational Change"
BUDGET = "http://achieve.lausd.net/cms/lib08/CA01000043/Centricity/Domain/123/FINAL%20BUDGET%206-13-14%20859AM.pdf"
LETTER = "http://www.utla.net/system/files/LAUSD_Letter_from_Cortines_%20012615.pdf"
COHORTS = {
    "1": ("Alisal", "Jesse E. Sánchez Elementary", "John E. Steinbeck Elementary", "Chávez"),
    "2": ("Bardin", "Creekside", "Fremont", "Virginia Rocca Barton"),
    "3": ("Oscar Loya", "MLK", "Monte Bella Elementary", "Frank Paul"),
}
SCHOOLS = tuple(school for members in COHORTS.values() for school in members)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The expected answer to one numbered question.

    Attributes:
        question: name of the canned query; `parameters` go with it.
        starts: columns of which only the beginning is given.
        holds: columns of which only a part is given.
        pair: two columns whose order does not matter.
        needed: rows without a value in this column do not count.
    """

    number: int
    question: str
    columns: tuple[str, ...]
    rows: frozenset[Row]
    parameters: dict[str, str] = field(default_factory=dict)
    optional: frozenset[Row] = frozenset()
    starts: frozenset[str] = frozenset()
    holds: frozenset[str] = frozenset()
    pair: tuple[str, str] | None = None
    needed: str | None = None


ANSWERS = (
    Answer(
        number=1,
        question="cohorts",
        parameters={"initiative": "ALMA"},
        columns=("cohort", "member", "document"),
        rows=frozenset((cohort, school, B) for cohort, schools in COHORTS.items() for school in schools),
    ),
    Answer(
        number=2,
        question="parts-of",
        parameters={"whole": DISTRICT},
        columns=("part", "document"),
        rows=frozenset((school, B) for school in SCHOOLS),
    ),
    Answer(
        number=3,
        question="presenters",
        columns=("presenter", "organization", "document"),
        rows=frozenset(
            {
                ("Ed Horowitz", INSTITUTE, B),
                ("Mary McDonald", CONSORTIUM, B),
                ("Ann Cummins-Bogan", CONSORTIUM, B),
            }
        ),
    ),
    Answer(
        number=4,
        question="who-works-where",
        columns=("person", "role", "organization", "document"),
        rows=frozenset(
            {
                ("Keiko Inoue", "president", CHAPTER, B),
                ("George Lopez", "representative to ALMA", TEACHERS, B),
                ("Ed Horowitz", None, INSTITUTE, B),
                ("Mary McDonald", None, CONSORTIUM, B),
                ("Ann Cummins-Bogan", None, CONSORTIUM, B),
                ("Christina Palmer", None, "John E. Steinbeck Elementary", B),
            }
        ),
        optional=frozenset({("Cortines", None, "LAUSD", A)}),
    ),
    Answer(
        number=6,
        question="bargaining-and-partners",
        columns=("relation", "organization", "counterpart", "document"),
        rows=frozenset(
            {
                ("bargainsWith", "LAUSD", "UTLA", A),
                ("partnersWith", TEACHERS, DISTRICT, B),
                ("partnersWith", DISTRICT, CHAPTER, B),
            }
        ),
        pair=("organization", "counterpart"),
    ),
    Answer(
        number=7,
        question="numbers",
        parameters={"topic": "class size"},
        columns=("about", "value", "upper", "cited", "speaker", "document"),
        rows=frozenset({(ALLIANCE, "30", None, None, ALLIANCE, A), ("LAUSD", "34", "42.5", BUDGET, ALLIANCE, A)}),
    ),
    Answer(
        number=9,
        question="cited-claims",
        columns=("claim", "cited", "document"),
        rows=frozenset(
            {
                (
                    "UTLA has not won a raise for teachers at LAUSD for the past 8 years",
                    "http://www.utla.net/media/ralliesdailynews",
                    A,
                ),
                ("They are the only union to not reach (or nearly reach) a contract agreement with LAUSD", LETTER, A),
                ("is used by thousands of other charter organizations", "PRNewsire, June 28, 2011", A),
                ("LAUSD-UTLA contract-bound class sizes: 34 to 42.5", BUDGET, A),
                (
                    "another 609 teachers received pink slips",
                    "http://laschoolreport.com/la-unified-board-and-tough-realities-deficit-layoffs-and-charters/",
                    A,
                ),
                (
                    "felt overwhelmingly positive about their working conditions",
                    "https://plus.laalliance.org/Data/Analysis/SitePages/Home.aspx",
                    A,
                ),
                ("our teachers have due process rights", "charter authorization agreement", A),
            }
        ),
        holds=frozenset({"claim"}),
    ),
    Answer(
        number=13,
        question="quotations",
        columns=("words", "speaker", "document"),
        rows=frozenset(
            {
                ("It’s kind of intuitive: if adults get along", "Ed Horowitz", B),
                ("What we’re also finding", "Ed Horowitz", B),
                ("It matters for kids.", "Ed Horowitz", B),
                ("It’s a positive change in leadership", "Keiko Inoue", B),
                ("It’s very important.", "Keiko Inoue", B),
                ("The goal of ALMA is to break down those barriers", "Christina Palmer", B),
                ("The collaboration and coordination", "George Lopez", B),
                ("It's been showing by the work", "George Lopez", B),
                ("Unions need to step up", "Ed Horowitz", B),
                ("There’s got to be a reason", "Ed Horowitz", B),
            }
        ),
        starts=frozenset({"words"}),
    ),
    Answer(
        number=14,
        question="leaders-and-their-people",
        columns=("leader", "person", "document"),
        rows=frozenset({(CONSORTIUM, "Mary McDonald", B), (CONSORTIUM, "Ann Cummins-Bogan", B)}),
        needed="person",
    ),
    Answer(
        number=16,
        question="organizations-by-kind",
        columns=("kind", "organization", "document"),
        rows=frozenset(
            {
                ("SchoolDistrict", "LAUSD", A),
                ("SchoolDistrict", DISTRICT, B),
                ("CharterNetwork", ALLIANCE, A),
                ("LaborUnion", "UTLA", A),
                ("LaborUnion", TEACHERS, B),
                ("LaborUnion", EMPLOYEES, B),
                ("LaborUnion", CHAPTER, B),
                ("SupportOrganization", INSTITUTE, B),
                ("SupportOrganization", CONSORTIUM, B),
                ("GovernmentBody", "California State Teacher Retirement System", A),
                *(("School", school, B) for school in SCHOOLS),
            }
        ),
    ),
)


def compare(answer: Answer, result: Result) -> tuple[set[Row], set[Row]]:
    """Expected rows that the result lacks, and rows that nobody expected."""
    found = _project(answer, result)
    expected = answer.rows | answer.optional
    missing = {row for row in answer.rows if not any(_same(answer, row, f) for f in found)}
    extra = {f for f in found if not any(_same(answer, row, f) for row in expected)}
    return missing, extra


def _project(answer: Answer, result: Result) -> set[Row]:
    places = [result.columns.index(c) for c in answer.columns]
    needed = result.columns.index(answer.needed) if answer.needed else None
    rows = (r for r in result.rows if needed is None or r[needed] is not None)
    return {tuple(None if r[i] is None or not str(r[i]) else str(r[i]) for i in places) for r in rows}


def _same(answer: Answer, expected: Row, found: Row) -> bool:
    pairs = dict(zip(answer.columns, zip(expected, found, strict=True), strict=True))
    if answer.pair:
        one, two = (pairs.pop(column) for column in answer.pair)
        if {fold(str(one[0])), fold(str(two[0]))} != {fold(str(one[1])), fold(str(two[1]))}:
            return False
    return all(_fits(answer, column, *cells) for column, cells in pairs.items())


def _fits(answer: Answer, column: str, expected: str | None, found: str | None) -> bool:
    if expected is None or found is None:
        return expected == found
    if column in answer.starts:
        return fold(found).startswith(fold(expected))
    return fold(expected) in fold(found) if column in answer.holds else fold(expected) == fold(found)
