"""Renaming: phrases of common nouns that tell what a name is and so are that name again.

"Two Hats, the center's workshop", "a program called Open Door", "the Open Door program": one entity, so that what is
said later of "the workshop" is said of Two Hats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.extract.annotate import AnnotatedDocument
from kg.extract.mentions import Form, Mention
from kg.extract.nominals import Nominal
from kg.extract.vocabulary import Vocabulary

#: Kinds of which names are told again by what they are.
RENAMED = frozenset({"Event", "Initiative"})
ARTICLE = r"(?:an?|the|its|their|our|his|her)\s"
#: Between a name and the phrase behind it.
BEHIND = re.compile(rf"(?:[,:]|,?[”\"],?|\s[(—–-])\s?{ARTICLE}|\s(?:is|was)\s{ARTICLE}")
#: Between a phrase and the name behind it; behind a comma alone the name is to end at another sign.
CALLED = re.compile(r",?\s(?:called|named|titled|dubbed|known as)\s(?:the\s)?[“\"]?|,?\s[“\"]")
COMMA = re.compile(r",\s(?:the\s)?")
CLOSED = re.compile(r"[,.;)]|\s[—–-]|$")
#: Behind a phrase that is one of several things: "Two Hats, a course and a retreat".
LISTED = re.compile(rf",?\s(?:and|or)\s(?:{ARTICLE}|[a-z]+\s[a-z]+s\b)")


def renamed(
    annotated: AnnotatedDocument, group: Iterable[Nominal], named: Iterable[Mention], vocabulary: Vocabulary
) -> Mention | None:
    """The first name that a phrase of a group tells again; None if none does."""
    names = [m for m in named if m.kind in RENAMED and m.form is not Form.NOMINAL]
    for n in group:
        text = annotated.passages[n.passage].block.text
        for m in names:
            if m.passage == n.passage and _same(text, n, m, vocabulary):
                return m
    return None


def _same(text: str, n: Nominal, m: Mention, vocabulary: Vocabulary) -> bool:
    if n.start <= m.start and m.end < n.end:
        plain = n.head not in vocabulary.owned and n.head not in vocabulary.plurals
        return plain and text[n.start : m.start].strip() == "" and n.head == text[m.end : n.end].strip()
    if m.end < n.start:
        return bool(BEHIND.fullmatch(text[m.end : n.start])) and not LISTED.match(text, n.end)
    if m.start > n.end:
        between = text[n.end : m.start]
        return bool(CALLED.fullmatch(between) or (COMMA.fullmatch(between) and CLOSED.match(text, m.end)))
    return False
