"""Series of names ("A, B, C and D", or the items of a list) and the noun that heads them ("the districts: …")."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from kg.extract.acronyms import is_acronym
from kg.extract.annotate import AnnotatedDocument, Passage
from kg.extract.heads import head_of
from kg.extract.layout import Kind
from kg.extract.lines import Candidate
from kg.extract.vocabulary import Vocabulary

CONJUNCTION = re.compile(r",? (?:and|or|plus)(?: the| at| by)? |,? & ")
COMMA = re.compile(r",(?: the| at| by)? ")
SEMICOLON = re.compile(r"; (?:and |or )?(?:the )?")
LEAD = 110


@dataclass(frozen=True, slots=True)
class Series:
    """Two or more candidates in coordination, and the kind their head noun tells, if there is one."""

    members: tuple[Candidate, ...]
    kind: str | None


def find_series(annotated: AnnotatedDocument, candidates: list[Candidate], vocabulary: Vocabulary) -> list[Series]:
    """All series of a document: those within a passage in reading order, then those down a list."""
    ordered = sorted(candidates, key=lambda c: (c.passage, c.start, c.end))
    by_passage: dict[int, list[Candidate]] = {}
    for candidate in ordered:
        by_passage.setdefault(candidate.passage, []).append(candidate)
    found: list[Series] = []
    for index, members in by_passage.items():
        found += _across(annotated.passages[index], members, vocabulary)
    return [*found, *_down(annotated.passages, by_passage, vocabulary)]


def _across(passage: Passage, candidates: list[Candidate], vocabulary: Vocabulary) -> list[Series]:
    """Series within a passage."""
    found: list[Series] = []
    text = passage.block.text
    current: list[Candidate] = []
    joined = False
    for candidate in [*candidates, None]:
        if candidate and current:
            gap = text[current[-1].end : candidate.start]
            if CONJUNCTION.fullmatch(gap) or SEMICOLON.fullmatch(gap):
                joined = True
                current.append(candidate)
                continue
            if COMMA.fullmatch(gap):
                current.append(candidate)
                continue
        if len(current) > 1 and (joined or len(current) > 2):
            found += [Series(members, _head(text, members, vocabulary)) for members in _groups(text, current)]
        current, joined = ([candidate] if candidate else []), False
    return found


def _groups(text: str, members: list[Candidate]) -> list[tuple[Candidate, ...]]:
    """Members by semicolons where there are both: "Ann Lee, Elm High; Bo Orr, Oak Middle" puts Ann beside Bo."""
    gaps = [text[a.end : b.start] for a, b in itertools.pairwise(members)]
    semicolons = [bool(SEMICOLON.fullmatch(g)) for g in gaps]
    if not any(semicolons) or all(semicolons):
        return [tuple(members)]
    firsts = [members[0], *(m for m, new in zip(members[1:], semicolons, strict=True) if new)]
    return [tuple(firsts)]


def _head(text: str, members: tuple[Candidate, ...], vocabulary: Vocabulary) -> str | None:
    """The kind that the noun before or after a series tells; the noun next to it wins."""
    left = text[max(0, members[0].start - LEAD) : members[0].start]
    post = re.search(rf"\b((?:{vocabulary.role})s) $", left, re.IGNORECASE)
    if post and post[1].lower() not in vocabulary.labor and all(_may_be_surname(m, vocabulary) for m in members):
        return "Person"
    right = text[members[-1].end : members[-1].end + 60]
    after = re.match(
        rf"\)?\s(?:(?:are|were|was|is)\s(?:among\s)?(?:the\s)?(?:[\w-]+\s){{0,3}}({vocabulary.plural_noun})|((?:{vocabulary.plural_noun})))\b",
        right,
    )
    if after:
        return vocabulary.nouns[(after[1] or after[2]).lower()][0]
    clause = re.split(r"[.!?]\s", left)[-1]
    attendance = vocabulary.attendance.search(clause)
    if attendance and not any(head_of(m.text, vocabulary).kinds or is_acronym(m.text) for m in members):
        return "Person"
    if not re.search(r"(?::|\(|includ\w+|,|—|–|\bare|\bwere|such as|like|\bof|\b(?:at|in|from))\s*(?:the )?$", clause):
        return None
    nouns = list(re.finditer(rf"\b({vocabulary.plural_noun}|(?:{vocabulary.role})s)\b(?!')", clause))
    if not nouns or len(clause) - nouns[-1].end() > 50:
        return None
    word = nouns[-1][1].lower()
    if word == "members" and not re.search(r"members\W*$", clause):  # of what is listed, as often as persons
        return None
    between = clause[nouns[-1].end() :]
    if re.search(r"\b(?:at|in|from|of)\s*(?:the )?$", clause) and len(between.split()) > 1:
        return None
    kinds = vocabulary.nouns.get(word)
    if kinds and re.search(r"\b(?:at|in|from)\s*(?:the )?$", clause):
        return None
    return kinds[0] if kinds else "Person" if not re.search(r"\b(?:at|in|from|of)\s*(?:the )?$", clause) else None


def _may_be_surname(member: Candidate, vocabulary: Vocabulary) -> bool:
    """Whether nothing speaks against one or two words as a person's name."""
    words = member.text.split()
    return (
        len(words) < 3 and not head_of(member.text, vocabulary).kinds and words[-1].lower() not in vocabulary.landscape
    )


def _down(
    passages: tuple[Passage, ...], by_passage: dict[int, list[Candidate]], vocabulary: Vocabulary
) -> list[Series]:
    """Names that open the items of a list, headed by the lead-in before it."""
    found: list[Series] = []
    items: list[Candidate] = []
    lead = ""
    for passage in passages:
        if passage.block.kind is Kind.ITEM:
            first = next((c for c in by_passage.get(passage.index, []) if c.start == 0), None)
            if first:
                items.append(first)
            continue
        if len(items) > 1:
            found.append(Series(tuple(items), _lead_kind(lead, vocabulary)))
        items, lead = [], passage.block.text
    if len(items) > 1:
        found.append(Series(tuple(items), _lead_kind(lead, vocabulary)))
    return found


def _lead_kind(lead: str, vocabulary: Vocabulary) -> str | None:
    """The kind that the last plural noun of a lead-in tells."""
    clause = re.split(r"[.!?]\s", lead)[-1]
    if re.search(rf"\b(?:{vocabulary.role})s\s*:?$", clause, re.IGNORECASE) and len(lead) < 60:
        return "Person"
    nouns = re.findall(rf"\b({vocabulary.plural_noun})\b", clause, re.IGNORECASE)
    return vocabulary.nouns[nouns[-1].lower()][0] if nouns and (lead.endswith(":") or len(lead) < 60) else None
