"""Ranking: the candidates for one place, by a log-linear model over features that are strings.

The weights are sorted text in `kg/extract/weights`, written by `training.ranking`; scoring them needs no library.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import AssetError
from kg.extract.packed import read_weights

#: Feature → weight.
Weights = Mapping[str, float]


#: Features that many candidates have in common.
Group = tuple[str, ...]


def shares(weights: Weights, candidates: Sequence[Collection[str]]) -> list[float]:
    """For each candidate, given as its features, the probability that it is the one; they sum to 1."""
    return _shares([math.fsum(_weighed(weights, found)) for found in candidates])


def shares_of_groups(
    weights: Weights, candidates: Sequence[Sequence[Group]], weighed: dict[Group, list[float]]
) -> list[float]:
    """The same for candidates whose features come in groups, no feature in two groups of a candidate.

    Each group is looked up once: `weighed` keeps its weights from call to call, for the same `weights`. Sums are exact
    before they are rounded, so that the order of the features does not matter.
    """
    sums = []
    for groups in candidates:
        terms: list[float] = []
        for group in groups:
            if group not in weighed:
                weighed[group] = _weighed(weights, group)
            terms += weighed[group]
        sums.append(math.fsum(terms))
    return _shares(sums)


def _weighed(weights: Weights, features: Iterable[str]) -> list[float]:
    weight_of = weights.get
    return [weight for feature in features if (weight := weight_of(feature)) is not None]


def _shares(sums: Sequence[float]) -> list[float]:
    highest = max(sums, default=0.0)
    powers = [math.exp(s - highest) for s in sums]
    total = math.fsum(powers)
    return [round(p / total, 9) for p in powers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rankings:
    """The weights of all rankings.

    Attributes:
        topics: what a number is about.
        workplaces: at which organization a role is held.
    """

    topics: Weights
    workplaces: Weights


@cache
def load_rankings(folder: Path | None = None) -> Rankings:
    """Read the rankings of a folder, by default those that Accord comes with.

    Raises:
        AssetError: a file is missing or malformed.
    """
    return Rankings(topics=_read(folder, "topics"), workplaces=_read(folder, "workplaces"))


def _read(folder: Path | None, name: str) -> Weights:
    try:
        text = read_weights(folder, f"{name}.tsv")
        return {feature: float(value) for feature, value in (line.split("\t") for line in text.split("\n") if line)}
    except (OSError, ValueError) as error:
        raise AssetError(f"the weights cannot be read: {error}", where=str(folder or "kg/extract/weights")) from error
