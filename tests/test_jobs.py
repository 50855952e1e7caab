"""Reading in processes: the same as here, and no document takes more than itself down."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.corpus.encoding import encode
from kg.corpus.jobs import Attempt, WorkerError, read_here, read_in_processes
from kg.corpus.worker import Unread
from kg.errors import ModelError
from kg.model import IRI, Document
from kg.settings import Settings
from tests.hostile import LOADER, read

SETTINGS = Settings()


def documents(*texts: str) -> list[Document]:
    return [
        Document(iri=IRI(f"https://example.org/document/d{n}"), name=f"d{n}", text=text, sha256=f"{n:064}")
        for n, text in enumerate(texts)
    ]


def told(attempts: Sequence[Attempt]) -> dict[str, str]:
    """Name → why it was not read; "" where it was, and as it is read here."""
    found = {}
    for document, outcome in attempts:
        assert document.name not in found
        if isinstance(outcome, bytes):
            assert outcome == encode(read(document))
        found[document.name] = outcome.reason if isinstance(outcome, Unread) else ""
    return found


def test_several_processes_read_what_one_reads() -> None:
    given = documents(*(f"The Harlan Union {n} met." for n in range(9)))
    assert told(list(read_here(given, SETTINGS, 5, LOADER))) == {d.name: "" for d in given}
    assert told(list(read_in_processes(given, SETTINGS, 2, 5, LOADER))) == {d.name: "" for d in given}


def test_a_document_that_takes_too_long_is_given_up_here() -> None:
    found = told(list(read_here(documents("One Union", "SPIN", "WAIT 9", "Two Unions"), SETTINGS, 0.2, LOADER)))
    assert [name for name, reason in found.items() if reason] == ["d1", "d2"]
    assert "longer than 0.2 s" in found["d1"]


def test_an_error_of_ours_takes_one_document() -> None:
    found = told(list(read_here(documents("FAIL", "Two Unions"), SETTINGS, None, LOADER)))
    assert "ValueError: no such words" in found["d0"]
    assert found["d1"] == ""


def test_hostile_documents_in_processes(tmp_path: Path) -> None:
    """One that kills its process each time is named; one that kills it once is read; one that never ends is named."""
    given = documents("A Union", "KILL", f"DIE ONCE {tmp_path / 'mark'} Good Union", "SPIN", "FAIL", "Last Union")
    found = told(list(read_in_processes(given, SETTINGS, 2, 1.0, LOADER)))
    assert set(found) == {d.name for d in given}
    assert "died twice" in found["d1"]
    assert found["d2"] == ""
    assert "longer than 1 s" in found["d3"]
    assert "ValueError" in found["d4"]
    assert found["d0"] == found["d5"] == ""


def test_processes_that_cannot_start_end_the_run() -> None:
    with pytest.raises(WorkerError, match="end at once, with 3"):
        list(read_in_processes(documents("One"), SETTINGS, 1, 5, "tests.hostile:load_nothing"))


def test_what_a_process_lacks_is_told_as_here() -> None:
    with pytest.raises(ModelError, match="not installed"):
        list(read_in_processes(documents("One"), SETTINGS, 1, 5, "tests.hostile:load_without_model"))


def test_processes_end_when_nobody_listens_any_more() -> None:
    before = threading.active_count()
    attempts = read_in_processes(documents(*["One Union"] * 5), SETTINGS, 2, 5, LOADER)
    next(iter(attempts))
    attempts.close()  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if thread.name == "kg-reading":
            thread.join(5)
    assert threading.active_count() == before
