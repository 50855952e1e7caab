"""Predicates: verbs, nouns and adjectives of the lexicon with the arguments that the parse gives them.

One machine for all three: a predicate token has subjects (through passive, relative clauses, conjunction and control) and
objects with the preposition that leads to them; a lexicon frame says which of them a relation takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.statements import SYMMETRIC, Candidate, assertion, entity, lists
from kg.extract.context import Context, Text
from kg.extract.status import Markers, find_status
from kg.lexicon import Entry, Lexicon
from kg.model import EntityId

RELATIVES = frozenset({"WDT", "WP", "WP$"})
SUBJECTS = ("nsubj", "nsubjpass", "csubj")
CONTROLLED = ("conj", "xcomp", "advcl", "ccomp")


@dataclass(frozen=True, slots=True)
class Predicates:
    """Lexicon frames by part of speech and lemma, and the nouns for people who stand for their organization."""

    frames: dict[tuple[str, str], tuple[Entry, ...]]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a predicate token: subjects, and objects each with its preposition ("" for a direct one)."""

    subjects: tuple[Token, ...]
    objects: tuple[tuple[Token, str], ...]
    passive: bool = False


def find_predicate_frames(lexicon: Lexicon, relations: frozenset[str]) -> Predicates:
    """The entries with frames that denote one of the relations."""
    frames: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in lexicon.denoting(*sorted(relations)):
        if entry.frame:
            for form in entry.forms:
                frames[entry.part_of_speech, form].append(entry)
    posts = {form.lower() for form in lexicon.forms("roleTitle")}
    return Predicates({k: tuple(v) for k, v in frames.items()}, lexicon.forms("Group") | posts)


def find_predications(context: Context, predicates: Predicates, markers: Markers) -> Iterator[Candidate]:
    """Candidates for every verb, noun and adjective that has a frame, in reading order."""
    for text in context.texts:
        mates = lists(context, text)
        for token in text.doc:
            if token.i in text.references:
                continue
            for part, read in (("verb", _of_verb), ("noun", _of_noun), ("adjective", _of_adjective)):
                entries = predicates.frames.get((part, _lemma(token)), ()) or predicates.frames.get(
                    (part, token.lemma_.lower()), ()
                )
                if entries and _is(token, part):
                    arguments = read(token)
                    for entry in entries:
                        yield from _state(context, text, token, entry, arguments, predicates, markers, mates)


def _lemma(token: Token) -> str:
    """The lemma of a verb with its particle ("wrap up", "put together")."""
    following = [c for c in token.children if c.i == token.i + 1 and (c.dep_ == "prt" or c.lower_ == "together")]
    return " ".join([token.lemma_.lower(), *(c.lower_ for c in following)])


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
    status = find_status(token, markers)
    confidence = {"verb": 0.75, "noun": 0.7, "adjective": 0.75}[entry.part_of_speech]
    for subject, object_ in _pairs(text, entry, arguments, predicates, mates):
        first, second = (object_, subject) if entry.inverse else (subject, object_)
        one, other = entity(text, first), entity(text, second)
        if one is None or other is None:
            continue
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


def _pairs(
    text: Text, entry: Entry, arguments: Arguments, predicates: Predicates, mates: dict[int, tuple[int, ...]]
) -> Iterator[tuple[Token, Token]]:
    """Pairs of mention tokens that fill the two slots of a frame."""
    subjects = _mentions(text, arguments.subjects, predicates.groups, mates)
    wanted = entry.prepositions if entry.frame != "TransitiveFrame" else ("",)
    objects = _mentions(
        text, tuple(t for t, preposition in arguments.objects if preposition in wanted), predicates.groups, mates
    )
    if arguments.passive and entry.frame == "TransitiveFrame":
        agents = tuple(t for t, preposition in arguments.objects if preposition == "by")
        subjects, objects = _mentions(text, agents, predicates.groups, mates), subjects
    if not objects and entry.denotes in SYMMETRIC and len(subjects) == 2:
        subjects, objects = subjects[:1], subjects[1:]
    if entry.denotes in SYMMETRIC and not subjects and len(objects) == 2:
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
            if token.i in text.references:
                for index in mates.get(token.i, (token.i,)):
                    found[index] = text.doc[index]
            elif token.lemma_.lower() in groups or token.lower_ in groups:
                for mention in _behind(text, token):
                    found[mention.i] = mention
            elif token.dep_ == "appos" and token.head.i in text.references:
                found[token.head.i] = token.head
            else:
                for child in token.children:
                    if child.i in text.references and child.dep_ == "appos":
                        found[child.i] = child
    return [found[i] for i in sorted(found)]


def _behind(text: Text, noun: Token) -> Iterator[Token]:
    """The organization that a group noun belongs to ("ORG members", "teachers at ORG", "the union's officers")."""
    for child in noun.children:
        if child.i in text.references and child.dep_ in ("compound", "poss", "nmod", "amod", "appos"):
            yield child
        elif child.dep_ == "prep" and child.lower_ in ("of", "in", "at", "from", "for", "with"):
            yield from (g for g in child.children if g.dep_ == "pobj" and g.i in text.references)


def _of_verb(verb: Token) -> Arguments:
    passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children) or (
        verb.dep_ == "acl" and verb.tag_ == "VBN"
    )
    return Arguments(tuple(_subjects(verb)), tuple(_objects(verb)), passive)


def _subjects(verb: Token) -> list[Token]:
    """Subjects of a verb: its own, the head of its relative clause, or those of the clause it depends on."""
    current, found = verb, [c for c in verb.children if c.dep_ in SUBJECTS]
    for _ in range(5):
        if current.dep_ in ("relcl", "acl") and (not found or found[0].tag_ in RELATIVES):
            return [current.head]
        if found or current.dep_ not in CONTROLLED:
            break
        governor = current.head
        if current.dep_ == "xcomp":
            found = [c for c in governor.children if c.dep_ == "dobj"]
        found = found or [c for c in governor.children if c.dep_ in SUBJECTS]
        current = governor
    return found


def _objects(verb: Token) -> Iterator[tuple[Token, str]]:
    for child in verb.children:
        if child.dep_ in ("dobj", "attr", "oprd", "dative"):
            yield child, ""
        if child.dep_ in ("prep", "agent", "prt", "dative"):
            yield from _complements(child)
    for child in verb.children:
        if child.dep_ == "dobj":
            for grandchild in child.children:
                if grandchild.dep_ == "prep":
                    yield from _complements(grandchild)


def _complements(preposition: Token) -> Iterator[tuple[Token, str]]:
    for child in preposition.children:
        if child.dep_ in ("pobj", "pcomp"):
            yield child, preposition.lower_
        elif child.dep_ == "prep":
            for grandchild in child.children:
                if grandchild.dep_ == "pobj":
                    yield grandchild, child.lower_


def _of_noun(noun: Token) -> Arguments:
    """ "A's contract with B", "A has a contract with B", "A, a member of B", "A is a member of B"."""
    subjects = [c for c in noun.children if c.dep_ in ("poss", "compound", "nmod")]
    head = noun.head
    if not subjects and noun.dep_ == "appos":
        subjects = [head]
    elif not subjects and noun.dep_ in ("attr", "dobj", "oprd") and head.pos_ in ("VERB", "AUX"):
        subjects = _subjects(head)
    elif not subjects and noun.dep_ == "pobj" and head.head.pos_ in ("VERB", "AUX") and head.lower_ in ("in", "into", "as", "to", "on"):
        subjects = _subjects(head.head)
    elif not subjects and noun.dep_ == "pobj" and head.dep_ == "prep" and head.head.pos_ in ("NOUN", "PROPN"):
        subjects = [head.head]
    elif not subjects and noun.dep_ == "conj" and head.dep_ == "appos":
        subjects = [head.head]
    objects = [pair for c in noun.children if c.dep_ == "prep" for pair in _complements(c)]
    if head.pos_ == "VERB" and noun.dep_ == "dobj":
        objects += [pair for c in head.children if c.dep_ in ("prep", "dative") for pair in _complements(c)]
        objects += [(c, "to") for c in head.children if c.dep_ == "dative" and c.pos_ != "ADP"]
    return Arguments(tuple(subjects), tuple(objects))


def _of_adjective(adjective: Token) -> Arguments:
    head = adjective.head
    subjects = _subjects(head) if adjective.dep_ in ("acomp", "conj", "ROOT") else [head] if adjective.dep_ in ("amod", "acl", "appos", "relcl") else []
    objects = [pair for c in adjective.children if c.dep_ == "prep" for pair in _complements(c)]
    return Arguments(tuple(subjects), tuple(objects))


def subject_entities(context: Context, text: Text, verb: Token, groups: frozenset[str]) -> list[EntityId]:
    """The entities that stand as subjects of a verb."""
    mentions = _mentions(text, tuple(_subjects(verb)), groups, lists(context, text))
    return [text.references[m.i].entity for m in mentions]
