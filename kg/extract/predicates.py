"""Predicates: verbs, nouns and adjectives of the lexicon with the arguments that the parse gives them.

One machine for all three: a predicate token has subjects (through passive, relative clauses, conjunction, control) and
objects with the preposition that leads to them; a lexicon frame says which of them a relation takes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.arguments import SUBJECTS, Arguments, of_adjective, of_noun, of_verb
from kg.extract.context import Context, Text
from kg.extract.mentions import Form
from kg.extract.statements import PROJECTS, Candidate, assertion, entity, lists, named, symmetric
from kg.extract.status import Markers, find_status
from kg.lexicon import Entry, Lexicon
from kg.model import Anchor, EntityId, Status

STANCES = frozenset({"supports", "opposes"})


@dataclass(frozen=True, slots=True)
class Predicates:
    """Lexicon frames by part of speech and lemma, and what else predications need.

    Attributes:
        groups: nouns for people who stand for their organization.
        decisions: verbs of deciding, whose complement is no mere plan where it is a stance.
        strong: lemmas of stance words whose object may be a policy without a name.
    """

    frames: dict[tuple[str, str], tuple[Entry, ...]]
    groups: frozenset[str]
    strong: frozenset[str]
    decisions: frozenset[str]


@lru_cache(maxsize=2)
def find_predicate_frames(lexicon: Lexicon, relations: frozenset[str]) -> Predicates:
    """The entries with frames that denote one of the relations."""
    frames: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in lexicon.denoting(*sorted(relations)):
        if entry.frame:
            for form in entry.forms:
                frames[entry.part_of_speech, form].append(entry)
    posts = {form.lower() for form in lexicon.forms("roleTitle")}
    return Predicates(
        frames={k: tuple(v) for k, v in frames.items()},
        groups=lexicon.forms("Group") | posts,
        strong=lexicon.forms("Stance"),
        decisions=lexicon.forms("Decision"),
    )


def find_predications(
    context: Context, predicates: Predicates, markers: Markers, texts: Iterable[Text] | None = None
) -> Iterator[Candidate]:
    """Candidates for every verb, noun and adjective that has a frame, in reading order; of all texts, or of some."""
    known = {form for _, form in predicates.frames}
    openings = {form[: space.start()] for form in known for space in re.finditer(" |$", form)}
    for text in context.texts if texts is None else texts:
        mates = lists(context, text)
        for token in text.tokens:
            lemma = token.lemma_.lower()
            if lemma not in openings:
                continue
            whole = _with_particle(token, lemma)
            if (lemma not in known and whole not in known) or token.i in text.references:
                continue
            for part, read in (("verb", of_verb), ("noun", of_noun), ("adjective", of_adjective)):
                entries = predicates.frames.get((part, whole), ()) or predicates.frames.get((part, lemma), ())
                if part == "adjective" and token.tag_ == "VBN":
                    entries = predicates.frames.get((part, token.lower_), ())
                if entries and _is(token, part):
                    arguments = read(token)
                    for entry in entries:
                        yield from _state(context, text, token, entry, arguments, predicates, markers, mates)
                        yield from _state_namesakes(context, text, token, entry, arguments, predicates, markers, mates)


def _with_particle(token: Token, lemma: str) -> str:
    """The lemma of a verb with its particle ("wrap up", "put together")."""
    if token.i + 1 == len(token.doc):
        return lemma
    following = token.nbor()
    particle = following.dep_ == "prt" or following.lower_ == "together"
    return f"{lemma} {following.lower_}" if particle and following.head.i == token.i else lemma


def _is(token: Token, part: str) -> bool:
    if part == "verb":
        return token.pos_ in ("VERB", "AUX") or token.tag_ in ("VBG", "VBN")
    if part == "noun":
        return token.pos_ in ("NOUN", "PROPN")
    return token.pos_ in ("ADJ", "VERB")


def _state(
    context: Context,
    text: Text,
    token: Token,
    entry: Entry,
    arguments: Arguments,
    predicates: Predicates,
    markers: Markers,
    mates: dict[int, tuple[int, ...]],
) -> Iterator[Candidate]:
    status: Status | None = None
    confidence = {"verb": 0.75, "noun": 0.7, "adjective": 0.75}[entry.part_of_speech]
    for subject, object_ in _pairs(text, entry, arguments, predicates, mates):
        first, second = (object_, subject) if entry.inverse else (subject, object_)
        one, other = entity(text, first), entity(text, second)
        if one is None or other is None or not _plausible(context, text, entry, first, second):
            continue
        status = status or _status(token, entry, predicates, markers)  # slow, and few verbs have both arguments
        candidate = assertion(
            context,
            text,
            one,
            entry.denotes,
            other,
            (subject, object_, token),
            rule=f"{entry.part_of_speech}: {entry.lemma}",
            confidence=confidence,
            status=status,
        )
        if candidate:
            yield candidate


def _status(token: Token, entry: Entry, predicates: Predicates, markers: Markers) -> Status:
    """The status of a predication; who decides to support something supports it."""
    decided = token.dep_ == "xcomp" and token.head.lemma_.lower() in predicates.decisions
    return find_status(token.head if decided and entry.denotes in STANCES else token, markers)


def _plausible(context: Context, text: Text, entry: Entry, first: Token, second: Token) -> bool:
    """Funders "support" projects with money; "it" is no safe name for what somebody stands for; "until" ends a post."""
    if entry.denotes == "affiliatedWith":
        return not any(t.lower_ in ("until", "till") for t in text.tokens[second.i : second.i + 3])
    if entry.denotes == "funds" and entry.lemma == "support":
        return context.kind(text.references[first.i].entity) not in ("LaborUnion", "School", "SchoolDistrict")
    if entry.denotes not in STANCES:
        return True
    subject, object_ = text.references[first.i], text.references[second.i]
    if object_.form is Form.PRONOUN and context.family(object_.entity) == "Organization":
        return False
    funder = context.kind(subject.entity) in ("SupportOrganization", "GovernmentBody")
    return not (entry.lemma == "support" and funder and context.kind(object_.entity) != "Concept")


def _state_namesakes(
    context: Context,
    text: Text,
    token: Token,
    entry: Entry,
    arguments: Arguments,
    predicates: Predicates,
    markers: Markers,
    mates: dict[int, tuple[int, ...]],
) -> Iterator[Candidate]:
    """ "They put together the conferences": a plural object stands for the events named before it by that noun."""
    if entry.denotes not in ("leads", "organizes") or entry.frame != "TransitiveFrame" or arguments.passive:
        return
    objects = [o for o, preposition in arguments.objects if not preposition]
    subjects = _mentions(text, _with_partners(arguments.subjects), predicates.groups, mates)
    for plural in objects:
        for held, evidence in namesakes(context, text, plural):
            for subject in subjects:
                candidate = assertion(
                    context,
                    text,
                    text.references[subject.i].entity,
                    entry.denotes,
                    held,
                    (subject, token, plural),
                    rule=f"namesakes: {entry.lemma}",
                    confidence=0.65,
                    status=find_status(token, markers),
                    evidence=evidence,
                )
                if candidate:
                    yield candidate


def namesakes(context: Context, text: Text, noun: Token) -> list[tuple[EntityId, tuple[Anchor, ...]]]:
    """The events and projects that a plural noun stands for: those last named whose names end in it, with the evidence.

    "The trainings" of a project are also the project.
    """
    if noun.tag_ != "NNS" or named(text, noun):
        return []
    lemma = noun.lemma_.lower()
    found: dict[EntityId, tuple[Anchor, ...]] = {}
    for earlier in reversed(context.texts[: text.index + 1]):
        for index in sorted(earlier.references):
            token, held = earlier.tokens[index], earlier.references[index].entity
            before = earlier.index < text.index or index < noun.i
            form = earlier.references[index].form
            plain = named(earlier, token) or (form is Form.NOMINAL and token.tag_ != "NNS")
            if before and plain and context.kind(held) in PROJECTS and _called(context, held, lemma):
                found.setdefault(held, (context.sentence(earlier, token),))
        if found:
            break
    for held in list(found):
        for project in _projects_in_name(context, held):
            found.setdefault(project, found[held])
    return list(found.items())


def _called(context: Context, held: EntityId, noun: str) -> bool:
    return any(word.lower() in (noun, f"{noun}s") for name in context.entities[held].names for word in name.split())


def _projects_in_name(context: Context, event: EntityId) -> list[EntityId]:
    """The initiatives whose names stand in the name of an event ("XYZ training")."""
    words = {word for name in context.entities[event].names for word in name.split()}
    return [
        e
        for e, entity_ in sorted(context.entities.items())
        if entity_.kind == "Initiative" and e != event and words & {n for n in entity_.names if " " not in n}
    ]


def _with_partners(subjects: tuple[Token, ...]) -> tuple[Token, ...]:
    """Subjects and those who act "in conjunction with" them, or of whom the same is said ("…, as does B")."""
    partners = [
        complement
        for subject in subjects
        for preposition in subject.children
        if preposition.dep_ == "prep" and preposition.lower_ in ("in", "together", "along", "with")
        for noun in (preposition, *preposition.children)
        for inner in noun.children
        if inner.dep_ == "prep" and inner.lower_ == "with"
        for complement in inner.children
        if complement.dep_ == "pobj"
    ]
    likewise = [
        c
        for verb in dict.fromkeys(s.head for s in subjects)
        for clause in verb.children
        if clause.dep_ == "advcl" and clause.lemma_ in ("be", "do", "have")
        if any(c.lower_ == "as" for c in clause.children)
        for c in clause.children
        if c.dep_ in SUBJECTS and c.i > clause.i
    ]
    return (*subjects, *partners, *likewise)


def _pairs(
    text: Text, entry: Entry, arguments: Arguments, predicates: Predicates, mates: dict[int, tuple[int, ...]]
) -> Iterator[tuple[Token, Token]]:
    """Pairs of mention tokens that fill the two slots of a frame."""
    if entry.frame == "NounPossessiveFrame":
        bearers = (
            _mentions(text, arguments.bearers, frozenset(), mates)
            if arguments.several
            else [t for t in arguments.bearers if t.i in text.references]
        )
        possessors = _mentions(text, arguments.possessors, frozenset(), mates)
        yield from ((b, p) for b in bearers for p in possessors if b.i != p.i and p not in bearers)
        return
    subjects = _mentions(text, _with_partners(arguments.subjects), predicates.groups, mates)
    wanted = entry.prepositions if entry.frame != "TransitiveFrame" else ("",)
    objects = _mentions(
        text, tuple(t for t, preposition in arguments.objects if preposition in wanted), predicates.groups, mates
    )
    if arguments.passive and entry.frame == "TransitiveFrame":
        agents = tuple(t for t, preposition in arguments.objects if preposition == "by")
        subjects, objects = _mentions(text, agents, predicates.groups, mates), subjects
    if not objects and entry.denotes in symmetric() and len(subjects) == 2:
        subjects, objects = subjects[:1], subjects[1:]
    if entry.denotes in symmetric() and not subjects and len(objects) == 2:
        subjects, objects = objects[:1], objects[1:]
    for subject in subjects:
        for object_ in objects:
            if subject.i != object_.i:
                yield subject, object_


def _mentions(
    text: Text, arguments: tuple[Token, ...], groups: frozenset[str], mates: dict[int, tuple[int, ...]]
) -> list[Token]:
    """The mentions that arguments stand for: the token, its conjuncts, or the organization behind a group noun."""
    found: dict[int, Token] = {}
    for argument in arguments:
        for token in (argument, *argument.conjuncts):
            if _plural_nominal(text, token):
                continue
            apposed = _apposed(text, token)
            if token.i in text.references and (apposed is None or named(text, token)):
                for index in mates.get(token.i, (token.i,)):
                    found[index] = text.tokens[index]
            elif token.lemma_.lower() in groups or token.lower_ in groups:
                for mention in _behind(text, token):
                    found[mention.i] = mention
            elif apposed is not None:
                found[apposed.i] = apposed
            else:
                for child in token.children:
                    if child.i in text.references and child.dep_ == "appos":
                        found[child.i] = child
    return [found[i] for i in sorted(found)]


def _plural_nominal(text: Text, token: Token) -> bool:
    """Whether a token is a plural class noun, which `namesakes` resolves ("the trainings")."""
    reference = text.references.get(token.i)
    return reference is not None and reference.form is Form.NOMINAL and token.tag_ == "NNS"


def _apposed(text: Text, noun: Token) -> Token | None:
    """The mention that a noun stands in apposition to: the one before its comma, else its head."""
    if noun.dep_ != "appos":
        return None
    begin = noun.left_edge.i
    if begin > 1 and text.tokens[begin - 1].text == "," and begin - 2 in text.references:
        return text.tokens[begin - 2]
    return noun.head if noun.head.i in text.references else None


def _behind(text: Text, noun: Token) -> Iterator[Token]:
    """The organization that a group noun belongs to ("ORG members", "teachers at ORG", "the union's officers")."""
    for child in noun.children:
        if child.i in text.references and child.dep_ in ("compound", "poss", "nmod", "amod", "appos"):
            yield child
        elif child.dep_ == "prep" and child.lower_ in ("of", "in", "at", "from", "for", "with"):
            yield from (g for g in child.children if g.dep_ == "pobj" and g.i in text.references)
