"""The on-disk store of a built directory: quick to open, never stale, never the only copy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from bench import graphs
from kg.errors import InputError, StoreError
from kg.graph.catalogue import load_catalogue
from kg.graph.query import names_graphs, open_source, run
from kg.stores import embedded
from kg.stores.directory import write_directory
from kg.stores.embedded import open_data
from kg.stores.folder import open_folder
from tests.sample import write_sample

EVERYTHING = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY STR(?s) STR(?p) STR(?o)"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LARGE", 1)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "out")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of some forty documents."""
    dataset = tmp_path_factory.mktemp("generated") / "dataset.nq"
    graphs.write(dataset, 12_000)
    return dataset


def stores(cache: Path) -> list[Path]:
    return sorted((cache / "accord" / "stores").glob("*"))


def test_the_first_question_makes_the_store_and_all_have_the_same_answer(built: Path, own_cache: Path) -> None:
    first = run(EVERYTHING, open_data(built / "dataset.nq"))
    assert len(stores(own_cache)) == 1
    again = run(EVERYTHING, open_data(built / "dataset.nq"))
    both = open_data(built / "dataset.nq"), open_data(built / "dataset.nq")
    assert first == again == run(EVERYTHING, both[0]) == run(EVERYTHING, both[1])
    assert len(first.rows) > 100
    assert sorted(p.name for p in built.iterdir()) == ["dataset.nq", "documents", "manifest.json"]


def test_readers_in_other_processes_do_not_exclude_each_other(built: Path, own_cache: Path) -> None:
    store = open_data(built / "dataset.nq")
    held = ox.Store.read_only(str(stores(own_cache)[0]))
    code = (
        "from kg.stores import embedded as e; e.LARGE = 1; "
        f"print(len(e.open_data(e.Path({str(built)!r}) / 'dataset.nq')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) == len(held) == len(store)


def test_another_build_has_another_store(built: Path, own_cache: Path) -> None:
    before = run(EVERYTHING, open_data(built / "dataset.nq"))
    line = (built / "dataset.nq").read_bytes().splitlines(keepends=True)[0]
    write_directory(built, {"dataset.nq": line})
    after = run(EVERYTHING, open_data(built / "dataset.nq"))
    assert len(stores(own_cache)) == 2
    assert len(after.rows) != len(before.rows)


def test_old_stores_are_cleared_away(built: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "KEPT", 2)
    lines = (built / "dataset.nq").read_bytes().splitlines(keepends=True)
    for number in range(4):
        write_directory(built, {"dataset.nq": lines[number]})
        open_data(built / "dataset.nq")
    assert len(stores(own_cache)) == 2


def test_a_broken_store_is_made_anew(built: Path, own_cache: Path) -> None:
    whole = run(EVERYTHING, open_data(built / "dataset.nq"))
    (place,) = stores(own_cache)
    for file in place.iterdir():
        file.write_bytes(b"")
    assert run(EVERYTHING, open_data(built / "dataset.nq")) == whole
    assert (place / "CURRENT").read_bytes()
    assert run(EVERYTHING, ox.Store.read_only(str(place))) == whole


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(run(EVERYTHING, open_data(built / "dataset.nq")).rows) > 100


def test_a_dataset_that_is_changed_in_place_is_not_taken_for_the_old_one(built: Path, own_cache: Path) -> None:
    dataset = built / "dataset.nq"
    before, times = len(open_data(dataset)), dataset.stat()
    text = dataset.read_bytes()
    line = text.splitlines(keepends=True)[0]
    dataset.write_bytes(line * (len(text) // len(line)) + b"#" * (len(text) % len(line) - 1) + b"\n")
    os.utime(dataset, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert dataset.stat().st_size == times.st_size
    assert dataset.stat().st_mtime_ns == times.st_mtime_ns
    assert len(open_data(dataset)) != before
    assert len(stores(own_cache)) == 2


def test_small_datasets_and_other_files_are_read_as_ever(
    built: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = built / "documents" / "copy.nq"
    other.write_bytes((built / "dataset.nq").read_bytes())
    assert len(open_data(other)) > 100
    monkeypatch.setattr(embedded, "LARGE", 4 << 20)
    assert len(open_data(built / "dataset.nq")) > 100
    assert not own_cache.exists()
    with pytest.raises(InputError, match="no such file"):
        open_data(built / "gone" / "dataset.nq")


def test_the_union_alone_answers_as_the_whole_where_no_graph_is_named(built: Path) -> None:
    content = (built / "dataset.nq").read_bytes()
    whole, union = open_source(content, "nq"), open_source(content, "nq", named=False)
    assert len(union) < len(whole)
    asked = [q for q in load_catalogue().values() if not names_graphs(q) and not any(p.required for p in q.parameters)]
    assert len(asked) > 10
    rows = 0
    for question in asked:
        answer = run(question, union)
        assert answer == run(question, whole), question.name
        rows += len(answer.rows)
    assert rows > 5


@pytest.mark.parametrize(("named", "resident", "kept"), [(True, False, 1), (True, True, 0), (False, True, 0)])
def test_every_question_has_the_same_answer_from_disk_and_from_memory(
    named: bool, resident: bool, kept: int, generated: Path, own_cache: Path
) -> None:
    store = open_data(generated, named=named, resident=resident)
    assert len(stores(own_cache)) == kept
    reference = open_source(generated.read_bytes(), "nq")
    catalogue = load_catalogue()
    assert len(catalogue) > 25
    rows = 0
    for question in catalogue.values():
        given = {p.name: "teacher|school" for p in question.parameters if p.required}
        answer = run(question, store, given)
        assert answer == run(question, reference, given), question.name
        rows += len(answer.rows)
    assert rows > 300


def test_the_size_and_whether_many_questions_come_decide_what_is_opened(
    built: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = built / "dataset.nq"
    monkeypatch.setattr(embedded, "LARGE_RESIDENT", dataset.stat().st_size + 1)
    for named in (True, False):
        open_data(dataset, named=named, resident=True)
    opened = kg.open(built)
    assert opened.query("who-works-where").rows
    assert not own_cache.exists()
    monkeypatch.setattr(embedded, "LARGE_RESIDENT", dataset.stat().st_size)
    assert kg.open(built).query("who-works-where").rows == opened.query("who-works-where").rows
    assert len(stores(own_cache)) == 1


def test_named_graphs_are_there_for_who_asks_for_them(built: Path) -> None:
    opened = kg.open(built)
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert "store" not in vars(opened)
    assert len(opened.query(graphs).rows) == len({line.split()[-2] for line in dataset_lines(built)}) > 1
    assert len(opened.store) > len(opened.union)
    assert opened.query(EVERYTHING).terms == run(EVERYTHING, opened.store).rows


def dataset_lines(folder: Path) -> list[str]:
    return (folder / "dataset.nq").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "<a:s> <a:p> <a:o> .\n",
        '<a:s> <a:p> "x" .\n',
        '<a:s> <a:p> "x <y" .\n',
        "<a:s> <a:p> <a:o> _:g .\n",
        "<a:s> <a:p> <a:o> <a:g> . # why\n",
    ],
)
def test_quads_of_another_form_are_read_as_ever(text: str) -> None:
    named = "<a:s> <a:p> 1 <a:g> .\n".replace("1", '"1"')
    assert len(run(EVERYTHING, open_source((named + text).encode(), "nq", named=False)).rows) > len(
        run(EVERYTHING, open_source(named.encode(), "nq", named=False)).rows
    )


@pytest.mark.parametrize("end", ["<no iri>", "<a:g", "a:g", "<a:g> <a:h>"])
def test_malformed_graph_names_are_refused_either_way(end: str) -> None:
    for named in (True, False):
        with pytest.raises(InputError, match="malformed RDF"):
            open_source(f'<a:s> <a:p> "1" {end} .\n'.encode(), "nq", named=named)


def test_asking_a_folder_needs_no_http(built: Path) -> None:
    code = (
        "import sys; from kg.cli.app import make_app; from typer.testing import CliRunner; "
        f"r = CliRunner().invoke(make_app(), ['query', 'who-works-where', '-d', {str(built)!r}]); "
        "assert r.exit_code == 0 and 'Ana Brook' in r.output, r.output; "
        "print('httpx' in sys.modules, 'ssl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"]


def test_a_folder_with_other_files_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    for place in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(StoreError, match="is no Oxigraph store"), open_folder(place):
            pass


def test_a_folder_that_is_open_elsewhere_is_refused(tmp_path: Path) -> None:
    with (
        open_folder(tmp_path / "store"),
        pytest.raises(StoreError, match="another process has the store open"),
        open_folder(tmp_path / "store"),
    ):
        pass
