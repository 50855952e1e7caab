"""`make kills`: prints how many builds and loads were ended with kill -9, resumed and compared."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests import servers
from tests.fuzzing.killing import Tally, kill_builds, kill_commands, kill_loads


def main(words: Sequence[str] | None = None) -> int:
    """Kill and compare; 0 where nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing.kills", description=__doc__)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--number", type=int, default=100, help="of kills with each number of jobs, of each store")
    parser.add_argument("--commands", type=int, default=12, help="of kills of `kg build` itself")
    given = parser.parse_args(words)
    tallies: list[Tally] = []

    def tell(tally: Tally) -> None:
        tallies.append(tally)
        print(tally, flush=True)

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="accord-kills-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        for jobs in (1, 2):
            tell(kill_builds(given.number, jobs, given.seed, folder / f"builds-{jobs}"))
        seeds = Path(__file__).resolve().parents[2] / "seeds"
        tell(kill_commands(given.commands, given.seed, seeds, folder / "commands"))
        tell(kill_loads(given.number, given.seed, folder / "loads"))
        if servers.OXIGRAPH:
            (folder / "server").mkdir()
            server = servers.start_oxigraph(folder / "server")
            try:
                tell(kill_loads(given.number, given.seed, folder / "served", server))
            finally:
                server.stop()
        else:
            print("no server of Oxigraph: pip install oxigraph")
    builds = sum(t.killed for t in tallies if "build" in t.what)
    loads = sum(t.killed for t in tallies if "loads" in t.what)
    faults = sum(len(t.faults) for t in tallies)
    taken = time.monotonic() - started
    print(f"{builds} builds and {loads} loads killed in {taken:.0f} s from seed {given.seed}; {faults} faults")
    return 1 if faults or (servers.OXIGRAPH and (builds < 2 * given.number or loads < 2 * given.number)) else 0


if __name__ == "__main__":
    sys.exit(main())
