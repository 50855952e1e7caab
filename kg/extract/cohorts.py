"""Cohorts and counted schools: who joined a project first, second and last, and "all the district's 12 sites".

Ordinal cohorts are read from sentences about the members of a project: "A, B and C were the first schools in the
project, followed by D and E. F and G were the last to join."
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.rosters import is_cohort, main_project
from kg.extract.statements import Candidate, assertion, employer_called, entity, lists, named, sentences, stretch
from kg.lexicon import Lexicon
from kg.model import EntityId, Grounds, Membership

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
LETTERS = {letter: number for number, letter in enumerate("abcdefgh", start=1)}
CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBERS = {word: number for number, word in enumerate(CARDINALS.split(), start=1)}
MEMBERS = frozenset({"School", "SchoolDistrict", "LaborUnion"})
OWNERS = frozenset({"SchoolDistrict", "CharterNetwork"})
#: Tokens between the word for schools and the first of them.
LISTED = 12
NUMBERED = re.compile(
    r"\b(?:cohort|class|round|wave|group|phase)\s+(?P<n>\d{1,2}|[IVX]{1,4}|[A-H])\b(?![-–]\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class CohortWords:
    """Words for places in an order, for groups of members, and for schools."""

    ordinals: dict[str, int]
    last: frozenset[str]
    followed: frozenset[str]
    members: frozenset[str]
    schools: frozenset[str]


@dataclass(slots=True)
class _Order:
    """The cohort read last in a passage and what it belongs to."""

    number: int = 0
    project: EntityId | None = None


@lru_cache(maxsize=2)
def find_cohort_words(lexicon: Lexicon) -> CohortWords:
    """The cohort words of a lexicon."""
    ordinals = (
        dict.fromkeys(lexicon.forms("First"), 1)
        | dict.fromkeys(lexicon.forms("Second"), 2)
        | dict.fromkeys(lexicon.forms("Third"), 3)
    )
    return CohortWords(
        ordinals=ordinals,
        last=lexicon.forms("Last"),
        followed=lexicon.forms("Following"),
        members=lexicon.forms("MemberList"),
        schools=lexicon.forms("SchoolList"),
    )


def find_cohorts(context: Context, words: CohortWords) -> Iterator[Candidate]:
    """Memberships in cohorts and the participation they imply, in reading order."""
    project = main_project(context)
    for text in context.texts:
        order = _Order(project=project)
        mates = lists(context, text)
        for sentence in text.sentences:
            yield from _ordered(context, text, sentence, words, order, mates)


def _ordered(
    context: Context,
    text: Text,
    sentence: Span,
    words: CohortWords,
    order: _Order,
    mates: dict[int, tuple[int, ...]],
) -> Iterator[Candidate]:
    """Lists of members with the ordinal that the sentence gives them."""
    doc = text.doc
    groups = _groups(context, text, sentence, mates)
    if not groups:
        return
    project = next(
        (
            e
            for t in sentence
            if (e := entity(text, t)) and context.kind(e) == "Initiative" and not is_cohort(context, e)
        ),
        order.project,
    )
    if project is None:
        return
    for group in groups:
        cue = _cue(doc, sentence, group, words, order.number)
        if cue is None:
            continue
        order.number, label = cue
        schools = sum(context.kind(text.references[t.i].entity) == "School" for t in group) * 2 > len(group)
        for member in group:
            who = text.references[member.i].entity
            who = _school_called(context, who) if schools else who
            yield from _state(context, text, member, who, project, order.number, label)


def _groups(context: Context, text: Text, sentence: Span, mates: dict[int, tuple[int, ...]]) -> list[list[Token]]:
    """Lists of two or more named organizations in a sentence."""
    groups = []
    for token in sentence:
        group = mates.get(token.i, ())
        if len(group) > 1 and group[0] == token.i:
            tokens = [text.tokens[i] for i in group]
            if all(context.kind(text.references[t.i].entity) in MEMBERS and named(text, t) for t in tokens):
                groups.append(tokens)
    return groups


def _school_called(context: Context, organization: EntityId) -> EntityId:
    """Among schools, a name that a district shares with a school is the school's."""
    if context.kind(organization) != "SchoolDistrict":
        return organization
    names = set(context.entities[organization].names)
    same = sorted(e for e, x in context.entities.items() if x.kind == "School" and names & set(x.names))
    return same[0] if same else organization


def _cue(
    doc: object, sentence: Span, group: list[Token], words: CohortWords, number: int
) -> tuple[int, list[Token]] | None:
    """The ordinal of a group with its label: "followed by" before it, or an ordinal of members beside it."""
    first, last = group[0].i, group[-1].i
    before = [t for t in sentence if first - 4 <= t.i < first]
    if number and any(t.lower_ in words.followed for t in before):
        return number + 1, [t for t in before if t.lower_ in words.followed or t.lower_ == "by"]
    stop = next((t.i for t in sentence if t.i > last and t.text in (",", ";")), sentence.end)
    after = [t for t in sentence if last < t.i < stop]
    start = max([t.i for t in sentence if t.i < first and t.text == ";"], default=sentence.start - 1)
    for window in (after, [t for t in sentence if start < t.i < first]):
        for token in window:
            if not _of_members(token, window, words):
                continue
            if token.lower_ in words.ordinals:
                return words.ordinals[token.lower_], _label(token, window, words)
            if token.lower_ in words.last and number:
                return number + 1, _label(token, window, words)
    return None


def _of_members(token: Token, window: list[Token], words: CohortWords) -> bool:
    """Whether an ordinal counts members ("the first schools", "the first cohort", "the last to join")."""
    following = [t for t in window if token.i < t.i <= token.i + 3]
    return any(t.lower_ in words.members | words.schools or t.lower_ == "to" for t in following[:2]) or any(
        t.lemma_ == "join" for t in following
    )


def _label(token: Token, window: list[Token], words: CohortWords) -> list[Token]:
    start = token.i - 1 if token.i and token.nbor(-1).lower_ == "the" else token.i
    label = [t for t in window if t.i >= start]
    end = next(
        (t.i for t in label if t.i > token.i and (t.lower_ in words.members | words.schools or t.lemma_ == "join")),
        token.i,
    )
    return [t for t in label if t.i <= end]


def _state(
    context: Context, text: Text, member: Token, who: EntityId, project: EntityId, number: int, label: list[Token]
) -> Iterator[Candidate]:
    held = [member, *label]
    words_of_label = text.doc[label[0].i : label[-1].i + 1].text if label else None
    grounds = Grounds(evidence=sentences(context, text, held), rule="ordinal cohort", confidence=0.85)
    yield Candidate(
        Membership(member=who, organization=project, grounds=grounds, cohort=number, cohort_label=words_of_label),
        stretch(context, text, held),
    )
    candidate = assertion(context, text, who, "participatesIn", project, held, rule="ordinal cohort", confidence=0.85)
    if candidate:
        yield candidate


def find_counted_schools(context: Context, words: CohortWords) -> Iterator[Candidate]:
    """ "all the district's 12 sites are part of the project": each school, where the document names exactly as many."""
    schools = {e for e in context.entities if context.kind(e) == "School"}
    places: dict[EntityId, tuple[Text, Token]] = {}
    for text, token, reference in context.references():
        if reference.entity in schools and named(text, token):
            places.setdefault(reference.entity, (text, token))
    for text in context.texts:
        for token in text.tokens:
            if token.lower_ not in words.schools:
                continue
            number = next((c for c in token.children if c.dep_ == "nummod"), None)
            owner = next((entity(text, c) for c in token.children if c.dep_ == "poss" and entity(text, c)), None)
            if owner is None:
                owner = next(
                    (entity(text, t) for t in text.tokens[max(0, token.i - 5) : token.i] if entity(text, t)), None
                )
            owner = employer_called(context, owner) if owner is not None else None
            if (
                number is None
                or owner is None
                or _value(number) is None
                or context.kind(owner) not in ("SchoolDistrict", "CharterNetwork")
            ):
                continue
            everyone = any(t.lower_ in ("all", "each", "every") for t in text.tokens[max(0, token.i - 6) : token.i])
            if _value(number) != len(schools):
                continue
            for school in sorted(schools):
                evidence = (context.sentence(*places[school]),) if school in places else ()
                candidate = assertion(
                    context,
                    text,
                    school,
                    "partOf",
                    owner,
                    (token, number),
                    rule="counted schools",
                    confidence=0.85,
                    evidence=evidence,
                )
                if candidate:
                    yield candidate
                if everyone:
                    for project in _joined(context, text, token):
                        candidate = assertion(
                            context,
                            text,
                            school,
                            "participatesIn",
                            project,
                            (token, number),
                            rule="counted schools take part",
                            confidence=0.8,
                            evidence=evidence,
                        )
                        if candidate:
                            yield candidate


def find_listed_schools(context: Context, words: CohortWords) -> Iterator[Candidate]:
    """ "The district runs six schools: A, B and C": a list of schools after that word, with its owner before it."""
    for text in context.texts:
        mates = lists(context, text)
        for sentence in text.sentences:
            word = next((t for t in sentence if t.lower_ in words.schools), None)
            if word is None:
                continue
            listed = [t for t in sentence if t.i > word.i and (e := entity(text, t)) and context.kind(e) == "School"]
            mates_of_first = mates.get(listed[0].i, ()) if listed else ()
            if len(mates_of_first) < 2 or listed[0].i - word.i > LISTED:
                continue
            owner = _owner(context, text, sentence, word)
            if owner is None:
                continue
            for school in listed:
                candidate = assertion(
                    context,
                    text,
                    text.references[school.i].entity,
                    "partOf",
                    owner,
                    (word, school),
                    rule="listed schools",
                    confidence=0.75,
                )
                if candidate:
                    yield candidate


def _owner(context: Context, text: Text, sentence: Span, word: Token) -> EntityId | None:
    """The only owner of schools that the sentence names before the word for schools, else the document's only one."""
    named_before = {
        e for t in sentence if t.i < word.i and (e := entity(text, t)) is not None and context.kind(e) in OWNERS
    }
    owners = named_before or {e for e in context.counts if context.kind(e) in OWNERS}
    return next(iter(owners)) if len(owners) == 1 else None


def _value(number: Token) -> int | None:
    return int(number.text) if number.text.isdigit() else NUMBERS.get(number.lower_)


def _joined(context: Context, text: Text, token: Token) -> list[EntityId]:
    """The projects of the sentence that the schools are said to be part of."""
    return list(
        dict.fromkeys(e for t in token.sent if (e := entity(text, t)) and context.kind(e) in ("Initiative", "Event"))
    )[:1]
