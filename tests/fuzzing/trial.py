"""One process of fuzzing: some targets, so many inputs each, from a seed; tells what came of it as lines of JSON."""

from __future__ import annotations

import faulthandler
import json
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.fuzzing.outcome import PATIENCE, Outcome
from tests.fuzzing.targets import TARGETS, accepts, strategy

#: The input that is tried: of one that ends the process nothing else is left.
LAST = Path(tempfile.gettempdir(), "last-input")


def tried(name: str, number: int, seed: int, *, shrink: bool = True) -> Outcome:
    """Give a target so many inputs."""
    outcome, target = Outcome(name), TARGETS[name]
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)

    @seeded(seed)
    @settings(
        max_examples=number,
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy(name))
    def attempt(found: Any) -> None:
        LAST.write_text(f"{found!r}", "utf-8", "backslashreplace")
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        started = time.process_time()
        try:
            outcome.accepted += accepts(target.check, found)
        finally:
            faulthandler.cancel_dump_traceback_later()
            outcome.inputs += 1
            outcome.slowest = max(outcome.slowest, time.process_time() - started)

    try:
        attempt()
    except Exception:  # whatever it is, it is what we look for
        outcome.fault = traceback.format_exc()[-6000:]
    return outcome


def trials(names: list[str], share: float, seed: int) -> Iterator[Outcome]:
    """Several targets, each given its share of inputs: with so many examples as there are, some run out of them."""
    for name in names:
        wanted, found = max(1, round(TARGETS[name].inputs * share)), Outcome(name)
        for turn in range(50):
            if found.inputs >= wanted or found.fault:
                break
            more = tried(name, wanted - found.inputs, seed + turn)
            found.inputs += more.inputs
            found.accepted += more.accepted
            found.slowest, found.fault = max(found.slowest, more.slowest), more.fault
        yield found


def main() -> None:
    """`python -m tests.fuzzing.trial SHARE SEED TARGET…`."""
    warnings.simplefilter("ignore")
    share, seed, *names = sys.argv[1:]
    for name in names:
        print(json.dumps({"begun": name}), flush=True)
        for outcome in trials([name], float(share), int(seed)):
            print(json.dumps(asdict(outcome)), flush=True)


if __name__ == "__main__":
    main()
