"""Builds and loads that are ended with kill -9 at seeded moments, and what the next one makes of it.

After every kill the old output or the new one lies there, whole; what a run that is let be makes is, byte by byte, what
it would have been, and nothing is left over beside it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg.building import build, publish
from kg.corpus.effort import Effort
from kg.namespaces import DATA
from kg.settings import Settings
from kg.stores import ledger
from kg.stores.folder import open_folder
from kg.stores.protocol import Connection, connect
from kg.stores.store import Store, list_graphs
from kg.stores.store import holds as holds_graph
from tests import hostile, servers
from tests.stores.datasets import documents, nquads
from tests.stores.loader import bring

_PRELOADED = ["tests.fuzzing.killing", "kg.graph.validate", "kg.stores.load"]


@dataclass(slots=True)
class Tally:
    """How many runs were killed on their way, how many ended before, and how many were resumed and compared."""

    what: str
    killed: int = 0
    ended: int = 0
    compared: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = f"{self.killed:4} killed, {self.compared:3} resumed and compared ({self.ended} ended first)"
        return f"{self.what:36} {counts}: {len(self.faults)} faults" + "".join(f"\n  {f}" for f in self.faults[:5])


class Moments:
    """When to kill: anywhere in the time that a run takes, which is learned as runs end before it or not."""

    def __init__(self, seed: int, duration: float) -> None:
        self.random = random.Random(seed)
        self.duration = duration

    def wait(self, ended: Callable[[float], bool]) -> None:
        """Wait for a moment, or until the run has ended."""
        early = ended(self.duration * self.random.uniform(0.0, 1.0))
        self.duration *= 0.93 if early else 1.01


def forked(function: Callable[..., None], *words: object) -> BaseProcess:
    """Start a function in a process that has everything imported."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(_PRELOADED)
    process = processes.Process(target=function, args=words)
    process.start()
    return process


# --- builds ----------------------------------------------------------------------------------------------------------


def write_sources(folder: Path, mark: str, number: int = 12) -> Path:
    """A folder of documents for the quick reader; half of them are the same under every mark."""
    folder.mkdir()
    for n in range(number):
        words = f"Larkspur Teachers met Ines Valdo. {mark if n % 2 else 'Quiet Talks'} went on.\n"
        Path(folder, f"doc-{n:02}.txt").write_text(f"Item {n}.\n\n" + words * (n + 1))
    return folder


def make(sources: Path, out: Path, cache: Path, jobs: int) -> None:
    """Build and publish as `kg build` does, with the quick reader."""
    effort = Effort(jobs=jobs, cache=cache, loader=hostile.LOADER, seconds=60)
    publish(build([sources], Settings(), effort, target=out), out, effort)


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def kill_builds(number: int, jobs: int, seed: int, folder: Path, every: int = 10) -> Tally:
    """Kill builds of two versions of some documents into one folder, with one cache that loses entries now and then."""
    tally, place, cache = Tally(f"builds, --jobs {jobs}"), folder / "place", folder / "cache"
    place.mkdir(parents=True)
    sources = [write_sources(folder / mark.split()[0], mark) for mark in ("Long Talks", "Short Talks")]
    wanted: list[dict[str, bytes]] = []
    duration = 0.0
    for version, source in enumerate(sources):
        started = time.monotonic()
        make(source, folder / f"undisturbed-{version}", folder / f"cache-{version}", jobs)
        duration = time.monotonic() - started
        wanted.append(content(folder / f"undisturbed-{version}"))
    out, moments = place / "out", Moments(seed, duration)
    whole = forked(make, sources[0], out, cache, jobs)
    whole.join(120)
    turn = 0
    while tally.killed < number and turn < 4 * number + 20:
        turn += 1
        for entry in sorted(p for p in cache.rglob("*") if p.is_file() and p.name != "CACHEDIR.TAG"):
            if moments.random.random() < 0.3:
                entry.unlink(missing_ok=True)
        process = forked(make, sources[turn % 2], out, cache, jobs)
        moments.wait(lambda seconds, p=process: p.join(seconds) or p.exitcode is not None)  # type: ignore[misc]
        _end(process, tally)
        found = content(out if out.exists() else place / ".out.previous")
        if found not in wanted:
            tally.faults.append(f"turn {turn}: neither the old output nor the new one: {sorted(found)[:5]}")
        if turn % every == 0 or tally.killed == number:
            resumed = forked(make, sources[turn // every % 2], out, cache, jobs)
            resumed.join(120)
            tally.compared += 1
            if resumed.exitcode or content(out) != wanted[turn // every % 2]:
                tally.faults.append(f"turn {turn}: resumed ({resumed.exitcode}), it is not what it should be")
            left = [p.name for p in place.iterdir() if p != out]
            left += [str(p.relative_to(cache)) for p in cache.rglob("*") if _is_left(p)]
            if left:
                tally.faults.append(f"turn {turn}: left over: {left[:5]}")
    tally.faults += [f"process {name} goes on reading" for name in _orphans()]
    return tally


def _is_left(path: Path) -> bool:
    """Whether something in a cache is what a crash left: entries and the mark have no dot in front."""
    return path.name.startswith((".", "tmp", "accord-", "work-", "entry-"))


def _end(process: BaseProcess, tally: Tally) -> None:
    process.kill()
    process.join()
    if process.exitcode == -signal.SIGKILL:
        tally.killed += 1
    else:
        tally.ended += 1
        if process.exitcode:
            tally.faults.append(f"ended with {process.exitcode}")


def _orphans() -> Iterator[str]:
    """Processes that read for somebody who has been killed; they are given a moment to see it."""
    for attempt in range(50):
        found = [entry for entry in Path("/proc").glob("[0-9]*/cmdline") if _reads_for_nobody(entry)]
        if not found:
            return
        if attempt == 49:
            yield from (entry.parent.name for entry in found)
        time.sleep(0.1)


def _reads_for_nobody(entry: Path) -> bool:
    try:
        words = entry.read_bytes()
        parent = int(entry.with_name("stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])
    except OSError:
        return False
    return b"kg.corpus.worker" in words and parent == 1


# --- the command, with the language model ----------------------------------------------------------------------------


def kill_commands(number: int, seed: int, sources: Path, folder: Path) -> Tally:
    """Kill `kg build` itself, reading with the model; each time the output must still be whole, at the end the same."""
    tally, place, cache = Tally("kg build with the model"), folder / "place", folder / "cache"
    place.mkdir(parents=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KG_") and k != "SOURCE_DATE_EPOCH"}
    environment |= {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "XDG_CACHE_HOME": str(cache)}

    def start(out: Path, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "kg", "build", str(sources), "-o", str(out), "--quiet", *words]
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    started = time.monotonic()
    start(folder / "undisturbed", "--no-cache").wait(600)
    wanted, out = content(folder / "undisturbed"), place / "out"
    moments = Moments(seed, time.monotonic() - started)
    turn = 0
    while tally.killed < number and turn < 4 * number:
        turn += 1
        shutil.rmtree(out, ignore_errors=True)
        if turn % 3 == 0:
            shutil.rmtree(cache, ignore_errors=True)
        process = start(out, "--jobs", str(1 + turn % 2))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moments.duration * moments.random.uniform(0.0, 1.0))
        process.kill()
        code = process.wait()
        tally.killed, tally.ended = tally.killed + (code == -signal.SIGKILL), tally.ended + (code == 0)
        if code > 0 or (out.exists() and content(out) != wanted):
            tally.faults.append(f"turn {turn}: {code}, what lies there is not what it should be")
    code = start(out).wait(600)
    tally.compared += 1
    if code or content(out) != wanted or [p for p in place.iterdir() if p != out]:
        tally.faults.append(f"resumed ({code}), it is not what it should be")
    return tally


# --- loads -----------------------------------------------------------------------------------------------------------


def kill_loads(number: int, seed: int, folder: Path, server: servers.Server | None = None, every: int = 10) -> Tally:
    """Kill loads of two versions of a dataset into a store: of a folder, or of a server on the loopback interface."""
    tally = Tally("loads, " + ("server of Oxigraph" if server else "folder"))
    base = f"{DATA}kills/"
    versions = [documents(base, 20, triples=60, mark=mark) for mark in ("old", "new")]
    files = [folder / "old.nq", folder / "new.nq"]
    folder.mkdir(parents=True, exist_ok=True)
    for file, graphs in zip(files, versions, strict=True):
        file.write_bytes(nquads(graphs))
    endpoint = server.url if server else str(folder / "store")
    environment = {"XDG_CACHE_HOME": str(folder / "cache")}

    @contextlib.contextmanager
    def opened() -> Iterator[Store]:
        with connect(Connection(endpoint=endpoint)) if server else open_folder(folder / "store") as store:
            yield store

    for version in (0, 1, 0):
        started = time.monotonic()
        whole = forked(bring, endpoint, environment, files[version])
        whole.join(120)
        assert whole.exitcode == 0
    moments = Moments(seed, time.monotonic() - started)
    turn = 0
    while tally.killed < number and turn < 4 * number + 20:
        turn += 1
        process = forked(bring, endpoint, environment, files[turn % 2])
        moments.wait(lambda seconds, p=process: p.join(seconds) or p.exitcode is not None)  # type: ignore[misc]
        _end(process, tally)
        with opened() as store:
            mixed = [n for n in versions[0] if not any(holds_graph(store, v[n]) is None for v in versions)]
        tally.faults += [f"turn {turn}: {name} is neither old nor new" for name in mixed]
        if turn % every == 0 or tally.killed == number:
            version = turn // every % 2
            resumed = forked(bring, endpoint, environment, files[version])
            resumed.join(120)
            with opened() as store:
                other = [n for n, graph in versions[version].items() if holds_graph(store, graph) is not None]
                names = list(list_graphs(store, base))
            tally.compared += 1
            if resumed.exitcode or other or names != sorted([*versions[version], ledger.manifest_graph(base)]):
                tally.faults.append(
                    f"turn {turn}: resumed ({resumed.exitcode}), {other[:3]} differ, graphs {names[:3]}"
                )
    return tally
