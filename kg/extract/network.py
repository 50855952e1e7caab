"""A network with one hidden layer: the judge's second opinion on pairs, on what features say only together.

A linear model adds up what each feature says; averaged with this one it finds more on documents of unread authors than
either. Weights are whole numbers, so that every machine adds up the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import AssetError
from kg.extract.packed import read_weights

#: Cases that are scored together: bounds the memory that a long document takes.
CHUNK = 2000
#: The features of a case: in groups that it shares with others, and its own; none is in two of them.
Features = tuple[tuple[frozenset[str], ...], Set[str]]


@dataclass(frozen=True, slots=True)
class Network:
    """Weights, as whole numbers of a unit.

    Attributes:
        outputs: what it gives log-odds of.
        rows: feature → row of `first`.
        first: features × hidden units, int8; `first_unit` its unit.
        hidden: bias of each hidden unit, in the unit of `first`.
        second: hidden units × outputs, int8; `second_unit` its unit.
        biases: of the outputs, log-odds.
    """

    outputs: tuple[str, ...]
    rows: dict[str, int]
    first: NDArray[np.int8]
    first_unit: float
    hidden: NDArray[np.int32]
    second: NDArray[np.int8]
    second_unit: float
    biases: tuple[float, ...]

    def log_odds(self, features: Sequence[Features]) -> list[list[float]]:
        """The log-odds of each output, for each set of features."""
        found: list[list[float]] = []
        sums: dict[frozenset[str], NDArray[np.int32]] = {}
        for start in range(0, len(features), CHUNK):
            found += self._chunk(features[start : start + CHUNK], sums)
        return found

    def _chunk(self, features: Sequence[Features], sums: dict[frozenset[str], NDArray[np.int32]]) -> list[list[float]]:
        flat: list[int] = []
        ends: list[int] = []
        totals = np.empty((len(features), len(self.hidden)), np.int32)
        for number, (shared, own) in enumerate(features):
            total = self.hidden
            for group in shared:
                if group not in sums:
                    sums[group] = self._sum(group)
                total = total + sums[group]
            totals[number] = total
            flat += [self.rows[f] for f in own if f in self.rows]
            ends.append(len(flat))
        running = np.zeros((len(flat) + 1, len(self.hidden)), np.int32)
        np.cumsum(self.first[flat], axis=0, dtype=np.int32, out=running[1:])
        totals += running[ends] - running[[0, *ends[:-1]]]
        active = np.maximum(totals, 0).astype(np.int64)
        odds = (active @ self.second.astype(np.int64)) * (self.first_unit * self.second_unit) + np.array(self.biases)
        rows: list[list[float]] = odds.tolist()
        return rows

    def _sum(self, group: Iterable[str]) -> NDArray[np.int32]:
        numbers = [self.rows[f] for f in group if f in self.rows]
        total: NDArray[np.int32] = self.first[numbers].sum(axis=0, dtype=np.int32)
        return total


def read_network(folder: Path | None, name: str) -> Network:
    """Read a network of a folder of weights, by default of those that Accord comes with.

    Raises:
        AssetError: the file is missing or malformed.
    """
    head: dict[str, list[str]] = {}
    features: list[str] = []
    weights = bytearray()
    try:
        for line in read_weights(folder, name).splitlines():
            key, *values = line.split("\t")
            if key.startswith(":"):
                head[key[1:]] = values
            else:
                features.append(key)
                weights += bytes.fromhex(values[0])
        hidden = np.array(head["hidden"], np.int32)
        outputs = tuple(head["outputs"])
        first, second = (float(unit) for unit in head["units"])
        return Network(
            outputs=outputs,
            rows={feature: row for row, feature in enumerate(features)},
            first=_bytes(weights).reshape(len(features), len(hidden)),
            first_unit=first,
            hidden=hidden,
            second=_bytes(bytes.fromhex("".join(head["second"]))).reshape(len(hidden), len(outputs)),
            second_unit=second,
            biases=tuple(map(float, head["biases"])),
        )
    except (OSError, ValueError, KeyError, IndexError) as error:
        where = f"{folder or 'kg/extract/weights'}/{name}"
        raise AssetError(f"the weights cannot be read: {error}", where=where) from error


def write_network(network: Network, folder: Path, name: str) -> None:
    """Write a network as text: its head, then a line for each feature with its weights as hexadecimal bytes."""
    head: dict[str, Iterable[Any]] = {
        "outputs": network.outputs,
        "units": (repr(network.first_unit), repr(network.second_unit)),
        "hidden": network.hidden.tolist(),
        "biases": network.biases,
        "second": (row.tobytes().hex() for row in network.second),
    }
    lines = ["\t".join([f":{key}", *map(str, values)]) for key, values in head.items()]
    lines += [f"{feature}\t{network.first[row].tobytes().hex()}" for feature, row in sorted(network.rows.items())]
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _bytes(values: bytes | bytearray) -> NDArray[np.int8]:
    return np.frombuffer(bytes(values), np.int8)
