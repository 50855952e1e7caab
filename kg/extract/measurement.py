"""What a number measures, of whom, and when: phrases in the document's words, read off the parse around the figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from spacy.tokens import Span, Token

from kg.extract.context import Text
from kg.extract.dates import DateMention
from kg.extract.layout import Kind
from kg.extract.units import Quantity
from kg.model import Unit

#: Longest measure, in tokens.
LONGEST = 20
SUBJECTS = ("nsubj", "nsubjpass")
CLAUSAL = ("relcl", "ccomp", "advcl", "conj", "acl", "parataxis", "cc", "punct")


def find_measure(text: Text, span: Span) -> str | None:
    """What is counted or measured, in the words of the sentence without the figure; None where nothing is left."""
    label = _label(text, span)
    if label:
        return label
    noun = counted_noun(span)
    if noun is not None and any(c.like_num or c.is_currency for c in noun.children if c not in span):
        noun = None
    verb = governing_verb(noun if noun is not None else span.root)
    tokens: list[Token] = []
    if noun is not None:
        tokens += _phrase(noun, span)
    if verb is not None:
        subject = subject_of(verb)
        held = {t.i for t in tokens} | {t.i for t in span}
        if subject is not None and subject.i < span.start and not any(t.i in held for t in subject.subtree):
            tokens += _phrase(subject, span)
        tokens += [t for t in _predicate(verb) if t.i not in held]
    words = _join(sorted({t.i: t for t in tokens}.values(), key=lambda t: t.i), span)
    if len(words.split()) > 2 or (len(words.split()) > 1 and text.kind is not Kind.ITEM):
        return words
    # Too little to tell what is measured: the whole sentence, or the whole item with its statement, tells more.
    whole = text.doc if text.kind is Kind.ITEM else span.sent
    return _join(whole, span) or None


def find_population(span: Span, quantity: Quantity) -> str | None:
    """Of whom or what a share is taken ("of Alliance teachers"); None for other numbers."""
    if quantity.unit not in (Unit.PERCENT, Unit.RATIO):
        return None
    following = span.doc[span.end : span.end + 1]
    if len(following) and following[0].lower_ in ("of", "among"):
        edge = following[0].right_edge.i
        return _join(list(span.doc[span.end + 1 : min(edge + 1, span.end + LONGEST)]), span) or None
    return None


def find_period(dates: Sequence[DateMention], quantity: Quantity, start: int, end: int) -> str | None:
    """The date nearest to the figure in its sentence [start, end), as ISO 8601."""
    inside = [d for d in dates if start <= d.start < end]
    if not inside:
        return None
    return min(inside, key=lambda d: min(abs(d.start - quantity.end), abs(quantity.start - d.end))).period


def _label(text: Text, span: Span) -> str | None:
    """The words before a colon that the figure follows ("average class size: 30"), or in a table's row."""
    before = text.string[span.sent.start_char : span.start_char] if ":" in text.string else ""
    if ":" not in before:
        return None
    match = re.search(r"(?:^|[;|.•] ?)([^;|:•]{3,90}): *(?:[a-z ]{0,20})$", before)
    return match[1].strip() if match else None


def counted_noun(span: Span) -> Token | None:
    """The noun that a figure counts or belongs to."""
    root = span.root
    if root.pos_ in ("NOUN", "PROPN") and root.dep_ in ("compound", "nmod", "nummod", "appos", "npadvmod"):
        return root.head if root.head.pos_ in ("NOUN", "PROPN") else None
    if root.dep_ in ("nummod", "quantmod", "compound", "amod", "appos", "nmod"):
        return root.head if root.head.i not in range(span.start, span.end) else None
    if root.dep_ == "pobj" and root.head.head.pos_ in ("NOUN", "PROPN"):
        return root.head.head
    following = span.doc[span.end : span.end + 1]
    if len(following) and following[0].pos_ in ("NOUN", "ADJ") and following[0].sent == span.sent:
        return following[0] if following[0].pos_ == "NOUN" else following[0].head
    return None


def governing_verb(token: Token) -> Token | None:
    """The verb that governs a token, at most five steps up."""
    current = token
    for _ in range(5):
        if current.pos_ in ("VERB", "AUX"):
            return current
        if current.head.i == current.i:
            return None
        current = current.head
    return current if current.pos_ in ("VERB", "AUX") else None


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb, its own or that of the verbs it is coordinated with."""
    current = verb
    for _ in range(3):
        subject = next((c for c in current.children if c.dep_ in SUBJECTS), None)
        if subject is not None or current.dep_ not in ("conj", "xcomp"):
            return subject
        current = current.head
    return None


def _phrase(noun: Token, span: Span) -> list[Token]:
    """A noun with its modifiers, clauses and the figure left out."""
    dropped = {t.i for c in noun.children if c.dep_ in CLAUSAL for t in c.subtree}
    inside = set(range(span.start, span.end))
    near = [t for t in noun.subtree if abs(t.i - noun.i) <= 8]
    return [
        t for t in near if t.i not in dropped | inside and not (t.dep_ in ("det", "quantmod") and t.head.i == noun.i)
    ]


def _predicate(verb: Token) -> list[Token]:
    """A verb with its helpers and what follows in its clause."""
    kept = [verb]
    for child in verb.children:
        if child.dep_ in ("aux", "auxpass", "neg", "prt"):
            kept.append(child)
        elif child.dep_ in ("dobj", "attr", "acomp", "oprd", "prep", "xcomp", "advmod", "pobj") and child.i > verb.i:
            kept += [t for t in child.subtree if t.i - verb.i <= 10]
    return kept


def _join(tokens: Iterable[Token], span: Span) -> str:
    """The words of tokens, at most LONGEST, the figure and punctuation at the ends left out."""
    kept = list(islice((t for t in tokens if not span.start <= t.i < span.end), LONGEST))
    words = ""
    for position, token in enumerate(kept):
        adjacent = position + 1 < len(kept) and kept[position + 1].i == token.i + 1
        words += token.text_with_ws if adjacent else token.text + " "
    return re.sub(r" ([,.;:%)])", r"\1", " ".join(words.split())).strip(" ,.;:–—-()“”\"'$")
