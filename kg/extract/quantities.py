"""Quantities in running text: numbers with unit, qualifier and range; numbers that only name or date something are left.

The grammar of numbers is code; units, qualifiers, verbs of change and nouns that number things are lexicon entries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from kg.extract.dates import DAY, MONTH, WEEKDAY, find_dates
from kg.lexicon import Lexicon
from kg.model import Unit

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = {"hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6, "billion": 10**9}
PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
ROUND = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 25, 50, 100, 1000})

SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(ONES[1:10])}))?|(?:{'|'.join(ONES)}))"
WORDS = (
    rf"(?:{SMALL}(?: hundred(?: (?:and )?{SMALL})?)?(?: (?:thousand|million|billion)(?: {SMALL} hundred)?)?"
    rf"|(?:a |half a |{SMALL} )?dozen|hundreds|thousands|(?:half a|a|one) (?:hundred|thousand|million|billion))"
)
DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
NUMBER = rf"(?:{DIGITS}(?: (?:thousand|million|billion)\b)?|\b{WORDS}\b(?: and a (?:half|quarter)\b)?)"
#: Units that a neighbour may leave out.
CARRIED = (Unit.PERCENT, Unit.OTHER, Unit.DOLLAR)
#: Words before a number that is counted by itself, not compared with the one before it.
COUNTED = re.compile(r"(?:\b(?:of|as|least|limited to|with)|[=:→]) $")
#: What follows a fraction that is no ordinal ("a third of", not "a third school").
OF = re.compile(r" of\b| (?:more|less|fewer)\b|[.,;)]")
#: What follows a number whose unit is left out: the end of its phrase, or a function word.
ELLIPSIS = re.compile(
    r"\s*(?:[.,;:?!)”→]|$)|\s+(?:and|or|to|in|at|from|against|now|then|under|by|for|maybe|today|they|we|it|he|she|when|while|as)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit at characters [start, end) of a text.

    Attributes:
        bare: no unit was written; what is counted are the words that follow.
        numerator, denominator: the counts of a share ("two in three" → 2, 3).
    """

    start: int
    end: int
    value: Decimal
    unit: Unit
    upper: Decimal | None = None
    qualifier: str | None = None
    bare: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None


Make = Callable[[re.Match[str], str], Iterator[Quantity]]


@dataclass(frozen=True, slots=True)
class Measures:
    """Compiled forms: patterns of what is no quantity, and the forms of quantities in the order they take characters."""

    ignored: tuple[re.Pattern[str], ...]
    forms: tuple[tuple[re.Pattern[str], Make], ...]
    change: re.Pattern[str]
    ballot: re.Pattern[str]


def find_quantities(text: str, lexicon: Lexicon) -> list[Quantity]:
    """The quantities of a text, in reading order, without overlaps."""
    measures = compile_measures(lexicon)
    taken = bytearray(len(text))
    for date in find_dates(text, "2000-06-15"):
        if date.form != "relative" and not (date.form == "year" and _counts(text, date.start, date.end)):
            _take(taken, date.start, date.end)
    for pattern in measures.ignored:
        for match in pattern.finditer(text):
            _take(taken, match.start(), match.end())
    found: list[Quantity] = []
    for pattern, make in measures.forms:
        position = 0
        while match := pattern.search(text, position):
            made = [q for q in make(match, text) if not any(taken[q.start : q.end])]
            for quantity in made:
                _take(taken, quantity.start, quantity.end)
            found += made
            # A form that declines leaves its second number free to begin another ("rose from 16 to 18 or 19").
            position = match.end() if made or "b" not in pattern.groupindex else match.end("a")
    return _carry_units(text, sorted(found, key=lambda q: q.start))


def _take(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\1" * (end - start)


def _counts(text: str, start: int, end: int) -> bool:
    """Whether a number that looks like a year counts something ("2,014" aside, "2000 teachers")."""
    return text[start:end].endswith("00") and re.match(r" [a-z]+s\b", text[end:]) is not None


def _carry_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give numbers whose unit is left out the unit of their neighbour ("from 12 to 15 percent", "61 percent to 84")."""
    result = list(found)
    for i in range(len(result) - 2, -1, -1):
        here, after = result[i], result[i + 1]
        if (
            here.bare
            and after.unit in CARRIED
            and re.fullmatch(r",? (?:to|and|or|then) |, ", text[here.end : after.start])
        ):
            result[i] = replace(here, unit=after.unit, bare=False)
    for i, here in enumerate(result):
        before = result[i - 1] if i else None
        if before is None or not here.bare or before.unit not in CARRIED or not ELLIPSIS.match(text[here.end :]):
            continue
        written = text[here.start : here.end]
        gap = text[before.end : here.start]
        joined = re.fullmatch(r",? (?:to|and|or|then|maybe) |, ", gap)
        compared = len(gap) < 120 and here.value <= 100 and not COUNTED.search(gap) and written not in ("one", "1")
        decimal = before.unit is Unit.PERCENT and re.fullmatch(r"\d{1,2}\.\d\d?", written) and len(gap) < 300
        if joined or (before.unit is not Unit.DOLLAR and (compared or decimal)):
            result[i] = replace(here, unit=before.unit, bare=False)
    return result


def parse_number(text: str) -> Decimal | None:
    """The value of digits or number words ("1,250", "2.5 million", "forty-two hundred"); None for anything else."""
    text = text.strip().lower().replace(",", "")
    digits = re.fullmatch(r"(\d*\.?\d+)(?: ?(thousand|million|billion|k|m))?", text)
    if digits:
        return Decimal(digits[1]) * SCALES.get(digits[2] or "", 1)
    for words, part in ((" and a half", Decimal("0.5")), (" and a quarter", Decimal("0.25"))):
        if text.endswith(words):
            whole = parse_number(text.removesuffix(words))
            return None if whole is None else whole + part
    if text.startswith("half a "):
        whole = parse_number(text.removeprefix("half a "))
        return None if whole is None else whole / 2
    if text in ("hundreds", "thousands"):
        return Decimal(100 if text == "hundreds" else 1000)
    total, current, seen = 0, 0, False
    for word in re.split(r"[- ]", text):
        if word in ONES:
            current += ONES.index(word)
        elif word in TENS:
            current += 10 * (TENS.index(word) + 2)
        elif word in ("hundred", "dozen"):
            current = (current or 1) * (100 if word == "hundred" else 12)
        elif word in SCALES:
            total, current = total + (current or 1) * SCALES[word], 0
        elif word not in ("and", "a"):
            return None
        seen = seen or word not in ("and", "a")
    return Decimal(total + current) if seen else None


def _any(words: frozenset[str] | tuple[str, ...]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


@lru_cache(maxsize=2)
def compile_measures(lexicon: Lexicon) -> Measures:
    """Compile the forms of quantities with the words of a lexicon."""
    change = re.compile(rf"\b(?:{_any(lexicon.forms('Change'))})\b", re.IGNORECASE)
    ballot = re.compile(rf"\b(?:{_any(lexicon.forms('Ballot'))}|was|by)\b[^.]{{0,25}}$", re.IGNORECASE)
    return Measures(
        ignored=tuple(_ignored(lexicon)),
        forms=tuple((re.compile(p, re.IGNORECASE), make) for p, make in _forms(lexicon, change, ballot)),
        change=change,
        ballot=ballot,
    )


def _ignored(lexicon: Lexicon) -> Iterator[re.Pattern[str]]:
    """Numbers that are addresses, times, names, ranks or idioms."""
    numbering = _any(lexicon.forms("Numbering"))
    yield re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
    yield re.compile(r"\(?\b\d{3}\)?[-. ]\d{3}[-.]\d{4}|\b\d{3}-\d{4}\b|\bext\. ?\d+")
    yield re.compile(
        rf"{MONTH} {DAY}(?:(?:, \d{{1,2}})*,? and \d{{1,2}}| ?[-–] ?\d{{1,2}})?\b(?! ?%| percent)|\b\d{{1,2}} {MONTH}"
    )
    yield re.compile(r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b(?:19|20)\d0s\b|'\d\ds?\b")
    yield re.compile(
        r"\b\d{1,2}:\d\d(?: ?[ap]\.?m\b\.?)?|\b\d{1,2}(?: ?[-–] ?\d{1,2})? ?[ap]\.?m\b\.?|\b\w+ o'clock", re.IGNORECASE
    )
    yield re.compile(
        r"\b(?:until|at|open) \d{1,2}(?: to \d{1,2})?(?= (?:on|with|in the|tonight|tonite)\b|\. (?![a-z]))(?<!\d\d)"
    )
    yield re.compile(rf"\b(?:he|she|I|who|you)(?: is| was| am| are|'s|'re|'m) (?:{SMALL}|\d\d)(?=[,.])", re.IGNORECASE)
    yield re.compile(rf"\bat (?:{SMALL}|\d{{1,2}}),?(?= (?:in the|on|o'clock|tonight|sharp|{WEEKDAY}))")
    shouted = _any(frozenset(form.upper() for form in lexicon.forms("Numbering")))
    yield re.compile(rf"\b(?:{numbering}|{shouted}|number|page|year) (?:{SMALL})\b", re.IGNORECASE)
    yield re.compile(r"(?:Page|page) \d+ of \d+|^\W*\d+\W*$|^\d+\.\d+ (?=[A-Z])|\b\d+(?:\.\d+)? [AF]M\b|\b\d+\([a-z]\)")
    yield re.compile(rf"\b\d+ (?:[NSEW]\.? )?(?:[A-Z][\w.]+ ){{1,3}}(?:{_any(lexicon.forms('Street'))})")
    yield re.compile(
        rf"\b(?:{numbering}|{shouted}) ?#?\d[\d.–-]*(?:\([a-z]\))*(?:(?:,| and| or| through| to|–|-) ?\d+\b(?! ?%| percent))*"
    )
    yield re.compile(
        r"\bgrades? (?:K|\d+)(?: ?(?:-|–|to|through|and) ?\d+)?|\b(?:pre-?|P)?K ?[-–] ?\d+\b", re.IGNORECASE
    )
    yield re.compile(r"\b\d+(?:st|nd|rd|th)\b|\b[A-Z]{1,4}-?\d+\b|\b\d+-[A-Z]\b|§+ ?[\d.]+|#\d+|\b\d+(?:\.\d+){2,}\b")
    yield re.compile(
        r"\b(?:one another|no one|one day|at one|the one|one-?size|one side|square one|day one|any one|every one|one of"
        r"|this one|that one|one or another|one by one|which one|zero-sum|think twice|once or twice|one thing|one and the same)\b",
        re.IGNORECASE,
    )
    yield re.compile(
        rf"(?:{NUMBER})[ -](?:(?!an? )\w+[ -])?(?:{_any(lexicon.forms('Year', 'OtherUnit', 'Decade'))})[ -](?:{_any(lexicon.forms('Moment'))})\b",
        re.IGNORECASE,
    )


def _quantity(
    match: re.Match[str], value: Decimal | None, unit: Unit, first: str = "a", last: str | None = None, **more: object
) -> Iterator[Quantity]:
    if value is None:
        return
    groups = match.re.groupindex
    qualifier = (match["q"] or "").strip().lower() if "q" in groups and match["q"] else None
    qualifier = None if qualifier in ("from", "between", "ranging from") else qualifier
    end = match.end(last) if last else match.end()
    yield Quantity(start=match.start(first), end=end, value=value, unit=unit, qualifier=qualifier, **more)  # type: ignore[arg-type]


def _forms(lexicon: Lexicon, change: re.Pattern[str], ballot: re.Pattern[str]) -> Iterator[tuple[str, Make]]:
    """Forms in the order in which they take their characters: shares, votes, ranges, money, percent, time, counts."""
    q = rf"(?P<q>(?:{_any(lexicon.forms('Qualifier'))}) )?"
    percent = rf"(?:[ -]?(?:{_any(lexicon.forms('Percent'))})(?!\w))"
    years, others = _any(lexicon.forms("Year")), _any(lexicon.forms("OtherUnit"))
    between = rf"(?:(?:{_any(lexicon.forms('UnitModifier'))}|\w+-hour)[ -])?"
    cents, dollars = _any(lexicon.forms("Cent")), _any(lexicon.forms("USDollar"))
    moment = rf"(?! (?:{_any(lexicon.forms('Moment'))})\b)"
    a, b = rf"(?P<a>{NUMBER})", rf"(?P<b>{NUMBER})"
    yield rf"{q}\b(?P<a>{SMALL}|\d+) (?:in|out of|of every) (?:every )?(?P<b>{SMALL}|\d+)\b(?!{percent})", _one_in_many
    yield rf"{q}\b(?P<a>one|1) [a-z]+ in (?P<b>{SMALL}|\d+)\b(?!{percent}| [a-z]+s\b)", _one_in_many
    yield (
        r"(?P<a>\d\.\d+) (?:out )?of (?P<b>\d+)\b(?! [a-z])",
        lambda m, _: _quantity(m, parse_number(m["a"]), Unit.OTHER),
    )
    yield rf"{q}{a}[ -]times (?:as|more|what)\b", lambda m, _: _quantity(m, parse_number(m["a"]), Unit.RATIO)
    yield rf"{q}(?P<a>twice|thrice) (?:as|the|its|their|his|her|that|what)\b", _twice(Unit.RATIO)
    yield rf"{q}\b(?P<a>twice|thrice)\b", _twice(Unit.COUNT)
    yield rf"{q}{a} (?:{cents}) (?:of|on|out of) (?:every|each|the) (?:\w+ ){{0,2}}dollar", _cents_of_dollar
    yield (
        rf"{q}\b(?:(?P<n>{'|'.join(ONES[1:10])}|an?)[- ])?(?P<p>(?:{'|'.join(PARTS)})s?)\b(?![- ](?:day|hour|time|grade|party|year|grader|quarter|century|step|round|annual|mile|generation)s?\b)",
        _fraction,
    )
    yield rf"{q}(?P<a>\d+(?:\.\d+)?) ?(?:to|:|-to-) ?1\b(?!{percent}|[\d,])", _ratio
    yield r"\b(?P<a>\d{1,3}(?:,\d{3})*) ?(?:to|-|–|—) ?(?P<b>\d{1,3}(?:,\d{3})*)\b", _votes(ballot)
    yield (
        r"(?<![\w$.,/-])(?P<a>\d{1,4})[-–](?P<b>\d{1,4})(?:[-–](?P<c>\d{1,4}))?\b(?![-–/%]|,\d|\.\d| ?percent)",
        _score,
    )
    yield rf"\b(?P<a>{SMALL}) to (?P<b>{SMALL})\b(?! [a-z]+s\b)", _votes(ballot)
    yield rf"{q}{a} (?:votes?|ballots?) (?:to|against) {b}", _two_counts
    yield rf"{q}{a} (?:{cents})\b", _cents
    yield (
        rf"(?P<q>close to |nearly |almost |more than |over |about |half )?(?:a|one) (?P<a>{_any(lexicon.forms('Decade'))})\b(?! ago)",
        _decade,
    )
    yield rf"{q}{a} (?:{_any(lexicon.forms('Decade'))})\b(?! ago)", _decades
    yield (
        rf"{q}(?P<d>\$)? ?{a}(?P<p>{percent})?(?P<s> to | and | or | ?[–-] ?)(?P<d2>\$)? ?{b}(?P<p2>{percent})?"
        rf"(?:[ -]{between}(?:(?P<y>{years})|(?P<o>{others}))\b)?",
        _range(change),
    )
    yield rf"{q}(?P<a>\$ ?(?P<v>{DIGITS}(?: ?(?:million|billion|thousand|k|m)\b)?))", _money
    yield rf"{q}{a} (?:{dollars})\b", lambda m, _: _quantity(m, parse_number(m["a"]), Unit.DOLLAR)
    yield rf"{q}{a}{percent}", lambda m, _: _quantity(m, parse_number(m["a"]), Unit.PERCENT)
    yield rf"{q}{a}[ -]{between}(?:{years})\b{moment}", lambda m, _: _quantity(m, parse_number(m["a"]), Unit.YEAR)
    yield rf"{q}{a}[ -]{between}(?:{others})\b{moment}", lambda m, _: _quantity(m, parse_number(m["a"]), Unit.OTHER)
    yield (
        rf"{q}(?<![\w$.,-]){a}(?:-plus|\+)?(?![\w%])",
        lambda m, _: _quantity(m, parse_number(m["a"]), Unit.COUNT, last="a", bare=True),
    )


def _one_in_many(match: re.Match[str], text: str) -> Iterator[Quantity]:
    first, second = parse_number(match["a"]), parse_number(match["b"])
    if first is not None and second and first < second and second in ROUND:
        yield from _quantity(match, round(first / second, 4), Unit.RATIO, numerator=first, denominator=second)


def _cents_of_dollar(match: re.Match[str], text: str) -> Iterator[Quantity]:
    cents = parse_number(match["a"])
    yield from _quantity(match, cents / 100 if cents is not None else None, Unit.RATIO)


def _fraction(match: re.Match[str], text: str) -> Iterator[Quantity]:
    part = match["p"].lower().rstrip("s") if match["p"].lower() != "halves" else "half"
    number = match["n"]
    after, before = text[match.end() :], text[: match.start()]
    if part not in PARTS or (number is None and part != "half"):
        return
    if part not in ("half", "quarter") and number and number.lower() in ("a", "an", "one") and not OF.match(after):
        return
    if re.search(r"\b(?:first|second|other|latter|better|and a|\d) $", before[-12:], re.IGNORECASE):
        return
    count = 1 if number is None or number.lower() in ("a", "an") else ONES.index(number.lower())
    start = match.start("n") if number else match.start("p")
    qualifier = (match["q"] or "").strip().lower() or None
    if count < PARTS[part]:
        yield Quantity(
            start=start,
            end=match.end(),
            value=round(Decimal(count) / PARTS[part], 4),
            unit=Unit.RATIO,
            qualifier=qualifier,
        )


def _ratio(match: re.Match[str], text: str) -> Iterator[Quantity]:
    yield from _quantity(match, parse_number(match["a"]), Unit.RATIO)


def _votes(ballot: re.Pattern[str]) -> Make:
    """ "412-37", "four to three" beside a word of votes: two counts, the greater first."""

    def make(match: re.Match[str], text: str) -> Iterator[Quantity]:
        before, after = text[max(0, match.start() - 45) : match.start()], text[match.end() : match.end() + 25]
        first, second = parse_number(match["a"]), parse_number(match["b"])
        if first is None or second is None or not ballot.search(before):
            return
        if re.search(r"percent|%|\$|(?:from|between) $", before[-12:] + after[:10], re.IGNORECASE):
            return
        if first > second or re.search(r"vote|ballot", before + after, re.IGNORECASE):
            yield from _quantity(match, first, Unit.COUNT, last="a")
            yield from _quantity(match, second, Unit.COUNT, first="b", last="b")

    return make


def _score(match: re.Match[str], text: str) -> Iterator[Quantity]:
    """ "6-1", "4-1-0": a falling pair or triple is a vote."""
    values = [parse_number(v) for v in match.groups() if v]
    if values[0] is None or values[1] is None or values[0] <= values[1]:
        return
    for group, value in zip("abc", values, strict=False):
        yield from _quantity(match, value, Unit.COUNT, first=group, last=group)


def _twice(unit: Unit) -> Make:
    def make(match: re.Match[str], text: str) -> Iterator[Quantity]:
        yield from _quantity(match, Decimal(2 if match["a"].lower() == "twice" else 3), unit, last="a")

    return make


def _two_counts(match: re.Match[str], text: str) -> Iterator[Quantity]:
    yield from _quantity(match, parse_number(match["a"]), Unit.COUNT, last="a")
    yield from _quantity(match, parse_number(match["b"]), Unit.COUNT, first="b", last="b")


def _cents(match: re.Match[str], text: str) -> Iterator[Quantity]:
    cents = parse_number(match["a"])
    yield from _quantity(match, cents / 100 if cents is not None else None, Unit.DOLLAR)


def _decade(match: re.Match[str], text: str) -> Iterator[Quantity]:
    half = (match["q"] or "").strip().lower() == "half"
    yield from _quantity(match, Decimal(5 if half else 10), Unit.YEAR)


def _decades(match: re.Match[str], text: str) -> Iterator[Quantity]:
    count = parse_number(match["a"])
    yield from _quantity(match, 10 * count if count is not None else None, Unit.YEAR)


def _money(match: re.Match[str], text: str) -> Iterator[Quantity]:
    yield from _quantity(match, parse_number(match["v"]), Unit.DOLLAR)


def _range(change: re.Pattern[str]) -> Make:
    """ "34 to 42.5", "between 3 and 5 years", "$9–$12"; not "fell from 22 to 14", which are two values."""

    def make(match: re.Match[str], text: str) -> Iterator[Quantity]:
        low, high = parse_number(match["a"]), parse_number(match["b"])
        qualifier, separator = (match["q"] or "").strip().lower(), match["s"].strip()
        if low is None or high is None or (separator == "and" and qualifier != "between"):
            return
        if separator == "or" and high - low > 2:
            return
        changes = qualifier == "from" or (separator == "to" and qualifier != "ranging from")
        if changes and change.search(re.split(r"[.;:] ", text[max(0, match.start() - 60) : match.start() + 1])[-1]):
            if not re.search(r"\bby ?$", text[: match.start()]):
                return
        scale = re.search(r"million|billion|thousand", match["b"])
        if scale and not re.search(r"million|billion|thousand", match["a"]):
            low *= SCALES[scale.group()]
        if low >= high or (match["a"].isalpha() and separator in ("-", "–")):
            return
        unit = (
            Unit.DOLLAR
            if match["d"]
            else Unit.PERCENT
            if match["p"] or match["p2"]
            else Unit.YEAR
            if match["y"]
            else None
        )
        unit = unit or (Unit.OTHER if match["o"] else Unit.COUNT)
        first = "d" if match["d"] else "a"
        yield from _quantity(match, low, unit, first=first, upper=high, bare=unit is Unit.COUNT)

    return make
