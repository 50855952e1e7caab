"""Who says a number: whose "we" a figure stands beside, who is quoted with it, and for whom they speak.

"We have seven schools" tells of the organization whose page it is; between quote marks, of the one that the speaker
belongs to; in an author's own voice, of whom the document is from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS
from kg.model import Attribution, EntityId

PLURAL = frozenset({"we", "our", "us", "ours"})
SINGULAR = frozenset({"i", "my", "me", "mine"})
#: Greatest distance in tokens between a person and the organization that is told of them.
BESIDE = 8
#: Organizations of a speaker that count.
MOST = 2


@dataclass(frozen=True, slots=True)
class Sayers:
    """Who speaks where in a document, and for whom.

    Attributes:
        spans: (start, end, speaker) of each reported content, the shortest first.
        homes: of each person the organizations that stand beside a mention, the likeliest first.
    """

    spans: tuple[tuple[int, int, EntityId], ...]
    homes: Mapping[EntityId, tuple[EntityId, ...]]


def find_sayers(context: Context, attributions: Sequence[Attribution]) -> Sayers:
    """Who is quoted in a document, with the organizations that they may speak for."""
    spans = [(a.content.span.start, a.content.span.end, a.speaker) for a in attributions if a.speaker is not None]
    return Sayers(tuple(sorted(spans, key=lambda s: (s[1] - s[0], s))), _homes(context))


def _homes(context: Context) -> dict[EntityId, tuple[EntityId, ...]]:
    """Of each person the organizations named in one sentence with them, the nearest first."""
    nearest: dict[EntityId, dict[EntityId, int]] = defaultdict(dict)
    for text in context.texts:
        for sentence in text.sentences:
            here = [(i, text.references[i].entity) for i in range(sentence.start, sentence.end) if i in text.references]
            for place, person in here:
                if context.kind(person) != "Person":
                    continue
                for other, entity in here:
                    gap = abs(other - place)
                    if gap <= BESIDE and context.kind(entity) in ORGANIZATIONS:
                        nearest[person][entity] = min(gap, nearest[person].get(entity, gap))
    return {p: tuple(sorted(gaps, key=lambda e: (gaps[e], e))[:MOST]) for p, gaps in nearest.items()}


def said_of(
    context: Context, sayers: Sayers, text: Text, span: Span, subject: Token | None
) -> Iterator[tuple[EntityId, str]]:
    """What entities are to the one who says a figure, and whether they say it of themselves."""
    place = context.anchor(text, span.start_char, span.end_char).span
    speaker = next((s for start, end, s in sayers.spans if start <= place.start and place.end <= end), None)
    person = _person(text, span.sent, subject)
    if speaker is not None:
        yield from _marked(speaker, "speaker", person)
        for number, home in enumerate(sayers.homes.get(speaker, ())):
            yield from _marked(home, f"speaker's #{number}", person)
        if context.kind(speaker) in ORGANIZATIONS:
            yield from _marked(speaker, "speaker's #0", person)
    elif context.publisher is not None:
        yield from _marked(context.publisher, "page's", person)


def _marked(entity: EntityId, label: str, person: str) -> Iterator[tuple[EntityId, str]]:
    yield entity, label
    yield entity, f"{label} {person}"


def _person(text: Text, sentence: Span, subject: Token | None) -> str:
    """The grammatical person in which a sentence speaks: of us, of me, or of others."""
    if subject is not None and subject.lower_ in PLURAL:
        return "we are subject"
    if subject is not None and any(c.lower_ in PLURAL for c in subject.children):
        return "ours is subject"
    words = {t.lower_ for t in sentence}
    return "we" if words & PLURAL else "I" if words & SINGULAR else "others"
