"""Centers and institutes with the university they belong to behind them ("X Center, Y University", "X (Y College)")."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.statements import Candidate, assertion, named

BETWEEN = frozenset({",", "(", "the", "at", "of"})


def find_university_units(context: Context, universities: frozenset[str]) -> Iterator[Candidate]:
    """Candidates for partOf, in reading order.

    Args:
        context: the resolved document.
        universities: nouns in names of universities.
    """
    for text in context.texts:
        places = [i for i in sorted(text.references) if named(text, text.tokens[i])]
        for first, second in pairwise(places):
            between = [t.lower_ for t in text.tokens[first + 1 : second]]
            between = _without_acronym(between)
            if not between or not set(between) <= BETWEEN or _is_university(context, text, first, universities):
                continue
            kinds = [context.kind(text.references[i].entity) for i in (first, second)]
            if kinds[0] not in ("SupportOrganization", "Organization") or kinds[1] not in ORGANIZATIONS:
                continue
            if not _is_university(context, text, second, universities):
                continue
            candidate = assertion(
                context,
                text,
                text.references[first].entity,
                "partOf",
                text.references[second].entity,
                (text.tokens[first], text.tokens[second]),
                rule="unit, university",
                confidence=0.75,
            )
            if candidate:
                yield candidate


def _without_acronym(words: list[str]) -> list[str]:
    """The words behind "(XYZ)" at their beginning."""
    return words[3:] if len(words) > 3 and words[0] == "(" and words[2] == ")" else words


def _is_university(context: Context, text: Text, index: int, universities: frozenset[str]) -> bool:
    names = context.entities[text.references[index].entity].names
    return any(word.lower() in universities for name in names for word in name.split())
