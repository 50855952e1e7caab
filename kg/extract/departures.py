"""Departures: who has left what ("quit the committee in 1992", "left in 2017", "served on it until 2020").

Nothing says that somebody belongs where a document says that he or it no longer does; the judge of pairs, who weighs
all meetings of two entities, does not see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.arguments import of_verb, subjects_of
from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.statements import Candidate, entity, lists
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import Assertion, EntityId, Membership, Status

#: Relations that end when one leaves.
BELONGING = frozenset({"affiliatedWith", "memberOf", "participatesIn", "represents"})
YEARS = re.compile(r"\b(?:from|between) (?:19|20)\d\d (?:to|and|until|through) (?:19|20)\d\d\b")
#: Verbs that say by themselves, without an object, that somebody is there no more.
QUITTING = frozenset({"leave", "resign", "retire", "quit", "depart"})
#: Tokens between a person and where he belonged.
NEAR = 8
HERE = re.compile(r"\bhere (?:(?:from|between) (?:19|20)\d\d (?:to|and|until|through)|until|till) (?:19|20)\d\d\b")
UNTIL = frozenset({"until", "till"})
#: Prepositions between a post and where it is held.
PLACING = frozenset({"of", "at", "with", "for"})
#: Words for what is past that often mean something else.
UNSURE = frozenset({"then", "late", "retired", "once"})
#: Words between a person and where he was.
FAR = 9


@dataclass(frozen=True, slots=True)
class DepartureWords:
    """Verbs of leaving and words that mark a post as past."""

    leaving: frozenset[str]
    former: frozenset[str]


@lru_cache(maxsize=2)
def find_departure_words(lexicon: Lexicon) -> DepartureWords:
    """The departure words of a lexicon."""
    return DepartureWords(leaving=lexicon.forms("Leaving"), former=lexicon.forms("Former"))


def find_departures(context: Context, words: DepartureWords, markers: Markers) -> frozenset[tuple[EntityId, EntityId]]:
    """Pairs of one who left and what was left."""
    found: set[tuple[EntityId, EntityId]] = set()
    for text in context.texts:
        mates = lists(context, text)
        for token in text.tokens:
            if token.pos_ != "VERB" or token.i in text.references:
                continue
            left = token.lemma_.lower() in words.leaving and token.tag_ in ("VBD", "VBN")
            ended = token.tag_ in ("VBD", "VBN") and any(c.lower_ in UNTIL and c.i > token.i for c in token.children)
            years = token.tag_ in ("VBD", "VBN") and _for_years(text, token)
            if (left or ended or years) and find_status(token, markers) in (Status.ASSERTED, Status.REPORTED):
                pairs = _pairs(context, text, token, mates, alone=left)
                found.update(p for p in pairs if left or ended or context.kind(p[0]) == "Person")
                if left and token.lemma_.lower() in QUITTING and not _names_what(context, text, token):
                    found.update(_told_before(context, text, token))
        found.update(_until(context, text))
        found.update(_formerly(context, text, words))
        found.update(_here_once(context, text))
    return frozenset(found)


def _names_what(context: Context, text: Text, verb: Token) -> bool:
    """Whether a verb of leaving says what was left, if only in common words ("left the room", "retired from it")."""
    objects = [t for t, _ in of_verb(verb).objects if not _goes_to(verb, t)]
    direct = any(c.dep_ in ("dobj", "xcomp") and c.i in text.references for c in verb.children)
    said = any(c.dep_ == "dobj" for c in verb.children)
    return direct or said or any(_kind(context, text, t.i) in ORGANIZATIONS for t in objects)


def _told_before(context: Context, text: Text, verb: Token) -> Iterator[tuple[EntityId, EntityId]]:
    """ "P, who left in 2018": from where the document had P before, close to the name."""
    people = {entity(text, t) for t in subjects_of(verb)} - {None}
    for earlier in context.texts[: text.index + 1]:
        for i, reference in earlier.references.items():
            if reference.entity not in people or context.kind(reference.entity) != "Person":
                continue
            sentence = earlier.tokens[i].sent
            if earlier is text and sentence.start >= verb.sent.start:
                continue
            for j in range(max(sentence.start, i - NEAR), min(sentence.end, i + NEAR + 1)):
                if _kind(context, earlier, j) in ORGANIZATIONS:
                    yield reference.entity, earlier.references[j].entity


def _for_years(text: Text, verb: Token) -> bool:
    """Whether a clause tells the years from and to which it was so."""
    end = verb.sent.end_char
    return YEARS.search(text.string[verb.idx : end]) is not None


def _until(context: Context, text: Text) -> Iterator[tuple[EntityId, EntityId]]:
    """ "P, a member of ORG until DATE": the nearest person before an organization that "until" stands behind."""
    for index, reference in sorted(text.references.items()):
        if not any(t.lower_ in UNTIL for t in text.tokens[index + 1 : index + 3]):
            continue
        begin = text.tokens[index].sent.start
        persons = [i for i in range(begin, index) if _kind(context, text, i) == "Person"]
        if persons and _kind(context, text, index) in ORGANIZATIONS:
            yield text.references[persons[-1]].entity, reference.entity


def _here_once(context: Context, text: Text) -> Iterator[tuple[EntityId, EntityId]]:
    """ "P, a researcher here from 2009 to 2016": the organization whose page it is."""
    if context.publisher is None:
        return
    for match in HERE.finditer(text.string):
        persons = [i for i in text.references if text.tokens[i].idx < match.start()]
        persons = [i for i in persons if _kind(context, text, i) == "Person"]
        last = max(persons, default=None)
        if (
            last is not None
            and "." not in text.string[text.tokens[last].idx + len(text.tokens[last].text) : match.start()]
        ):
            yield text.references[last].entity, context.publisher


def _formerly(context: Context, text: Text, words: DepartureWords) -> Iterator[tuple[EntityId, EntityId]]:
    """ "P, formerly of ORG", "P, a past president of ORG", "P, who was before that the director of ORG"."""
    for index, reference in sorted(text.references.items()):
        place = index - 2 if index > 1 and text.tokens[index - 1].dep_ in ("det", "poss") else index - 1
        if _kind(context, text, index) not in ORGANIZATIONS or text.tokens[place].lower_ not in PLACING:
            continue
        begin = text.tokens[index].sent.start
        persons = [i for i in range(begin, index) if _kind(context, text, i) == "Person"]
        if not persons:
            continue
        between = text.tokens[persons[-1] + 1 : place]
        marked = any(t.lower_ in words.former and t.lower_ not in UNSURE for t in between[-4:])
        before = "who was before that" in " ".join(t.lower_ for t in between)
        others = any(t.i in text.references or t.tag_ in ("VBZ", "VBP") for t in between)
        if (marked or before) and not others and len(between) <= FAR:
            yield text.references[persons[-1]].entity, reference.entity


def _kind(context: Context, text: Text, index: int) -> str:
    return context.kind(text.references[index].entity) if index in text.references else ""


def _pairs(
    context: Context, text: Text, verb: Token, mates: dict[int, tuple[int, ...]], *, alone: bool
) -> Iterator[tuple[EntityId, EntityId]]:
    objects = [t for t, _ in of_verb(verb).objects]
    if alone and not any(t.i in text.references for t in objects):
        # "The guild's president resigned in 2019": from what the sentence names, not where it goes on to.
        objects = [t for t in verb.sent if _kind(context, text, t.i) in ORGANIZATIONS and not _goes_to(verb, t)]
    for subject in subjects_of(verb):
        for first in mates.get(subject.i, (subject.i,)):
            who = entity(text, text.tokens[first])
            if who is None:
                continue
            for target in objects:
                for index in mates.get(target.i, (target.i,)):
                    what = entity(text, text.tokens[index])
                    if what is not None and what != who and context.kind(what) != "Place":
                        yield who, what


def _goes_to(verb: Token, place: Token) -> bool:
    """Whether a place is where one who left goes on to ("left in 2018 to lead the league", "left for it")."""
    while place.i not in (verb.i, place.head.i):
        if place.head.i == verb.i:
            return place.i > verb.i and (place.dep_ in ("xcomp", "advcl") or place.lower_ in ("for", "to"))
        place = place.head
    return False


def former_posts(candidates: Iterable[Candidate]) -> frozenset[tuple[EntityId, EntityId]]:
    """Persons with the organizations where they held a post that is past."""
    return frozenset(
        (m.member, m.organization)
        for m in (c.value for c in candidates)
        if isinstance(m, Membership) and m.former and m.organization is not None
    )


def told_or_guessed(candidate: Candidate) -> bool:
    """Whether a verb ("chaired the committee") or the judge says that somebody belongs, which a past post outweighs."""
    rule = candidate.value.grounds.rule
    return rule == "learned" or rule.startswith("verb: ")


def has_left(candidate: Candidate, departures: frozenset[tuple[EntityId, EntityId]]) -> bool:
    """Whether a candidate states that somebody belongs where the document says that he left."""
    value = candidate.value
    return (
        isinstance(value, Assertion)
        and value.predicate in BELONGING
        and value.grounds.status.stated
        and isinstance(value.object, str)
        and (value.subject, value.object) in departures
    )
