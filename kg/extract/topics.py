"""What a number is about: the entities that it may be said of, best first, by a learned ranking.

Features tell of each entity of the document what it is, how the document names it, and where it stands from the number:
in its clause as the subject of its verb, in the heading, in the words that lead into its list. What they weigh is
learned (`training.topics`). That none of them is meant is a candidate too: a number may be about a whole state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.measurement import counted_noun, governing_verb, subject_of
from kg.extract.ranking import Weights, shares
from kg.extract.units import Quantity
from kg.extract.viewpoint import Clause, find_scene, look_around
from kg.model import EntityId

#: More candidates than this say nothing.
MOST = 3
#: From this probability on that none of them is meant, none is named.
NOTHING = 0.9
CONTENT = ("NOUN", "VERB", "ADJ")


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity in its place."""

    text: Text
    quantity: Quantity
    span: Span


def find_topics(context: Context, figures: Sequence[Figure], weights: Weights) -> list[tuple[EntityId, ...]]:
    """For each number the three entities of which one is likeliest what it is about, the likeliest first."""
    found: list[tuple[EntityId, ...]] = []
    for candidates, features in topic_features(context, figures):
        *likely, nothing = shares(weights, features)
        ranked = sorted(zip(likely, candidates, strict=True), key=lambda x: (-x[0], x[1]))
        found.append(() if nothing >= NOTHING else tuple(e for _, e in ranked[:MOST]))
    return found


def topic_features(
    context: Context, figures: Sequence[Figure]
) -> Iterator[tuple[tuple[EntityId, ...], list[frozenset[str]]]]:
    """For each number the candidates, and the features of each; behind them those of "none of these"."""
    scene = find_scene(context)
    for figure in figures:
        clause = _clause(figure.span)
        facts = tuple(_facts(context, figure, clause))
        places = look_around(context, scene, figure.text, figure.span, clause)
        features = [
            frozenset(_crossed(context.kind(e), facts, (*scene.general[e], *places.get(e, ("far",)))))
            for e in scene.candidates
        ]
        yield scene.candidates, [*features, frozenset(["nothing", *(f"nothing {fact}" for fact in facts)])]


def _clause(span: Span) -> Clause:
    noun = counted_noun(span)
    verb = governing_verb(noun if noun is not None else span.root)
    return Clause(noun, verb, subject_of(verb) if verb is not None else None)


def _facts(context: Context, figure: Figure, clause: Clause) -> Iterator[str]:
    """What is known of a number whatever the candidate."""
    text = figure.text

    def lemma(token: Token | None) -> str:
        if token is None:
            return ""
        held = text.references.get(token.i)
        return f"@{context.kind(held.entity)}" if held else token.lemma_.lower()

    yield f"unit={figure.quantity.unit.value}"
    yield f"block={text.kind.value}"
    yield f"noun={lemma(clause.noun)}"
    yield f"verb={lemma(clause.verb)}"
    yield f"subject={lemma(clause.subject)}"
    words = {t.lemma_.lower() for t in figure.span.sent if t.pos_ in CONTENT and t.i not in text.references}
    yield from (f"said={w}" for w in sorted(words))


def _crossed(kind: str, facts: tuple[str, ...], features: Iterable[str]) -> Iterator[str]:
    """Features by themselves and for the kind of the candidate, and the facts for the kind and the head of its name."""
    yield from (f"{kind} {fact}" for fact in facts)
    for feature in features:
        yield feature
        yield f"{kind} {feature}"
        if feature.startswith("head="):
            yield from (f"{feature} {fact}" for fact in facts if fact.startswith(("unit=", "noun=", "verb=")))
