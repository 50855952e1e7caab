"""Train the ranking of workplaces (`kg.extract.workplaces`) on annotated documents.

Every document is used twice: with the annotator's entities and with those that the extractor finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.extract.annotate import AnnotatedDocument
from kg.extract.citations import footnotes
from kg.extract.mentions import LocalEntity
from kg.extract.reading import resolve
from kg.extract.relations import find_relations
from kg.extract.workplaces import choices, sorts_of_posts
from kg.lexicon import Lexicon
from kg.model import Membership
from training.gold import Gold, project
from training.ranking import Case, fit
from training.relations import aligned

NAME = "workplaces"
PRIOR = 8.0


def cases_of(
    gold: Gold, annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...], lexicon: Lexicon, scorer: Any
) -> list[Case]:
    """The roles of one document that the annotator has, with the organizations they may be held at."""
    cases: list[Case] = []
    rows = [r for r in gold.annotation["relations"] if r["p"] == "hasRole" and not r.get("inferred")]
    for found, given in ((False, project(annotated, gold.annotation)), (True, entities)):
        context, attributions = resolve(annotated, given, lexicon)
        relations = find_relations(context, lexicon, attributions, footnotes(annotated))
        to_gold = aligned(gold.annotation, given, scorer.align) if found else {str(e.id): str(e.id) for e in given}
        for choice in choices(relations.context, relations.candidates, sorts_of_posts(lexicon)):
            value = choice.candidate.value
            assert isinstance(value, Membership)
            told = [
                r["o"].get("at") if isinstance(r["o"], dict) else None
                for r in rows
                if r["s"] == to_gold.get(value.member)
                and scorer.overlap(r["o"]["role"] if isinstance(r["o"], dict) else r["o"], value.role_title) >= 0.5
            ]
            if told:
                places = {t for t in told if t}
                right = frozenset(n for n, e in enumerate(choice.organizations) if to_gold.get(e) in places)
                cases.append(Case(gold.name, found, choice.features, right or frozenset({len(choice.organizations)})))
    return cases


def train(cases: Sequence[Case]) -> dict[str, float]:
    """Fit the weights."""
    return fit(cases, PRIOR)
