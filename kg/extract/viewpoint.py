"""Surroundings: features of the entities of a document as seen from one place in it, for rankings.

What an entity is, how the document names it, and where its mentions stand from the place: in its sentence and how the
parse joins them, in the sentences, headings and passages around, and how long ago it was named last.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
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
        latest: of each text the entities that were named last before it, the latest first: as many as count.
        named: of each text the tokens that refer, in order, with their entities.
        sentences: of each text the starts of its sentences, and its end.
        cuts: of each text its semicolons.
    """

    candidates: tuple[EntityId, ...]
    general: dict[EntityId, tuple[str, ...]]
    mentions: tuple[tuple[int, int, EntityId], ...]
    latest: tuple[tuple[EntityId, ...], ...]
    named: tuple[tuple[tuple[int, EntityId], ...], ...]
    sentences: tuple[tuple[int, ...], ...]
    cuts: tuple[tuple[int, ...], ...]


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
    named = tuple(tuple((i, t.references[i].entity) for i in sorted(t.references)) for t in context.texts)
    return Scene(
        candidates=tuple(sorted(general)),
        general=general,
        mentions=mentions,
        latest=tuple(_latest(context, named)),
        named=named,
        sentences=tuple((*(s.start for s in t.sentences), len(t.doc)) for t in context.texts),
        cuts=tuple(tuple(c.i for c in t.doc if c.text == ";") if ";" in t.string else () for t in context.texts),
    )


def _latest(context: Context, named: Sequence[Sequence[tuple[int, EntityId]]]) -> Iterator[tuple[EntityId, ...]]:
    """Before each text the RECENT entities named last, and of each kind the NEAR named last; the latest first."""
    latest: tuple[EntityId, ...] = ()
    for here in named:
        yield latest
        counts: Counter[str] = Counter()
        kept: list[EntityId] = []
        for place, entity in enumerate(dict.fromkeys((*(e for _, e in reversed(here)), *latest))):
            kind = context.kind(entity)
            if place < RECENT or counts[kind] < NEAR:
                kept.append(entity)
            counts[kind] += 1
        latest = tuple(kept)


def look_around(context: Context, scene: Scene, text: Text, span: Span, clause: Clause) -> dict[EntityId, set[str]]:
    """Where the entities stand from a span of a text; those far from it are left out."""
    places: dict[EntityId, set[str]] = defaultdict(set)
    for entity, feature in (
        *_in_sentence(context, scene, text, span, clause),
        *_in_passage(context, scene, text, span),
        *_before(context, scene, text, span),
    ):
        places[entity].add(feature)
    return places


def _in_sentence(context: Context, scene: Scene, text: Text, span: Span, clause: Clause) -> Found:
    """Where the mentions in its sentence stand from it, in words and in the parse."""
    number, starts = _sentence(scene, text, span)
    start, end = starts[number], starts[number + 1]
    named = scene.named[text.index]
    here = [text.tokens[i] for i, _ in named[bisect_left(named, (start,)) : bisect_left(named, (end,))]]
    cuts = [c for c in scene.cuts[text.index] if start <= c < end]
    low = max((c for c in cuts if c < span.start), default=start - 1)
    high = min((c for c in cuts if c >= span.end), default=end)
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


def _sentence(scene: Scene, text: Text, span: Span) -> tuple[int, tuple[int, ...]]:
    """The number of the sentence of a span among those of its text, and where they start, with the text's end."""
    starts = scene.sentences[text.index]
    return bisect_right(starts, span.start) - 1, starts


def _distance(text: Text, token: Token, span: Span) -> Iterator[str]:
    if span.start <= token.i < span.end:
        yield "inside"
    elif token.i < span.start:
        gap = span.start - token.i - 1
        yield f"before {min(gap, FAR).bit_length()}"
        if gap <= NEAR:
            yield f"to place={' '.join(t.lower_ for t in text.tokens[token.i + 1 : span.start])}"
    else:
        gap = token.i - span.end
        yield f"after {min(gap, FAR).bit_length()}"
        if gap <= NEAR:
            yield f"from place={' '.join(t.lower_ for t in text.tokens[span.end : token.i])}"


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


def _in_passage(context: Context, scene: Scene, text: Text, span: Span) -> Found:
    """What the sentences around, the heading, the words that lead into the list and the passages around name."""
    number, starts = _sentence(scene, text, span)
    start, end = starts[number], starts[number + 1]
    previous = starts[max(0, number - 1)]
    following = starts[min(number + 2, len(starts) - 1)]
    inside = scene.named[text.index]
    for i, entity in inside:
        if i < start:
            yield entity, "previous sentence" if i >= previous else "passage before"
        elif i >= end:
            yield entity, "next sentence" if i < following else "passage after"
        elif len(starts) == 2:
            yield entity, "only sentence"
    for _, entity in inside[:1]:
        yield entity, "passage first"
        if inside[0][0] < start:
            yield entity, "passage first, before"
    lead = lead_of(context, text)
    if lead is not None:
        yield from _with_first("lead", [entity for _, entity in reversed(scene.named[lead.index])])
    if text.heading is not None:
        yield from _with_first("heading", [entity for _, entity in scene.named[text.heading]])
    for step in STEPS:
        if 0 <= text.index + step < len(context.texts):
            yield from ((entity, f"text{step:+}") for _, entity in scene.named[text.index + step])


def _with_first(label: str, entities: list[EntityId]) -> Found:
    yield from ((entity, label) for entity in entities)
    yield from ((entity, f"{label} first") for entity in entities[:1])


def _before(context: Context, scene: Scene, text: Text, span: Span) -> Found:
    """What the document has named last before the place, and what it names next."""
    here = scene.named[text.index]
    before = here[: bisect_left(here, (span.start,))]
    kinds: dict[str, int] = defaultdict(int)
    for number, entity in enumerate(dict.fromkeys((*(e for _, e in reversed(before)), *scene.latest[text.index]))):
        kind = context.kind(entity)
        if number < RECENT:
            yield entity, f"recent={number}"
        if kinds[kind] < NEAR:
            yield entity, f"recent of kind={kinds[kind]}"
        kinds[kind] += 1
    following = bisect_left(scene.mentions, (text.index, span.start + 1))
    if following < len(scene.mentions):
        yield scene.mentions[following][2], "next"


def lead_of(context: Context, text: Text) -> Text | None:
    """The paragraph that leads into the list of an item; None for other passages."""
    if text.kind is not Kind.ITEM:
        return None
    for index in range(text.index - 1, -1, -1):
        before = context.texts[index]
        if before.kind not in (Kind.ITEM, Kind.FOOTNOTE):
            return before if before.kind is Kind.PARAGRAPH else None
    return None
