"""The quality tables: measures, groups and rows from tallies made by hand."""

from __future__ import annotations

import collections

import pytest

from training.quality import ROWS, Scores, Tally, measures, render


def tally(tp: int, fp: int, fn: int) -> Tally:
    return collections.Counter(tp=tp, fp=fp, fn=fn)


def test_measures() -> None:
    assert measures(tally(6, 2, 4)) == pytest.approx((0.75, 0.6, 2 / 3))
    assert measures(tally(0, 0, 0)) == (0.0, 0.0, 0.0)


def test_groups_are_kept_apart_and_summed_over_documents() -> None:
    scores: Scores = {
        "000_seed": {"entities": tally(9, 1, 1), "  leads": tally(1, 0, 1)},
        "d01_read": {"entities": tally(5, 5, 5)},
        "e01_read": {"entities": tally(15, 5, 5)},
        "n01_unread": {"entities": tally(1, 1, 3), "traps avoided": tally(3, 1, 0)},
    }
    page = render(scores, ("n",))
    assert "| seeds | entities | 0.900 | 0.900 | 0.900 | 9 | 1 | 1 |" in page
    assert "| devset | entities | 0.656 | 0.618 | 0.636 | 21 | 11 | 13 |" in page
    assert "| authors read | entities | 0.667 | 0.667 | 0.667 | 20 | 10 | 10 |" in page
    assert "| authors not read | entities | 0.500 | 0.250 | 0.333 | 1 | 1 | 3 |" in page
    assert "| leads | 1.00 / 0.50 / 0.67 |" in page
    (row,) = [line for line in page.splitlines() if line.startswith("| n01_unread |")]
    assert row.split(" | ")[1 + ROWS.index("traps avoided")] == "0.750"
