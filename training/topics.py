"""Train the ranking of topics (`kg.extract.topics`) on annotated documents.

Every document is used twice: with the annotator's entities and with those that the extractor finds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kg.extract.annotate import AnnotatedDocument
from kg.extract.context import Context
from kg.extract.mentions import LocalEntity
from kg.extract.reading import resolve
from kg.extract.statistics import find_figures, grouped
from kg.extract.topics import Figure, topic_features
from kg.lexicon import Lexicon
from kg.model import Unit
from training.gold import Gold, project
from training.ranking import Case, fit
from training.relations import aligned

NAME = "topics"
PRIOR = 15.0
UNITS = {
    Unit.PERCENT: "percent",
    Unit.COUNT: "count",
    Unit.DOLLAR: "USD",
    Unit.YEAR: "years",
    Unit.RATIO: "ratio",
    Unit.OTHER: "other",
}


def cases_of(
    gold: Gold, annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...], lexicon: Lexicon, scorer: Any
) -> list[Case]:
    """The cases of one document, with the annotator's entities and with those found."""
    cases: list[Case] = []
    for found, given in ((False, project(annotated, gold.annotation)), (True, entities)):
        context, attributions = resolve(annotated, given, lexicon)
        to_gold = aligned(gold.annotation, given, scorer.align) if found else {str(e.id): str(e.id) for e in given}
        left = list(gold.annotation["statistics"])
        figures = [group[0] for group in grouped(find_figures(context, lexicon))]
        for figure, (candidates, features) in zip(figures, topic_features(context, figures, attributions), strict=True):
            row = next((r for r in left if _fits(r, gold.text, context, figure)), None)
            if row is None:
                continue
            left.remove(row)
            topic = row.get("about")
            right = frozenset(n for n, e in enumerate(candidates) if topic and to_gold.get(e) == topic)
            cases.append(Case(gold.name, found, tuple(features), right or frozenset({len(candidates)})))
    return cases


def _fits(row: dict[str, Any], text: str, context: Context, figure: Figure) -> bool:
    """Whether an annotated number is this one: value, unit, and the sentence it stands in."""
    quantity = figure.quantity
    upper = None if quantity.upper is None else float(quantity.upper)
    if abs(float(row["value"]) - float(quantity.value)) > 0.002 or row.get("upper") != upper:
        return False
    span = context.sentence(figure.text, figure.span).span
    evidence, sentence = _flat(row["evidence"]), _flat(text[span.start : span.end])
    return row["unit"] == UNITS[quantity.unit] and (evidence in sentence or sentence in evidence)


def _flat(words: str) -> str:
    return re.sub(r"\W+", "", words.casefold())


def train(cases: Sequence[Case]) -> dict[str, float]:
    """Fit the weights."""
    return fit(cases, PRIOR)
