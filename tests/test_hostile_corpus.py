"""The corpus of nasty documents: each gives a valid graph or is refused in words, in bounded time and memory."""

from __future__ import annotations

import multiprocessing
import shutil
import time
from pathlib import Path

import pytest

from kg.building import build, publish
from kg.corpus.effort import Effort
from kg.graph.query import open_source, run
from kg.graph.verify import verify
from kg.namespaces import DATA
from kg.settings import Settings
from kg.sources import read_documents
from tests.fuzzing.corpus import FOLDER, LARGE, small
from tests.fuzzing.inputs import LOADER

#: Of those that take long to be made or read: `make fuzz` builds them all.
QUICK = (
    "line-of-10-MB.txt", "brackets-100k-deep.txt", "digits-of-40-kB.txt", "table-of-10k-columns.md", "zip-bomb.docx",
    "billion-laughs.docx", "zip-in-zip.zip", "zip-that-climbs.zip", "broken-xref.pdf", "utf-16.txt", "deep.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The build of all small ones at once, and the reasons of those that were skipped."""
    out = tmp_path_factory.mktemp("hostile") / "out"
    made = build([FOLDER], Settings(), Effort(loader=LOADER))
    assert made.report.conforms, made.files["report.txt"].decode()
    publish(made, out)
    return out, {Path(s.source.split(":")[0]).name: s.reason for s in made.skipped}


def test_the_corpus_is_whole() -> None:
    assert len(small()) >= 30
    assert len(LARGE) >= 30
    assert set(QUICK) <= set(LARGE)


def test_all_together_give_a_graph_that_holds(built: tuple[Path, dict[str, str]]) -> None:
    out, skipped = built
    assert verify(out) == []
    assert not [reason for reason in skipped.values() if "Accord's own" in reason]
    assert {"empty.txt", "blank.txt", "mixed-encodings.txt", "not-a.pdf", "not-a.docx"} <= set(skipped)
    assert len([p for p in out.rglob("documents/*.txt") if p.is_file()]) >= 20


def test_no_instruction_in_a_text_is_followed(built: tuple[Path, dict[str, str]]) -> None:
    """Nothing that scripts, comments or instructions say becomes a statement, and no syntax breaks out of a literal."""
    out, _ = built
    store = open_source(out)
    for name in ("Brandvold", "Hidden", "administrator"):
        assert not run(f'ASK {{ ?s skos:prefLabel ?n FILTER(CONTAINS(STR(?n), "{name}")) }}', store).answer
    assert not run("ASK { ?s a owl:Nothing }", store).answer
    led = "ASK { ?s acc:leads ?o . ?s skos:prefLabel ?n FILTER(CONTAINS(STR(?n), 'Valdo')) "
    assert not run(led + "?o skos:prefLabel ?d FILTER(CONTAINS(STR(?d), 'District')) }", store).answer
    assert not run("ASK { <http://x> ?p ?o }", store).answer
    assert not [p for p in (Path("x"), Path("y")) if p.exists()]


@pytest.mark.parametrize("name", QUICK)
def test_large_ones_cost_themselves_only(name: str, tmp_path: Path) -> None:
    path = tmp_path / "given" / name
    path.parent.mkdir()
    path.write_bytes(LARGE[name]())
    (path.parent / "quiet.txt").write_text("The Larkspur Teachers Association met Ines Valdo.\n")
    started = time.monotonic()
    made = build([path.parent], Settings(), Effort(loader=LOADER))
    assert time.monotonic() - started < 120
    assert made.report.conforms
    assert made.counts["documents"] >= 1
    assert all(s.reason.strip() and "Accord's own" not in s.reason for s in made.skipped), made.skipped
    assert sorted(p.name for p in tmp_path.iterdir()) == ["given"]


def test_reading_reaches_no_file_beside_those_given(tmp_path: Path) -> None:
    for name in ("bad.jsonl", "scripts.html", "entities.xhtml"):
        shutil.copy(FOLDER / name, tmp_path)
    documents, skipped = read_documents([tmp_path], DATA)
    texts = "".join(d.text for d in documents) + "".join(s.reason for s in skipped)
    assert "root:" not in texts
    assert Path("/etc/hostname").read_text().strip() not in texts or not documents


def test_processes_of_readers_are_gone() -> None:
    assert not multiprocessing.active_children()
