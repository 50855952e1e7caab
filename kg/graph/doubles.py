"""Entities of different documents that may be one: what linking was not sure enough to merge, for people to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

import pyoxigraph as ox

from kg.graph.resolve import Named, acronym, fold, named_entities
from kg.namespaces import ACC
from kg.ontology import FAMILIES

#: Names below this likeness are not shown.
LEAST = 0.8
#: What is shown: the score of each reason; of names that are spelled alike it is their likeness.
SAME, ACRONYM, WITHIN = 0.95, 0.85, 0.82
#: Words that more entities share than this are no reason to compare these.
_COMMON = 50
_QUERY = """
PREFIX schema: <https://schema.org/>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?entity ?name WHERE { ?document schema:mentions ?entity ; dcterms:identifier ?name }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """Two entities that may be one, the surest first.

    Attributes:
        one, other: with a document that names each.
        score: 0..1.
        reason: in words.
    """

    one: Named
    document: str
    other: Named
    other_document: str
    score: float
    reason: str


def find_doubles(store: ox.Store) -> list[Double]:
    """Pairs of one family that no document names both, the likeliest first."""
    documents: dict[str, set[str]] = defaultdict(set)
    for entity, name in store.query(_QUERY):  # type: ignore[union-attr]
        documents[entity.value].add(name.value)
    entities = {e.iri: e for e in named_entities(store) if documents.get(e.iri)}
    found = []
    for one, other in _near(entities):
        if documents[one] & documents[other]:
            continue
        likeness = _compare(entities[one], entities[other])
        if likeness:
            score, reason = likeness
            first, second = min(documents[one]), min(documents[other])
            found.append(
                Double(
                    one=entities[one],
                    document=first,
                    other=entities[other],
                    other_document=second,
                    score=score,
                    reason=reason,
                )
            )
    return sorted(found, key=lambda d: (-d.score, d.one.iri, d.other.iri))


def _near(entities: dict[str, Named]) -> Iterator[tuple[str, str]]:
    """Pairs of one family that share a word, the beginning of one, or an acronym; sorted."""
    blocks: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in entities.values():
        family = next((f for f in FAMILIES if ACC + f in entity.classes), "")
        for name in entity.names:
            keys = {word[:5] for word in fold(name).split() if len(word) > 2}
            keys |= {name.lower()} if name.isupper() else {acronym(name).lower()}
            for key in keys:
                blocks[family, key].add(entity.iri)
    small = (b for b in blocks.values() if len(b) <= _COMMON)
    yield from sorted({pair for block in small for pair in combinations(sorted(block), 2)})


def _compare(one: Named, other: Named) -> tuple[float, str] | None:
    """How likely two are one by their names, and why; None where nothing speaks for it."""
    names, others = {fold(n) for n in one.names}, {fold(n) for n in other.names}
    first, second = fold(one.names[0]), fold(other.names[0])
    if first == second:
        return SAME, "one name; nothing else told linking that they are one"
    numbers = [{w for w in n.split() if any(c.isdigit() for c in w)} for n in (first, second)]
    if numbers[0] != numbers[1]:
        return None
    if names & others:
        return SAME - 0.05, f"both are called {min(names & others)!r}"
    for a, b in ((one, other), (other, one)):
        if any(n.isupper() and n in {acronym(m) for m in b.names} for n in a.names):
            return ACRONYM, "one is the acronym of the other"
    short, long = sorted((first.split(), second.split()), key=len)
    if len(short) > 1 and set(short) < set(long):
        return WITHIN, "one name is part of the other"
    likeness = round(SequenceMatcher(None, first, second, autojunk=False).ratio(), 2)
    return (likeness, "spelled alike") if likeness >= LEAST else None


def row_of(double: Double) -> tuple[str, ...]:
    """A line for `kg.decisions`, undecided."""
    return (
        "",
        double.one.iri,
        double.one.names[0],
        double.document,
        double.other.iri,
        double.other.names[0],
        double.other_document,
        f"{double.score:.2f}",
        double.reason,
    )
