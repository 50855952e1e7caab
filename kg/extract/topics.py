"""What a number is about: the entities that it may be said of, best first, by a learned ranking.

Features tell of each entity of the document what it is, how the document names it, and where it stands from the number:
in its clause as the subject of its verb, in the heading, in the words that lead into its list. What they weigh is
learned (`training.topics`). That none of them is meant is a candidate too: a number may be about a whole state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.measurement import counted_noun, governing_verb, subject_of
from kg.extract.quantities import Quantity
from kg.extract.ranking import Weights, shares
from kg.model import EntityId

#: More candidates than this say nothing.
MOST = 3
#: From this probability on that none of them is meant, none is named.
NOTHING = 0.9
#: Blocks of a document's header.
HEADER = 4
#: Mentions before a number that count as recent.
RECENT = 5
#: Greatest distance in tokens that is told apart; words between are features up to the lesser one.
FAR, NEAR = 12, 3
#: Neighbouring passages that count.
STEPS = (-2, -1, 1)
CONTENT = ("NOUN", "VERB", "ADJ")

Found = Iterator[tuple[EntityId, str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity in its place."""

    text: Text
    quantity: Quantity
    span: Span


@dataclass(frozen=True, slots=True)
class Scene:
    """What the features of a document's numbers share.

    Attributes:
        candidates: the entities that are mentioned, sorted.
        general: of each the features that hold for every number.
        mentions: (text, token, entity) of every mention, in reading order.
    """

    candidates: tuple[EntityId, ...]
    general: dict[EntityId, tuple[str, ...]]
    mentions: tuple[tuple[int, int, EntityId], ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """The words that govern a number: what it counts, the verb above, and that verb's subject."""

    noun: Token | None
    verb: Token | None
    subject: Token | None


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
    scene = _scene(context)
    for figure in figures:
        clause = _clause(figure.span)
        facts = tuple(_facts(context, figure, clause))
        places: dict[EntityId, set[str]] = defaultdict(set)
        for entity, feature in (
            *_in_sentence(context, figure, clause),
            *_in_passage(context, figure),
            *_before(context, scene, figure),
        ):
            places[entity].add(feature)
        features = [
            frozenset(_crossed(context.kind(e), facts, (*scene.general[e], *places.get(e, ("far",)))))
            for e in scene.candidates
        ]
        yield scene.candidates, [*features, frozenset(["nothing", *(f"nothing {fact}" for fact in facts)])]


def _scene(context: Context) -> Scene:
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


def _in_sentence(context: Context, figure: Figure, clause: Clause) -> Found:
    """Where the mentions in the number's sentence stand from it, in words and in the parse."""
    text, span = figure.text, figure.span
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
            yield f"to number={' '.join(t.lower_ for t in text.doc[token.i + 1 : span.start])}"
    else:
        gap = token.i - span.end
        yield f"after {min(gap, FAR).bit_length()}"
        if gap <= NEAR:
            yield f"from number={' '.join(t.lower_ for t in text.doc[span.end : token.i])}"


def _construction(token: Token, clause: Clause) -> Iterator[str]:
    """How the parse joins a mention to the words that govern the number."""
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


def _in_passage(context: Context, figure: Figure) -> Found:
    """What the sentences around, the heading, the words that lead into the list and the passages around name."""
    text, sentence = figure.text, figure.span.sent
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


def _before(context: Context, scene: Scene, figure: Figure) -> Found:
    """What the document has named last before the number, and what it names next."""
    place = (figure.text.index, figure.span.start)
    seen: set[EntityId] = set()
    kinds: dict[str, int] = defaultdict(int)
    for text, token, entity in reversed(scene.mentions):
        if (text, token) >= place or entity in seen:
            continue
        if len(seen) < RECENT:
            yield entity, f"recent={len(seen)}"
        if kinds[context.kind(entity)] < NEAR:
            yield entity, f"recent of kind={kinds[context.kind(entity)]}"
        kinds[context.kind(entity)] += 1
        seen.add(entity)
    following = next((e for text, token, e in scene.mentions if (text, token) > place), None)
    if following is not None:
        yield following, "next"


def lead_of(context: Context, text: Text) -> Text | None:
    """The paragraph that leads into the list of an item; None for other passages."""
    if text.kind is not Kind.ITEM:
        return None
    before = [t for t in context.texts[: text.index] if t.kind not in (Kind.ITEM, Kind.FOOTNOTE)]
    return before[-1] if before and before[-1].kind is Kind.PARAGRAPH else None
