"""What the features of pairs of one document share: its sentences with their mentions, its words as lists, ranks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.dates import DateMention, document_date, find_dates
from kg.extract.mentions import family
from kg.extract.statements import lists, signatures
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import EntityId

DATED = "Date"


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a text as lists: lemma in lower case, part of speech, label and index of the head, triggers."""

    lemmas: list[str]
    parts: list[str]
    labels: list[str]
    heads: list[int]
    triggers: list[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its mentions; without mentions nothing more is known of it.

    Attributes:
        entities: what it mentions, each once.
    """

    index: int
    text: Text
    span: Span
    tokens: list[Token]
    entities: tuple[EntityId, ...]
    words: Words
    dates: tuple[DateMention, ...]
    triggers: frozenset[str]
    status: str


class Frame:
    """What the features of one document share: sentences, words, counts, ranks. Lives for one call."""

    def __init__(self, context: Context, lexicon: Lexicon, markers: Markers) -> None:
        self.context = context
        self.markers = markers
        self.classes = trigger_classes(lexicon)
        self.kinds = {str(e): x.kind for e, x in context.entities.items()}
        self.families = {str(e): family(x.kind) for e, x in context.entities.items()}
        self.statuses: dict[tuple[int, int], str] = {}
        self.sentences = list(self._sentences())
        self.places: dict[EntityId, list[int]] = defaultdict(list)
        for sentence in self.sentences:
            for token in sentence.tokens:
                self.places[self.entity(sentence.text, token)].append(sentence.index)
        self.rank = self._ranks()
        self.names = {e: _words(context.entities[e].names[0]) for e in self.places}
        self.mates = {text.index: lists(context, text) for text in context.texts}
        self.as_subject = {e: _of_subject(self, e) for e in self.places}
        self.as_object = {e: _of_object(self, e) for e in self.places}
        self.of_kinds: dict[tuple[str, str], frozenset[str]] = {}

    def entity(self, text: Text, token: Token) -> EntityId:
        """What a token refers to."""
        return text.references[token.i].entity

    def kind(self, end: str) -> str:
        """The kind of one end of a pair."""
        return self.kinds.get(end, DATED)

    def family(self, end: str) -> str:
        """The family of one end of a pair."""
        return self.families.get(end, DATED)

    def triggers_of(self, text: Text) -> frozenset[str]:
        """What the words of a text may signal."""
        nothing = frozenset[str]()
        return nothing.union(*(self.classes.get(t.lower_, nothing) for t in text.tokens))

    def status(self, text: Text, index: int) -> str:
        """The status of the clause that a token heads."""
        if (text.index, index) not in self.statuses:
            self.statuses[text.index, index] = find_status(text.tokens[index], self.markers).value
        return self.statuses[text.index, index]

    def _sentences(self) -> Iterator[Sentence]:
        reference = document_date(self.context.annotated)
        index, before = 0, False
        for text in self.context.texts:
            words = self._listed(text)
            for span in text.sentences:
                tokens = [text.tokens[i] for i in range(span.start, span.end) if i in text.references]
                entities = tuple(dict.fromkeys(text.references[t.i].entity for t in tokens))
                status = self.status(text, span.root.i) if tokens else ""
                dates = find_dates(span.text, reference) if tokens or before else ()
                triggers = (
                    frozenset[str]().union(*words.triggers[span.start : span.end]) if tokens else frozenset[str]()
                )
                yield Sentence(index, text, span, tokens, entities, words, dates, triggers, status)
                index, before = index + 1, bool(tokens)

    def _listed(self, text: Text) -> Words:
        if not text.references:
            return Words([], [], [], [], [])
        lemmas = [t.lemma_.lower() for t in text.tokens]
        nothing = frozenset[str]()
        return Words(
            lemmas,
            [t.pos_ for t in text.tokens],
            [t.dep_ for t in text.tokens],
            [t.head.i for t in text.tokens],
            [
                self.classes.get(t.lower_, nothing) | self.classes.get(lemma, nothing)
                for t, lemma in zip(text.tokens, lemmas, strict=True)
            ],
        )

    def _ranks(self) -> dict[str, tuple[int, int]]:
        """For each entity its rank by number of mentions within its kind, and how many of the kind there are."""
        by_kind: dict[str, list[EntityId]] = defaultdict(list)
        for entity in sorted(self.places, key=lambda e: (-len(self.places[e]), e)):
            by_kind[self.kind(entity)].append(entity)
        return {e: (n, len(group)) for group in by_kind.values() for n, e in enumerate(group)}


@lru_cache(maxsize=2)
def trigger_classes(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """Single words and what they may signal: the relations and categories that their entries denote."""
    classes: dict[str, set[str]] = defaultdict(set)
    for entry in lexicon.entries:
        if entry.frame or entry.denotes in signatures() or entry.denotes in CATEGORIES:
            for form in entry.forms:
                if " " not in form:
                    classes[form.lower()].add(entry.denotes)
    return {word: frozenset(found) for word, found in sorted(classes.items())}


CATEGORIES = frozenset(
    {"roleTitle", "Negation", "Denial", "Plan", "Prospect", "Possibility", "Condition", "Bargaining", "Accord"}
    | {"Contract", "MemberList", "FunderList", "SpeakerList", "SchoolList", "AbsentList", "Delegate", "Gathering"}
    | {"Presentation", "Inviting", "Group", "First", "Last", "Following", "Former"}
)


def _of_subject(frame: Frame, subject: EntityId) -> frozenset[str]:
    """What holds of an entity as the subject of any pair."""
    rank, among = frame.rank[subject]
    found = {
        f"rank-s:{min(rank, 2)}",
        f"among-s:{frame.family(subject)}:{min(among, 4)}",
        f"count-s:{min(len(frame.places[subject]), 3)}",
    }
    return frozenset(found | {f"{role}-s" for role in _eminence(frame.context, subject)})


def _of_object(frame: Frame, other: EntityId) -> frozenset[str]:
    """What holds of an entity as the object of any pair."""
    rank, among = frame.rank[other]
    kind = frame.kind(other)
    found = {
        f"rank-o:{kind}:{min(rank, 2)}",
        f"among-o:{kind}:{min(among, 4)}",
        f"first-o:{min(frame.places[other][0], 3)}",
        f"head-o:{kind}:{frame.context.entities[other].names[0].lower().split()[-1]}",
    }
    return frozenset(found | {f"{role}-o" for role in _eminence(frame.context, other)})


def _eminence(context: Context, entity: EntityId) -> list[str]:
    return [role for role, held in (("voice", context.voice), ("main", context.main)) if held == entity]


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", name.lower())) - {"the", "of", "for", "and", "in"}
