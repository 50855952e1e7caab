"""Some hundred inputs for every target of `make fuzz`, and some of the kills of `make kills`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzzing.killing import kill_builds, kill_loads
from tests.fuzzing.targets import TARGETS
from tests.fuzzing.trial import trials

#: Of the inputs of a whole run; slow targets are in the tests of the corpus and of hostile readers.
SHARE = 0.02
SLOW = {"builds": 0.016, "corpus": 0.03}


def test_a_whole_run_has_as_many_inputs_as_were_promised() -> None:
    assert sum(target.inputs for target in TARGETS.values()) >= 20_000


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.filterwarnings("ignore")
def test_every_input_is_refused_in_words_or_gives_what_holds(name: str) -> None:
    (outcome,) = trials([name], SLOW.get(name, SHARE), seed=5)
    assert outcome.fault is None, outcome.fault
    assert outcome.inputs >= 1
    assert outcome.slowest < 30


def test_killed_builds_lose_nothing(tmp_path: Path) -> None:
    tallies = [kill_builds(5, jobs, seed=jobs, folder=tmp_path / str(jobs), every=5) for jobs in (1, 2)]
    assert [tally.faults for tally in tallies] == [[], []]
    assert sum(tally.killed for tally in tallies) == 10


def test_killed_loads_lose_nothing(tmp_path: Path) -> None:
    tally = kill_loads(10, seed=3, folder=tmp_path, every=5)
    assert tally.faults == []
    assert tally.killed == 10
