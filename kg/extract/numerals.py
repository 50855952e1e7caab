"""The grammar of numbers in digits and words, and the numbers that only name, date, locate or rank something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from kg.extract.dates import DAY, MONTH, WEEKDAY, find_dates
from kg.extract.patterns import alternatives
from kg.lexicon import Lexicon

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = {"hundred": 100, "thousand": 1000, "k": 1000, "lakh": 10**5, "million": 10**6, "m": 10**6, "mn": 10**6}
SCALES |= {"crore": 10**7, "billion": 10**9, "bn": 10**9, "trillion": 10**12}
#: Scales that are words, and those that stand as letters behind an amount of money.
SCALE_WORDS = "thousand|lakh|million|crore|billion|trillion"
SCALE_LETTERS = "k|m|mn|bn"
ADDED = {" and a half": Decimal("0.5"), " and a quarter": Decimal("0.25")}

SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(ONES[1:10])}))?|(?:{'|'.join(ONES)}))"
WORDS = (
    rf"(?:(?:a |half a |{SMALL} )?dozen|hundreds|thousands|(?:half a|a|one) (?:hundred|thousand|million|billion)"
    rf"|{SMALL}(?: hundred(?: (?:and )?{SMALL})?)?(?: (?:thousand|million|billion)(?: {SMALL} hundred)?)?)"
)
#: Digits; behind blanks or with a decimal comma only where what follows shows that they are one number.
DIGITS = (
    r"(?:(?<!\d )[1-9]\d{0,2}(?: \d{3})+(?= [a-z])"
    rf"|\d{{1,3}},\d{{1,2}}(?= ?(?:%|per ?cent\b|(?:{SCALE_WORDS})\b))"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
)
NUMBER = rf"(?:\d\d[ -]hundred\b|{DIGITS}(?: (?:{SCALE_WORDS})\b)?|\b{WORDS}\b(?: and a (?:half|quarter)\b)?)"

#: A blank between groups of three digits, and a comma before a fraction.
GROUPED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
#: What a text must have one of, in lower case, to match a pattern: it is looked for first, as most texts have few.
Signs = tuple[str, ...]
#: The sign that is any digit.
NUMERAL = "\0a digit"
#: A plural behind a round number that looks like a year.
COUNTED = re.compile(r" [a-z]+s\b")


def parse_number(text: str) -> Decimal | None:
    """The value of digits or number words ("1,250", "2.5 million", "forty-two hundred"); None for anything else."""
    text = DECIMAL_COMMA.sub(".", GROUPED.sub("", text.strip().lower())).replace(",", "")
    digits = re.fullmatch(rf"(\d*\.?\d+)(?:[ -]?(hundred|{SCALE_WORDS}|{SCALE_LETTERS}))?", text)
    if digits:
        return Decimal(digits[1]) * SCALES.get(digits[2] or "", 1)
    for words, part in ADDED.items():
        if text.endswith(words):
            whole = parse_number(text.removesuffix(words))
            return None if whole is None else whole + part
    if text.startswith("half a "):
        whole = parse_number(text.removeprefix("half a "))
        return None if whole is None else whole / 2
    if text in ("hundreds", "thousands"):
        return Decimal(SCALES[text.removesuffix("s")])
    return _sum_words(re.split(r"[- ]", text))


def _sum_words(words: list[str]) -> Decimal | None:
    total, current = 0, 0
    for word in words:
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
    return Decimal(total + current) if set(words) - {"and", "a"} else None


def mask_names(text: str, lexicon: Lexicon) -> bytearray:
    """For each character 1 where it belongs to a date, an address, a name with a number or the like, else 0."""
    mask = bytearray(len(text))
    # Any reference will do: the dates themselves are not used.
    for date in find_dates(text, "2000-06-15"):
        if date.form != "relative" and not (date.form == "year" and _counts(text, date.start, date.end)):
            mask[date.start : date.end] = b"\1" * (date.end - date.start)
    folded = text.casefold() + (NUMERAL if re.search(r"\d", text) else "")
    for pattern, signs in _names(lexicon):
        for match in pattern.finditer(text) if not signs or any(sign in folded for sign in signs) else ():
            mask[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return mask


def _counts(text: str, start: int, end: int) -> bool:
    """Whether a round number that looks like a year counts something ("2000 teachers")."""
    return text.endswith("00", start, end) and COUNTED.match(text, end) is not None


@lru_cache(maxsize=2)
def _names(lexicon: Lexicon) -> tuple[tuple[re.Pattern[str], Signs], ...]:
    """Patterns, each with its signs if it has any."""
    exact = (*_addresses(lexicon), *_times(), *_labels(lexicon))
    return (
        *((re.compile(pattern), signs) for pattern, signs in exact),
        *((re.compile(pattern, re.IGNORECASE), signs) for pattern, signs in _phrases(lexicon)),
    )


def _addresses(lexicon: Lexicon) -> Iterator[tuple[str, Signs]]:
    """Web and mail addresses, telephone numbers, streets, stations."""
    yield r"https?://\S+|www\.\S+|(?<!\S)\S+@\S+", ("://", "www.", "@")
    yield r"\(?\b\d{3}\)?[-. ]\d{3}[-.]\d{4}|\b\d{3}-\d{4}\b|\bext\. ?\d+", (NUMERAL,)
    yield r"(?<![\d.,])\(?0\d{2,4}\)?(?:[ -]\d{3,4}){1,3}\b|\+\d{1,3}(?:[ -]?\(?\d{1,4}\)?){2,5}\b(?!,\d)", ("0", "+")
    yield rf"\b\d+ (?:[NSEW]\.? )?(?:[A-Z][\w.]+ ){{1,3}}(?:{alternatives(lexicon.forms('Street'))})", (NUMERAL,)
    yield r"\b\d+(?:\.\d+)? [AF]M\b", (" am", " fm")


def _times() -> Iterator[tuple[str, Signs]]:
    """Days, decades, clock times and ages."""
    days = r"(?:(?:, \d{1,2})*,? and \d{1,2}| ?[-–] ?\d{1,2})?"
    yield rf"{MONTH} {DAY}{days}\b(?! ?%| percent)|\b\d{{1,2}} {MONTH}", (NUMERAL,)
    day = rf"(?:{WEEKDAY} )?\d{{1,2}}"
    yield rf"\b{day}(?:(?:,| and| or| to|,? and| ?[-–]) {day})+(?:st|nd|rd|th)? {MONTH}\b", (NUMERAL,)
    yield r"\b(?:19|20)\d\d[-–]\d\d\b(?! ?%)|(?<=[ (]):[0-5]\d\b", (NUMERAL,)
    yield r"\b\d{1,2}:\d\d (?:to|until|and|or) \d{1,2}\b(?! ?%)", (":",)
    yield r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b(?:19|20)\d0s\b|'\d\ds?\b", ("/", "0s", "'")
    clock = r"(?= (?:on|with|in the|tonight|tonite)\b|\. (?![a-z]))(?<!\d\d)"
    yield rf"\b(?:until|at|open) \d{{1,2}}(?: to \d{{1,2}})?{clock}", (NUMERAL,)
    yield (
        rf"\bat (?:{SMALL}|\d{{1,2}}),?(?= (?:in the|on|o'clock|tonight|sharp|today|tomorrow|this|{WEEKDAY}))",
        ("at ",),
    )
    now = r"this (?:morning|afternoon|evening)|tonight|last night|yesterday|today|tomorrow"
    yield rf"\b(?:since|by|until|before|after) (?:{SMALL}|\d{{1,2}})(?= (?:{now})\b)", ()
    yield rf"\b(?:{SMALL}|half|quarter) past (?:{SMALL}|\d{{1,2}})\b", (" past ",)


def _labels(lexicon: Lexicon) -> Iterator[tuple[str, Signs]]:
    """Numbered things ("Local 12"), grades, ranks, section and page numbers."""
    numbering = lexicon.forms("Numbering")
    label = alternatives(numbering | {form.upper() for form in numbering})
    more = r"(?:(?:,(?! ?\d+ [a-z]+s\b)| and| or| through| to|–|-) ?\d+\b(?! ?%| percent))*"
    yield rf"\b(?:{label}) ?#?\d[\d.–-]*(?:\([a-z]\))*{more}", (NUMERAL,)
    yield r"\[(?:19|20)\d\d\] [A-Z]+ \d+|\b\d{1,3}\(\d{1,3}\)|\b\d{1,3}/(?:19|20)\d\d\b|\bNo \d+\b", (NUMERAL,)
    yield r"\b[A-Z][a-z]+ \d{1,3} (?:of (?:19|20)\d\d\b|\((?:19|20)\d\d\))|^\| ?\d{1,2} +(?=\|)", (NUMERAL,)
    yield r"\b1 (?:[a-z]+ )?per (?=\d)|\b(?:turn(?:s|ed|ing)?|(?:dies|died|dead) at) \d\d(?=[.,;)]|$| in\b)", (NUMERAL,)
    yield r"s (?:aged|under|over) \d\d\b(?=[.,;]| (?:who|hold|have|are|were|in|at|and)\b)", (NUMERAL,)
    yield r"\b\d{1,2}[-–]\d{1,2} (?=(?:[a-z-]+ )?(?:school|academy|college|campus)\b)", (NUMERAL,)
    yield r"(?:Page|page) \d+ of \d+|^\W*\d+(?:\.\d+)?\W*$|\b\d+\([a-z]\)", (NUMERAL,)
    yield r"(?:^|(?<=[.;] ))\d+\.\d+ +(?=[A-Z])|\b\d+-[A-Z]\b|§+ ?[\d.]+|#\d+|\b\d+(?:\.\d+){2,}\b", (NUMERAL, "§")
    # Money with a code; an R before an amount is rand.
    codes = alternatives(sign for sign in lexicon.forms("CurrencySign") if sign.isalpha())
    money = rf"(?!(?:{codes})\d|R\d[\d,. ]* ?[mb]n?(?:illion)?\b|R\d+ (?:an?|per) )"
    yield rf"\b\d+(?:st|nd|rd|th)\b|\b{money}[A-Z]{{1,4}}-?\d+\b", (NUMERAL,)


def _phrases(lexicon: Lexicon) -> Iterator[tuple[str, Signs]]:
    """What may be written in small letters or capitals alike."""
    lengths = alternatives(lexicon.forms("Year", "OtherUnit", "Decade"))
    yield (
        r"\b\d{1,2}:\d\d(?: ?[ap]\.?m\b\.?)?|\b\d{1,2}(?: ?[-–] ?\d{1,2})? ?[ap]\.?m\b\.?|\b\w+ o'clock",
        (NUMERAL, "o'clock"),
    )
    yield rf"\b(?:he|she|I|who|you)(?: is| was| am| are|'s|'re|'m) (?:{SMALL}|\d\d)(?=[,.])", ()
    yield rf"\b(?:{alternatives(lexicon.forms('Numbering'))}|number|page|year) (?:{SMALL})\b", (*ONES, *TENS)
    yield r"\bgrades? (?:K|\d+)(?: ?(?:-|–|to|through|and) ?\d+)?|\b(?:pre-?|P)?K ?[-–] ?\d+\b", ("grade", NUMERAL)
    yield rf"\b(?:{alternatives(lexicon.forms('NumberIdiom'))})\b", ()
    moments = lexicon.forms("Moment")
    behind = rf"(?:{lengths})[ -](?:{alternatives(moments)})\b"
    yield rf"(?:{NUMBER})[ -](?:(?!an? )\w+[ -])?{behind}", tuple(sorted(word.casefold() for word in moments))
