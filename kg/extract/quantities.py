"""Quantities in running text: numbers with unit, qualifier and range; numbers that only name or date are left.

The grammar of numbers is code; units, qualifiers, verbs of change and nouns that number things are lexicon entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kg.extract.numerals import DIGITS, NUMBER, ONES, SCALE_LETTERS, SCALE_WORDS, SMALL, TENS, mask_names
from kg.extract.patterns import alternatives
from kg.extract.quantity_makers import (
    PARTS,
    Make,
    bare_count,
    degrees,
    fraction,
    half,
    hours,
    money,
    number,
    one_in_many,
    score,
    spread,
    ten_years,
    times,
    to_one,
    two_counts,
    votes,
)
from kg.extract.units import Quantity, carry_units
from kg.lexicon import Lexicon
from kg.model import Unit

A, B = rf"(?P<a>{NUMBER})", rf"(?P<b>{NUMBER})"
#: Money without its sign.
AMOUNT = rf"{DIGITS}(?: ?(?:{SCALE_WORDS}|{SCALE_LETTERS})\b)?"
#: What a text with a quantity has at least.
NUMERIC = re.compile(rf"\d|\b(?:{SMALL}|dozens?|hundreds?|thousands?|{'|'.join(PARTS)}|twice|decade)", re.IGNORECASE)
#: Words that a number or a share may begin with.
BEGINNINGS = (
    *(*ONES, *TENS, *PARTS, "dozen", "hundreds", "thousands"),
    *(f"{article}{gap}{part}" for article in ("a", "an") for gap in " -" for part in PARTS),
    *(f"a {scale}" for scale in ("dozen", "hundred", "thousand", "million", "billion")),
)
#: Marks a form that may have a qualifier before it.
Q = "<qualifier>"
#: Where a form may begin, in lower-case text; each match is one character, so that no beginning is passed over.
BEGIN = re.compile(rf"\d|\.(?=\d)|\$|h(?=alf an? )|\b(?=(?:{alternatives(BEGINNINGS)}))\w|t(?=wice|hrice)")
#: Letters that re.IGNORECASE takes for others and `str.lower` does not.
FOLDED = str.maketrans({"İ": "i", "ı": "i", "ſ": "s"})


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write a quantity.

    Attributes:
        bare, qualified: its pattern without and with a qualifier (group `q`) before it.
        needs: where not empty the text must have one of them, in lower case: most texts have few of them.
        anywhere: the form may begin anywhere, else at a place of a number.
    """

    bare: re.Pattern[str]
    qualified: re.Pattern[str]
    make: Make
    needs: frozenset[str]
    anywhere: bool


#: Position → whether a qualifier begins there (else a number, or the sign or space before it).
Places = dict[int, bool]


def find_quantities(text: str, lexicon: Lexicon) -> list[Quantity]:
    """The quantities of a text, in reading order, without overlaps."""
    if not NUMERIC.search(text):
        return []
    forms, qualifiers, sign = _compiled(lexicon)
    lower = text.translate(FOLDED).lower()
    places = _places(lower, qualifiers, sign)
    taken = mask_names(text, lexicon)
    found: list[Quantity] = []
    for form in forms:
        position = 0
        for place, qualified in _where(form, lower, places).items() if _may_stand(form, lower) else ():
            match = (form.qualified if qualified else form.bare).match(text, place) if place >= position else None
            if match is None:
                continue
            made = [q for q in form.make(match, text) if not any(taken[q.start : q.end])]
            for quantity in made:
                taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
            found += made
            # A form that declines leaves its second number free to begin another ("rose from 16 to 18 or 19").
            position = match.end() if made or "b" not in match.re.groupindex else match.end("a")
    return carry_units(text, sorted(found, key=lambda q: q.start))


def _places(lower: str, qualifiers: frozenset[str], sign: re.Pattern[str]) -> Places:
    """Where the forms of a text may begin, in reading order: trying only there is what makes many forms cheap."""
    begins = [match.start() for pattern in (BEGIN, sign) for match in pattern.finditer(lower)]
    begins += [b - 1 for b in begins if b and lower[b - 1] == " "]
    lengths = sorted({len(q) for q in qualifiers})
    before = {
        b - 1 - n
        for b in begins
        if b and lower[b - 1] == " "
        for n in lengths
        if b - 1 >= n and lower[b - 1 - n : b - 1] in qualifiers
    }
    return {place: place in before for place in sorted({*begins, *before})}


def _may_stand(form: _Form, lower: str) -> bool:
    return not form.needs or any(word in lower for word in form.needs)


def _where(form: _Form, lower: str, places: Places) -> Places:
    """Where to try a form."""
    return dict.fromkeys(range(len(lower)), True) if form.anywhere else places


@lru_cache(maxsize=2)
def _compiled(lexicon: Lexicon) -> tuple[tuple[_Form, ...], frozenset[str], re.Pattern[str]]:
    """The forms, the qualifiers in lower case, and what begins with the sign of a currency."""
    qualifiers = lexicon.forms("Qualifier")
    forms = tuple(_form(pattern, make, needs, lexicon) for pattern, make, needs in _forms(lexicon))
    return forms, frozenset(q.lower() for q in qualifiers), re.compile(rf"{_sign(lexicon)}(?= ?\d)", re.IGNORECASE)


def _form(pattern: str, make: Make, needs: Iterable[str], lexicon: Lexicon) -> _Form:
    """Compile a form; `Q` at its beginning stands for an optional qualifier."""
    body, lower = pattern.removeprefix(Q), frozenset(word.lower() for word in needs)
    if body == pattern:
        compiled = re.compile(pattern, re.IGNORECASE)
        return _Form(compiled, compiled, make, lower, anywhere=make is ten_years)
    qualifiers = alternatives(lexicon.forms("Qualifier"))
    bare = re.compile(rf"(?P<q>(?!))?{body}", re.IGNORECASE)
    qualified = re.compile(rf"(?P<q>(?:{qualifiers}) )?{body}", re.IGNORECASE)
    return _Form(bare, qualified, make, lower, anywhere=False)


def _forms(lexicon: Lexicon) -> Iterator[tuple[str, Make, Iterable[str]]]:
    """Forms in the order in which they take their characters: shares, votes, ranges, then numbers by unit.

    Each with words of which a text must have one, if there are such.
    """
    yield from _shares(lexicon)
    yield from _pairs(lexicon)
    yield from _units(lexicon)


def _shares(lexicon: Lexicon) -> Iterator[tuple[str, Make, Iterable[str]]]:
    """ "Two in three", "4.5 out of 5", "three times as many", "81 cents of every dollar", "a third of", "14 to 1"."""
    percent, cents = _percent(lexicon), alternatives(lexicon.forms("Cent"))
    partial, others = alternatives(lexicon.forms("PartialTime")), alternatives(lexicon.forms("OtherUnit", "Year"))
    yield (
        rf"{Q}(?<![\d,.])\b(?P<a>{SMALL}|\d+) (?:in|out of|of every) (?:every )?(?P<b>{SMALL}|\d+)\b(?!{percent})",
        one_in_many,
        (),
    )
    yield (
        rf"{Q}\b(?P<a>one|1) [a-z]+ in (?P<b>{SMALL}|\d+)\b(?!{percent}| (?!(?:was|is|has|does)\b)[a-z]+s\b)",
        one_in_many,
        (),
    )
    counted = rf"(?!(?:{others})\b)[a-z]+s"
    yield (
        rf"{Q}\b(?P<a>{SMALL}) {counted} (?:in|out of|of every) (?P<b>{SMALL})\b(?!{percent}| [a-z]+s\b)",
        one_in_many,
        (),
    )
    yield r"(?P<a>\d\.\d+) (?:out )?of (?P<b>\d+)\b(?! [a-z])", number(Unit.OTHER), ()
    yield rf"{Q}{A}[ -]times (?:as|more|what)\b", number(Unit.RATIO), ("times",)
    yield rf"{Q}(?P<a>twice|thrice) (?:as|the|its|their|his|her|that|what)\b", times(Unit.RATIO), ("twice", "thrice")
    yield rf"{Q}\b(?P<a>twice|thrice)\b", times(Unit.COUNT), ("twice", "thrice")
    yield (
        rf"{Q}{A} (?:{cents}) (?:of|on|out of) (?:every|each|the) (?:\w+ ){{0,2}}dollar",
        number(Unit.RATIO, scale=100),
        ("dollar",),
    )
    count = rf"(?:(?P<n>{'|'.join(ONES[1:10])}|an?)[- ])?"
    lengths = alternatives(lexicon.forms("OtherUnit"))
    yield rf"{Q}\b(?P<a>half an?) (?:{lengths})\b", half, ("half a",)
    yield rf"{Q}\b{count}(?P<p>(?:{'|'.join(PARTS)})s?)\b(?![- ](?:{partial}|a [mbtdh]\w+)\b)", fraction, PARTS
    yield rf"{Q}(?P<a>\d+(?:\.\d+)?) ?(?:to|:|-to-) ?1\b(?!{percent}|[\d,])", to_one(_ballot(lexicon)), ()


def _pairs(lexicon: Lexicon) -> Iterator[tuple[str, Make, Iterable[str]]]:
    """Votes, which are two counts, and ranges."""
    ballot = re.compile(rf"\b(?:{alternatives(lexicon.forms('Ballot'))}|was|by)\b[^.]{{0,25}}$", re.IGNORECASE)
    change = re.compile(rf"\b(?:{alternatives(lexicon.forms('Change'))})\b", re.IGNORECASE)
    percent, between = _percent(lexicon), _between(lexicon)
    years, others = alternatives(lexicon.forms("Year")), alternatives(lexicon.forms("OtherUnit"))
    whole = r"\d{1,3}(?:,\d{3})*"
    third = r"(?:[-–](?P<c>\d{1,4}))?\b(?![-–/%]|,\d|\.\d| ?percent)"
    yield rf"\b(?P<a>{whole}) ?(?:to|-|–|—) ?(?P<b>{whole})\b", votes(ballot), ()
    yield rf"(?<![\w$.,/-])(?P<a>\d{{1,4}})[-–](?P<b>\d{{1,4}}){third}", score, ()
    yield rf"\b(?P<a>{SMALL}) to (?P<b>{SMALL})\b(?! [a-z]+s\b)", votes(ballot), (" to ",)
    yield rf"{Q}{A} (?:votes?|ballots?) (?:to|against) {B}", two_counts, ("vote", "ballot")
    money = alternatives(lexicon.forms("USDollar"))
    length = rf"(?:[ -]{between}(?:(?P<y>{years})|(?P<o>{others})|(?P<w>{money}))\b)?"
    joint = r"(?P<s> to | and | or | ?[–-] ?)"
    sign = _sign(lexicon)
    yield rf"{Q}(?P<f>{sign}) ?(?P<a>{AMOUNT}){joint}(?:{sign} ?)?(?P<b>{AMOUNT})", spread(change), ()
    yield rf"{Q}(?P<d>\$)? ?{A}(?P<p>{percent})?{joint}(?P<d2>\$)? ?{B}(?P<p2>{percent})?{length}", spread(change), ()


def _ballot(lexicon: Lexicon) -> re.Pattern[str]:
    """Words of votes a little before a number."""
    return re.compile(rf"\b(?:{alternatives(lexicon.forms('Ballot'))})\b[^.]{{0,25}}$", re.IGNORECASE)


def _units(lexicon: Lexicon) -> Iterator[tuple[str, Make, Iterable[str]]]:
    """Numbers with a unit, and bare ones last."""
    moment = rf"(?! (?:{alternatives(lexicon.forms('Moment'))})\b)"
    decade, currency = (alternatives(lexicon.forms(term)) for term in ("Decade", "Currency"))
    yield rf"{Q}{A} (?:{alternatives(lexicon.forms('Cent'))})\b", number(Unit.DOLLAR, scale=100), lexicon.forms("Cent")
    yield rf"(?P<q>[a-z]+ (?:to |than )?)?\b(?:a|one) (?P<a>{decade})\b(?! ago)", ten_years, lexicon.forms("Decade")
    yield rf"{Q}{A} (?:{decade})\b(?! ago)", number(Unit.YEAR, scale=Decimal("0.1")), lexicon.forms("Decade")
    yield rf"{Q}(?P<a>\$ ?(?P<v>{AMOUNT}))", money(Unit.DOLLAR), ("$",)
    yield rf"{Q}(?P<a>{_sign(lexicon)} ?(?P<v>{AMOUNT}))", money(Unit.OTHER), ()
    yield rf"{Q}{A} (?:[A-Z][a-z]+ )?(?:{currency})\b", number(Unit.OTHER), lexicon.forms("Currency")
    yield rf"{Q}{A} (?:{alternatives(lexicon.forms('USDollar'))})\b", number(Unit.DOLLAR), lexicon.forms("USDollar")
    yield rf"{Q}{A}{_percent(lexicon)}", number(Unit.PERCENT), lexicon.forms("Percent")
    yield rf"^{A} ?[:–—-] ?(?=per ?cent(?:age)?\b)", number(Unit.PERCENT), ("percent", "per cent")
    yield rf"{Q}{A}[ -]hours?,? (?:and )?(?P<m>\d\d?|{SMALL}) minutes\b", hours, ("minutes",)
    yield rf"{Q}(?P<a>\d\d+|{SMALL}) degrees\b", degrees, ("degrees",)
    word = r"(?!(?:of|to|in|and|or|on|for|per|by|at|the|this|last|a|an)\b)[a-z]+ "
    word = rf"(?:(?:fewer|more|less|extra|additional) )?{word}"
    yield (
        rf"{Q}{A} {word}(?:days|hours|minutes|weeks|months)\b{moment}",
        number(Unit.OTHER),
        ("days", "hours", "minutes", "weeks", "months"),
    )
    for term, unit in (("Year", Unit.YEAR), ("OtherUnit", Unit.OTHER)):
        yield (
            rf"{Q}{A}[ -]{_between(lexicon)}(?:{alternatives(lexicon.forms(term))})\b{moment}",
            number(unit),
            lexicon.forms(term),
        )
    yield rf"{Q}(?<![\w$.,-]){A}(?:-plus|\+)?(?![\w%])", bare_count, ()


def _percent(lexicon: Lexicon) -> str:
    return rf"(?:[ -]?(?:{alternatives(lexicon.forms('Percent'))})(?!\w))"


def _sign(lexicon: Lexicon) -> str:
    """Signs and codes of currencies other than the dollar; R, of rand, only where the number is plainly an amount."""
    marks = sorted(lexicon.forms("CurrencySign"), key=lambda m: (-len(m), m))
    codes = "|".join(rf"\b{re.escape(m)}" if m[0].isalpha() else re.escape(m) for m in marks)
    return rf"(?:{codes}|\bR(?=\d[\d,. ]* ?(?:million|billion|bn)\b|\d+ (?:an?|per) ))"


def _between(lexicon: Lexicon) -> str:
    """Words between a number and its unit of time ("nine school days", "two six-hour days")."""
    return rf"(?:(?:{alternatives(lexicon.forms('UnitModifier'))}|\w+-hour)[ -])?"
