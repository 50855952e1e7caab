"""The learned namer: log-linear second opinions on what the rules of naming decide, scored in plain Python.

One model weighs the kind of a name, or that it names nothing; another what a phrase of common nouns stands for. Both
see the verdict of the rules as a feature. Weights are sorted text in `kg/extract/weights`, written by
`python -m training.names`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kg.errors import AssetError
from kg.extract.packed import read_weights


@dataclass(frozen=True, slots=True)
class Weights:
    """A log-linear model.

    Attributes:
        biases: kind → bias; empty for a model that knows nothing.
        features: feature → ((kind, weight), …).
    """

    biases: dict[str, float] = field(default_factory=dict)
    features: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Namer:
    """Both models, by what they judge."""

    names: Weights = Weights()
    nominals: Weights = Weights()


#: The rules alone.
RULES_ONLY = Namer()


def probabilities(weights: Weights, features: Iterable[str]) -> dict[str, float]:
    """The probability of each kind; empty if the model knows nothing."""
    terms: dict[str, list[float]] = {kind: [bias] for kind, bias in weights.biases.items()}
    for feature in features:  # in any order: the sums are exact before they are rounded
        for kind, weight in weights.features.get(feature, ()):
            terms[kind].append(weight)
    sums = {kind: math.fsum(values) for kind, values in terms.items()}
    highest = max(sums.values(), default=0.0)
    raised = {kind: math.exp(total - highest) for kind, total in sums.items()}
    whole = math.fsum(raised.values())
    return {kind: round(value / whole, 6) for kind, value in raised.items()}


def likeliest(scores: dict[str, float]) -> str:
    """The kind of highest probability; the first in the alphabet among equals."""
    return max(sorted(scores), key=lambda kind: scores[kind])


@cache
def load_namer(folder: Path | None = None) -> Namer:
    """Read the weights of a folder, by default those that Accord comes with.

    Raises:
        AssetError: a file is missing or malformed.
    """
    return Namer(names=_read(folder, "names.tsv"), nominals=_read(folder, "nominals.tsv"))


def _read(folder: Path | None, name: str) -> Weights:
    table: dict[str, list[tuple[str, float]]] = defaultdict(list)
    try:
        for line in read_weights(folder, name).splitlines():
            feature, *columns = line.split("\t")
            for column in columns:
                kind, _, value = column.rpartition("=")
                table[feature].append((kind, float(value)))
    except (OSError, ValueError) as error:
        raise AssetError(
            f"the weights cannot be read: {error}", where=f"{folder or 'kg/extract/weights'}/{name}"
        ) from error
    biases = dict(table.pop("", []))
    return Weights(biases, {feature: tuple(columns) for feature, columns in table.items()})
