"""What the canned questions must answer on the two seeds, whoever extracted: shared by tests of queries and of builds.

The numbers are those of the 24 questions about the seeds. Question 5, how two people are connected, is asked hop by
hop; `kg path` finds the chain. Rows hold the columns that matter, in the order of `columns`; None is an empty cell.
Names are compared without case, accents and articles. Rows in `optional` are suggested by the texts, not stated: an
answer may have them or not.
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
        gathered: a column whose values, all those with the same other cells, make one row, joined by "; "; each
            expected value is a part of one found.
        among: the result may have other rows beside the expected ones.
        on_gold: parameters that differ where annotators chose other names.
        missing: rows that the extraction of the seeds does not give yet.
        ungiven: rows that the annotations do not have.
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
    gathered: str | None = None
    among: bool = False
    on_gold: dict[str, str] = field(default_factory=dict)
    missing: frozenset[Row] = frozenset()
    ungiven: frozenset[Row] = frozenset()


ANSWERS: tuple[Answer, ...] = (
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
        columns=("sentence", "cited", "document"),
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
        holds=frozenset({"sentence"}),
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


SURVEY = "https://plus.laalliance.org/Data/Analysis/SitePages/Home.aspx"
STANCES: frozenset[Row] = frozenset(
    {
        (
            ALLIANCE,
            "supports",
            (
                "A-G courses; collaboration; fair and transparent evaluation process; flexibility and autonomy; "
                "Framework for Effective Teaching; performance-based compensation; professional learning communities; "
                "salary schedule that rewards performance"
            ),
            ALLIANCE,
            A,
        ),
        (
            ALLIANCE,
            "opposes",
            "highly regulated approach; traditional public school structure; Union agreements; unionization with UTLA",
            ALLIANCE,
            A,
        ),
        ("UTLA", "opposes", "public charter schools", ALLIANCE, A),
        (
            "Ed Horowitz",
            "supports",
            "collaboration; internal accountability; role of unions in taking responsibility on issues of quality",
            "Ed Horowitz",
            B,
        ),
        (
            "Keiko Inoue",
            "supports",
            "Alisal Labor Management Accord; labor-management partnership",
            "Keiko Inoue",
            B,
        ),
        ("George Lopez", "supports", "collaboration", DISTRICT, B),
    }
)
TRAINING = {"event": "last ALMA training"}
TRAINING_ON_GOLD = {"event": "last ALMA training for the year"}

ANSWERS += (
    Answer(
        number=5,
        question="presenters",
        parameters=TRAINING,
        on_gold=TRAINING_ON_GOLD,
        columns=("presenter", "organization", "document"),
        rows=frozenset({("Ed Horowitz", INSTITUTE, B)}),
        among=True,
    ),
    Answer(
        number=5,
        question="organizers",
        parameters={**TRAINING, "organizer": DISTRICT},
        on_gold=TRAINING_ON_GOLD,
        columns=("organizer", "relation", "document"),
        rows=frozenset({(DISTRICT, "organizes", B)}),
    ),
    Answer(
        number=5,
        question="bargaining-and-partners",
        parameters={"organization": CHAPTER},
        columns=("relation", "organization", "counterpart", "document"),
        rows=frozenset({("partnersWith", CHAPTER, DISTRICT, B)}),
    ),
    Answer(
        number=5,
        question="who-works-where",
        parameters={"person": "Inoue"},
        columns=("person", "organization", "document"),
        rows=frozenset({("Keiko Inoue", CHAPTER, B)}),
    ),
    Answer(
        number=7,
        question="compare-numbers",
        parameters={"topic": "class size", "first": "Alliance"},
        columns=(
            "first",
            "first_value",
            "second",
            "second_value",
            "second_upper",
            "least_gap",
            "most_gap",
            "least_percent",
            "most_percent",
            "first_source",
            "second_source",
            "speaker",
            "second_speaker",
        ),
        rows=frozenset(
            {
                (ALLIANCE, "30", "LAUSD", "34", "42.5", "4", "12.5", "13.3", "41.7", None, BUDGET, ALLIANCE, ALLIANCE),
            }
        ),
    ),
    Answer(
        number=8,
        question="shares-that-disagree",
        columns=("printed", "recomputed", "numerator", "denominator", "document"),
        rows=frozenset({("1.2", "1.28", "6", "468", A)}),
    ),
    Answer(
        number=10,
        question="numbers-without-source",
        columns=("value", "unit", "sentence", "document"),
        rows=frozenset(
            {
                ("5", "Year", "after five years of planning", A),
                ("8", "Percent", "received an 8% raise", A),
                ("3", "Year", "For the past three years, Alliance has provided individual performance bonuses", A),
                ("99", "Percent", "99% of Alliance teachers received a pay bonus", A),
                ("9000", "USDollar", "bonuses up to \\$9,000", A),
                ("6", "Count", "six of 468 Alliance teachers", A),
                ("468", "Count", "six of 468 Alliance teachers", A),
                ("1.2", "Percent", "six of 468 Alliance teachers (or 1.2%)", A),
                ("30", "Count", "average class size: 30", A),
                ("93", "Percent", "Ninety-three percent of all public funding", A),
                ("1", "Count", "only one appointed employee union representative", A),
                ("3", "Year", "began three years ago", B),
                ("2", "OtherUnit", "over two days", B),
                ("12", "Count", "all our 12 schools", B),
                ("50", "Count", "nearly 50 employees", B),
                ("6", "Count", "six states", B),
                ("4", "Count", "one of the four schools", B),
                ("12", "Count", "12 sites", B),
            }
        ),
        holds=frozenset({"sentence"}),
    ),
    Answer(
        number=11,
        question="findings",
        parameters={"unit": "Percent"},
        columns=("value", "period", "cited", "sentence", "document"),
        rows=frozenset(
            {
                ("89", "2014-11", SURVEY, "89% agreed or strongly agreed, “My voice is respected", A),
                ("91", "2014-11", SURVEY, "91% of staff agreed or strongly agreed, “Overall our school", A),
                ("92", "2014-11", SURVEY, "92% agreed or strongly agreed, “The principal uses", A),
                ("93", "2014-11", SURVEY, "93% agreed or strongly agreed, “I am valued", A),
                ("94", "2014-11", SURVEY, "94% of staff agreed or strongly agreed, “The school supports", A),
                ("99", "2014-11", SURVEY, "99% of staff agreed or disagreed, “I am committed", A),
            }
        ),
        holds=frozenset({"sentence"}),
    ),
    Answer(
        number=12,
        question="stances",
        parameters={"what": "performance-based compensation"},
        columns=("who", "stance", "status", "speaker", "document"),
        rows=frozenset({(ALLIANCE, "supports", "Asserted", ALLIANCE, A), ("UTLA", "supports", "Denied", ALLIANCE, A)}),
    ),
    Answer(
        number=12,
        question="compare-stances",
        parameters={"what": "performance-based compensation"},
        columns=("first", "first_stance", "second", "second_stance", "same", "speaker", "second_speaker"),
        rows=frozenset({(ALLIANCE, "supports", "UTLA", "not supports", "false", ALLIANCE, ALLIANCE)}),
    ),
    Answer(
        number=15,
        question="people-of",
        parameters={"organization": DISTRICT},
        columns=("organization", "person", "through", "document"),
        rows=frozenset({(DISTRICT, "Christina Palmer", "John E. Steinbeck Elementary", B)}),
    ),
    Answer(
        number=15,
        question="people-of",
        parameters={"organization": EMPLOYEES},
        columns=("organization", "person", "through", "document"),
        rows=frozenset({(EMPLOYEES, "Keiko Inoue", CHAPTER, B)}),
    ),
    Answer(
        number=17,
        question="organized-together",
        parameters={"organizer": TEACHERS},
        columns=("event", "organizer", "partner", "document"),
        rows=frozenset(
            {("Technology Conference", TEACHERS, DISTRICT, B), ("Alisal Good Teaching", TEACHERS, DISTRICT, B)}
        ),
        starts=frozenset({"event"}),
    ),
    Answer(
        number=17,
        question="denials",
        parameters={"topic": "product"},
        columns=("sentence", "speaker", "document"),
        rows=frozenset({("the T3 is not a direct product of ALMA", DISTRICT, B)}),
        holds=frozenset({"sentence"}),
    ),
    Answer(
        number=18,
        question="timeline",
        parameters={"thing": "ALMA", "dated": "with"},
        columns=("date", "precision", "event", "thing", "document"),
        rows=frozenset({("2015", "year", "startedOn", "Alisal Labor Management Accord", B)}),
    ),
    Answer(
        number=19,
        question="stances",
        columns=("who", "stance", "what", "speaker", "document"),
        rows=STANCES,
        missing=frozenset(row for row in STANCES if row[0] != "George Lopez"),
        ungiven=frozenset(row for row in STANCES if row[0] == row[3] and row[4] == B),
        gathered="what",
        among=True,
    ),
    Answer(
        number=20,
        question="denials",
        columns=("sentence", "speaker", "document"),
        rows=frozenset(
            {
                ("Alliance has never laid off teachers", ALLIANCE, A),
                ("UTLA does not support performance-based compensation of any kind", ALLIANCE, A),
                ("UTLA has not won a raise for teachers at LAUSD for the past 8 years", ALLIANCE, A),
                ("only union to not reach (or nearly reach) a contract agreement with LAUSD", ALLIANCE, A),
                ("disagree with the assertion that unionization with UTLA would help", ALLIANCE, A),
                ("do not believe bringing in an outside third party agency (the union)", ALLIANCE, A),
                ('There is nothing "arbitrary" about it', ALLIANCE, A),
                ("(which they still do not all have)", ALLIANCE, A),
                ("the T3 is not a direct product of ALMA", DISTRICT, B),
                ("not all the schools were part of the first cohort", DISTRICT, B),
                ("several members say that ALMA is not a “thing.”", DISTRICT, B),
                ("Most other districts don’t invite classified", "Keiko Inoue", B),
            }
        ),
        holds=frozenset({"sentence"}),
        among=True,
    ),
    Answer(
        number=20,
        question="not-facts",
        parameters={"status": "Denied"},
        columns=("subject", "relation", "object", "speaker", "document"),
        rows=frozenset({("UTLA", "supports", "performance-based compensation", ALLIANCE, A)}),
    ),
    Answer(
        number=21,
        question="said-on-topic",
        parameters={"topic": "collaborat|union|compensation|salary|antagonism|turmoil"},
        columns=("voice", "sentence", "speaker", "document"),
        rows=frozenset(
            {
                (
                    ALLIANCE,
                    "Alliance teachers collaborate together in schools through weekly school site PD",
                    ALLIANCE,
                    A,
                ),
                (
                    DISTRICT,
                    "improved collaboration among administrators, teachers and classified employees",
                    DISTRICT,
                    B,
                ),
                (ALLIANCE, "brings in a culture of division and “what’s in it for me.”", ALLIANCE, A),
                (DISTRICT, "to create a culture of “we”", DISTRICT, B),
                (
                    DISTRICT,
                    "elevating the role of unions in taking responsibility on issues of quality",
                    "Ed Horowitz",
                    B,
                ),
                (ALLIANCE, "performance-based compensation that rewards and incentivizes excellence", ALLIANCE, A),
                (DISTRICT, "not just about ‘can I get an extra percent in my salary'", "Ed Horowitz", B),
                (ALLIANCE, "the ongoing antagonism between UTLA and LAUSD", ALLIANCE, A),
                (DISTRICT, "improve relationships after many years of turmoil", DISTRICT, B),
            }
        ),
        holds=frozenset({"sentence"}),
        among=True,
    ),
    Answer(
        number=22,
        question="shared-entities",
        columns=("name", "kind"),
        rows=frozenset({("collaboration", "Concept")}),
        missing=frozenset({("collaboration", "Concept")}),
    ),
    Answer(
        number=23,
        question="timeline",
        parameters={"thing": ALLIANCE, "topic": "raise|bonus|salary"},
        columns=("date", "precision", "detail", "sentence", "document"),
        rows=frozenset(
            {
                (None, "none", "3 Year", "For the past three years, Alliance has provided individual performance", A),
                ("2014-12", "month", "99 Percent", "99% of Alliance teachers received a pay bonus", A),
                ("2014-12", "month", "up to 9000 USDollar", "bonuses up to \\$9,000", A),
                ("2014/2015", "interval", "8 Percent", "received an 8% raise", A),
                ("2015/2016", "interval", "5 Year", "a significantly increased salary schedule", A),
            }
        ),
        holds=frozenset({"detail", "sentence"}),
        ungiven=frozenset({("2015/2016", "interval", "5 Year", "a significantly increased salary schedule", A)}),
    ),
    Answer(
        number=24,
        question="about-event",
        parameters=TRAINING,
        on_gold=TRAINING_ON_GOLD,
        columns=("aspect", "value", "document"),
        rows=frozenset(
            {
                ("locatedIn", "Education Center at Jesse E. Sánchez Elementary", B),
                ("locatedIn", "District Office", B),
                ("number", "2,", B),
                ("number", "nearly 50,", B),
                ("number", "12,", B),
                ("leads", CONSORTIUM, B),
                ("organizes", DISTRICT, B),
                ("participatesIn", DISTRICT, B),
                *(("participatesIn", school, B) for school in SCHOOLS),
                *(("presentsAt", name, B) for name in ("Ed Horowitz", "Mary McDonald", "Ann Cummins-Bogan")),
            }
        ),
        holds=frozenset({"value"}),
        among=True,
    ),
    Answer(
        number=24,
        question="numbers",
        parameters={"topic": "studied"},
        columns=("value", "unit", "sentence", "document"),
        rows=frozenset({("4", "Count", "Steinbeck was one of the four schools that was chosen to be studied", B)}),
        holds=frozenset({"sentence"}),
    ),
    Answer(
        number=24,
        question="said-on-topic",
        parameters={"topic": "dancers"},
        columns=("sentence", "document"),
        rows=frozenset({("The day was launched by our Aztec dancers from Monte Bella Elementary", B)}),
        holds=frozenset({"sentence"}),
    ),
    Answer(
        number=24,
        question="organizers",
        parameters=TRAINING,
        on_gold=TRAINING_ON_GOLD,
        columns=("organizer", "relation", "document"),
        rows=frozenset({(DISTRICT, "organizes", B), (CONSORTIUM, "leads", B)}),
    ),
)


def compare(answer: Answer, result: Result) -> tuple[set[Row], set[Row]]:
    """Expected rows that the result lacks, and rows that nobody expected."""
    found = _project(answer, result)
    expected = answer.rows | answer.optional
    missing = {row for row in answer.rows if not any(_same(answer, row, f) for f in found)}
    extra = set() if answer.among else {f for f in found if not any(_same(answer, row, f) for row in expected)}
    return missing, extra


def _project(answer: Answer, result: Result) -> set[Row]:
    places = [result.columns.index(c) for c in answer.columns]
    needed = result.columns.index(answer.needed) if answer.needed else None
    rows = (r for r in result.rows if needed is None or r[needed] is not None)
    found = {tuple(None if r[i] is None or not str(r[i]) else str(r[i]) for i in places) for r in rows}
    return _gather(answer, found) if answer.gathered else found


def _gather(answer: Answer, rows: set[Row]) -> set[Row]:
    place = answer.columns.index(str(answer.gathered))
    groups: dict[Row, list[str]] = {}
    for row in rows:
        groups.setdefault((*row[:place], None, *row[place + 1 :]), []).append(row[place] or "")
    return {
        (*key[:place], "; ".join(sorted(values, key=str.casefold)), *key[place + 1 :]) for key, values in groups.items()
    }


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
    if column == answer.gathered:
        return all(any(fold(x) in fold(y) for y in found.split("; ")) for x in expected.split("; "))
    if column in answer.starts:
        return fold(found).startswith(fold(expected))
    return fold(expected) in fold(found) if column in answer.holds else fold(expected) == fold(found)
