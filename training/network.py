"""Fit networks (`kg.extract.network`): all relations at once, so that rare ones learn from others.

Features and hidden units are dropped at random while it learns (Srivastava et al. 2014), steps are Adam's (Kingma and
Ba 2015). The seed is fixed: the same documents give the same weights on one machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extract.network import Network

RATE = 2e-3
DROPPED_FEATURES, DROPPED_UNITS = 0.3, 0.5
#: Log-odds that outputs begin with: most pairs are in no relation.
UNLIKELY = -4.0
SEED = 1
#: Gradients are multiplied so that Adam's smallest step does not matter.
SCALE = 100.0
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a network learns: hidden units, rounds through all cases, cases of a step, how fast weights decay."""

    hidden: int
    epochs: int
    batch: int
    decay: float


@dataclass(slots=True)
class _Adam:
    """A parameter with its moments."""

    value: Array
    first: Array
    second: Array

    def step(self, gradient: Array, count: int, rate: float, decay: float) -> None:
        """Go one step against the gradient."""
        scaled = np.asarray(gradient, np.float32) * np.float32(SCALE)
        self.first = np.float32(0.9) * self.first + np.float32(0.1) * scaled
        self.second = np.float32(0.999) * self.second + np.float32(0.001) * scaled * scaled
        moved = (self.first / (1 - 0.9**count)) / (np.sqrt(self.second / (1 - 0.999**count)) + 1e-6)
        self.value -= np.float32(rate) * moved
        self.value *= np.float32(1 - rate * decay * SCALE)


def fit(
    matrix: Any, names: Sequence[str], outputs: Sequence[str], answers: Array, judged: Array, plan: Plan
) -> Network:
    """Fit a network.

    Args:
        matrix: cases × features, sparse, of ones.
        names: of the features.
        outputs: what is to be told.
        answers: cases × outputs, one where it is so.
        judged: cases × outputs, how much the answer counts; 0 where it does not.
        plan: how it learns.
    """
    chance = np.random.default_rng(SEED)
    kept = np.flatnonzero(judged.sum(axis=1))
    matrix, answers, judged = matrix[kept], answers[kept], judged[kept]
    first = _begun(chance.standard_normal((len(names), plan.hidden)) * 0.1)
    hidden = _begun(np.zeros(plan.hidden))
    second = _begun(chance.standard_normal((plan.hidden, len(outputs))) * 0.1)
    biases = _begun(np.full(len(outputs), UNLIKELY))
    count = 0
    for epoch in range(plan.epochs):
        order = chance.permutation(len(kept))
        rate = RATE * (1 - epoch / plan.epochs)
        for start in range(0, len(order), plan.batch):
            batch = order[start : start + plan.batch]
            shown = matrix[batch].copy()
            shown.data = _kept(chance, shown.data.shape, DROPPED_FEATURES)
            sums = shown @ first.value + hidden.value
            mask = _kept(chance, sums.shape, DROPPED_UNITS)
            active = np.maximum(sums, 0) * mask
            told = 1 / (1 + np.exp(-(active @ second.value + biases.value)))
            wrong = (told - answers[batch]) * judged[batch] / np.float32(plan.batch)
            back = (wrong @ second.value.T) * mask * (sums > 0)
            count += 1
            for parameter, gradient in (
                (first, shown.T @ back),
                (hidden, back.sum(axis=0)),
                (second, active.T @ wrong),
                (biases, wrong.sum(axis=0)),
            ):
                parameter.step(gradient, count, rate, plan.decay if parameter.value.ndim > 1 else 0.0)
    return _whole(names, outputs, first.value, hidden.value, second.value, biases.value)


def _begun(values: NDArray[np.float64]) -> _Adam:
    value = values.astype(np.float32)
    return _Adam(value, np.zeros_like(value), np.zeros_like(value))


def _kept(chance: np.random.Generator, shape: tuple[int, ...], dropped: float) -> Array:
    """Zeros for what is dropped, and for the rest what makes up for it."""
    kept: Array = ((chance.random(shape) > dropped) / (1 - dropped)).astype(np.float32)
    return kept


def _whole(
    names: Sequence[str], outputs: Sequence[str], first: Array, hidden: Array, second: Array, biases: Array
) -> Network:
    """The network in whole numbers; features whose weights all vanish are left out."""
    units = [round(float(np.abs(w).max()) / 127, 8) or 1.0 for w in (first, second)]
    small = np.rint(first / units[0]).astype(np.int8)
    rows = [n for n in range(len(names)) if small[n].any()]
    return Network(
        outputs=tuple(outputs),
        rows={names[n]: row for row, n in enumerate(rows)},
        first=small[rows],
        first_unit=units[0],
        hidden=np.rint(hidden / units[0]).astype(np.int32),
        second=np.rint(second / units[1]).astype(np.int8),
        second_unit=units[1],
        biases=tuple(round(float(b), 4) for b in biases),
    )
