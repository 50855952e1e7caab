"""What the matches of the forms of quantities mean: values, units, ranges, shares and votes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from kg.extract.numerals import ONES, SCALE_LETTERS, SCALE_WORDS, SCALES, parse_number
from kg.extract.units import Quantity
from kg.model import Unit

PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
ROUND = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 25, 50, 100, 1000})
#: What follows a fraction that is no ordinal ("a third of", not "a third school").
OF = re.compile(r" of\b| (?:more|less|fewer)\b|[.,;)]")
#: Words before a part that make it no share ("the first half").
ORDERING = re.compile(r"\b(?:first|second|other|latter|better|and a|\d) $", re.IGNORECASE)
#: The scale of a number, which holds for the number before it too ("4 to 5 million").
SCALE = re.compile(rf"{SCALE_WORDS}|(?<=\d)(?:{SCALE_LETTERS})\b", re.IGNORECASE)
MINUTES = 60
#: Degrees from which on they are not those that somebody holds.
WARM = 20

Make = Callable[[re.Match[str], str], Iterator[Quantity]]


def quantity(
    match: re.Match[str],
    value: Decimal,
    unit: Unit,
    *,
    first: str = "a",
    last: str | None = None,
    upper: Decimal | None = None,
    bare: bool = False,
    share: tuple[Decimal, Decimal] | None = None,
) -> Quantity:
    """The quantity of a match, from the group `first` to the end of the group `last` (or of the match)."""
    written = match.groupdict().get("q") or ""
    qualifier = written.strip().lower() or None
    return Quantity(
        start=match.start(first),
        end=match.end(last) if last else match.end(),
        value=value,
        unit=unit,
        upper=upper,
        qualifier=None if qualifier in ("from", "between", "ranging from") else qualifier,
        bare=bare,
        numerator=share[0] if share else None,
        denominator=share[1] if share else None,
    )


def number(unit: Unit, scale: Decimal | int = 1) -> Make:
    """One number of a unit, the written one divided by `scale`."""

    def make(match: re.Match[str], _: str) -> Iterator[Quantity]:
        value = parse_number(match["a"])
        if value is not None:
            yield quantity(match, value / scale if scale != 1 else value, unit)

    return make


def bare_count(match: re.Match[str], _: str) -> Iterator[Quantity]:
    """A number of whatever follows."""
    value = parse_number(match["a"])
    if value is not None:
        yield quantity(match, value, Unit.COUNT, last="a", bare=True)


def one_in_many(match: re.Match[str], text: str) -> Iterator[Quantity]:
    """ "Two in three"."""
    first, second = parse_number(match["a"]), parse_number(match["b"])
    if first is not None and second and first < second and second in ROUND:
        yield quantity(match, round(first / second, 4), Unit.RATIO, share=(first, second))


def fraction(match: re.Match[str], text: str) -> Iterator[Quantity]:
    """ "Half", "a third", "three-quarters"."""
    part = match["p"].lower().rstrip("s") if match["p"].lower() != "halves" else "half"
    number = match["n"]
    if part not in PARTS or (number is None and part != "half"):
        return
    if (
        part not in ("half", "quarter")
        and number
        and number.lower() in ("a", "an", "one")
        and not OF.match(text, match.end())
    ):
        return
    if ORDERING.search(text[max(0, match.start() - 12) : match.start()]):
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


def votes(ballot: re.Pattern[str]) -> Make:
    """ "412-37", "four to three" beside a word of votes: two counts, the greater first."""

    def make(match: re.Match[str], text: str) -> Iterator[Quantity]:
        before, after = text[max(0, match.start() - 45) : match.start()], text[match.end() : match.end() + 25]
        first, second = parse_number(match["a"]), parse_number(match["b"])
        if first is None or second is None or not ballot.search(before):
            return
        if re.search(r"percent|%|\$|(?:from|between) $", before[-12:] + after[:10], re.IGNORECASE):
            return
        if first > second or re.search(r"vote|ballot", before + after, re.IGNORECASE):
            yield quantity(match, first, Unit.COUNT, last="a")
            yield quantity(match, second, Unit.COUNT, first="b", last="b")

    return make


def score(match: re.Match[str], text: str) -> Iterator[Quantity]:
    """ "6-1", "4-1-0": a falling pair or triple is a vote."""
    values = [Decimal(v) for v in match.groups() if v]
    if values[0] <= values[1]:
        return
    for group, value in zip("abc", values, strict=False):
        yield quantity(match, value, Unit.COUNT, first=group, last=group)


def to_one(ballot: re.Pattern[str]) -> Make:
    """ "14 to 1": a ratio, unless it is the count of a vote."""

    def make(match: re.Match[str], text: str) -> Iterator[Quantity]:
        value = parse_number(match["a"])
        if value is not None and not ballot.search(text[max(0, match.start() - 45) : match.start()]):
            yield quantity(match, value, Unit.RATIO)

    return make


def times(unit: Unit) -> Make:
    """ "Twice", "thrice"."""

    def make(match: re.Match[str], text: str) -> Iterator[Quantity]:
        yield quantity(match, Decimal(2 if match["a"].lower() == "twice" else 3), unit, last="a")

    return make


def two_counts(match: re.Match[str], _: str) -> Iterator[Quantity]:
    """ "312 votes to 40"."""
    first, second = parse_number(match["a"]), parse_number(match["b"])
    if first is not None and second is not None:
        yield quantity(match, first, Unit.COUNT, last="a")
        yield quantity(match, second, Unit.COUNT, first="b", last="b")


def ten_years(match: re.Match[str], _: str) -> Iterator[Quantity]:
    """ "A decade", "half a decade"."""
    half = (match["q"] or "").strip().lower() == "half"
    yield quantity(match, Decimal(5 if half else 10), Unit.YEAR)


def money(unit: Unit) -> Make:
    """ "$2.5 million", "£900"."""

    def make(match: re.Match[str], _: str) -> Iterator[Quantity]:
        value = parse_number(match["v"])
        if value is not None:
            yield quantity(match, value, unit)

    return make


def half(match: re.Match[str], _: str) -> Iterator[Quantity]:
    """ "Half a day"."""
    yield quantity(match, Decimal("0.5"), Unit.OTHER)


def hours(match: re.Match[str], _: str) -> Iterator[Quantity]:
    """ "7 hours 45 minutes": one length, in hours."""
    whole, minutes = parse_number(match["a"]), parse_number(match["m"])
    if whole is not None and minutes is not None and minutes < MINUTES:
        yield quantity(match, round(whole + minutes / MINUTES, 4), Unit.OTHER)


def degrees(match: re.Match[str], _: str) -> Iterator[Quantity]:
    """ "41 degrees": a temperature; few are those of universities."""
    value = parse_number(match["a"])
    if value is not None and value >= WARM:
        yield quantity(match, value, Unit.OTHER)


def spread(change: re.Pattern[str]) -> Make:
    """ "34 to 42.5", "between 3 and 5 years", "$9–$12"; not "fell from 22 to 14", which are two values."""

    def make(match: re.Match[str], text: str) -> Iterator[Quantity]:
        low, high = parse_number(match["a"]), parse_number(match["b"])
        qualifier, separator = (match["q"] or "").strip().lower(), match["s"].strip()
        if low is None or high is None or (separator == "and" and qualifier != "between"):
            return
        if separator == "or" and high - low > 2:
            return
        before = re.split(r"[.;:] ", text[max(0, match.start() - 60) : match.start() + 1])[-1].rstrip()
        may_change = qualifier == "from" or (separator == "to" and qualifier != "ranging from")
        if may_change and change.search(before) and not before.endswith(" by"):
            return
        scale = SCALE.search(match["b"])
        if scale and not SCALE.search(match["a"]):
            low *= SCALES[scale.group().lower()]
        if low >= high or (match["a"].isalpha() and separator in ("-", "–")):
            return
        unit = (
            Unit.DOLLAR
            if _group(match, "d") or _group(match, "w")
            else Unit.PERCENT
            if _group(match, "p") or _group(match, "p2")
            else Unit.YEAR
            if _group(match, "y")
            else None
        )
        unit = unit or (Unit.OTHER if _group(match, "o") or _group(match, "f") else Unit.COUNT)
        first = next((group for group in "df" if _group(match, group)), "a")
        yield quantity(match, low, unit, first=first, upper=high, bare=unit is Unit.COUNT)

    return make


def _group(match: re.Match[str], name: str) -> str | None:
    """A group that a form may not have."""
    return match.groupdict().get(name)
