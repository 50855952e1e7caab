"""Numbers without a unit: what only names, points or tells the time, and what takes its unit from its subject."""

from __future__ import annotations

import re

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.measurement import governing_verb, subject_of
from kg.extract.numerals import ONES
from kg.extract.units import CHANGED, Quantity

#: Verbs of what is at a value; "at" and a number word behind others are a time of day or an age.
LEVELS = frozenset(
    {
        "stand",
        "cap",
        "set",
        "hold",
        "remain",
        "stay",
        "peak",
        "fix",
        "limit",
        "put",
        "keep",
        "be",
        "freeze",
        "top",
        "stop",
    }
)
HOURS = frozenset(ONES[1:13])
POINTING = frozenset({"the", "these", "those", "both"})
#: A unit in the first cell of a row.
ROW = re.compile(r"[^|]*\b(?P<unit>\w+)\b[^|]*\|")


def names_only(text: Text, quantity: Quantity, span: Span) -> bool:
    """Whether a bare number counts nothing: a repeated one, a pair pointed at, a part of a title, an hour."""
    return _again(quantity, span) or _pair(quantity, span) or _in_title(text, span) or _hour(span)


def follows_union(context: Context, text: Text, span: Span) -> bool:
    """Whether a number stands behind the name of a union, whose number it is ("Harbor Trades 660 is")."""
    before = text.references.get(span.start - 1)
    return (
        before is not None
        and context.kind(before.entity) == "LaborUnion"
        and span.text.isdigit()
        and text.tokens[span.start - 1].text[:1].isupper()
        and stands_alone(span)
    )


def stands_alone(span: Span) -> bool:
    """Whether nothing that could be counted follows a number."""
    following = _next(span)
    return following is None or following.pos_ not in ("NOUN", "ADJ", "PROPN", "NUM", "SYM")


def of_lengths(text: Text, span: Span, lengths: frozenset[str]) -> bool:
    """Whether a number takes its unit from its row, or from a subject that changes ("days lost fell from 9 to 6")."""
    if not stands_alone(span):
        return False
    row = ROW.match(text.string) if "|" in text.string else None
    if row and row.end() <= span.start_char:
        return any(word in lengths and word.endswith("s") for word in row.group().lower().split())
    verb = governing_verb(span.root)
    subject = subject_of(verb) if verb is not None else None
    if verb is None or subject is None or subject.lower_ not in lengths or not subject.lower_.endswith("s"):
        return False
    return verb.i < span.start and (CHANGED.search(f"{verb.lower_} ") is not None or _particle(verb))


def _particle(verb: Token) -> bool:
    """Whether a verb has "up" or "down" ("are gone down")."""
    return any(c.lower_ in ("up", "down") for c in verb.children)


def _next(span: Span) -> Token | None:
    following = span.doc[span.end : span.end + 1]
    return following[0] if len(following) else None


def _before(span: Span) -> Token | None:
    return span.doc[span.start - 1] if span.start > span.sent.start else None


def _again(quantity: Quantity, span: Span) -> bool:
    """Whether digits in brackets repeat the word before them ("three (3)")."""
    before, following = _before(span), _next(span)
    if before is None or following is None or before.text != "(" or following.text != ")" or span.start < 2:
        return False
    word = span.doc[span.start - 2].lower_
    return word in ONES and ONES.index(word) == quantity.value


def _pair(quantity: Quantity, span: Span) -> bool:
    """ "The two unions": they were told of before."""
    before = _before(span)
    return quantity.value == 2 and quantity.upper is None and before is not None and before.lower_ in POINTING


def _in_title(text: Text, span: Span) -> bool:
    """Whether a number word is written with a capital inside a sentence, and so is the next word."""
    before, following = _before(span), _next(span)
    if text.kind is Kind.HEADING or before is None or following is None or before.is_punct or before.is_space:
        return False
    return span.text.istitle() and span.text.isalpha() and following.text.istitle() and not before.text.isupper()


def _hour(span: Span) -> bool:
    """ "The lights go on at six, because …"."""
    before, following = _before(span), _next(span)
    if span.text not in HOURS or before is None or before.lower_ != "at":
        return False
    verb = governing_verb(before)
    ends = following is None or following.text in (",", ".", ";", "”", '"')
    return ends and verb is not None and verb.lemma_ not in LEVELS
