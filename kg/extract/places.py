"""Places: where organizations and events are, beyond adjacency ("X is a nonprofit in PLACE", "A at B in PLACE")."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from kg.extract.arguments import subjects_of
from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.statements import Candidate, assertion, entity, named
from kg.extract.status import Markers, find_status

IN = frozenset({"in", "near", "outside"})
LOCATED = ORGANIZATIONS | {"Event"}


def find_places(context: Context, markers: Markers) -> Iterator[Candidate]:
    """Candidates for locatedIn, in reading order."""
    for text in context.texts:
        for token in text.tokens:
            held = entity(text, token)
            if held is None or context.kind(held) != "Place":
                continue
            first = token if token.dep_ == "pobj" else _place_before(context, text, token)
            if first is None or first.dep_ != "pobj":
                continue
            preposition = first.head
            if preposition.lower_ not in IN or preposition.dep_ != "prep":
                continue
            for thing, rule, confidence in _placed(context, text, preposition.head):
                candidate = assertion(
                    context,
                    text,
                    text.references[thing.i].entity,
                    "locatedIn",
                    held,
                    (thing, token),
                    rule=rule,
                    confidence=confidence,
                    status=find_status(thing.head if rule == "event happens in place" else preposition.head, markers),
                )
                if candidate:
                    yield candidate


def _place_before(context: Context, text: Text, place: Token) -> Token | None:
    """The place that "and" joins to another; what stands behind a comma is rather the state of the first."""
    if place.i < 2 or place.nbor(-1).lower_ not in ("and", "&"):
        return None
    before = place.nbor(-2)
    held = entity(text, before)
    return before if held is not None and context.kind(held) == "Place" else None


def _placed(context: Context, text: Text, head: Token) -> Iterator[tuple[Token, str, float]]:
    """What stands in the place that hangs on a token."""
    if _is(context, text, head, LOCATED):
        yield head, "in one of two places", 0.8
        outer = head.head.head if head.dep_ == "pobj" and head.head.lower_ in ("at", "of") else None
        if outer is not None and _is(context, text, outer, ORGANIZATIONS):
            yield outer, "organization at organization in place", 0.75
        return
    if head.pos_ == "NOUN" and head.i not in text.references:
        subjects = subjects_of(head.head) if head.dep_ == "attr" and head.head.lemma_ == "be" else []
        subjects += [head.head] if head.dep_ == "appos" else []
        yield from ((s, "organization in place by its class", 0.75) for s in subjects if _is(context, text, s, LOCATED))
    if head.pos_ == "VERB":
        happening = [s for s in subjects_of(head) if _is(context, text, s, frozenset({"Event"}))]
        yield from ((s, "event happens in place", 0.7) for s in happening)


def _is(context: Context, text: Text, token: Token, kinds: frozenset[str]) -> bool:
    held = entity(text, token)
    return held is not None and context.kind(held) in kinds and (named(text, token) or context.kind(held) == "Event")
