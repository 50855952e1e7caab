"""Reading on a Dask cluster: the same bytes, with a worker lost and a document that nobody can read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `distributed` is not installed")

from kg.building import build
from kg.corpus.effort import Effort
from kg.corpus.jobs import WorkerError
from kg.settings import Settings
from tests.clusters import Cluster, cluster
from tests.hostile import LOADER

COUNT = 24

pytestmark = pytest.mark.filterwarnings("default")  # Dask's own


@pytest.fixture(scope="module", autouse=True)
def silent() -> Iterator[None]:
    """What Dask logs about workers that we kill."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    for n in range(COUNT):
        (folder / f"d{n:02}.txt").write_text(f"The Harlan Union {n} met the Holt Union in 2014. WAIT 0.05\n")
    return folder


def test_a_worker_is_lost_and_a_document_is_poison(sources: Path, tmp_path: Path) -> None:
    (sources / "poison.txt").write_text("KILL\n")
    with cluster(tmp_path, workers=2) as running:
        ticks: list[int] = []

        def lose_one(done: int, total: int) -> None:
            ticks.append(done)
            if done == COUNT // 3:
                running.workers[0].kill()

        effort = Effort(cache=tmp_path / "cache", scheduler=running.address, seconds=20, loader=LOADER)
        made = build([sources], Settings(), effort, lose_one)
    assert [s.source for s in made.skipped] == ["poison"]
    assert "died twice" in made.skipped[0].reason
    assert made.counts["documents"] == COUNT
    assert ticks[-1] == COUNT + 1
    assert running.workers[0].returncode is not None
    (sources / "poison.txt").unlink()
    local = build([sources], Settings(), Effort(loader=LOADER))
    told = {"report.txt"}  # names what was skipped
    assert {n: c for n, c in made.files.items() if n not in told} == {
        n: c for n, c in local.files.items() if n not in told
    }


def test_without_its_scheduler_what_was_read_is_kept(sources: Path, tmp_path: Path) -> None:
    effort = Effort(cache=tmp_path / "cache", loader=LOADER)
    with cluster(tmp_path, workers=1) as running:

        def lose_all(done: int, total: int) -> None:
            if done == COUNT // 3:
                running.scheduler.kill()

        with pytest.raises(WorkerError, match="does not answer"):
            build([sources], Settings(), on(effort, running), lose_all)
    ticks: list[int] = []
    made = build([sources], Settings(), effort, lambda done, _: ticks.append(done))
    assert COUNT // 3 <= ticks[0] < COUNT
    assert made.files == build([sources], Settings(), Effort(loader=LOADER)).files


def on(effort: Effort, running: Cluster) -> Effort:
    from dataclasses import replace

    return replace(effort, scheduler=running.address)


def test_processes_serve_one_chunk_after_the_other() -> None:
    """Settings come anew with each chunk; the processes that were started for them stay."""
    from kg.corpus import distributed
    from kg.corpus.encoding import encode_document
    from kg.corpus.worker import write_settings
    from kg.model import IRI, Document

    documents = [
        encode_document(Document(iri=IRI(f"x:{n}"), name=f"{n}", text=f"Union {n}", sha256=f"{n}")) for n in range(4)
    ]
    greeting = write_settings(Settings(), LOADER)
    try:
        for n in range(4):
            version, found = distributed.read_chunk([documents[n]], bytes(bytearray(greeting)), 20)
            assert len(found) == 1
            assert len(version) == 64
        (spare,) = distributed._SPARE.values()
        assert len(spare) == 1
    finally:
        for spare in distributed._SPARE.values():
            for worker in spare:
                worker.end()
        distributed._SPARE.clear()


def test_nobody_listens(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.corpus.distributed.PATIENCE", 0.5)
    effort = Effort(scheduler="tcp://127.0.0.1:9", loader=LOADER)
    with pytest.raises(WorkerError, match="does not answer"):
        build([sources], Settings(), effort)
