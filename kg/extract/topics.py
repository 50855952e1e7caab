"""What a number is about: the entities that it may be said of, best first, by a learned ranking.

Features tell of each entity of the document what it is, how the document names it, and where it stands from the number:
in its clause as the subject of its verb, in the heading, in the words that lead into its list. What they weigh is
learned (`training.topics`). That none of them is meant is a candidate too: a number may be about a whole state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.measurement import counted_noun, governing_verb, subject_of
from kg.extract.ranking import Group, Weights, shares_of_groups
from kg.extract.sayers import find_sayers, said_of
from kg.extract.units import Quantity
from kg.extract.viewpoint import Clause, find_scene, look_around
from kg.model import Attribution, EntityId

#: More candidates than this say nothing.
MOST = 3
#: From this probability on that none of them is meant, none is named.
NOTHING = 0.9
#: Of an entity that stands nowhere near the number.
FAR = ("far",)
CONTENT = ("NOUN", "VERB", "ADJ")


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity in its place."""

    text: Text
    quantity: Quantity
    span: Span
    sentence: Span


def find_topics(
    context: Context, figures: Sequence[Figure], weights: Weights, attributions: Sequence[Attribution] = ()
) -> list[tuple[EntityId, ...]]:
    """For each number the three entities of which one is likeliest what it is about, the likeliest first."""
    found: list[tuple[EntityId, ...]] = []
    weighed: dict[Group, list[float]] = {}
    grouped = _grouped_features(context, figures, attributions)
    for figure, (candidates, features) in zip(figures, grouped, strict=True):
        *likely, nothing = shares_of_groups(weights, features, weighed)
        beside = _in_row(context, figure)
        ranked = sorted(zip(likely, candidates, strict=True), key=lambda x: (x[1] not in beside, -x[0], x[1]))
        found.append(() if nothing >= NOTHING else tuple(e for _, e in ranked[:MOST]))
    return found


def row_of(context: Context, text: Text, place: int) -> tuple[int, int] | None:
    """The characters [start, end) of the row around a place, where several rows of a table are read as one passage."""
    source, block = context.annotated.document.text, context.annotated.passages[text.index].block
    if not block.cells:
        return None
    starts = [0, *(i for i, offset in enumerate(block.offsets) if i and source[offset - 1] == "\n")]
    start = max(s for s in starts if s <= place)
    end = min((s for s in starts if s > place), default=len(text.string))
    rows = len(starts) > 1 and any(start < cell < end for cell in block.cells)
    return (start, len(text.string[:end].rstrip())) if rows else None


def _in_row(context: Context, figure: Figure) -> frozenset[EntityId]:
    """The entities in the row of a figure: other rows tell of others."""
    row = row_of(context, figure.text, figure.quantity.start)
    if row is None:
        return frozenset()
    start, end = row
    return frozenset(r.entity for i, r in figure.text.references.items() if start <= figure.text.tokens[i].idx < end)


def topic_features(
    context: Context, figures: Sequence[Figure], attributions: Sequence[Attribution] = ()
) -> Iterator[tuple[tuple[EntityId, ...], list[frozenset[str]]]]:
    """For each number the candidates, and the features of each; behind them those of "none of these"."""
    for candidates, features in _grouped_features(context, figures, attributions):
        yield candidates, [frozenset(chain.from_iterable(groups)) for groups in features]


def _grouped_features(
    context: Context, figures: Sequence[Figure], attributions: Sequence[Attribution] = ()
) -> Iterator[tuple[tuple[EntityId, ...], list[list[Group]]]]:
    """The features of topics in groups: of the number for a kind, of the entity, of both, of each place it has.

    A number has as many candidates as its document has entities; groups that they share are made once.
    """
    scene, sayers = find_scene(context), find_sayers(context, attributions)
    kinds = {e: context.kind(e) for e in scene.candidates}
    own = {e: tuple(f for g in general for f in _crossed(kinds[e], g)) for e, general in scene.general.items()}
    heads = {e: next((f for f in general if f.startswith("head=")), "") for e, general in scene.general.items()}
    said: dict[tuple[int, int], tuple[str, ...]] = {}
    for figure in figures:
        clause = _clause(figure.span)
        place = figure.text.index, figure.sentence.start
        if place not in said:
            said[place] = _said(figure)
        facts = tuple(_facts(context, figure, clause, said[place]))
        places = look_around(context, scene, figure.text, figure.span, clause)
        for entity, feature in said_of(context, sayers, figure.text, figure.span, clause.subject):
            places.setdefault(entity, set(FAR)).add(feature)
        of_kind = {kind: tuple(f"{kind} {fact}" for fact in facts) for kind in sorted(set(kinds.values()))}
        told = tuple(fact for fact in facts if fact.startswith(("unit=", "noun=", "verb=")))
        of_head = {head: tuple(f"{head} {fact}" for fact in told if head) for head in sorted(set(heads.values()))}
        features: list[list[Group]] = [
            [of_kind[kinds[e]], own[e], of_head[heads[e]], *(_crossed(kinds[e], f) for f in places.get(e, FAR))]
            for e in scene.candidates
        ]
        yield scene.candidates, [*features, [("nothing", *(f"nothing {fact}" for fact in facts))]]


def _clause(span: Span) -> Clause:
    noun = counted_noun(span)
    verb = governing_verb(noun if noun is not None else span.root)
    return Clause(noun, verb, subject_of(verb) if verb is not None else None)


def _facts(context: Context, figure: Figure, clause: Clause, said: Sequence[str]) -> Iterator[str]:
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
    yield from said


def _said(figure: Figure) -> tuple[str, ...]:
    """The words of weight in the sentence of a number."""
    held = figure.text.references
    words = {t.lemma_.lower() for t in figure.sentence if t.pos_ in CONTENT and t.i not in held}
    return tuple(f"said={w}" for w in sorted(words))


@lru_cache(maxsize=10_000)
def _crossed(kind: str, feature: str) -> Group:
    """A feature by itself and for the kind of the candidate."""
    return feature, f"{kind} {feature}"
