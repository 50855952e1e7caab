"""Dates in running text, as ISO 8601 values with the precision of the text, and the date a document gives for itself.

Vague times ("recently", "next fall") and dates whose year can only be guessed are left out.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kg.extract.annotate import AnnotatedDocument
from kg.extract.layout import Kind

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SMALL = {w: n for n, w in enumerate(NUMBER_WORDS)} | {"a": 1}

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)\b\.?"
)
YEAR = r"(?:19|20)\d\d"
DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
WEEK = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thurs?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?,? )?"
ISSUE = re.compile(
    r"\b(?:date|dated|posted|published|updated|revised|issued?|adopted|released?|aired|filed)\b", re.IGNORECASE
)
DATELINE = re.compile(r"[A-Z][^!?–—]{2,70}? ?(?:[–—]|--|-(?= ))")
TO = r" ?(?:[-–—]|to|through|and|&) ?"
ISSUED = re.compile(
    rf"\b(?i:posted|published|updated|revised|issued|released)\b:? (?:on )?(?P<date>{WEEK}{MONTH} {DAY}, ?{YEAR})"
)
TODAY = re.compile(rf"\b(?:today|tonight|this (?:morning|evening)),? (?P<date>{WEEK}{MONTH} {DAY}, ?{YEAR})")
DIGITS = r"(?<![\d$.,/–-])"
DAY_OF_MONTH = re.compile(rf"({MONTH}) {DAY}")
NAMED_YEAR = re.compile(rf"(?<![\d$]){YEAR}\b")
SENTENCE_END = re.compile(r"(?<!\.m)[.!?;]\s")
#: Characters before a weekday in which a word of the future may stand.
FAR = 600
COMING = re.compile(r"\b(?:will|plans? to|is to|are to|scheduled|set for|upcoming)\b[^“”\"]*$")


@dataclass(frozen=True, slots=True, order=True)
class DateMention:
    """A date or interval at characters [start, end) of a text.

    Attributes:
        value: "YYYY", "YYYY-MM" or "YYYY-MM-DD"; the beginning where an interval is stated.
        interval_end: the end of a stated interval ("April 3–4", "2017–2020", "2014-15"), in the same forms.
        school_year: the interval is a school or fiscal year ("2014-15").
        form: how it is written: "full", "month", "year", "day" (year supplied), "school-year", "relative".
    """

    start: int
    end: int
    value: str
    interval_end: str | None = None
    school_year: bool = False
    form: str = "full"

    @property
    def period(self) -> str:
        """ISO 8601 date or interval ("2014-12", "2014/2015")."""
        return f"{self.value}/{self.interval_end}" if self.interval_end else self.value


Make = Callable[[re.Match[str], "_Clock"], tuple[str, str | None] | None]
#: What must stand in a text that has a date of some form; looked for first, as most texts have few of them.
WRITTEN_SIGNS = ("/", "-", " the ", " ago", " later", " year", "ast ", "day")
NUMERAL, MONTHLY = "a digit", "a month"
PATTERN_SIGNS = {
    NUMERAL: re.compile(r"\d"),
    MONTHLY: re.compile("|".join(name for month in MONTHS for name in (month.title(), month.upper()))),
}


@dataclass
class _Clock:
    """What supplies a missing year: the dates already read in the text (month → year), else the reference."""

    reference: str | None
    years: dict[int, int]
    text: str

    @cached_property
    def months(self) -> list[tuple[int, str]]:
        """End and month of each day named with its month."""
        return [(found.end(), found[1]) for found in DAY_OF_MONTH.finditer(self.text)]

    @cached_property
    def sentences(self) -> list[int]:
        """Where sentences begin, by punctuation alone."""
        return [0, *(found.end() for found in SENTENCE_END.finditer(self.text))]

    @cached_property
    def named_years(self) -> list[tuple[int, str]]:
        """End and value of each year."""
        return [(found.end(), found[0]) for found in NAMED_YEAR.finditer(self.text)]

    @property
    def year(self) -> int | None:
        return int(self.reference[:4]) if self.reference else None

    @property
    def month(self) -> int | None:
        return int(self.reference[5:7]) if self.reference and len(self.reference) >= 7 else None

    @property
    def day(self) -> dt.date | None:
        return dt.date.fromisoformat(self.reference) if self.reference and len(self.reference) == 10 else None

    def year_of(self, month: int) -> int | None:
        """The year of a month named without one: as read before, else the one that lies nearest to the reference."""
        if month in self.years:
            return self.years[month]
        if self.year is None:
            return None
        distance = month - (self.month or 6)
        return self.year + (distance < -7) - (distance > 7)


@lru_cache(maxsize=512)  # several finders ask for those of the same sentences
def find_dates(text: str, reference: str | int | None = None) -> tuple[DateMention, ...]:
    """The dates of a text, in reading order, without overlaps.

    Args:
        text: running text.
        reference: date of the document ("2014", "2014-03", "2014-03-04") or its year; it supplies missing years and
            resolves weekdays and "three years ago". Without it such dates are left out.
    """
    signs = {sign for sign in WRITTEN_SIGNS if sign in text}
    signs |= {sign for sign, pattern in PATTERN_SIGNS.items() if pattern.search(text)}
    clock = _Clock(str(reference) if reference else None, {}, text)
    taken = bytearray(len(text))
    found: list[DateMention] = []
    for form, pattern, make, needs in FORMS:
        for match in pattern.finditer(text) if needs <= signs else ():
            if any(taken[match.start() : match.end()]):
                continue
            value = make(match, clock)
            if value is None:
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            if form in ("full", "month") and len(value[0]) >= 7:
                clock.years.setdefault(int(value[0][5:7]), int(value[0][:4]))
            start = match.start("w") if "w" in match.re.groupindex and match["w"] else match.start()
            found.append(DateMention(start, match.end(), *value, school_year=form == "school-year", form=form))
    return tuple(sorted(found))


def document_date(annotated: AnnotatedDocument) -> str | None:
    """The date a document states for itself: in its header lines or dateline, as "Published …" or "today, …"."""
    head = _head(annotated)
    dated = [
        d.value
        for line in head
        if len(dates := [d for d in find_dates(line) if d.form in ("full", "month") or _season(line, d)]) == 1
        for d in dates
        if not _labels_other(line[: d.start])
    ]
    for length in (10, 7, 4):
        for value in dated:
            if len(value) == length:
                return value
    for pattern in (ISSUED, TODAY):
        if match := pattern.search(annotated.document.text[:6000]):
            return find_dates(match["date"])[0].value
    return None


def _head(annotated: AnnotatedDocument) -> list[str]:
    """The lines before the first long paragraph, and its dateline."""
    text = annotated.document.text
    lines: list[str] = []
    starts = [p.block.offsets[0] for p in annotated.passages] + [len(text)]
    for passage, end in list(zip(annotated.passages, starts[1:], strict=True))[:16]:
        block = passage.block
        words = " ".join(text[block.offsets[0] : end].split())
        if dateline := DATELINE.match(words) if len(words) >= 150 else None:
            return [*lines, dateline.group()]
        if len(words) > 300:
            break
        if block.kind is not Kind.FOOTNOTE:
            raw = (" ".join(line.split()) for line in text[block.offsets[0] : end].split("\n"))
            lines += [
                line for line in raw if not re.search(r"[a-z]{3,}[.!?]”?(?:\s|$)", line) or len(line.split()) < 10
            ]
    return lines


def _labels_other(before: str) -> bool:
    """Whether the words before a date say that it dates something else ("Opened: August 2009")."""
    label = re.search(r"([^:|]*):\s*$", before)
    return bool(label and not ISSUE.search(label[1]))


def _season(header: str, date: DateMention) -> bool:
    """Whether a bare year dates an issue ("Winter 2016")."""
    before = header[: date.start].rstrip().rsplit(" ", 1)[-1].lower()
    return date.form == "year" and before in ("winter", "spring", "summer", "fall", "autumn")


def _month(name: str) -> int:
    return MONTHS.index(name.lower()[:3]) + 1


def _iso(year: int, month: int, day: str | int | None = None) -> str | None:
    if day is None:
        return f"{year}-{month:02}"
    number = int(re.sub(r"\D", "", str(day)))
    try:
        return dt.date(year, month, number).isoformat()
    except ValueError:
        return None


def _pair(first: str | None, last: str | None) -> tuple[str, str | None] | None:
    return (first, last if last and last > first else None) if first else None


def _full(match: re.Match[str], _: _Clock) -> tuple[str, str | None] | None:
    year, month = int(match["y"]), _month(match["m"])
    parts = match.groupdict()
    last_month = _month(parts["m2"]) if parts.get("m2") else month
    last = _iso(year, last_month, parts["d2"]) if parts.get("d2") else None
    return _pair(_iso(year, month, parts.get("d")), last)


def _numeric(match: re.Match[str], _: _Clock) -> tuple[str, str | None] | None:
    return _pair(_iso(int(match["y"]), int(match["m"]), match["d"]) if 1 <= int(match["m"]) <= 12 else None, None)


def _yearless(match: re.Match[str], clock: _Clock) -> tuple[str, str | None] | None:
    month = _month(match["m"])
    year = clock.year_of(month)
    if year is None:
        return None
    last_month = _month(match["m2"]) if match["m2"] else month
    last = _iso(year + (last_month < month), last_month, match["d2"]) if match["d2"] else None
    return _pair(_iso(year, month, match["d"]), last)


def _month_only(match: re.Match[str], clock: _Clock) -> tuple[str, str | None] | None:
    month = _month(match["m"])
    year = clock.year_of(month)
    if year is None:
        return None
    value = f"{year}-{month:02}"
    if clock.reference and clock.month and month not in clock.years:
        if match["w"].lower() in ("last", "since last") and value >= clock.reference[:7]:
            year -= 1
        elif match["w"].lower() == "next" and value <= clock.reference[:7]:
            year += 1
    return f"{year}-{month:02}", None


def _day_only(match: re.Match[str], clock: _Clock) -> tuple[str, str | None] | None:
    """Read "the 28th": it belongs to the month last named before it, else to the month of the reference."""
    before = [name for end, name in clock.months if end <= match.start()]
    month = _month(before[-1]) if before else clock.month
    year = clock.year_of(month) if month else None
    return _pair(_iso(year, month, match["d"]) if year and month else None, None)


def _school_year(match: re.Match[str], _: _Clock) -> tuple[str, str | None] | None:
    first, last = int(match["y"]), int(match["y"][:2] + match["z"])
    return (str(first), str(last)) if last == first + 1 or (last > first and last % 100 > 12) else None


def _years(match: re.Match[str], _: _Clock) -> tuple[str, str | None] | None:
    return (match["y"], match["z"]) if match["y"] < match["z"] else None


def _year(match: re.Match[str], _: _Clock) -> tuple[str, str | None] | None:
    return match["y"], None


def _years_ago(match: re.Match[str], clock: _Clock) -> tuple[str, str | None] | None:
    count = match["n"].lower()
    number = SMALL.get(count) or (int(count) if count.isdigit() else None)
    return (str(clock.year - number), None) if clock.year and number else None


def _years_later(match: re.Match[str], clock: _Clock) -> tuple[str, str | None] | None:
    count = match["n"].lower()
    number = SMALL.get(count) or (int(count) if count.isdigit() else None)
    before = [year for end, year in clock.named_years if end <= match.start()]
    return (str(int(before[-1]) + number), None) if before and number else None


def _last_year(match: re.Match[str], clock: _Clock) -> tuple[str, str | None] | None:
    if not clock.year:
        return None
    return str(clock.year + {"last": -1, "this": 0, "next": 1}[match["n"].lower()]), None


def _last_season(match: re.Match[str], clock: _Clock) -> tuple[str, str | None] | None:
    """The year of "last fall", where the season cannot be this year's."""
    begins = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9}[match["n"].lower()]
    if not clock.year or not clock.month or begins <= clock.month < begins + 4:
        return None
    return str(clock.year - (clock.month < begins)), None


def _weekday(match: re.Match[str], clock: _Clock) -> tuple[str, str | None] | None:
    if clock.day is None:
        return None
    which = (match["w"] or "").strip().lower()
    begun = clock.sentences[bisect_right(clock.sentences, match.start()) - 1]
    coming = COMING.search(clock.text, max(begun, match.start() - FAR), match.start())
    number = WEEKDAYS.index(match["a"].lower())
    back = (clock.day.weekday() - number) % 7
    if which == "next" or (coming and which != "last"):
        date = clock.day + dt.timedelta(days=(7 - back) % 7 or 7 * (which == "next"))
    else:
        date = clock.day - dt.timedelta(days=back or 7 * (which == "last"))
    last = None
    if match["b"]:
        last = (date + dt.timedelta(days=(WEEKDAYS.index(match["b"].lower()) - number) % 7)).isoformat()
    return date.isoformat(), last


def _forms() -> Iterator[tuple[str, str, Make, set[str]]]:
    """Form, pattern, reading and signs, in the order in which they take their characters."""
    m, d, y = rf"(?P<m>{MONTH})", rf"(?P<d>{DAY})", rf"(?P<y>{YEAR})\b"
    lead = r"(?i:(?P<w>since last|since|by|last|next|this|until|thru|through|of|from|after|before|in|a|the|our))"
    end = rf"(?:{TO}(?:(?P<m2>{MONTH}) )?(?P<d2>{DAY}))?"
    yield "full", rf"\b{WEEK}{m} {d}{end},? ?(?:at )?{y}", _full, {MONTHLY, NUMERAL}
    yield "full", rf"\b{WEEK}{d} {m},? {y}", _full, {MONTHLY, NUMERAL}
    yield "full", rf"{DIGITS}(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})/{y}", _numeric, {NUMERAL, "/"}
    yield "full", rf"{DIGITS}{y}-(?P<m>\d\d)-(?P<d>\d\d)\b", _numeric, {NUMERAL, "-"}
    yield "month", rf"\b{m},? (?:of )?{y}(?!\s?[-–]\s?\d)", _full, {MONTHLY, NUMERAL}
    yield "day", rf"\b{WEEK}{m} {d}{end}\b(?! ?%| percent)", _yearless, {MONTHLY, NUMERAL}
    yield "day", rf"\b{lead} {m}(?! \d)", _month_only, {MONTHLY}
    yield (
        "day",
        r"\b(?:on|is|by|until|through) the (?P<d>(?:[12]?\d|3[01])(?:st|nd|rd|th))\b(?! [A-Z\d])",
        _day_only,
        {NUMERAL, " the "},
    )
    yield "school-year", rf"{DIGITS}(?P<y>{YEAR}) ?[-–/] ?(?P<z>\d\d)\b(?!\d| ?%)", _school_year, {NUMERAL}
    yield "year", rf"{DIGITS}(?P<y>{YEAR})(?: ?[-–] ?| to | through )(?P<z>{YEAR})\b", _years, {NUMERAL}
    yield "year", rf"{DIGITS}(?:FY ?)?(?<!\d){y}(?![,.]\d|%|-\d)", _year, {NUMERAL}
    yield "relative", r"\b(?P<n>[A-Za-z]+|\d+) years? ago\b", _years_ago, {" ago"}
    yield "relative", r"\b(?P<n>[a-z]+|\d+) years? later\b", _years_later, {" later"}
    yield "relative", r"\b(?P<n>[Ll]ast|[Tt]his|[Nn]ext) year\b(?!['’]s? \w+ year)", _last_year, {" year"}
    yield "relative", r"\b[Ll]ast (?P<n>spring|summer|fall|autumn)\b", _last_season, {"ast "}
    near = r"(?P<w>(?:[Ll]ast|[Nn]ext|[Tt]his) )?"
    yield "relative", rf"\b{near}(?P<a>{WEEKDAY})(?: and (?P<b>{WEEKDAY}))?\b", _weekday, {"day"}


FORMS = tuple((form, re.compile(pattern), make, frozenset(needs)) for form, pattern, make, needs in _forms())
