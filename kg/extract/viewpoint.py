"""Surroundings: features of the entities of a document as seen from one place in it, for rankings.

What an entity is, how the document names it, and where its mentions stand from the place: in its sentence and how the
parse joins them, in the sentences, headings and passages around, and how long ago it was named last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.model import EntityId

#: Blocks of a document's header.
HEADER = 4
#: Mentions before a number that count as recent.
RECENT = 5
#: Greatest distance in tokens that is told apart; words between are features up to the lesser one.
FAR, NEAR = 12, 3
#: Neighbouring passages that count.
STEPS = (-2, -1, 1)

Found = Iterator[tuple[EntityId, str]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the features of all places of a document share.

    Attributes:
        candidates: the entities that are mentioned, sorted.
        general: of each the features that hold for every place.
        mentions: (text, token, entity) of every mention, in reading order.
    """

    candidates: tuple[EntityId, ...]
    general: dict[EntityId, tuple[str, ...]]
    mentions: tuple[tuple[int, int, EntityId], ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """The words that govern a place: its noun, the verb above, and that verb's subject."""

    noun: Token | None
    verb: Token | None
    subject: Token | None


def find_scene(context: Context) -> Scene:
    """The candidates of a document with their general features."""
    mentions = tuple((text.index, token.i, reference.entity) for text, token, reference in context.references())
    by_kind: dict[str, list[EntityId]] = defaultdict(list)
    ordered = sorted({e for _, _, e in mentions}, key=lambda e: (-context.counts[e], e))
    for entity in ordered:
        by_kind[context.kind(entity)].append(entity)
    header = {e for t, _, e in mentions if t < HEADER}
    titles = {e for t, _, e in mentions if t < HEADER and context.texts[t].kind is Kind.HEADING}
    general: dict[EntityId, tuple[str, ...]] = {}
    for place, entity in enumerate(ordered):
        group = by_kind[context.kind(entity)]
        rank, words = group.index(entity), context.entities[entity].names[0].split()
        marks = {
            "title": entity in titles,
            "header": entity in header - titles,
            "voice": entity == context.voice,
            "main": entity == context.main,
            "nominal": not any(w[:1].isupper() for w in words),
        }
        general[entity] = (
            f"rank={min(rank, 3)}",
            f"of={min(len(group), 4)}",
            f"rank={min(rank, 2)} of={min(len(group), 3)}",
            f"all={min(place, 5)}",
            f"count={min(context.counts[entity].bit_length(), 5)}",
            *(mark for mark, holds in marks.items() if holds),
            *(f"head={w.lower()}" for w in words[-1:]),
            *(f"word={w}" for w in sorted({w.lower() for w in words})),
        )
    return Scene(tuple(sorted(general)), general, mentions)


def look_around(context: Context, scene: Scene, text: Text, span: Span, clause: Clause) -> dict[EntityId, set[str]]:
    """Where the entities stand from a span of a text; those far from it are left out."""
    places: dict[EntityId, set[str]] = defaultdict(set)
    for entity, feature in (
        *_in_sentence(context, text, span, clause),
        *_in_passage(context, text, span),
        *_before(context, scene, text, span),
    ):
        places[entity].add(feature)
    return places


def _in_sentence(context: Context, text: Text, span: Span, clause: Clause) -> Found:
    """Where the mentions in its sentence stand from it, in words and in the parse."""
    here = [t for t in span.sent if t.i in text.references]
    cuts = [t.i for t in span.sent if t.text == ";"]
    low = max((c for c in cuts if c < span.start), default=span.sent.start - 1)
    high = min((c for c in cuts if c >= span.end), default=span.sent.end)
    for token in here:
        reference = text.references[token.i]
        yield reference.entity, "sentence"
        yield reference.entity, f"form={reference.form.value}"
        if low < token.i < high:
            yield reference.entity, "clause"
        yield from ((reference.entity, feature) for feature in _distance(text, token, span))
        yield from ((reference.entity, feature) for feature in _construction(token, clause))
    for side, tokens in (
        ("before", [t for t in reversed(here) if t.i < span.start]),
        ("after", [t for t in here if t.i >= span.end]),
    ):
        kinds: set[str] = set()
        for number, token in enumerate(tokens):
            entity = text.references[token.i].entity
            if number < NEAR:
                yield entity, f"{side} #{number}"
            if context.kind(entity) not in kinds:
                yield entity, f"{side} first of kind"
            kinds.add(context.kind(entity))
    if here:
        yield text.references[here[0].i].entity, "sentence first"
        nearest = min(here, key=lambda t: (abs(t.i - span.start), t.i))
        yield text.references[nearest.i].entity, "nearest"


def _distance(text: Text, token: Token, span: Span) -> Iterator[str]:
    if span.start <= token.i < span.end:
        yield "inside"
    elif token.i < span.start:
        gap = span.start - token.i - 1
        yield f"before {min(gap, FAR).bit_length()}"
        if gap <= NEAR:
            yield f"to place={' '.join(t.lower_ for t in text.doc[token.i + 1 : span.start])}"
    else:
        gap = token.i - span.end
        yield f"after {min(gap, FAR).bit_length()}"
        if gap <= NEAR:
            yield f"from place={' '.join(t.lower_ for t in text.doc[span.end : token.i])}"


def _construction(token: Token, clause: Clause) -> Iterator[str]:
    """How the parse joins a mention to the words that govern the place."""
    noun, verb, subject = clause.noun, clause.verb, clause.subject
    yield f"dep={token.dep_}"
    if token.dep_ == "pobj":
        yield f"prep={token.head.lower_}"
        if noun is not None and token.head.head.i == noun.i:
            yield f"noun {token.head.lower_}"
        if verb is not None and token.head.head.i == verb.i:
            yield f"verb {token.head.lower_}"
    if noun is not None and token.head.i == noun.i:
        yield f"of noun {token.dep_}"
    if subject is not None:
        if token.i == subject.i:
            yield "subject"
        elif subject.is_ancestor(token):
            yield f"in subject {token.dep_}"


def _in_passage(context: Context, text: Text, span: Span) -> Found:
    """What the sentences around, the heading, the words that lead into the list and the passages around name."""
    sentence = span.sent
    inside = [(i, r.entity) for i, r in sorted(text.references.items())]
    sentences = list(text.doc.sents)
    number = next(n for n, s in enumerate(sentences) if s.start == sentence.start)
    previous = sentences[number - 1].start if number else sentence.start
    following = sentences[number + 1].end if number + 1 < len(sentences) else sentence.end
    for i, entity in inside:
        if i < sentence.start:
            yield entity, "previous sentence" if i >= previous else "passage before"
        elif i >= sentence.end:
            yield entity, "next sentence" if i < following else "passage after"
        elif len(sentences) == 1:
            yield entity, "only sentence"
    for _, entity in inside[:1]:
        yield entity, "passage first"
        if inside[0][0] < sentence.start:
            yield entity, "passage first, before"
    lead = lead_of(context, text)
    if lead is not None:
        yield from _with_first("lead", [r.entity for _, r in sorted(lead.references.items(), reverse=True)])
    if text.heading is not None:
        above = context.texts[text.heading]
        yield from _with_first("heading", [r.entity for _, r in sorted(above.references.items())])
    for step in STEPS:
        if 0 <= text.index + step < len(context.texts):
            beside = context.texts[text.index + step]
            yield from ((beside.references[i].entity, f"text{step:+}") for i in sorted(beside.references))


def _with_first(label: str, entities: list[EntityId]) -> Found:
    yield from ((entity, label) for entity in entities)
    yield from ((entity, f"{label} first") for entity in entities[:1])


def _before(context: Context, scene: Scene, text: Text, span: Span) -> Found:
    """What the document has named last before the place, and what it names next."""
    place = (text.index, span.start)
    seen: set[EntityId] = set()
    kinds: dict[str, int] = defaultdict(int)
    for passage, token, entity in reversed(scene.mentions):
        if (passage, token) >= place or entity in seen:
            continue
        if len(seen) < RECENT:
            yield entity, f"recent={len(seen)}"
        if kinds[context.kind(entity)] < NEAR:
            yield entity, f"recent of kind={kinds[context.kind(entity)]}"
        kinds[context.kind(entity)] += 1
        seen.add(entity)
    following = next((e for passage, token, e in scene.mentions if (passage, token) > place), None)
    if following is not None:
        yield following, "next"


def lead_of(context: Context, text: Text) -> Text | None:
    """The paragraph that leads into the list of an item; None for other passages."""
    if text.kind is not Kind.ITEM:
        return None
    before = [t for t in context.texts[: text.index] if t.kind not in (Kind.ITEM, Kind.FOOTNOTE)]
    return before[-1] if before and before[-1].kind is Kind.PARAGRAPH else None
