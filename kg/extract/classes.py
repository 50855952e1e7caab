"""Classes of a user: which of them an entity belongs to, from the nouns that the user's lexicon gives them.

The finders work with the kinds of Accord; this adds the narrower class, so that the user's relations know their sides.
A noun tells it as head of a name ("Elm Museum"), in apposition ("Elm, a museum in …") or after "is".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Token

from kg.extract.context import Context
from kg.extract.heads import head_of
from kg.extract.mentions import Form, family
from kg.extract.vocabulary import Vocabulary, vocabulary
from kg.lexicon import Lexicon
from kg.model import EntityId
from kg.ontology import load_ontology


def with_classes(context: Context, lexicon: Lexicon) -> Context:
    """The document with the classes of a user on its entities; as it is where the lexicon teaches none."""
    words = vocabulary(lexicon)
    if not words.taught:
        return context
    found: dict[EntityId, set[str]] = defaultdict(set)
    for entity in context.entities.values():
        for name in entity.names:
            if (noun := head_of(name, words).phrase) in words.taught:
                found[entity.id].add(words.taught[noun])
    for entity_id, noun in _described(context, words):
        found[entity_id].add(words.taught[noun])
    ontology = load_ontology()
    entities = {}
    for entity_id, entity in context.entities.items():
        fitting = [c for c in sorted(found[entity_id]) if family(ontology.nearest_own(c) or "") == family(entity.kind)]
        narrow = tuple(c for c in fitting if not any(d != c and ontology.is_a(d, c) for d in fitting))
        kinds = {ontology.nearest_own(c) for c in narrow} - {entity.kind}
        # A class below a narrower kind than the one found makes the kind narrower as well.
        kind = min((k for k in kinds if k and ontology.is_a(k, entity.kind)), default=entity.kind)
        below = tuple(c for c in narrow if ontology.is_a(kind, ontology.nearest_own(c) or ""))
        entities[entity_id] = replace(entity, kind=kind, classes=below)
    return replace(context, entities=entities)


def _described(context: Context, words: Vocabulary) -> Iterator[tuple[EntityId, str]]:
    """What is said to be a thing of a taught noun: in apposition, or as complement of "be"."""
    for text, token, reference in context.references():
        if reference.form in (Form.NAME, Form.SHORT, Form.ACRONYM):
            for noun in (t for t in _predicates(token) if t.i not in text.references):
                pair = f"{noun.nbor(-1).lower_} {noun.lower_}" if noun.i else noun.lower_
                taught = next((n for n in (pair, noun.lower_) if n in words.taught), None)
                if taught and not any(c.dep_ == "neg" for c in (*noun.children, *noun.head.children)):
                    yield reference.entity, taught


def _predicates(token: Token) -> Iterator[Token]:
    """The nouns that say what the bearer of a name is."""
    yield from (t for t in token.children if t.dep_ == "appos")
    if token.dep_ in ("nsubj", "nsubjpass") and token.head.lemma_ == "be":
        yield from (t for t in token.head.children if t.dep_ == "attr")
