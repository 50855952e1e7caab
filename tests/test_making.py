"""Parts made in processes: the same as here, whatever becomes of the processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.building import build
from kg.corpus import making, parts
from kg.corpus.effort import Effort
from kg.corpus.making import Makers
from kg.settings import Settings
from tests.hostile import LOADER


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for n in range(9):
        (folder / f"d{n}.txt").write_text(
            f"The Harlan Union {n} met the Elm Guild and the Union {n}.", encoding="utf-8"
        )
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Batches of two, in processes from the third document on; of each batch that is made there, whether it was."""
    monkeypatch.setattr(parts, "BATCH", 2)
    monkeypatch.setattr(parts, "FEW", 2)
    answered: list[bool] = []
    plain = Makers._answer

    def watched(self: Makers, process: object) -> list[bytes] | None:
        found = plain(self, process)  # type: ignore[arg-type]
        answered.append(found is not None)
        return found

    monkeypatch.setattr(Makers, "_answer", watched)
    return answered


@pytest.fixture(scope="module")
def expected(sources: Path) -> dict[str, bytes]:
    return dict(build([sources], Settings(), Effort(loader=LOADER)).files)


def test_processes_make_what_one_makes(sources: Path, expected: dict[str, bytes], asked: list[bool]) -> None:
    assert dict(build([sources], Settings(), Effort(jobs=2, loader=LOADER)).files) == expected
    assert asked == [False, True, True, True, True]  # the first batch is made here


def test_what_processes_made_is_kept(
    sources: Path, expected: dict[str, bytes], asked: list[bool], tmp_path: Path
) -> None:
    effort = Effort(jobs=2, loader=LOADER, cache=tmp_path)
    assert dict(build([sources], Settings(), effort).files) == expected
    assert any(asked)
    asked.clear()
    assert dict(build([sources], Settings(), effort).files) == expected
    assert not any(asked)


@pytest.mark.parametrize("start", ["", "import sys; sys.stdin.buffer.read(20)"])
def test_processes_that_end_are_done_without(
    start: str, sources: Path, expected: dict[str, bytes], asked: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_START", start)
    assert dict(build([sources], Settings(), Effort(jobs=2, loader=LOADER)).files) == expected
    assert asked == [False] * 5


def test_what_a_process_cannot_make_is_made_here(
    sources: Path, expected: dict[str, bytes], asked: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.corpus.readings.Readings.content", lambda *_: b"no reading")
    assert dict(build([sources], Settings(), Effort(jobs=2, loader=LOADER)).files) == expected
    assert asked == [False] * 5
