"""Building again: only what changed is read, and the bytes are those of a build from nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kg.building import build, publish
from kg.corpus.effort import Effort
from kg.corpus.entries import open_entries, size
from kg.settings import Settings
from tests.hostile import LOADER

TEXTS = {
    "one": "The Harlan Teachers Association represents 240 teachers. “We agreed,” said Ana Ruiz, its president.\n",
    "two": "Harlan Unified School District and the Harlan Teachers Association signed a contract in 2014.\n",
    "three": "Ana Ruiz leads the Harlan Labor Forum. About 60% of the teachers of Harlan Teachers Association came.\n",
}


def effort_in(folder: Path, **options: Any) -> Effort:
    """A build with a cache, and a reader that needs no language model."""
    return Effort(cache=folder / "cache", loader=LOADER, **options)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def made(sources: Path, target: Path, effort: Effort) -> tuple[dict[str, bytes], list[tuple[int, int]], bool]:
    """The files of the folder, what was told of progress, and whether anything was written."""
    ticks: list[tuple[int, int]] = []
    result = build([sources], Settings(), effort, lambda done, total: ticks.append((done, total)), target)
    publish(result, target, effort)
    found = {p.relative_to(target).as_posix(): p.read_bytes() for p in target.rglob("*") if p.is_file()}
    return found, ticks, result.published


def cold(sources: Path, tmp_path: Path) -> dict[str, bytes]:
    return made(sources, tmp_path / "cold", Effort(loader=LOADER))[0]


def test_nothing_changed(sources: Path, tmp_path: Path) -> None:
    effort = effort_in(tmp_path)
    first, ticks, _ = made(sources, tmp_path / "out", effort)
    assert ticks == [(0, 3), (1, 3), (2, 3), (3, 3)]
    again, ticks, published = made(sources, tmp_path / "out", effort)
    assert published
    assert ticks == []
    assert again == first == cold(sources, tmp_path)
    told = build([sources], Settings(), effort, target=tmp_path / "out")
    whole = build([sources], Settings(), Effort(loader=LOADER))
    assert (told.report, told.skipped, told.counts) == (whole.report, whole.skipped, whole.counts)


CHANGES = {
    "changed": lambda folder: (folder / "two.txt").write_text("Harlan Unified School District hired Ana Ruiz.\n"),
    "added": lambda folder: (folder / "four.txt").write_text("The Holt Teachers Association met in 2019.\n"),
    "removed": lambda folder: (folder / "two.txt").unlink(),
    "renamed": lambda folder: (folder / "two.txt").rename(folder / "zwei.txt"),
    "described": lambda folder: (folder / "two.meta.toml").write_text('publisher = "Harlan News"\n'),
}
READ = {"changed": 1, "added": 1, "removed": 0, "renamed": 0, "described": 1}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_changed_is_read(sources: Path, tmp_path: Path, change: str) -> None:
    effort = effort_in(tmp_path)
    made(sources, tmp_path / "out", effort)
    CHANGES[change](sources)
    again, ticks, published = made(sources, tmp_path / "out", effort)
    assert not published
    assert len(ticks) - 1 == READ[change]
    assert again == cold(sources, tmp_path)


def test_another_setting_is_another_build(sources: Path, tmp_path: Path) -> None:
    effort = effort_in(tmp_path)
    publish(build([sources], Settings(), effort), tmp_path / "out", effort)
    for settings, count in ((Settings(min_confidence=0.9), 0), (Settings(unmapped=True), 3)):
        ticks: list[int] = []
        result = build([sources], settings, effort, lambda done, _: ticks.append(done), tmp_path / "out")  # noqa: B023
        assert not result.published
        assert len(ticks) - 1 == count
        assert result.files == build([sources], settings, Effort(loader=LOADER)).files


@pytest.mark.parametrize("name", ["dataset.nq", "documents/two.txt", "report.txt", "manifest.json"])
def test_a_folder_that_was_touched_is_made_again(sources: Path, tmp_path: Path, name: str) -> None:
    effort = effort_in(tmp_path)
    first, _, _ = made(sources, tmp_path / "out", effort)
    path = tmp_path / "out" / name
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    result = build([sources], Settings(), effort, target=tmp_path / "out")
    assert not result.published
    assert {n: c for n, c in first.items() if n != "manifest.json"} == result.files


def test_a_damaged_reading_is_named_and_made_again(sources: Path, tmp_path: Path) -> None:
    told: list[str] = []
    effort = effort_in(tmp_path, warn=told.append)
    made(sources, tmp_path / "out", effort)
    entries = sorted((tmp_path / "cache" / "reading").rglob("*"))
    for path in (p for p in entries if p.is_file()):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    shutil.rmtree(tmp_path / "out")
    again, ticks, _ = made(sources, tmp_path / "out", effort)
    assert len(told) == len(ticks) - 1 == 3
    assert again == cold(sources, tmp_path)


def test_an_entry_that_is_whole_but_no_reading_is_made_again(sources: Path, tmp_path: Path) -> None:
    """Whoever writes into the cache can forge a digest; what does not decode is still no reading."""
    told: list[str] = []
    effort = effort_in(tmp_path, warn=told.append)
    made(sources, tmp_path / "out", effort)
    path = next(p for p in sorted((tmp_path / "cache" / "reading").rglob("*")) if p.is_file())
    with open_entries(tmp_path / "cache") as entries:
        entries.put("reading", path.parent.name + path.name, b"[]")
    shutil.rmtree(tmp_path / "out")
    again, _, _ = made(sources, tmp_path / "out", effort)
    assert len(told) == 1
    assert "no reading" in told[0]
    assert again == cold(sources, tmp_path)


def test_a_new_version_reads_everything_anew(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    effort = effort_in(tmp_path)
    made(sources, tmp_path / "out", effort)
    monkeypatch.setattr("kg.corpus.readings.reader_version", lambda _: "another")
    monkeypatch.setattr("kg.corpus.outcomes.reader_version", lambda _: "another")
    _, ticks, published = made(sources, tmp_path / "out", effort)
    assert not published
    assert len(ticks) - 1 == 3


def test_an_interrupted_build_goes_on(sources: Path, tmp_path: Path) -> None:
    effort = effort_in(tmp_path)

    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build([sources], Settings(), effort, interrupt)
    assert size(tmp_path / "cache")[0] == 2
    again, ticks, _ = made(sources, tmp_path / "out", effort)
    assert ticks == [(2, 3), (3, 3)]
    assert again == cold(sources, tmp_path)


def test_a_document_that_was_given_up_is_tried_again(sources: Path, tmp_path: Path) -> None:
    (sources / "slow.txt").write_text("WAIT 0.5 Slow Union\n")
    effort = effort_in(tmp_path, seconds=0.1)
    result = build([sources], Settings(), effort)
    assert [s.source for s in result.skipped] == ["slow"]
    assert result.counts["documents"] == 3
    publish(result, tmp_path / "out", effort)
    patient = effort_in(tmp_path, seconds=5)
    result = build([sources], Settings(), patient, target=tmp_path / "out")
    assert not result.published
    assert result.skipped == ()
    assert result.counts["documents"] == 4


def test_several_processes_give_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    result = build([sources], Settings(), Effort(jobs=2))
    assert result.files == build([sources], Settings()).files


def test_a_build_that_reads_nothing_does_not_load_the_model(sources: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "kg", "build", str(sources), "-o", str(tmp_path / "out")]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "xdg")}
    first = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert " spacy\n" in first.stderr
    started = time.process_time()
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "nothing has changed" in second.stderr
    for library in ("spacy", "pyshacl", "owlrl"):
        assert f" {library}\n" not in second.stderr
    assert time.process_time() - started < 5
