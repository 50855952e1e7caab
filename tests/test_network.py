"""The judge's network: whole numbers add up as they should, files keep them, and training learns what sums cannot."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import AssetError
from kg.extract import network as module
from kg.extract.network import Features, Network, read_network, write_network
from training.network import Plan, fit

FILE = "network.tsv"
PLAN = Plan(hidden=32, epochs=8, batch=256, decay=2e-5)
NAMES = ("above", "before", "near", "ünder:x>y")


def network() -> Network:
    """Four features, three hidden units, two outputs, with weights drawn by hand."""
    return Network(
        outputs=("leads", "funds"),
        rows={name: row for row, name in enumerate(NAMES)},
        first=np.array([[5, -3, 0], [-128, 2, 7], [1, 1, 1], [127, 0, -9]], np.int8),
        first_unit=0.25,
        hidden=np.array([-2, 4, 0], np.int32),
        second=np.array([[3, -4], [0, 9], [-7, 1]], np.int8),
        second_unit=0.125,
        biases=(-1.5, 0.25),
    )


def by_hand(one: Network, features: Features) -> list[float]:
    """The log-odds, added up number by number."""
    shared, own = features
    known = [f for group in (*shared, own) for f in group if f in one.rows]
    active = [
        max(0, int(one.hidden[unit]) + sum(int(one.first[one.rows[f], unit]) for f in known))
        for unit in range(len(one.hidden))
    ]
    return [
        sum(active[u] * int(one.second[u, o]) for u in range(len(active))) * one.first_unit * one.second_unit
        + one.biases[o]
        for o in range(len(one.outputs))
    ]


GROUPS = st.frozensets(st.sampled_from([*NAMES[:2], "unknown"]))
OWN = st.sets(st.sampled_from([*NAMES[2:], "never seen"]))


@given(st.lists(st.tuples(st.lists(GROUPS, max_size=1).map(tuple), OWN), max_size=7))
def test_log_odds_are_those_added_up_by_hand(features: Sequence[Features]) -> None:
    one = network()
    assert one.log_odds(features) == [pytest.approx(by_hand(one, f)) for f in features]


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one = network()
    features: list[Features] = [((frozenset({"above"}),), {name}) for name in NAMES[2:] * 5]
    whole = one.log_odds(features)
    monkeypatch.setattr(module, "CHUNK", 3)
    assert one.log_odds(features) == whole


def test_a_network_that_was_written_is_read_again(tmp_path: Path) -> None:
    one = network()
    write_network(one, tmp_path, FILE)
    again = read_network(tmp_path, FILE)
    assert (again.outputs, again.rows, again.biases) == (one.outputs, one.rows, one.biases)
    assert (again.first_unit, again.second_unit) == (one.first_unit, one.second_unit)
    assert all(
        np.array_equal(a, b)
        for a, b in ((again.first, one.first), (again.hidden, one.hidden), (again.second, one.second))
    )


@pytest.mark.parametrize("damage", [":units\t1", "near\tzz", ":hidden\t1\t2"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    write_network(network(), tmp_path, FILE)
    path = tmp_path / FILE
    key = damage.split("\t", maxsplit=1)[0]
    lines = [damage if line.split("\t")[0] == key else line for line in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(AssetError, match=r"network\.tsv.*cannot be read|cannot be read"):
        read_network(tmp_path, FILE)
    with pytest.raises(AssetError, match="cannot be read"):
        read_network(tmp_path / "nowhere", FILE)


def test_training_learns_what_features_say_only_together() -> None:
    """One or the other but not both: no sum of two weights tells it."""
    rows = list(itertools.product((0, 1), repeat=2)) * 20_000
    matrix = pytest.importorskip("scipy.sparse").csr_matrix(np.array(rows, np.float32))
    answers = np.array([[a != b] for a, b in rows], np.float32)
    learned = fit(matrix, ("a", "b"), ("either",), answers, np.ones_like(answers), PLAN)
    odds = [learned.log_odds([((), own)])[0][0] for own in ({"a"}, {"b"}, {"a", "b"}, set[str]())]
    assert min(odds[:2]) > max(odds[2:])


def test_answers_that_do_not_count_teach_nothing() -> None:
    matrix = pytest.importorskip("scipy.sparse").csr_matrix(np.array([[1.0], [0.0]] * 200, np.float32))
    answers = np.array([[1.0, 1.0], [0.0, 1.0]] * 200, np.float32)
    judged = np.array([[1.0, 0.0]] * 400, np.float32)
    learned = fit(matrix, ("a",), ("told", "untold"), answers, judged, PLAN)
    assert learned.biases[1] == -4.0
    again = fit(matrix, ("a",), ("told", "untold"), answers, judged, PLAN)
    assert np.array_equal(learned.first, again.first)
