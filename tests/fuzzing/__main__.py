"""`make fuzz`: all targets, each group in a process of its own, two at a time; prints what each was given and took.

The same seed gives the same inputs. A process that dies, hangs or takes more memory than it may is a fault of the
target that it had begun.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzzing.outcome import Outcome
from tests.fuzzing.targets import TARGETS

#: Bytes that a process of ours may take at most, with the readers that it starts.
MEMORY = 1_500_000_000
GROUPS = ("builds", "corpus", "readers", "graph", "texts", "cache")
COVERED = ("coverage: layout", "coverage: pages", "coverage: RDF", "coverage: queries")


@dataclass(slots=True)
class Group:
    """What came of the targets of one process: outcomes, most memory in bytes, what ended it."""

    name: str
    outcomes: list[Outcome] = field(default_factory=list)
    memory: int = 0
    seconds: float = 0.0
    fault: str | None = None


def run_group(name: str, command: Sequence[str], seconds: float) -> Group:
    """Run one process to its end, or to the end of its time."""
    group, begun, started = Group(name), name, time.monotonic()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryDirectory() as home:
        environment |= {"XDG_CACHE_HOME": home, "TMPDIR": home, "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        watcher = threading.Thread(target=_watch, args=(process, group), daemon=True)
        watcher.start()
        assert process.stdout
        for line in process.stdout:
            told = json.loads(line) if line.startswith(b"{") else {}
            begun = told.get("begun", begun)
            if "target" in told:
                group.outcomes.append(Outcome(**told))
        code = process.wait()
        late = not timer.is_alive()
        timer.cancel()
        watcher.join(2)
        errors.seek(0)
        said = errors.read().decode(errors="replace")[-4000:]
        with contextlib.suppress(OSError):
            said += "\n" + Path(home, "last-input").read_text("utf-8")[:4000]
    group.seconds = time.monotonic() - started
    if code:
        group.fault = f"{begun}: {'out of time' if late else f'ended with {code}'}\n{said}"
    elif group.memory > MEMORY:
        group.fault = f"{begun}: took {group.memory / 1e6:,.0f} MB"
    return group


def _watch(process: subprocess.Popen[bytes], group: Group) -> None:
    """Note the most memory that the process and those it started have had, each by itself."""
    while process.poll() is None:
        for number in (process.pid, *_children(process.pid)):
            group.memory = max(group.memory, _peak(number))
        time.sleep(0.2)


def _children(number: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split()]
    except OSError:
        return []


def _peak(number: int) -> int:
    try:
        lines = Path(f"/proc/{number}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:")), 0)


def tell(group: Group) -> int:
    """Print what came of a group; how many faults there were."""
    for found in group.outcomes:
        mark = "FAULT" if found.fault else "ok"
        accepted, slowest = f"{found.accepted:6,} accepted", f"{found.slowest * 1000:7,.0f} ms"
        print(f"{found.target:26} {found.inputs:7,} inputs {accepted}   slowest {slowest}   {mark}")
        if found.fault:
            print(found.fault)
    print(f"  ({group.name}: {group.seconds:.0f} s, at most {group.memory / 1e6:,.0f} MB)", flush=True)
    if group.fault:
        print(f"FAULT {group.fault}")
    return bool(group.fault) + sum(bool(found.fault) for found in group.outcomes)


def main(words: Sequence[str] | None = None) -> int:
    """Run; 0 where every input was refused in Accord's words or gave what holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--share", type=float, default=1.0, help="of the inputs of each target")
    parser.add_argument("--seconds", type=float, default=870.0, help="that all of it may take")
    parser.add_argument("--only", nargs="*", default=(), metavar="TARGET", help="of: " + ", ".join(TARGETS))
    given = parser.parse_args(words)
    python, started = [sys.executable, "-X", "faulthandler"], time.monotonic()
    commands: dict[str, list[str]] = {}
    for name in GROUPS:
        chosen = [t for t, target in TARGETS.items() if target.group == name and (not given.only or t in given.only)]
        if chosen:
            commands[name] = [*python, "-m", "tests.fuzzing.trial", str(given.share), str(given.seed), *chosen]
    runs = str(max(100, round(1500 * given.share)))
    for name in COVERED:
        if not given.only or name in given.only:
            commands[name] = [*python, "-m", "tests.fuzzing.coverage", name.split(": ")[1], runs, str(given.seed)]
    faults = inputs = most = 0
    with ThreadPoolExecutor(2) as pool:
        for group in pool.map(lambda name: run_group(name, commands[name], given.seconds), commands):
            faults += tell(group)
            inputs += sum(found.inputs for found in group.outcomes)
            most = max(most, group.memory)
    taken = time.monotonic() - started
    print(f"{inputs:,} inputs in {taken:.0f} s from seed {given.seed}; at most {most / 1e6:,.0f} MB; {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
