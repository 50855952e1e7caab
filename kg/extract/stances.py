"""Stances: who supports or opposes a policy or practice that has no name of its own.

The object of a stance verb is then a common noun phrase ("performance-based compensation"), which becomes a concept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Token

from kg.extract.arguments import Arguments, of_adjective, of_noun, of_verb
from kg.extract.context import Context, Reference, Text
from kg.extract.mentions import Form, LocalEntity, Mention
from kg.extract.predicates import Predicates
from kg.lexicon import Entry
from kg.model import EntityId

#: What the parse may call a word of each part of speech of the lexicon.
PARTS = {"verb": ("VERB", "ADJ"), "adjective": ("VERB", "ADJ"), "noun": ("NOUN",)}
MODIFIERS = frozenset({"compound", "amod", "nmod", "npadvmod", "advmod", "poss", "case", "punct", "quantmod", "nummod"})
LONGEST = 8


@dataclass(slots=True)
class _Phrase:
    """A noun phrase that somebody takes a stance on: its place and its words."""

    text: Text
    start: int
    end: int

    @property
    def name(self) -> str:
        return " ".join(self.text.doc[self.start : self.end].text.split()).strip('"“” ')


def find_concepts(context: Context, predicates: Predicates, general: frozenset[str]) -> tuple[LocalEntity, ...]:
    """The concepts that stances of the document are about, in reading order.

    Args:
        context: the resolved document.
        predicates: frames of stance words.
        general: nouns that are no policy or practice ("students", "way", "idea").
    """
    phrases: dict[str, list[_Phrase]] = {}
    for text in context.texts:
        for token in text.tokens:
            for target in _targets(context, text, token, predicates):
                phrase = _phrase(text, target, general)
                if phrase is not None:
                    phrases.setdefault(phrase.name.lower(), []).append(phrase)
    return tuple(_entity(number, found) for number, found in enumerate(phrases.values(), start=1))


def with_concepts(context: Context, concepts: tuple[LocalEntity, ...]) -> Context:
    """The context with the head tokens of the concepts' phrases as references."""
    places: dict[int, dict[int, Reference]] = {}
    for concept in concepts:
        for mention in concept.mentions:
            text = context.texts[mention.passage]
            head = _head(text, mention.start, mention.end)
            places.setdefault(mention.passage, {})[head.i] = Reference(concept.id, Form.NOMINAL)
    texts = tuple(replace(text, references={**places.get(text.index, {}), **text.references}) for text in context.texts)
    return Context(
        annotated=context.annotated,
        entities={**context.entities, **{c.id: c for c in concepts}},
        texts=texts,
        counts=context.counts,
        voice=context.voice,
        main=context.main,
    )


def _targets(context: Context, text: Text, token: Token, predicates: Predicates) -> Iterator[Token]:
    """The objects of a stance word that has a person or an organization as subject."""
    if token.i in text.references:
        return
    lemma = token.lemma_.lower()
    for part, read in (("verb", of_verb), ("adjective", of_adjective), ("noun", of_noun)):
        entries = [
            e
            for e in predicates.frames.get((part, lemma), ())
            if e.denotes in ("supports", "opposes") and e.lemma in predicates.strong
        ]
        if not entries or token.pos_ not in PARTS[part]:
            continue
        arguments = read(token)
        if not _has_holder(context, text, arguments):
            continue
        for entry in entries:
            yield from _objects(arguments, entry)


def _has_holder(context: Context, text: Text, arguments: Arguments) -> bool:
    return not arguments.passive and any(
        t.i in text.references and context.kind(text.references[t.i].entity) not in ("Concept", "Place", "Event")
        for t in arguments.subjects
    )


def _objects(arguments: Arguments, entry: Entry) -> Iterator[Token]:
    wanted = entry.prepositions if entry.frame != "TransitiveFrame" else ("",)
    for token, preposition in arguments.objects:
        if preposition in wanted:
            yield token
            yield from token.conjuncts


def _phrase(text: Text, head: Token, general: frozenset[str]) -> _Phrase | None:
    """The noun phrase of a head with its left modifiers and an "of" complement; None where it says too little."""
    if head.i in text.references or head.pos_ != "NOUN" or head.lemma_.lower() in general:
        return None
    left = [c for c in head.children if c.i < head.i and c.dep_ in MODIFIERS and c.text not in '"“”']
    start = min((c.left_edge.i for c in left if c.dep_ != "poss" and c.pos_ != "DET"), default=head.i)
    while start < head.i and (text.tokens[start].pos_ in ("DET", "PRON", "PUNCT") or text.tokens[start].lower_ == "'s"):
        start += 1
    end = head.i + 1
    following = next((c for c in head.children if c.dep_ == "prep" and c.lower_ == "of" and c.i == end), None)
    if following is not None and not any(t.lower_ in ("any", "all", "some") for t in following.subtree):
        end = following.right_edge.i + 1
    if end - start > LONGEST:
        # "Level" alone says too little of "a higher level of trust in the work of the committees".
        inner = next((c for c in following.children if c.dep_ == "pobj"), None) if following is not None else None
        end = inner.i + 1 if inner is not None and inner.i + 1 - start <= LONGEST else head.i + 1
    modified = end - start > 1
    return _Phrase(text, start, end) if modified else None


def _entity(number: int, phrases: list[_Phrase]) -> LocalEntity:
    mentions = tuple(
        Mention(
            passage=p.text.index,
            start=p.text.tokens[p.start].idx,
            end=p.text.tokens[p.end - 1].idx + len(p.text.tokens[p.end - 1].text),
            kind="Concept",
            rule="object of a stance",
            form=Form.NAME,
        )
        for p in phrases
    )
    return LocalEntity(id=EntityId(f"concept{number}"), kind="Concept", names=(phrases[0].name,), mentions=mentions)


def _head(text: Text, start: int, end: int) -> Token:
    inside = [t for t in text.tokens if start <= t.idx < end]
    return next(t for t in inside if t.head.i < inside[0].i or t.head.i > inside[-1].i or t.dep_ == "ROOT")
