"""Rankings (`kg.extract.ranking`): gather cases, fit log-linear weights with a Gaussian prior, write them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from kg.extract.annotate import AnnotatedDocument
from kg.extract.mentions import LocalEntity
from kg.lexicon import Lexicon
from training.gold import Gold

#: (document, its parse, the entities found, lexicon, scorer) → its cases.
Cases = Callable[[Gold, AnnotatedDocument, tuple[LocalEntity, ...], Lexicon, Any], list["Case"]]
SMALLEST_WEIGHT = 0.01
#: How often a feature is seen, at least, and in how many documents.
SEEN, DOCUMENTS = 3, 2


@dataclass(frozen=True, slots=True)
class Case:
    """One choice: the features of each candidate, and the numbers of those that are right.

    `found` tells whether the entities are the extractor's, and not the annotator's.
    """

    document: str
    found: bool
    candidates: Sequence[frozenset[str]]
    right: frozenset[int]


def fit(cases: Sequence[Case], prior: float) -> dict[str, float]:
    """The weights under which the right candidates are likeliest.

    Args:
        cases: those without a right candidate teach nothing.
        prior: how strongly weights are drawn to 0.
    """
    cases = [c for c in cases if c.right and len(c.right) < len(c.candidates)]
    columns = _columns(cases)
    names = sorted(columns)
    rows = [sorted(columns[f] for f in found if f in columns) for c in cases for found in c.candidates]
    pointers = np.cumsum([0, *map(len, rows)])
    flat = np.fromiter((i for row in rows for i in row), dtype=np.int32, count=int(pointers[-1]))
    matrix = csr_matrix((np.ones(len(flat)), flat, pointers), shape=(len(rows), len(names)))
    sizes = np.array([len(c.candidates) for c in cases])
    starts = np.cumsum([0, *sizes[:-1]])
    right = np.array([n in c.right for c in cases for n in range(len(c.candidates))])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        sums = matrix @ weights
        sums -= np.repeat(np.maximum.reduceat(sums, starts), sizes)
        powers = np.exp(sums)
        share = powers / np.repeat(np.add.reduceat(powers, starts), sizes)
        correct = np.add.reduceat(share * right, starts)
        posterior = share * right / np.repeat(correct, sizes)
        value = -float(np.log(correct).sum()) + prior / 2 * float(weights @ weights)
        return value, matrix.T @ (share - posterior) + prior * weights

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return {
        n: round(float(w), 3)
        for n, w in zip(names, fitted.x, strict=True)
        if abs(w) >= SMALLEST_WEIGHT and not set(n) & set("\t\n")
    }


def _columns(cases: Sequence[Case]) -> dict[str, int]:
    seen: dict[str, int] = defaultdict(int)
    documents: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        for found in case.candidates:
            for feature in found:
                seen[feature] += 1
                documents[feature].add(case.document)
    kept = sorted(f for f, n in seen.items() if n >= SEEN and len(documents[f]) >= DOCUMENTS)
    return {f: n for n, f in enumerate(kept)}


def write(weights: dict[str, float], folder: Path, name: str) -> None:
    """Write the weights as sorted text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.tsv").write_text("".join(f"{f}\t{w:g}\n" for f, w in sorted(weights.items())))
