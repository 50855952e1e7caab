"""Persons listed last name first ("Ruiz, Ana B.")."""

from __future__ import annotations

import re

from kg.extract.annotate import AnnotatedDocument
from kg.extract.lines import Candidate, Line
from kg.extract.vocabulary import Vocabulary

#: "Ruiz, Ana B." and "De La Cruz, Mary Jo".
ROSTER = re.compile(
    r"(?<![\w.] )(?<!\w)((?:(?:[Dd](?:e|el|i|a|er)|[Ll](?:a|os)|[Vv][ao]n|St\.|El|Al) ){0,3}[A-ZÀ-Þ][\w'’-]+),"
    r" ([A-ZÀ-Þ][\w'’-]+)(?: [A-ZÀ-Þ][\w'’-]+)?(?: [A-Z]\.?(?!\w))?(?=\s*[;(,.:|–—]|\s-|$)"
)
BEHIND_SIGN = re.compile(r"\s?[,;|:—–-]\s")
#: Openings of passages that make a list of last names, where at least one of them has a known given name.
ENTRIES = 3


def lists_last_names(annotated: AnnotatedDocument, vocabulary: Vocabulary) -> bool:
    """Whether at least two passages open with a person, last name first: with given names known, or one of several."""
    opening = [m for p in annotated.passages if (m := ROSTER.match(p.block.text)) and _may_be_person(m, vocabulary)]
    known = sum(m[2] in vocabulary.given for m in opening)
    return known > 1 or (known == 1 and len(opening) >= ENTRIES)


def _may_be_person(match: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Whether nothing speaks against two words as last and given name: no place, date, post or body."""
    last, given = match[1].split()[-1].lower(), match[2].lower()
    return not (
        match[1] in vocabulary.states
        or match[2] in vocabulary.states
        or {last, given} & (vocabulary.calendar | vocabulary.roles | vocabulary.landscape)
        or (given,) in vocabulary.heads
        or (last,) in vocabulary.heads
    )


def roster_of(line: Line, vocabulary: Vocabulary, *, listed: bool) -> list[Candidate]:
    """Persons listed last name first: where at least two are, or (`listed`) one that opens a passage."""
    found = [
        Candidate(
            passage=line.passage,
            start=m.start(),
            end=m.end(),
            text=m.group(),
            initial=False,
            honorific="",
            form="roster",
        )
        for m in ROSTER.finditer(line.text)
        if _is_person(m, vocabulary)
        or (m.start() == 0 and _may_be_person(m, vocabulary) and (listed or _has_post(line.text, m.end(), vocabulary)))
    ]
    opens = bool(found) and found[0].start == 0
    return found if len(found) > 1 or (opens and (listed or _has_post(line.text, found[0].end, vocabulary))) else []


def _has_post(text: str, end: int, vocabulary: Vocabulary) -> bool:
    """Whether a post is what follows behind the next sign."""
    sign = BEHIND_SIGN.match(text, end)
    return bool(sign and vocabulary.post.match(text, sign.end()))


def _is_person(match: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Whether the second of two words is surely a given name, and the first is none."""
    return match[2] in vocabulary.given and match[2] not in vocabulary.weak and match[1] not in vocabulary.given
