"""A Dask cluster on the loopback interface for tests and benches: a scheduler and workers that may be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the scheduler listens, and the processes."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Start a scheduler and workers with one thread each; they end with the block."""
    root = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    told = folder / "scheduler.json"
    started: list[subprocess.Popen[bytes]] = []

    def start(module: str, *options: str) -> subprocess.Popen[bytes]:
        with (folder / f"{len(started)}.log").open("wb") as log:
            command = [sys.executable, "-m", f"distributed.cli.{module}", "--host", HOST, "--no-dashboard", *options]
            process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        started.append(process)
        return process

    try:
        scheduler = start("dask_scheduler", "--port", "0", "--scheduler-file", str(told))
        options = ("--scheduler-file", str(told), "--no-nanny", "--nthreads", "1", "--memory-limit", "0")
        deadline = time.monotonic() + 30
        while not told.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        made = tuple(start("dask_worker", *options, "--local-directory", str(folder)) for _ in range(workers))
        import json

        yield Cluster(json.loads(told.read_text())["address"], scheduler, made)
    finally:
        for process in started:
            process.kill()
            process.wait()
