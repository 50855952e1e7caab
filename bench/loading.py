"""Loading with all its checks against bare uploads: `python -m bench --only loading`.

100 graphs of 5,000 triples go into an Oxigraph server on disk, once by sequential PUT requests with httpx and nothing
else, once by `kg.stores.load` (plan, manifest, lock, upload, read back, compare). Each goes into a fresh server.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.measuring import Figures, shown
from kg.stores.canonical import NamedGraph, parse_graph
from kg.stores.load import load
from kg.stores.protocol import Connection, connect

BASE = "https://example.org/bench/"


def graphs(documents: int, triples: int) -> dict[str, NamedGraph]:
    """Graphs as long as asked, with the words, numbers and offsets that evidence has."""
    made = {}
    for d in range(documents):
        name = f"{BASE}graph/doc-{d:04}/evidence"
        lines = []
        for n in range(triples // 5):
            node = f"<{BASE}target/doc-{d:04}-{n}>"
            lines.append(f"{node} <http://www.w3.org/ns/oa#hasSource> <{BASE}document/doc-{d:04}> .\n")
            lines.append(f'{node} <http://www.w3.org/ns/oa#exact> "words {n} of document {d}, as printed – here" .\n')
            for part, offset in (("start", n * 40), ("end", n * 40 + 38)):
                value = f'"{offset}"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>'
                lines.append(f"{node} <http://www.w3.org/ns/oa#{part}> {value} .\n")
            value = f'"{n / 100:.2f}"^^<http://www.w3.org/2001/XMLSchema#decimal>'
            lines.append(f"{node} <https://w3id.org/accord/ns#confidence> {value} .\n")
        made[name] = parse_graph(name, "".join(lines).encode())
    return made


@contextmanager
def server() -> Iterator[str]:
    """An Oxigraph server on disk, on a free port of the loopback interface."""
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        sys.exit("the program oxigraph is missing: pip install oxigraph")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "serve", "--location", folder, "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def bare(made: dict[str, NamedGraph]) -> float:
    """Seconds for sequential PUT requests."""
    with server() as url, httpx.Client(trust_env=False, timeout=60) as client:
        started = time.perf_counter()
        for name, graph in made.items():
            headers = {"Content-Type": "application/n-triples"}
            client.put(
                f"{url}/store", params={"graph": name}, content=graph.content, headers=headers
            ).raise_for_status()
        return time.perf_counter() - started


def checked(made: dict[str, NamedGraph]) -> tuple[float, float]:
    """Seconds for a load with all its checks, and for a second one that finds everything there."""
    with server() as url, connect(Connection(endpoint=url)) as store:
        started = time.perf_counter()
        first = load(store, made)
        between = time.perf_counter()
        second = load(store, made)
        assert not first.differences
        assert {s.action for s in second.steps} == {"keep"}
        return between - started, time.perf_counter() - between


def measure(*, documents: int = 100, triples: int = 5000, rounds: int = 2) -> Figures:
    """Both sides in turn."""
    made = graphs(documents, triples)
    times = [(bare(made), *checked(made)) for _ in range(rounds)]
    ratios = [alone / whole for alone, whole, _ in times]
    alone, whole, again = (statistics.median(column) for column in zip(*times, strict=True))
    return {
        "graphs": len(made),
        "triples": sum(g.triples for g in made.values()),
        "bare": alone,
        "load": whole,
        "again": again,
        "rate": {"median": alone / whole, "low": min(ratios), "high": max(ratios)},
    }


def tell(f: Figures) -> str:
    """The section of the page."""
    return (
        f"{f['graphs']} graphs, {f['triples']:,} triples: bare {f['bare']:.1f} s, `kg load` {f['load']:.1f} s, "
        f"{shown(f['rate'])} of the bare rate; again with nothing new {f['again']:.1f} s.\n"
    )
