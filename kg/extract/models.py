"""The learned parts of extraction together: what names are, which pairs are related, topics and workplaces.

Each adds up weights of string features in plain Python; the weights are sorted text, all made by
`python -m training.weights`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.extract.learned import Judge, load_judge
from kg.extract.namer import RULES_ONLY, Namer, load_namer
from kg.extract.ranking import Rankings, load_rankings


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What was learned.

    Attributes:
        namer: second opinion on names and on phrases of common nouns.
        judge: of pairs of entities; without it only frames speak.
        rankings: of what numbers are about, and of the places of roles.
    """

    namer: Namer
    judge: Judge | None
    rankings: Rankings


def load_models(folder: Path | None = None) -> Models:
    """The weights of a folder, by default those that Accord comes with; read once.

    Raises:
        AssetError: a file is missing or malformed.
    """
    return Models(namer=load_namer(folder), judge=load_judge(folder), rankings=load_rankings(folder))


def without_judgement() -> Models:
    """Names by the rules alone and relations by the frames alone: to see what learning adds."""
    return Models(namer=RULES_ONLY, judge=None, rankings=load_rankings())
