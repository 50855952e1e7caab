"""How the benches measure: both sides in one run, in turn, so that what else the machine does falls on both alike."""

from __future__ import annotations

import cProfile
import os
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What a section has measured: plain numbers and texts, kept as JSON.
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: CPU seconds, wall seconds, peak memory in MB (of a process; else 0)."""

    cpu: float
    wall: float
    memory: float = 0.0


def run(action: Callable[[], object]) -> Cost:
    """What a call costs in this process."""
    cpu, wall = time.process_time(), time.perf_counter()
    action()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


def process(words: Sequence[str], *, python: bool = True, output: Path | None = None) -> Cost:
    """What a command costs as a whole process, bytecode cached as after an installation."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")}
    command = [sys.executable, *words] if python else list(words)
    wall = time.perf_counter()
    with (output or Path(os.devnull)).open("wb") as out:
        child = subprocess.Popen(command, stdout=out, env=environment)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - wall, used.ru_maxrss / 1024)


def in_turn(sides: Mapping[str, Callable[[], Cost]], rounds: int, *, warm: bool = True) -> dict[str, list[Cost]]:
    """The costs of each side, round by round; the first round of all may only warm caches."""
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    for turn in range(rounds + warm):
        for name, side in sides.items():
            cost = side()
            if turn >= warm:
                costs[name].append(cost)
    return costs


def middle(costs: Sequence[Cost], what: str = "cpu") -> float:
    """The median."""
    return statistics.median(getattr(c, what) for c in costs)


def ratio(ours: Sequence[Cost], theirs: Sequence[Cost], what: str = "cpu") -> dict[str, float]:
    """Theirs by ours turned round where asked for by the caller: medians, and the least and greatest of the rounds."""
    of_rounds = [getattr(a, what) / getattr(b, what) for a, b in zip(ours, theirs, strict=True)]
    return {"median": middle(ours, what) / middle(theirs, what), "low": min(of_rounds), "high": max(of_rounds)}


def shown(found: Mapping[str, float], digits: int = 2) -> str:
    """A ratio with the spread of its rounds."""
    return f"{found['median']:,.{digits}f} ({found['low']:,.{digits}f}–{found['high']:,.{digits}f})"


def profiled(action: Callable[[], object], number: int = 8) -> list[list[Any]]:
    """Where time goes: function, its own share of the time, its calls."""
    profile = cProfile.Profile()
    profile.enable()
    action()
    profile.disable()
    found = pstats.Stats(profile)
    rows = sorted(found.stats.items(), key=lambda item: -item[1][2])  # type: ignore[attr-defined]
    total = found.total_tt  # type: ignore[attr-defined]
    return [[_place(place), own / total, calls] for place, (_, calls, own, _, _) in rows[:number]]


def profile_rows(rows: Sequence[Sequence[Any]]) -> str:
    """A profile as a line of text."""
    return ", ".join(f"`{name}` {share:.0%}" for name, share, _ in rows)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A pipe table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def _place(place: tuple[str, int, str]) -> str:
    file, _, name = place
    if file == "~":
        return name.removeprefix("<").removesuffix(">").replace("built-in method ", "").replace("method ", "")
    path = Path(file)
    return f"{path.parent.name}/{path.stem}.{name}" if path.parent.name else f"{path.stem}.{name}"
