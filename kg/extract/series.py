"""Series of names ("A, B, C and D") and the noun that heads them ("the districts: …", "… were the first schools")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.extract.annotate import AnnotatedDocument
from kg.extract.candidates import Candidate
from kg.extract.vocabulary import Vocabulary

GAP = re.compile(r"(?:,|,? and|,? &|;|,? or|,? plus)(?: the| at| by)?\s")


@dataclass(frozen=True, slots=True)
class Series:
    """Two or more candidates in coordination, and the kind their head noun tells, if there is one."""

    members: tuple[Candidate, ...]
    kind: str | None


def find_series(annotated: AnnotatedDocument, candidates: list[Candidate], vocabulary: Vocabulary) -> list[Series]:
    """All series of a document in reading order."""
    ordered = sorted(candidates, key=lambda c: (c.passage, c.start))
    found: list[Series] = []
    current: list[Candidate] = []
    for candidate in ordered:
        if current:
            last = current[-1]
            text = annotated.passages[candidate.passage].block.text
            if last.passage == candidate.passage and GAP.fullmatch(text[last.end : candidate.start]):
                current.append(candidate)
                continue
            _close(annotated, current, found, vocabulary)
        current = [candidate]
    _close(annotated, current, found, vocabulary)
    return found


def _close(annotated: AnnotatedDocument, members: list[Candidate], found: list[Series], vocabulary: Vocabulary) -> None:
    if len(members) < 2:
        return
    text = annotated.passages[members[0].passage].block.text
    left, right = text[max(0, members[0].start - 90) : members[0].start], text[members[-1].end : members[-1].end + 60]
    plural = rf"({vocabulary.plural_noun})"
    before = re.search(rf"\b{plural}\b[^.!?]{{0,45}}(?::|include|including|,|—|–|are|were)\s*(?:the )?$", left)
    after = re.match(rf"\s(?:(?:are|were|was|is)\s(?:among\s)?(?:the\s)?(?:[\w-]+\s){{0,3}}{plural})\b", right)
    match = before or after
    found.append(Series(tuple(members), vocabulary.nouns[match[1].lower()][0] if match else None))
